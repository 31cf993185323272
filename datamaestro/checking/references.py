"""Rules about the data sets that one is made of."""

from __future__ import annotations

from typing import TYPE_CHECKING

from datamaestro.checking.rules import Found, rule
from datamaestro.errors import DatamaestroError
from datamaestro.reference import resolve

if TYPE_CHECKING:
    from collections.abc import Iterator

    from datamaestro.checking.subjects import Subject


@rule("error")
def reference_missing(subject: Subject) -> Iterator[Found]:
    """It is made of a data set that is not there."""
    for resource in subject.card.resources:
        if resource.reference:
            try:
                resolve(resource.reference, subject.plugins)
            except DatamaestroError as error:
                yield Found(str(error), resource.name)


RULES = (reference_missing,)
