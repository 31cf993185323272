"""Folders as a whole."""

import errno
import hashlib
import os
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from datamaestro.store.manifest import EMPTY, FileFacts
from datamaestro.store.trees import (
    read_tree,
    remove_all,
    remove_files,
    tree_digest,
)

names = st.text("ab/\udcff", min_size=1, max_size=5)
facts = st.builds(
    FileFacts,
    st.lists(st.text("ab\udcff", min_size=1, max_size=3), min_size=1, max_size=3).map("/".join),
    st.integers(0, 9),
    st.integers(0, 9),
    st.sampled_from(["", "0" * 64, "1" * 64]),
    st.sampled_from(["", "a", "../b"]),
)


def paths(folder: Path) -> list[str]:
    """Return what is below a folder, links not followed."""
    found = (path.relative_to(folder).as_posix() for path in folder.rglob("*"))
    return sorted(found)


def test_what_is_in_a_folder_is_read(tmp_path: Path) -> None:
    """Files with their digests, and links as links, also to folders; folders are no items."""
    (tmp_path / "t/sub/empty").mkdir(parents=True)
    (tmp_path / "t/sub/a").write_bytes(b"content")
    (tmp_path / "t/to a folder").symlink_to("sub")
    (tmp_path / "t/to nothing").symlink_to("../x")
    odd = os.fsdecode(b"\xff")
    (tmp_path / "t" / odd).touch()
    found = {fact.path: fact for fact in read_tree(tmp_path / "t")}
    assert {"sub/a", "to a folder", "to nothing", odd} == found.keys()
    digest = hashlib.sha256(b"content").hexdigest()
    status = (tmp_path / "t/sub/a").stat()
    assert FileFacts("sub/a", 7, status.st_mtime_ns, digest) == found["sub/a"]
    assert ("", "sub", 0) == (
        found["to a folder"].sha256,
        found["to a folder"].link,
        found["to a folder"].size,
    )
    assert "../x" == found["to nothing"].link


def test_what_cannot_be_read_is_not_passed_over(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A folder whose names are not to be had is not an empty one."""
    with pytest.raises(FileNotFoundError):
        list(read_tree(tmp_path / "none"))
    (tmp_path / "t/sub").mkdir(parents=True)
    scan = os.scandir

    def refuse(path: str) -> object:
        if path.endswith("sub"):
            raise PermissionError(errno.EACCES, os.strerror(errno.EACCES), path)
        return scan(path)

    monkeypatch.setattr(os, "scandir", refuse)
    with pytest.raises(PermissionError, match="sub"):
        list(read_tree(tmp_path / "t"))


@given(st.lists(facts, max_size=4), st.randoms())
def test_the_digest_of_a_tree_is_that_of_its_names_and_contents(
    some: list[FileFacts], random: object
) -> None:
    """The order, sizes and times do not count."""
    others = [FileFacts(one.path, 0, 0, one.sha256, one.link) for one in some]
    random.shuffle(others)  # type: ignore[attr-defined]
    assert tree_digest(some) == tree_digest(others)


@given(facts, facts)
def test_another_tree_has_another_digest(one: FileFacts, other: FileFacts) -> None:
    """Another name, another content, another link, and a link in place of a file."""
    if (one.path, one.sha256 or one.link) != (other.path, other.sha256 or other.link):
        assert tree_digest([one]) != tree_digest([other])
    if one.path != other.path:
        assert len({tree_digest(each) for each in ([one], [other], [one, other], [])}) == 4


def test_anything_is_removed_and_nothing_beyond_it(tmp_path: Path) -> None:
    """A link goes, and not where it leads."""
    (tmp_path / "t/sub").mkdir(parents=True)
    (tmp_path / "t/sub/a").touch()
    (tmp_path / "link").symlink_to("t")
    remove_all(tmp_path / "link")
    assert ["t", "t/sub", "t/sub/a"] == paths(tmp_path)
    remove_all(tmp_path / "t/sub/a")
    remove_all(tmp_path / "t")
    remove_all(tmp_path / "t")
    assert [] == paths(tmp_path)


def test_some_files_are_removed_and_all_else_stays(tmp_path: Path) -> None:
    """Folders go when they get empty; what is not there any more does no harm."""
    for path in ("a/b/c", "a/d", "e/f/g", "e/mine", "h/i", "now a folder/x"):
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / path).touch()
    (tmp_path / "now a file").touch()
    (tmp_path / "link").symlink_to("h")
    gone = ["a/b/c", "a/d", "e/f/g", "link", "none", "x/y", "now a folder", "now a file/x"]
    remove_files(tmp_path, gone)
    expected = ["e", "e/mine", "h", "h/i", "now a file", "now a folder", "now a folder/x"]
    assert expected == paths(tmp_path)


def test_an_empty_folder_has_the_digest_that_manifests_know() -> None:
    """By which it is told from one whose files are gone."""
    assert EMPTY == tree_digest(())
