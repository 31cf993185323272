"""How files and folders get to another place."""

from pathlib import Path

import pytest

from datamaestro.store.renaming import move_away, rename_once


def test_a_folder_is_moved_where_nothing_is(tmp_path: Path) -> None:
    """Or an empty folder; anything else stays, and so does what was to be moved."""
    for place in ("new", "empty"):
        (tmp_path / "scratch").mkdir()
        (tmp_path / "scratch/a").write_text("content")
        (tmp_path / "empty").mkdir(exist_ok=True)
        assert rename_once(tmp_path / "scratch", tmp_path / place)
        assert (tmp_path / place / "a").is_file()
    (tmp_path / "file").touch()
    (tmp_path / "link").symlink_to("new")
    for place in ("file", "link", "new"):
        assert not rename_once(tmp_path / "empty", tmp_path / place)
    assert (tmp_path / "link").is_symlink()
    assert (tmp_path / "empty/a").is_file()
    with pytest.raises(FileNotFoundError):
        rename_once(tmp_path / "none", tmp_path / "other")


def test_what_is_in_the_way_is_moved_beside_a_scratch_place(tmp_path: Path) -> None:
    """Whatever it is; where nothing is, that is all right, too."""
    (tmp_path / "made").mkdir()
    (tmp_path / "link").symlink_to("nowhere")
    aside = move_away(tmp_path / "link", tmp_path / "made/x")
    assert aside is not None
    assert (tmp_path / "made", True) == (aside.parent, aside.is_symlink())
    assert move_away(tmp_path / "link", tmp_path / "made/x") is None
