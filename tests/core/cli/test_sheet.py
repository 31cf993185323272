"""What is shown of a data set, at any width."""

import json

import pytest
from attrs import evolve

from datamaestro.cli.described import described
from datamaestro.cli.known import Known
from datamaestro.cli.sheet import sheet
from datamaestro.cli.table import BOLD, PLAIN, columns
from datamaestro.index.documents import card_to_json
from datamaestro.index.facts import completed
from datamaestro.settings import load_settings
from datamaestro.store.layout import Store
from datamaestro_hookspecs.cards import (
    AxisCard,
    ByHand,
    Card,
    Derivation,
    ResourceCard,
    Source,
    Terms,
)

HOSTILE = (
    "a \x1b[31mred\x1b[0m \u202e name that goes on for very much longer than a line 数据集 " * 3
)

CARD = Card(
    id="org.example.one",
    repository="acme",
    name=HOSTILE,
    description=HOSTILE,
    url="https://example.org/" + "a" * 300,
    tags=("one", HOSTILE),
    types=("acme.data:Corpus", "dialect.name"),
    license=HOSTILE,
    citation="@misc{one,\n  title = {\x1b]0;x\x07}\n}",
    terms=(Terms("terms", HOSTILE),),
    axes=(AxisCard("axis", values=("a", HOSTILE), default="a"),),
    resources=(
        ResourceCard("whole", "whole", Source(("https://example.org",), size=1000), folder=True),
        ResourceCard("hand", "hand", Source((), by_hand=ByHand("a licence"))),
        ResourceCard("made", "made", derivation=Derivation("a:b", "1"), inputs=("raw",)),
        ResourceCard("raw", "raw", Source(("https://example.org",)), transient=True),
    ),
)


def lines(width: int | None) -> list[str]:
    """Return the lines that show the card."""
    facts = completed(json.loads(card_to_json(CARD)))
    one = Known(facts, CARD.identity, "", {})
    return list(sheet(described(one, Store(load_settings().directory)), width))


@pytest.mark.parametrize("width", [20, 60, 200])
def test_each_line_fits(width: int) -> None:
    """Whatever the card says."""
    shown = [line.removeprefix(BOLD).removesuffix(PLAIN) for line in lines(width)]
    assert [] == [line for line in shown if columns(line) > max(width, 28)]
    assert [] == [line for line in shown if not line.isprintable()]


def test_headings_are_bold_only_on_a_terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    """And where colours are wanted."""
    assert any(BOLD in line for line in lines(80))
    assert not any(BOLD in line for line in lines(None))
    monkeypatch.setenv("NO_COLOR", "1")
    assert not any(BOLD in line for line in lines(80))


def test_all_values_of_an_axis_are_shown() -> None:
    """However many there are."""
    domain = ", ".join(map(str, range(100)))
    axis = AxisCard("number", values=tuple(map(str, range(100))), default="1")
    facts = completed(json.loads(card_to_json(evolve(CARD, axes=(axis,)))))
    one = Known(facts, CARD.identity, "", {})
    shown = " ".join(sheet(described(one, Store(load_settings().directory)), 60))
    assert f"number {domain} (else 1)" in " ".join(shown.split())


def test_types_of_a_dialect_are_told_apart() -> None:
    """They are names for what stands there already."""
    shown = lines(None)
    assert "Type        Corpus (acme.data)" in shown
    assert "Also called dialect.name" in shown
    assert not any(line.startswith("Ancestors") for line in shown)


def test_files_are_told_by_what_they_are_made_of() -> None:
    """Downloaded, fetched by a person, made here, or not kept."""
    shown = lines(None)
    start = next(number for number, line in enumerate(shown) if line.startswith("File"))
    assert [
        "File    Download               On disk",
        "whole/  1.0 kB                 no",
        "hand    size unknown, by hand  no",
        "made    made here              no",
        "raw     size unknown           not kept",
    ] == shown[start : start + 5]
    assert "Download    at least 1.0 kB" in shown
