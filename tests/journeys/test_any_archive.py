"""Any tree of files, packed by the system's own programs, comes out as it was; or not at all."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from pathlib import Path

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from datamaestro.context import Context
from datamaestro.data import Folder
from datamaestro.definitions import Dataset, dataset
from datamaestro.download.archive import ArchiveDownloader
from datamaestro.errors import ContentError
from support.trees import Tree, content_of, write_tree

EXAMPLES = int(os.environ.get("DATAMAESTRO_TEST_EXAMPLES", "5"))
"""Trees that are tried with each program."""

TARS = [
    (program, form, compression)
    for program, form, compression in (
        ("tar", "gnu", "cat"),
        ("tar", "posix", "gzip"),
        ("tar", "oldgnu", "bzip2"),
        ("tar", "posix", "xz"),
        ("tar", "gnu", "zstd"),
        ("tar", "gnu", "lzma"),
        ("bsdtar", "pax", "gzip"),
        ("bsdtar", "gnutar", "zstd"),
    )
]
ZIPS = [
    ("zip", "-0"),
    ("zip", "-9"),
    ("zip", "-Zbzip2"),
    ("zip", "-fz"),
    ("7z", "-mm=Deflate"),
    ("7z", "-mm=LZMA"),
    ("7z", "-mm=BZip2"),
    ("bsdtar", ""),
]

names = st.binary(min_size=1, max_size=30).filter(
    lambda name: name not in (b".", b"..") and not set(name) & set(b"/\0")
)
plain_names = (
    st.text("abcxyz01_. é", min_size=1, max_size=60)
    .filter(lambda name: name.strip("."))
    .map(str.encode)
)
"""What every program can have in a zip archive."""


def below(folder: bytes, name: bytes) -> bytes:
    return folder + b"/" + name if folder else name


@st.composite
def trees(draw: st.DrawFn, names: st.SearchStrategy[bytes]) -> Tree:
    """Draw folders with files, links and more folders in them; links lead to what is there."""
    tree: Tree = {}
    folders = [b""]
    for name in draw(st.lists(names, max_size=4, unique=True)):
        folders.append(below(draw(st.sampled_from(folders)), name))
    tree |= dict.fromkeys(folders[1:], ("folder",))
    for name in draw(st.lists(names, max_size=5, unique=True)):
        path = below(draw(st.sampled_from(folders)), name)
        content = draw(st.one_of(st.binary(max_size=2000), st.integers(0, 200_000).map(bytes)))
        tree.setdefault(path, ("file", content, draw(st.booleans())))
    for name in draw(st.lists(names, max_size=2, unique=True)):
        folder = draw(st.sampled_from(folders))
        target = os.path.relpath(draw(st.sampled_from([*tree, b""])) or b".", folder or b".")
        tree.setdefault(below(folder, name), ("link", target))
    return tree


def run(*command: str | Path, cwd: Path, source: bytes = b"") -> bytes:
    if shutil.which(str(command[0])) is None:
        pytest.skip(f"there is no program {command[0]}")
    done = subprocess.run(command, cwd=cwd, input=source, capture_output=True, check=True)
    return done.stdout


def prepare(packed: Path, store: Path) -> Path:
    """Return the folder of a data set that is an archive."""

    @dataset(id="org.example.any")
    class Any(Dataset):
        DATA = ArchiveDownloader("data", packed.as_uri(), unwrap=False)

        def config(self) -> Folder:
            return Folder(path=self.DATA.path)

    return Path(Context(store).prepare(Any).path)


def compress(content: bytes, program: str, cwd: Path) -> bytes:
    options = {"cat": [], "zstd": ["-qc"]}.get(program, ["-c"])
    return run(program, *options, cwd=cwd, source=content)


def tarball(folder: Path, program: str, form: str, compression: str) -> bytes:
    content = run(program, f"--format={form}", "-cf", "-", "-C", folder, ".", cwd=folder)
    return compress(content, compression, folder)


def zipped(folder: Path, program: str, option: str, path: Path) -> bytes:
    commands: dict[str, list[str | Path]] = {
        "zip": ["zip", "-q", "-r", "-y", option, path, "."],
        "7z": ["7z", "a", "-tzip", "-snl", option, path, "."],
        "bsdtar": ["bsdtar", "--format=zip", "-cf", path, "."],
    }
    run(*commands[program], cwd=folder)
    return path.read_bytes()


few = settings(max_examples=EXAMPLES, deadline=None, suppress_health_check=[HealthCheck.too_slow])


@pytest.mark.parametrize(("program", "form", "compression"), TARS)
@few
@given(tree=trees(names))
@example(tree={b"a" * 120: ("folder",), b"a" * 120 + b"/" + b"b" * 200: ("file", b"long", True)})
@example(tree={b"empty": ("file", b"", False), b"\xff\xfe\n": ("link", b"empty")})
def test_any_tarball_comes_out_as_it_was(
    program: str, form: str, compression: str, tree: Tree
) -> None:
    """Whatever the format, the compression, the names and the contents."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        write_tree(folder / "tree", tree)
        packed = folder / "packed.tar"
        packed.write_bytes(tarball(folder / "tree", program, form, compression))
        assert content_of(folder / "tree") == content_of(prepare(packed, folder / "store"))


@pytest.mark.parametrize(("program", "option"), ZIPS)
@few
@given(tree=trees(plain_names))
@example(tree={b"empty": ("folder",), b"x": ("file", bytes(3_000_000), True)})
def test_any_zip_comes_out_as_it_was(program: str, option: str, tree: Tree) -> None:
    """Whatever the method, the names and the contents."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        tree = tree or {b"x": ("file", b"", False)}  # an archive of nothing is no archive
        write_tree(folder / "tree", tree)
        packed = folder / "packed.zip"
        packed.write_bytes(zipped(folder / "tree", program, option, packed))
        assert content_of(folder / "tree") == content_of(prepare(packed, folder / "store"))


DAMAGED: Tree = {
    b"a": ("folder",),
    b"a/text": ("file", b"some words, " * 3000, False),
    b"a/noise": ("file", bytes(range(256)) * 40, True),
    b"link": ("link", b"a/text"),
}


@pytest.fixture(scope="module", params=["gzip", "bzip2", "xz", "zstd", "zip -9", "zip -Zbzip2"])
def archive(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> bytes:
    """Return an archive whose content is checked by its format."""
    folder = tmp_path_factory.mktemp("whole")
    write_tree(folder / "tree", DAMAGED)
    program, _, option = request.param.partition(" ")
    if program == "zip":
        return zipped(folder / "tree", program, option, folder / "packed.zip")
    return tarball(folder / "tree", "tar", "gnu", program)


@settings(few, max_examples=10 * EXAMPLES)
@given(data=st.data())
def test_a_damaged_archive_is_refused_or_harmless(archive: bytes, data: st.DataObject) -> None:
    """Cut short, or with any bit turned: an error with nothing published, or what it was."""
    if data.draw(st.booleans(), label="cut"):
        damaged = bytearray(archive[: data.draw(st.integers(0, len(archive) - 1))])
    else:
        place, bit = data.draw(st.integers(0, len(archive) - 1)), data.draw(st.integers(0, 7))
        damaged = bytearray(archive)
        damaged[place] ^= 1 << bit
    with tempfile.TemporaryDirectory() as name:
        packed, store = Path(name, "packed"), Path(name, "store")
        packed.write_bytes(damaged)
        try:
            folder = prepare(packed, store)
        except ContentError:
            assert not (store / "data").exists()
        else:
            assert DAMAGED == content_of(folder)
