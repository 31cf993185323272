"""Rules about the type of the data, and the object that is built."""

from __future__ import annotations

import pkgutil
from typing import TYPE_CHECKING

from datamaestro.checking.rules import Found, rule
from datamaestro.data.parts import walk
from datamaestro.errors import PluginError
from datamaestro.plugins.serving import ancestors

if TYPE_CHECKING:
    from collections.abc import Iterator

    from datamaestro.checking.subjects import Subject

ANY = "datamaestro.data:Base"
"""The type that says nothing."""


@rule("warning")
def no_type(subject: Subject) -> Iterator[Found]:
    """It does not say what type its data have, so nobody knows how to use them."""
    if not subject.card.types or subject.card.types[0] == ANY:
        yield Found("it does not say what type its data have")


@rule("error")
def type_missing(subject: Subject) -> Iterator[Found]:
    """The type of its data is not there, so nobody else can use it."""
    for name in subject.card.types[:1]:
        try:
            pkgutil.resolve_name(name)
        except (ImportError, AttributeError, ValueError) as error:
            yield Found(f"its type {name} cannot be imported: {error}")


@rule("error")
def build_fails(subject: Subject) -> Iterator[Found]:
    """Its data object cannot be built, or is not of the declared type."""
    if subject.failure:
        yield Found(subject.failure)


@rule("error")
def other_type(subject: Subject) -> Iterator[Found]:
    """Its data object is not of the type on its card."""
    declared = subject.card.types[:1]
    if subject.data is not None and declared:
        found = ancestors(type(subject.data))
        if declared[0] not in found:
            yield Found(f"its data are of the type {found[0]}, and not {declared[0]}")


@rule("error")
def reader_fails(subject: Subject) -> Iterator[Found]:
    """The plugin that reads the data does not work, or two want to."""
    kinds = {type(part): None for _, part in walk(subject.data)}
    for kind in kinds:
        try:
            subject.plugins.datatype(kind)
        except PluginError as error:
            yield Found(str(error))


RULES = (no_type, type_missing, build_fails, other_type, reader_fails)
