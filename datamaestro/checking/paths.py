"""Rules about where files are put."""

from __future__ import annotations

import re
from itertools import combinations
from typing import TYPE_CHECKING

from datamaestro.checking.rules import Found, rule
from datamaestro_hookspecs.cards import NOWHERE, WHOLE

if TYPE_CHECKING:
    from collections.abc import Iterator

    from datamaestro.checking.subjects import Subject
    from datamaestro_hookspecs.cards import ResourceCard

RESERVED = re.compile(r"(con|prn|aux|nul|com[0-9]|lpt[0-9])(\..*)?", re.IGNORECASE)
"""Names that Windows keeps for devices."""

LONGEST = 255
"""Bytes of a name, on nearly all file systems."""


@rule("error")
def path_twice(subject: Subject) -> Iterator[Found]:
    """Two files have the same place, so one would replace the other."""
    for one, other in _pairs(subject):
        if one.path == other.path:
            yield Found(f"its place {other.path} is also that of {one.name}", other.name)


@rule("error")
def path_below_file(subject: Subject) -> Iterator[Found]:
    """A file's place is below that of another, which is no folder."""
    for pair in _pairs(subject):
        for one, other in (pair, pair[::-1]):
            if one.folder is False and other.path.startswith(f"{one.path}/"):
                yield Found(f"its place {other.path} is below the file {one.name}", other.name)


@rule("warning")
def path_case(subject: Subject) -> Iterator[Found]:
    """Two places differ in case alone, which is the same place on many a file system."""
    for one, other in _pairs(subject):
        if one.path != other.path and one.path.lower() == other.path.lower():
            yield Found(f"{other.path} differs in case alone from {one.path}", other.name)


@rule("warning")
def path_portable(subject: Subject) -> Iterator[Found]:
    """A file's name is not possible on every file system."""
    for resource in subject.card.resources:
        if resource.path not in (NOWHERE, WHOLE):
            for name in resource.path.split("/"):
                if problem := fault_of(name):
                    yield Found(f"{name!r} {problem}", resource.name)


def fault_of(name: str) -> str:
    """Return what is wrong with a file's name; nothing where it is possible everywhere."""
    if found := re.search(r"[<>:\"|?*\\\x00-\x1f]", name):
        return f"has {found[0]!r} in it"
    if name.endswith((".", " ")):
        return "ends in a dot or a space"
    if RESERVED.fullmatch(name):
        return "is a device's name on Windows"
    if len(name.encode(errors="surrogateescape")) > LONGEST:
        return f"is longer than {LONGEST} bytes"
    return ""


def _pairs(subject: Subject) -> Iterator[tuple[ResourceCard, ResourceCard]]:
    """Iterate over each two resources that have a place."""
    return combinations((one for one in subject.card.resources if one.path != NOWHERE), 2)


RULES = (path_twice, path_below_file, path_case, path_portable)
