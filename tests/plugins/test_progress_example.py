"""The display that the documentation shows to authors of plugins."""

from pathlib import Path
from typing import Any

import pytest

from datamaestro_hookspecs.events import (
    Event,
    ResourceReady,
    RunEnded,
    RunStarted,
    TransferAdvanced,
    TransferEnded,
    TransferStarted,
)

PAGE = Path(__file__).parents[2] / "docs" / "hooks.md"
URL = "https://example.org/a"


@pytest.fixture
def example() -> dict[str, Any]:
    """Return what the last example of the page defines."""
    source = PAGE.read_text().rpartition("```python\n")[2].partition("```")[0]
    names: dict[str, Any] = {}
    exec(source, names)
    return names


def test_the_example_counts_as_the_page_says(example: dict[str, Any]) -> None:
    """Tries are not added up, and the end of one run is not that of another."""
    told: list[tuple[str, float | None]] = []
    shares = example["Shares"](lambda *share: told.append(share))
    events: list[Event] = [
        RunStarted("x@y", 2, 1_000),
        RunStarted("z@y", 1, None),
        TransferStarted("x@y", "a", URL, 600, received=100),
        TransferAdvanced("x@y", "a", 600),
        TransferStarted("z@y", "a", URL, None),
        TransferStarted("x@y", "b", URL, 400),
        TransferEnded("x@y", "b", 200, "broken"),
        TransferStarted("x@y", "b", URL, 400),
        RunEnded("z@y"),
        ResourceReady("x@y", "a", "/data/a"),
        RunEnded("x@y"),
        TransferAdvanced("x@y", "b", 400),
    ]
    for event in events:
        shares.show(event)
    assert [0, 0.1, 0.6, 0.6, 0.8, 0.6, 0.6] == [share for name, share in told if name == "x@y"]
    assert [None, None] == [share for name, share in told if name == "z@y"]


def test_the_example_is_a_plugin(example: dict[str, Any]) -> None:
    """Its hook takes any event."""
    example["datamaestro_event"](RunStarted("x@y", 1, None))
    assert {"x@y": None} == example["SHARES"].sizes
