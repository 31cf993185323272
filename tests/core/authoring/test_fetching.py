"""What is fetched for a new data set stays for whoever prepares it, and nowhere else."""

import hashlib
from pathlib import Path

import pytest

from datamaestro import Context
from datamaestro.authoring.contents import FILE, FOLDER, Content
from datamaestro.authoring.definition import Draft, Source
from datamaestro.authoring.fetching import Fetched, digested
from datamaestro.testing.faults import FaultServer

CONTENT = b"some content"


@pytest.mark.parametrize("content", [CONTENT, b""])
def test_a_file_is_digested(tmp_path: Path, content: bytes) -> None:
    """With its size."""
    path = tmp_path / "x"
    path.write_bytes(content)
    found = digested(path)
    assert (len(content), hashlib.sha256(content).hexdigest()) == (found.size, found.sha256)


@pytest.mark.parametrize("archive", [False, True])
def test_a_file_is_handed_over(context: Context, archive: bool) -> None:
    """To the resource of its data set; of the fetching, no file is left."""
    with FaultServer() as server:
        server.files["x"] = CONTENT
        url = server.url("x")
        fetched = Fetched(context, "org.example.x", url)
    source = Source(Content(FOLDER if archive else FILE, archive=archive), "x.txt", url)
    assert hashlib.sha256(CONTENT).hexdigest() == fetched.file.sha256
    fetched.hand_over(Draft("org.example.x", "flowers", "X", source=source).card())
    root = context.store.root
    left = {path.relative_to(root).parts[:2] for path in root.rglob("*") if path.is_file()}
    assert {("partial", "flowers"), ("partial", "__urls__")} == left
    (arrived,) = (root / "partial/flowers/org.example.x").glob("run-*/of-DATA/*-*")
    assert CONTENT == arrived.read_bytes()
