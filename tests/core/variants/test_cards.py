"""The axes of a family on its card."""

from __future__ import annotations

from datamaestro.variants import AxesVariants, Axis
from datamaestro.variants.cards import axes_of
from datamaestro_hookspecs.cards import AxisCard


class Corpus(AxesVariants):
    language = Axis(["de", "en"])
    """Of the texts"""

    size = Axis(type=int, default=1000)
    loader = Axis(["fast", None], default=None, in_id=False, description="How it is read")


def test_axes_are_on_the_card_as_they_stand_in_selectors() -> None:
    """In their order, with defaults; None is null, and an open axis has a type."""
    assert axes_of(Corpus()) == (
        AxisCard("language", ("de", "en"), "str", None, "Of the texts"),
        AxisCard("size", None, "int", "1000"),
        AxisCard("loader", ("fast", "null"), "str", "null", "How it is read", in_id=False),
    )


def test_what_may_be_chosen_is_said_in_words() -> None:
    """The values or the type, and the default."""
    assert [axis.expected for axis in axes_of(Corpus())] == [
        "de, en",
        "any int; else 1000",
        "fast, null; else null",
    ]


def test_what_is_no_family_has_no_axes() -> None:
    """Nothing is said, then."""
    assert axes_of(None) == ()
