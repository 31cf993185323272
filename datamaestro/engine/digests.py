"""Digests: computed while bytes pass, and compared with what is declared."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

from attrs import frozen

from datamaestro.errors import DigestMismatch

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from datamaestro_hookspecs.cards import ResourceCard, Source

ALWAYS = "sha256"


class Digester:
    """Computes SHA-256 and any other digests of what passes."""

    def __init__(self, algorithms: Iterable[str] = ()) -> None:
        self._hashes = {
            algorithm: hashlib.new(algorithm, usedforsecurity=False)
            for algorithm in {ALWAYS, *algorithms}
        }

    def update(self, block: memoryview) -> None:
        """Take the next bytes."""
        for state in self._hashes.values():
            state.update(block)

    def result(self) -> dict[str, str]:
        """Return the digests so far, hexadecimal, by algorithm."""
        return {algorithm: state.hexdigest() for algorithm, state in self._hashes.items()}


@frozen
class Found:
    """The digests of the published file and of the result; the same where nothing changed it."""

    published: Mapping[str, str]
    result: Mapping[str, str]


def check_digests(resource: ResourceCard, url: str, found: Found) -> None:
    """Compare digests with what is declared.

    Raises:
        DigestMismatch: one differs.
    """
    if resource.source is not None:
        check_published(resource.source, url, found)
    _compare(url, resource.digests, found.result, result=found.result is not found.published)
    for algorithm, expected in resource.either.items():
        if expected not in (found.published[algorithm], found.result.get(algorithm)):
            raise DigestMismatch(url, algorithm, expected, found.published[algorithm])


def check_published(source: Source, url: str, found: Found) -> None:
    """Compare digests of the published file with what is declared of it.

    Raises:
        DigestMismatch: one differs.
    """
    _compare(url, source.digests, found.published)


def _compare(
    url: str, declared: Mapping[str, str], found: Mapping[str, str], *, result: bool = False
) -> None:
    for algorithm, expected in declared.items():
        if found[algorithm] != expected:
            raise DigestMismatch(url, algorithm, expected, found[algorithm], result=result)
