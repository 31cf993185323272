"""Rules about the data sets that one is made of."""

from __future__ import annotations

from typing import TYPE_CHECKING

from datamaestro.checking.rules import Found, rule
from datamaestro.checking.subjects import Subject
from datamaestro.definitions.part import Part, no_such_part
from datamaestro.errors import DatamaestroError
from datamaestro.reference import resolve

if TYPE_CHECKING:
    from collections.abc import Iterator

    from datamaestro_hookspecs.cards import ResourceCard


@rule("error")
def reference_missing(subject: Subject) -> Iterator[Found]:
    """It is made of a data set that is not there, or of a part that the data set has not."""
    for resource in subject.card.resources:
        if resource.reference and (fault := _fault_of(_named(resource), subject)):
            yield Found(fault, resource.name)


def _named(resource: ResourceCard) -> str:
    """Return what a resource stands for, as a user names it."""
    whole, at, repository = resource.reference.rpartition("@")
    return f"{whole}.{resource.part}{at}{repository}" if resource.part else resource.reference


def _fault_of(reference: str, subject: Subject) -> str:
    """Return why a reference names nothing; nothing where it does."""
    try:
        found = resolve(reference, subject.plugins)
    except DatamaestroError as error:
        return str(error)
    if isinstance(found, Part):
        data = Subject(found.whole, found.card, subject.store, subject.plugins).data
        if data is not None and found.inside(data) is None:
            return str(no_such_part(found, data, lambda _: ()))
    return ""


RULES = (reference_missing,)
