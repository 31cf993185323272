"""The card: what a definition says about a data set, as plain, serialisable values.

Everything that lists, searches or plans reads cards; only building the data needs the
definition's Python code.
"""

from __future__ import annotations

import hashlib
import re
from typing import TYPE_CHECKING, Protocol, runtime_checkable
from urllib.parse import urlsplit

from attrs import field, frozen

from datamaestro_hookspecs.errors import DefinitionError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

    from attrs import Attribute

ID = r"[\w-]+(\.[\w-]+)*"
"""The form of an id, as a regular expression: words joined by dots."""

Option = str | int | float | bool | None


@frozen
class Transform:
    """One named transformation of a stream, such as ``gunzip``.

    Args:
        name: name of a Transformer record.
        options: what the transformer is told.
    """

    name: str
    options: Mapping[str, Option] = field(factory=dict)


def _digests(given: Mapping[str, str]) -> dict[str, str]:
    """Return digests in lower case, each as long as its algorithm makes it."""
    found: dict[str, str] = {}
    for algorithm, value in given.items():
        try:
            length = 2 * hashlib.new(algorithm, usedforsecurity=False).digest_size
        except (ValueError, TypeError) as error:
            raise DefinitionError(f"{algorithm!r} is not a digest that hashlib knows") from error
        if not length or not re.fullmatch(rf"[0-9a-fA-F]{{{length}}}", str(value)):
            raise DefinitionError(
                f"{value!r} is not a {algorithm} digest ({length} hexadecimal digits)"
            )
        found[algorithm] = value.lower()
    return found


def _is_url(value: object) -> bool:
    try:
        return isinstance(value, str) and bool(urlsplit(value).scheme)
    except ValueError:
        return False


@frozen
class ByHand:
    """What a person does to get a file that cannot be downloaded.

    Args:
        why: it cannot be downloaded, and what is to be done, in one line.
        page: URL of the page where it is to be had; empty where there is none.
    """

    why: str
    page: str = ""


@frozen
class Source:
    """Where the bytes of a resource come from.

    Args:
        urls: in order of preference; at least one, unless it is fetched by hand.
        size: in bytes, of the file as it is published.
        digests: of the file as it is published; algorithm (as hashlib names it) to hexadecimal.
        by_hand: how a person gets it, where it cannot be downloaded.
    """

    urls: tuple[str, ...]
    size: int | None = None
    digests: Mapping[str, str] = field(factory=dict, converter=_digests)
    by_hand: ByHand | None = None

    def __attrs_post_init__(self) -> None:
        if isinstance(self.urls, str) or not (self.urls or self.by_hand):
            raise DefinitionError("a source needs at least one URL, in a tuple")
        for url in self.urls:
            if not _is_url(url):
                raise DefinitionError(f"{url!r} is not a URL (scheme:...)")
        if self.size is not None and (not isinstance(self.size, int) or self.size < 0):
            raise DefinitionError(f"size {self.size!r} is not a number of bytes")


@frozen
class Derivation:
    """The Python function that makes a resource from others.

    Args:
        function: dotted path, ``package.module:name``; documentation, and part of the recipe.
        version: changed by the author when the function's result changes.
    """

    function: str
    version: str


def is_inside(path: str) -> bool:
    """Return whether a relative path with forward slashes stays below where it begins."""
    return "\0" not in path and not any(part in ("", ".", "..") for part in path.split("/"))


def _relative(card: ResourceCard, attribute: object, value: str) -> None:
    if not isinstance(value, str) or not is_inside(value):
        raise DefinitionError(
            f"resource {card.name}: {value!r} is not a path below the data set's folder"
        )


@frozen
class ResourceCard:
    """One named file of a data set, and how it is made.

    Either ``source`` or ``derivation`` says where it comes from.

    Args:
        name: unique within the data set.
        path: of the result, below the data set's folder, with forward slashes.
        source: where its bytes come from.
        transforms: applied to the bytes in this order; None: chosen by the URL's suffix.
        derivation: the function that makes it from ``inputs``.
        inputs: names of the resources it is made from.
        digests: of the result.
        either: digests that may be those of the published file or of the result.
        transient: removed as soon as everything made from it is there.
    """

    name: str
    path: str = field(validator=_relative)
    source: Source | None = None
    transforms: tuple[Transform, ...] | None = None
    derivation: Derivation | None = None
    inputs: tuple[str, ...] = ()
    digests: Mapping[str, str] = field(factory=dict, converter=_digests)
    either: Mapping[str, str] = field(factory=dict, converter=_digests)
    transient: bool = False

    def __attrs_post_init__(self) -> None:
        if (self.source is None) == (self.derivation is None):
            raise DefinitionError(f"resource {self.name}: needs a source or a derivation, not both")


def _name_of(pattern: str, what: str) -> Callable[[Card, Attribute[str], str], None]:
    def check(card: Card, attribute: Attribute[str], value: str) -> None:
        if not re.fullmatch(pattern, value):
            raise DefinitionError(f"{attribute.name} {value!r} is not {what}")

    return check


@frozen
class Card:
    """What is declared about one data set.

    Args:
        id: qualified name, such as ``com.lecun.mnist``.
        repository: name of the repository that defines it.
        name: one line.
        description: any number of lines.
        url: its home page.
        tags: sorted.
        tasks: sorted.
        types: the type of its data and that type's ancestors, as ``module:QualifiedName``.
        license: SPDX identifier, or the publisher's words.
        citation: BibTeX.
        doi: of the data set, without ``https://doi.org/``.
        resources: its files.
    """

    id: str = field(validator=_name_of(ID, "words joined by dots"))
    repository: str = field(validator=_name_of(r"[\w-]+", "a word"))
    name: str = ""
    description: str = ""
    url: str = ""
    tags: tuple[str, ...] = ()
    tasks: tuple[str, ...] = ()
    types: tuple[str, ...] = ()
    license: str = ""
    citation: str = ""
    doi: str = ""
    resources: tuple[ResourceCard, ...] = ()

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
