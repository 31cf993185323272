"""The plugin's own data sets."""

from pathlib import Path

import pytest

from datamaestro import prepare_dataset
from datamaestro.testing import check_repository


def test_definitions() -> None:
    """Nothing in them is to be mended."""
    check_repository("example", strict=True)


def test_squares(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The numbers are those that the name promises."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    squares = prepare_dataset("org.example.squares@example", tmp_path / "data")
    assert [number * number for number in range(16)] == squares.data().tolist()
