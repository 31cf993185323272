"""What is made in folders that several people share."""

import os
import stat
import struct
from collections.abc import Iterator
from pathlib import Path

import pytest

from datamaestro.sharing import access_of, make_folder, share

TEAM = 61_000

needs_root = pytest.mark.skipif(os.geteuid() != 0, reason="only root may give files to any group")


@pytest.fixture(autouse=True)
def closed() -> Iterator[None]:
    """Let the umask take everything from others, as careful users have it."""
    before = os.umask(0o077)
    yield
    os.umask(before)


@pytest.fixture
def ours(tmp_path: Path) -> Path:
    """Return a folder that is writable for its group, and hands that on."""
    folder = tmp_path / "ours"
    folder.mkdir()
    folder.chmod(0o2770)
    return folder


def mode(path: Path) -> int:
    return stat.S_IMODE(path.lstat().st_mode)


def test_the_umask_decides_elsewhere(tmp_path: Path) -> None:
    """A folder that only its owner may write to is not shared, nor is what is made in it."""
    make_folder(tmp_path / "a/b")
    (tmp_path / "a/file").touch()
    share(tmp_path / "a/file")
    assert (0o700, 0o600) == (mode(tmp_path / "a/b"), mode(tmp_path / "a/file"))


def test_folders_are_like_the_one_they_are_in(ours: Path) -> None:
    """They are writable for the group, and hand that on; others get what the umask leaves."""
    make_folder(ours / "a/b")
    make_folder(ours / "a/b")
    assert [0o2770] * 2 == [mode(ours / "a"), mode(ours / "a/b")]
    assert ["a", "b"] == [path.name for path in sorted(ours.rglob("*"))]


@pytest.mark.parametrize(
    ("before", "after"), [(0o600, 0o660), (0o700, 0o770), (0o400, 0o440), (0o644, 0o664)]
)
def test_the_group_may_do_what_the_owner_may(before: int, after: int, ours: Path) -> None:
    """Files are readable and writable, and may be run if their owner may run them."""
    (ours / "file").touch()
    (ours / "file").chmod(before)
    share(ours / "file")
    assert after == mode(ours / "file")


def test_a_tree_is_shared_as_a_whole(ours: Path, tmp_path: Path) -> None:
    """So is what is below a folder; what its links lead to is not."""
    private = tmp_path / "private"
    (ours / "tree/inner").mkdir(parents=True)
    (ours / "tree/inner/file").touch()
    for folder in (tmp_path / "elsewhere", ours / "tree"):
        folder.mkdir(exist_ok=True)
    private.touch()
    (ours / "tree/file").symlink_to(private)
    (ours / "tree/folder").symlink_to(tmp_path / "elsewhere")
    share(ours / "tree")
    assert (0o2770, 0o660) == (mode(ours / "tree/inner"), mode(ours / "tree/inner/file"))
    assert (0o600, 0o700) == (mode(private), mode(tmp_path / "elsewhere"))


def test_what_goes_elsewhere_is_like_what_is_there(ours: Path, tmp_path: Path) -> None:
    """Where something will be decides, and not where it was made."""
    (tmp_path / "file").touch()
    share(tmp_path / "file", ours)
    assert 0o660 == mode(tmp_path / "file")


def test_a_sticky_folder_is_not_shared(ours: Path) -> None:
    """In ``/tmp`` and the like, what each one makes is that one's own."""
    ours.chmod(0o1777)
    make_folder(ours / "a")
    assert (None, 0o700) == (access_of(ours), mode(ours / "a"))


def test_a_folder_for_all(ours: Path) -> None:
    """Where everybody may write, everybody may go on."""
    ours.chmod(0o777)
    make_folder(ours / "a")
    assert 0o777 == mode(ours / "a")


@needs_root
def test_the_group_is_that_of_the_folder(ours: Path) -> None:
    """Also where the folder does not hand it on by itself; what is made in it does then."""
    os.chown(ours, -1, 61_000)
    ours.chmod(0o770)
    make_folder(ours / "a")
    assert (61_000, 0o2770) == ((ours / "a").stat().st_gid, mode(ours / "a"))


def acl(**permissions: int) -> bytes:
    """Return a POSIX ACL as the kernel has it (``linux/posix_acl_xattr.h``)."""
    tags = {"owner": 1, "group": 4, "team": 8, "mask": 16, "other": 32}
    entries = [
        struct.pack("<HHI", tags[name], permission, TEAM if name == "team" else 0xFFFFFFFF)
        for name, permission in permissions.items()
    ]
    return struct.pack("<I", 2) + b"".join(entries)


@pytest.mark.parametrize("umask", [0o077, 0o022])
def test_a_default_acl_is_handed_on(umask: int, ours: Path) -> None:
    """The group that it names may use all that is made, whatever the mode of that was."""
    os.umask(umask)
    ours.chmod(0o700)
    default = acl(owner=7, group=0, team=7, mask=7, other=0)
    try:
        os.setxattr(ours, "system.posix_acl_default", default)
    except OSError:
        pytest.skip("this file system has no ACLs")
    make_folder(ours / "a/b")
    (ours / "a/b/file").touch(0o600)
    share(ours / "a/b/file")
    assert default == os.getxattr(ours / "a/b", "system.posix_acl_default")
    assert default == os.getxattr(ours / "a/b", "system.posix_acl_access")
    of_file = acl(owner=6, group=0, team=7, mask=6, other=0)
    assert of_file == os.getxattr(ours / "a/b/file", "system.posix_acl_access")


def test_a_file_in_the_way_is_told(ours: Path) -> None:
    """A folder cannot be made where a file is, and nothing is left beside it."""
    (ours / "a").touch()
    with pytest.raises(OSError, match="a"):
        make_folder(ours / "a")
    assert [ours / "a"] == list(ours.iterdir())


def test_a_link_that_is_put_there_meanwhile_changes_nothing_elsewhere(
    ours: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is put there after a look at the file, by whoever may write in the folder."""
    (tmp_path / "private").touch()
    (ours / "file").touch()
    really = os.open

    def swapped(path: Path, *arguments: int, **options: int) -> int:
        (ours / "file").unlink()
        (ours / "file").symlink_to(tmp_path / "private")
        return really(path, *arguments, **options)

    monkeypatch.setattr(os, "open", swapped)
    share(ours / "file")
    assert 0o600 == mode(tmp_path / "private")
