"""Types for data sets of the Hugging Face Hub."""

from __future__ import annotations

import importlib.util

import pytest

from datamaestro.data import huggingface
from datamaestro.errors import PluginError


def test_other_names_are_not_there() -> None:
    """Nor do names with an underscore load plugins."""
    for name in ("Other", "_other"):
        with pytest.raises(AttributeError, match=f"has no attribute '{name}'"):
            getattr(huggingface, name)


@pytest.mark.skipif(
    importlib.util.find_spec("experimaestro") is not None, reason="experimaestro is installed"
)
def test_the_task_says_what_it_needs() -> None:
    """Where experimaestro is not installed."""
    with pytest.raises(PluginError, match="experimaestro is not installed"):
        huggingface.FlattenAndShuffleDataset  # noqa: B018
