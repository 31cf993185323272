"""The resources on a card: where each file comes from, and what is done to it, as plain values."""

from __future__ import annotations

import hashlib
import re
from functools import cache
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from attrs import field, frozen

from datamaestro_hookspecs.errors import DefinitionError
from datamaestro_hookspecs.places import NOWHERE, WHOLE, is_inside

if TYPE_CHECKING:
    from collections.abc import Mapping

    from attrs import Attribute

Option = str | int | float | bool | tuple[str, ...] | None

EXPAND, UNPACK = "expand", "unpack"
"""Transformations that are found by name and content: of a compressed file, of an archive."""

SELECTING = ("files", "subpath", "strip")
"""Options of each transformation that unpacks: which members are taken, and under which names."""


@frozen
class Transform:
    """One named transformation, such as ``gunzip``.

    What stands after one that unpacks is done to each of the archive's files.

    Args:
        name: of a Transformer or Unpacker record; or :data:`EXPAND`, which expands what is
            compressed and leaves everything else; or :data:`UNPACK`, for any archive.
        options: what it is told. Those of :data:`SELECTING` go to whatever unpacks: ``files`` are
            names or patterns, in which ``*`` stands for all but slashes and ``**`` for all; of
            ``subpath`` only what is below it is taken, without that path; ``strip`` is the number
            of folders that each name loses then.
    """

    name: str
    options: Mapping[str, Option] = field(factory=dict)


def _positive(limits: Limits, attribute: Attribute[Any], value: object) -> None:
    if value is not None and not (isinstance(value, int | float) and value > 0):
        raise DefinitionError(f"max_{attribute.name} {value!r} is not a number above 0")


@frozen
class Limits:
    """How far a file may expand; beyond that it is refused.

    Args:
        members: of archives, in all.
        size: bytes of the result.
        ratio: bytes that it expands to for each byte that arrives; up to :data:`HARMLESS` bytes
            it does not matter.
    """

    members: int | None = field(default=10_000_000, validator=_positive)
    size: int | None = field(default=None, validator=_positive)
    ratio: float | None = field(default=200.0, validator=_positive)


HARMLESS = 1 << 28
"""Bytes to which anything may expand."""


def _digests(given: Mapping[str, str]) -> dict[str, str]:
    """Return digests in lower case, each as long as its algorithm makes it."""
    found: dict[str, str] = {}
    for algorithm, value in given.items():
        try:
            length = _digits(algorithm)
        except (ValueError, TypeError) as error:
            raise DefinitionError(f"{algorithm!r} is not a digest that hashlib knows") from error
        if not length or not re.fullmatch(rf"[0-9a-fA-F]{{{length}}}", str(value)):
            raise DefinitionError(
                f"{value!r} is not a {algorithm} digest ({length} hexadecimal digits)"
            )
        found[algorithm] = value.lower()
    return found


@cache
def _digits(algorithm: str) -> int:
    """Return how many hexadecimal digits an algorithm's digests have; 0: any number."""
    return 2 * hashlib.new(algorithm, usedforsecurity=False).digest_size


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
        process: whether it is called in a process of its own, as ``function(output, *inputs)``.
        resumes: whether it goes on with what it left when it was interrupted.
    """

    function: str
    version: str
    process: bool = False
    resumes: bool = False


@frozen
class ResourceCard:
    """One named file or folder of a data set, and how it is made.

    Either ``source``, ``derivation`` or ``reference`` says where it comes from.

    Args:
        name: unique within the data set.
        path: of the result, below the data set's folder, with forward slashes; of a folder,
            :data:`WHOLE` for the data set's folder itself; :data:`NOWHERE` where it has no file.
        source: where its bytes come from.
        transforms: applied to the bytes in this order; None: chosen by the URL's suffix. What they
            make of several members is joined to one file, or is the content of one folder.
        derivation: the function that makes it from ``inputs``.
        reference: the data set, ``id@repository``, for which it stands.
        part: of that data set, where it stands for a datum inside of it.
        inputs: names of the resources it is made from.
        after: names of resources that are made first, although it is not made from them.
        digests: of the result.
        either: digests that may be those of the published file or of the result.
        transient: removed as soon as everything made from it is there; of a reference: brought to
            disk only for what is made from it.
        folder: whether the result is a folder; None: as it is made.
        links: whether the result is a symbolic link to what is elsewhere, or a folder of them.
        datafolders: names of the user's folders in which it is looked for.
        unwrap: whether a single folder, with nothing beside it, gives way to what is in it.
        limits: how far what arrives may expand.
        problem: what is wrong with its definition, where that matters only when it is made.
    """

    name: str
    path: str
    source: Source | None = None
    transforms: tuple[Transform, ...] | None = None
    derivation: Derivation | None = None
    reference: str = ""
    part: str = ""
    inputs: tuple[str, ...] = ()
    after: tuple[str, ...] = ()
    digests: Mapping[str, str] = field(factory=dict, converter=_digests)
    either: Mapping[str, str] = field(factory=dict, converter=_digests)
    transient: bool = False
    folder: bool | None = False
    links: bool = False
    datafolders: tuple[str, ...] = ()
    unwrap: bool = False
    limits: Limits = field(factory=Limits)
    problem: str = ""

    @property
    def label(self) -> str:
        """What its own files elsewhere are called: its path, or else its name."""
        return self.name if self.path in (WHOLE, NOWHERE) else self.path

    def __attrs_post_init__(self) -> None:
        if not isinstance(self.path, str) or not (self._has_own_place or is_inside(self.path)):
            raise DefinitionError(
                f"resource {self.name}: {self.path!r} is not a path below the data set's folder"
            )
        if sum(map(bool, (self.source, self.derivation, self.reference))) != 1:
            raise DefinitionError(
                f"resource {self.name}: needs a source, a derivation or a reference, and only one"
            )

    @property
    def _has_own_place(self) -> bool:
        """Whether its path is none below the data set's folder, and may be so."""
        whole = self.path == WHOLE and self.folder is not False
        return whole or (self.path == NOWHERE and self.source is None)
