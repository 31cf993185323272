"""Mount points below a folder."""

from pathlib import Path

import pytest

from datamaestro.store import mounts

LINES = """\
22 1 0:21 / / rw,relatime - ext4 /dev/sda1 rw
36 22 98:0 / {folder}/a\\040b\\134c rw,noatime master:1 - ext3 /dev/root rw
37 22 98:0 /sub {folder}x rw,noatime - ext3 /dev/root rw
"""


def test_what_is_mounted_below_a_folder_is_found(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Also where blanks and the like are in its name; the folder may be a link."""
    folder, table = tmp_path / "folder", tmp_path / "mountinfo"
    folder.mkdir()
    (tmp_path / "link").symlink_to(folder)
    table.write_text(LINES.format(folder=folder))
    monkeypatch.setattr(mounts, "MOUNTS", table)
    assert [f"{folder}/a b\\c"] == mounts.mounts_below(tmp_path / "link")
    assert [str(folder) + "x"] == mounts.mounts_below(Path(f"{folder}x"))


def test_where_the_system_does_not_tell_nothing_is_known(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As elsewhere than on Linux."""
    monkeypatch.setattr(mounts, "MOUNTS", tmp_path / "none")
    assert [] == mounts.mounts_below(tmp_path)
