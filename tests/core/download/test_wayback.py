"""Pages as an archive has them."""

import json
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import pytest

from datamaestro.context import Context
from datamaestro.data import File
from datamaestro.definitions import Dataset, dataset
from datamaestro.download import wayback
from datamaestro.download.wayback import wayback_documents
from datamaestro.errors import TransferError
from datamaestro.testing.faults import FaultServer, refuse

PAGE = "https://example.org/page"


@pytest.fixture(autouse=True)
def archive(server: FaultServer, monkeypatch: pytest.MonkeyPatch) -> FaultServer:
    """Let a server be the archive."""
    monkeypatch.setattr(wayback, "ARCHIVE", server.url("web"))
    monkeypatch.setenv("DATAMAESTRO_RETRIES", "0")
    return server


def lines(urls: Iterable[str], timestamp: str = "2019") -> list[dict[str, Any]]:
    """Return what is found of some pages."""

    @dataset(id="org.example.pages")
    class Data(Dataset):
        PAGES = wayback_documents(timestamp, lambda: urls)

        def config(self) -> File:
            return File(path=self.PAGES.path)

    path = Context().prepare(Data).path
    assert "PAGES" == path.name
    return [json.loads(line) for line in path.read_text().splitlines()]


@pytest.mark.parametrize(
    ("content", "text"),
    [
        ("é".encode(), "é"),
        (b"\xef\xbb\xbfx", "x"),
        (b"<meta charset='iso-8859-2'>\xb1", "<meta charset='iso-8859-2'>ą"),
        (
            b'<?xml version="1.0" encoding="latin-1"?>\xe9',
            '<?xml version="1.0" encoding="latin-1"?>é',
        ),
        (b"<meta charset=utf-8>\x93a\x94", "<meta charset=utf-8>“a”"),
        (b"<meta charset=none>\xe9", "<meta charset=none>é"),
    ],
)
def test_a_page_is_text_as_it_says_itself(content: bytes, text: str, archive: FaultServer) -> None:
    """Else as it most probably is."""
    archive.files[f"web/2019id_/{PAGE}"] = content
    assert [text] == [page["contents"] for page in lines([PAGE])]


@pytest.mark.parametrize("shown", ["", "id_", "if_"])
def test_a_copy_may_be_named_itself(shown: str, archive: FaultServer) -> None:
    """It is taken as it was, whatever way of showing it was named."""
    archive.files[f"web/20101112131415id_/{PAGE}"] = b"text"
    copy = f"https://web.archive.org/web/20101112131415{shown}/{PAGE}"
    (page,) = lines([copy])
    assert (copy, archive.url(f"web/20101112131415id_/{PAGE}"), "text") == (
        page["link"],
        page["id"],
        page["contents"],
    )


@pytest.mark.parametrize("status", [401, 403, 404])
def test_a_page_without_a_copy_has_an_id_of_its_own(status: int, archive: FaultServer) -> None:
    """And says why it is not there; the same each time."""
    archive.will(f"web/2019id_/{PAGE}", refuse(status))
    (page,) = lines([PAGE, PAGE])
    assert (PAGE, False, 36) == (page["link"], page["available"], len(page["page_id"]))
    assert page["reason"]


def test_what_cannot_be_had_now_does_not_hinder_the_rest(
    archive: FaultServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Which is not fetched again, unless there are many of these."""
    urls = [f"{PAGE}{number}" for number in range(5)]
    for url in urls:
        archive.files[f"web/2019id_/{url}"] = b"text"
    archive.will(f"web/2019id_/{urls[1]}", refuse(503))
    with pytest.raises(TransferError, match=f"{urls[1]}.*503"):
        lines(urls)
    assert 5 == len(archive.paths())
    assert {*urls} == {page["link"] for page in lines(urls)}
    assert 6 == len(archive.paths())
    monkeypatch.setattr(wayback, "MANY", 2)
    for url in urls:
        archive.will(f"web/2020id_/{url}", refuse(503))
    with pytest.raises(TransferError, match="503"):
        lines(urls, "2020")
    assert 8 == len(archive.paths())


@pytest.mark.parametrize("rest", [b'{"link": "https://exam', b'{"other": 1}\n', b"\xff\n[]\n"])
def test_what_is_no_whole_line_is_written_anew(rest: bytes, tmp_path: Path) -> None:
    """What a killed process has left."""
    file = tmp_path / "pages"
    assert set() == wayback._finished(file)
    whole = b'{"link": "a"}\n{"link": "b"}\n'
    file.write_bytes(whole + rest)
    assert {"a", "b"} == wayback._finished(file)
    assert whole == file.read_bytes()


def test_copies_of_another_time_are_another_file() -> None:
    """And so the file is made again."""

    def urls() -> Iterator[str]:
        return iter(())

    first, second = (wayback_documents(time, urls, "pages").card() for time in ("2019", "2020"))
    assert first.path == second.path
    assert first.derivation != second.derivation
