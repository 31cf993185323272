"""The card: what a definition says about a data set, as plain, serialisable values.

Everything that lists, searches or plans reads cards; only building the data needs the
definition's Python code.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Protocol, runtime_checkable

from attrs import field, frozen

from datamaestro_hookspecs.errors import DefinitionError
from datamaestro_hookspecs.places import NOWHERE, WHOLE, is_inside
from datamaestro_hookspecs.resources import (
    EXPAND,
    SELECTING,
    UNPACK,
    ByHand,
    Derivation,
    Limits,
    Option,
    ResourceCard,
    Source,
    Transform,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

    from attrs import Attribute

__all__ = [
    "EXPAND",
    "ID",
    "NOWHERE",
    "SELECTING",
    "UNPACK",
    "WHOLE",
    "AxisCard",
    "ByHand",
    "Card",
    "Definition",
    "Derivation",
    "Limits",
    "Option",
    "ResourceCard",
    "Source",
    "Terms",
    "Transform",
    "is_inside",
]

ID = r"[\w-]+(\.[\w-]+)*"
"""The form of an id, as a regular expression: words joined by dots."""


def _name_of(pattern: str, what: str) -> Callable[[Card, Attribute[str], str], None]:
    def check(card: Card, attribute: Attribute[str], value: str) -> None:
        if not re.fullmatch(pattern, value):
            raise DefinitionError(f"{attribute.name} {value!r} is not {what}")

    return check


@frozen
class Terms:
    """What a user has to accept before a data set is fetched.

    Args:
        id: under which the acceptance is recorded, once for all data sets with these terms.
        message: what is to be accepted.
    """

    id: str
    message: str


@frozen
class AxisCard:
    """What tells the variants of a family apart, in texts as they stand in a selector.

    Args:
        name: of the axis.
        values: that it may have; None: any of its type.
        type: of its values, in a word, such as ``int``; empty where it does not matter.
        default: the value where none is chosen; None: one has to be chosen.
        description: one line or more.
        in_id: whether it tells data apart, and stands in ids.
    """

    name: str
    values: tuple[str, ...] | None = None
    type: str = ""
    default: str | None = None
    description: str = ""
    in_id: bool = True

    @property
    def expected(self) -> str:
        """What may be chosen, in words."""
        said = f"any {self.type or 'text'}" if self.values is None else ", ".join(self.values)
        return said if self.default is None else f"{said}; else {self.default}"


@frozen
class Card:
    """What is declared about one data set.

    Args:
        id: qualified name, such as ``com.lecun.mnist``.
        repository: name of the repository that defines it.
        name: one line.
        description: any number of lines.
        url: where it is published.
        homepage: the page of what it comes from, where that is another one.
        tags: sorted.
        tasks: sorted.
        types: the type of its data and that type's ancestors, as ``module:QualifiedName``; then
            what these are called in dialects, where that is something else.
        license: SPDX identifier, or the publisher's words.
        citation: BibTeX.
        doi: of the data set, without ``https://doi.org/``.
        resources: its files, and the data sets that it is made of.
        aliases: other ids of it, sorted.
        terms: what a user has to accept first.
        version: as its publisher calls it.
        timestamp: of the version, of data that change.
        languages: of its texts, as BCP 47 tags such as ``en``, sorted.
        axes: of a family, in the order of their declaration.
        size: bytes of all its files, as its author says; None where that is unknown.
    """

    id: str = field(validator=_name_of(ID, "words joined by dots"))
    repository: str = field(validator=_name_of(r"[\w-]+", "a word"))
    name: str = ""
    description: str = ""
    url: str = ""
    homepage: str = ""
    tags: tuple[str, ...] = ()
    tasks: tuple[str, ...] = ()
    types: tuple[str, ...] = ()
    license: str = ""
    citation: str = ""
    doi: str = ""
    resources: tuple[ResourceCard, ...] = ()
    aliases: tuple[str, ...] = ()
    terms: tuple[Terms, ...] = ()
    version: str = ""
    timestamp: str = ""
    languages: tuple[str, ...] = ()
    axes: tuple[AxisCard, ...] = ()
    size: int | None = None

    @property
    def identity(self) -> str:
        """The full name, ``id@repository``, accepted wherever an id is."""
        return f"{self.id}@{self.repository}"

    @property
    def type_name(self) -> str:
        """The short name of the data's type, such as ``ImageClassification``."""
        return self.types[0].rpartition(":")[2] if self.types else "?"


@runtime_checkable
class Definition(Protocol):
    """A declared data set: its card, and the code that only its author can write."""

    @property
    def card(self) -> Card:
        """What is declared about it."""

    def build(self, paths: Mapping[str, Path]) -> object:
        """Return the data object, given the final path of each resource by name.

        The files need not be there yet.
        """

    def derive(self, resource: str, output: Path, inputs: Mapping[str, Path]) -> None:
        """Make a derived resource: write it to ``output``, reading the paths of its inputs."""
