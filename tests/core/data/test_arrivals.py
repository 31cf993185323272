"""What is called as soon as a package has been imported."""

from __future__ import annotations

import importlib
import importlib.util
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from datamaestro.data import arrivals


@pytest.fixture(autouse=True)
def heard(site: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[list[str]]:
    """Return what has been called for the package ``arriving``."""
    (site / "arriving.py").write_text("WORD = 'here'\n")
    (site / "listening.py").write_text(
        "import sys\ncalls = []\ndef hear():\n    calls.append(sys.modules['arriving'].WORD)\n"
    )
    monkeypatch.setattr(arrivals, "WHEN_IMPORTED", {"arriving": "listening:hear"})
    finders = list(sys.meta_path)
    calls: list[str] = importlib.import_module("listening").calls
    yield calls
    sys.meta_path[:] = finders


def test_a_package_that_is_there_is_heard_at_once(heard: list[str]) -> None:
    """Whatever has been imported first."""
    importlib.import_module("arriving")
    arrivals.watch()
    assert ["here"] == heard


def test_a_package_that_comes_is_heard_once(heard: list[str]) -> None:
    """When all of it is there."""
    arrivals.watch()
    assert [] == heard
    importlib.import_module("arriving")
    importlib.reload(sys.modules["arriving"])
    assert ["here"] == heard


def test_a_package_that_was_only_looked_for_is_heard_when_it_comes(heard: list[str]) -> None:
    """Programs ask whether it is installed, often long before they import it."""
    arrivals.watch()
    assert importlib.util.find_spec("arriving") is not None
    assert [] == heard
    importlib.import_module("arriving")
    assert ["here"] == heard


def test_a_package_that_is_not_installed_is_missing_as_ever(site: Path, heard: list[str]) -> None:
    """And nothing is called."""
    (site / "arriving.py").unlink()
    arrivals.watch()
    with pytest.raises(ModuleNotFoundError, match="arriving"):
        importlib.import_module("arriving")
    assert [] == heard


def test_a_package_of_another_version_can_be_imported(site: Path) -> None:
    """Though who listens needs what it does not have."""
    (site / "listening.py").write_text("from arriving import other\n")
    del sys.modules["listening"]
    arrivals.watch()
    assert "here" == importlib.import_module("arriving").WORD
