"""What the files of a data set are together."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from datamaestro.store import totals
from datamaestro.store.manifest import FileFacts, read_sidecar, write_sidecar
from datamaestro.store.totals import Totals, totals_of

ODD = ['a", "size": 7, "mtime_ns": 1', "a\nb", "ä", "\\", 'a\\", "size": 7, "mtime_ns": 8, "']


def test_links_count_as_files(tmp_path: Path) -> None:
    """They have no bytes."""
    path = tmp_path / "x"
    assert Totals() == totals_of(path)
    write_sidecar(path, [])
    assert Totals() == totals_of(path)
    write_sidecar(path, [FileFacts("a", 3, 0, "00"), FileFacts("b", 0, 0, "", "a")])
    assert Totals(2, 3) == totals_of(path)


@pytest.mark.parametrize("block", [1, 64, 1 << 20])
def test_names_do_not_mislead(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, block: int) -> None:
    """Whatever stands in them, and wherever a block ends."""
    monkeypatch.setattr(totals, "BLOCK", block)
    facts = [FileFacts(name, 10**number, number, "00") for number, name in enumerate(ODD)]
    write_sidecar(tmp_path / "x", facts)
    assert Totals(5, 11_111) == totals_of(tmp_path / "x")


@given(st.data())
def test_damage_is_counted_as_it_is_read(data: st.DataObject) -> None:
    """What is left of the lines is what reading them gives."""
    from tempfile import TemporaryDirectory

    with TemporaryDirectory() as folder:
        path = Path(folder, "x")
        write_sidecar(path, [FileFacts(name, 100, 1, "00") for name in "abc"])
        content = bytearray(path.read_bytes())
        place = data.draw(st.integers(0, len(content) - 1))
        content[place] = data.draw(st.integers(0, 255))
        path.write_bytes(content[: data.draw(st.integers(0, len(content)))])
        facts = read_sidecar(path).values()
        assert len(facts) <= totals_of(path).files
