"""Hostile archives: what a careful unpacker refuses, or unpacks in just one way.

::

    import pytest
    from datamaestro.testing.hostile import Hostile, hostile_tars

    @pytest.mark.parametrize("case", hostile_tars(), ids=str)
    def test_hostile_archive_does_no_harm(case: Hostile, tmp_path):
        path, folder = tmp_path / f"archive{case.suffix}", tmp_path / "deep" / "folder"
        case.write(path)
        try:
            unpack(path, folder)
        except MyError:
            assert case.may_be_refused, case.why
            assert not any(tmp_path.joinpath("deep").rglob("*"))  # nothing is left
        else:
            assert case.may_be_kept, case.why
            case.assert_kept(folder)
        assert {"archive" + case.suffix, "deep"} == {each.name for each in tmp_path.iterdir()}

Nothing is stored anywhere; each is made by code when it is asked for. Those that are large are
packed bombs of some megabytes, and are written in less than a few seconds.
"""

from datamaestro.testing.hostile_case import Hostile, Tree, on_disk
from datamaestro.testing.hostile_tars import hostile_tars
from datamaestro.testing.hostile_zips import hostile_zips

__all__ = ["Hostile", "Tree", "hostile_tars", "hostile_zips", "on_disk"]
