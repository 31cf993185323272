"""The room that things take."""

import os
from pathlib import Path

from datamaestro.house.weighing import Scales, Weight


def size_of(path: Path) -> int:
    """Return the bytes that are allocated for a file."""
    return path.lstat().st_blocks * 512


def test_a_file_counts_once(tmp_path: Path) -> None:
    """However many names it has, in one thing or in several; links count as what they are."""
    for name in ("a", "b"):
        (tmp_path / name).mkdir()
    file = tmp_path / "a/x"
    file.write_bytes(os.urandom(100_000))
    (tmp_path / "a/y").hardlink_to(file)
    (tmp_path / "b/z").hardlink_to(file)
    (tmp_path / "b/link").symlink_to(tmp_path / "a")
    scales, own = Scales(), [size_of(tmp_path / name) for name in ("a", "b", "b/link")]
    assert Weight(size_of(file) + own[0], 2) == scales.weigh(str(tmp_path / "a"))
    assert Weight(own[1] + own[2], 2) == scales.weigh(str(tmp_path / "b"))
    assert Weight(0, 1) == scales.weigh(str(file))


def test_what_is_gone_weighs_nothing(tmp_path: Path) -> None:
    """As what cannot be looked at."""
    assert Weight(0, 0) == Scales().weigh(str(tmp_path / "none"))
