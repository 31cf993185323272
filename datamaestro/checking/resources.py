"""Rules about what is said of files, and what is done to them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from datamaestro.checking.rules import Found, rule
from datamaestro.engine.choosing import chosen_transforms
from datamaestro.errors import DefinitionError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from datamaestro.checking.subjects import Subject
    from datamaestro_hookspecs.cards import ResourceCard


@rule("error")
def resource_fails(subject: Subject) -> Iterator[Found]:
    """What is declared of a file cannot be understood, so that it cannot be made."""
    for resource in subject.card.resources:
        if resource.problem:
            yield Found(resource.problem, resource.name)


@rule("error")
def transform_fails(subject: Subject) -> Iterator[Found]:
    """No plugin does what is to be done to a file, or not with these options."""
    for resource in _published(subject):
        try:
            chosen_transforms(resource, {}, subject.plugins)
        except DefinitionError as error:
            yield Found(str(error), resource.name)


@rule("warning")
def no_digest(subject: Subject) -> Iterator[Found]:
    """A published file has no digest, so nobody notices when it is damaged or changed."""
    for resource in _published(subject):
        source = resource.source
        if source and not {**source.digests, **resource.digests, **resource.either}:
            yield Found("it has no digest, such as sha256=", resource.name)


@rule("warning")
def no_size(subject: Subject) -> Iterator[Found]:
    """A published file has no size, so nobody knows beforehand what it takes."""
    for resource in _published(subject):
        if resource.source and resource.source.size is None:
            yield Found("it has no size=", resource.name)


def _published(subject: Subject) -> Iterator[ResourceCard]:
    """Iterate over the resources that are published somewhere, and declared well enough."""
    return (one for one in subject.card.resources if one.source and not one.problem)


RULES = (resource_fails, transform_fails, no_digest, no_size)
