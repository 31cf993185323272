"""The variants of a described family: those that were described."""

from __future__ import annotations

from functools import reduce
from operator import or_
from typing import TYPE_CHECKING, Any

from datamaestro.errors import VariantError
from datamaestro.variants.axis import Axis
from datamaestro.variants.kinds import plain
from datamaestro.variants.selector import fragments
from datamaestro.variants.space import AxesVariants, Variants
from datamaestro.variants.wording import listed

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from datamaestro_hookspecs.cards import AxisCard

KINDS: dict[str, type] = {"int": int, "float": float, "bool": bool, "str": str}
"""The types of values that are known anywhere, by what a card calls them."""


class DescribedVariants(Variants):
    """The variants of a family that a description has; their values are texts.

    Args:
        axes: of the family; none where its variants have another scheme.
        described: what is said of each variant.
    """

    def __init__(self, axes: Sequence[AxisCard], described: Sequence[Mapping[str, Any]]) -> None:
        self._described = described
        self._axes = {axis.name: _axis(axis) for axis in axes}
        self._defaults = {
            axis.name: _unquoted(axis.default) for axis in axes if axis.default is not None
        }

    @staticmethod
    def checked(said: Mapping[str, Any]) -> Mapping[str, Any]:
        """Return what is said of a variant, after making sure that it can be that.

        Raises:
            ValueError, TypeError, LookupError: it cannot.
        """
        texts = [said["selector"], *said["chosen"], *said["chosen"].values()]
        if not all(isinstance(text, str) for text in texts) or "data" not in said:
            raise TypeError("a variant is none")
        return said

    def resolve(self, /, **kwargs: Any) -> dict[str, Any]:
        """Return the values of the described variant that is chosen.

        Raises:
            VariantError: it is not described.
        """
        said = {**self._defaults, **kwargs}
        wanted = {name: self._text(name, value) for name, value in said.items()}
        for name in self._axes.keys() - wanted.keys():
            raise VariantError(f"axis {name}: a value has to be chosen", hint=self._there())
        if wanted:
            found = [one for one in self._described if wanted.items() <= one["chosen"].items()]
        else:
            found = [one for one in self._described if one.get("usual")]
        if not found:
            named = ", ".join(f"{name}={text}" for name, text in wanted.items())
            raise VariantError(f"[{named}] is not described here", hint=self._there())
        return dict(found[0]["chosen"])

    def _there(self) -> str:
        there = listed([one["selector"] or "[]" for one in self._described])
        return f"there is {there or 'none'}; others need the package of its repository"

    def parse_selector(self, selector: str) -> dict[str, Any]:
        """Return the texts that a selector gives, by axis."""
        return {one.key: self._text(one.key, one.text) for one in fragments(selector)}

    def format_selector(self, kwargs: dict[str, Any]) -> str:
        """Return the selector of a described variant, as it was where it comes from."""
        chosen = self.resolve(**kwargs)
        selectors = [one["selector"] for one in self._described if one["chosen"] == chosen]
        selector: str = selectors[0]
        return selector

    def enumerate(self) -> Iterator[dict[str, Any]]:
        """Iterate over the values of the variants that are described."""
        return (dict(one["chosen"]) for one in self._described)

    def _text(self, name: str, value: object) -> str:
        """Return the one text of a value; where its axis does not understand it, its own."""
        axis = self._axes.get(name)
        try:
            return plain(axis.canonical(axis.coerce(value)) if axis else value)
        except VariantError:
            return plain(value)


def texts_of(space: Variants, chosen: Mapping[str, Any]) -> dict[str, str]:
    """Return the values of a variant as texts, by axis."""
    axes = space.axes if isinstance(space, AxesVariants) else {}
    return {
        name: plain(axes[name].canonical(value) if name in axes else value)
        for name, value in sorted(chosen.items())
    }


def _axis(card: AxisCard) -> Axis:
    """Return an axis as far as its card tells what it was."""
    kinds = [KINDS[word] for word in card.type.split(" | ") if word in KINDS]
    return Axis(type=reduce(or_, kinds) if kinds else str)


def _unquoted(text: str) -> str:
    """Return the text of a value as it stands in a selector, and so on a card."""
    try:
        return next(fragments(f"axis={text}")).text
    except (VariantError, StopIteration):
        return text
