"""Rules about ids."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from datamaestro.checking.rules import Found, rule
from datamaestro.data.parts import walk
from datamaestro.definitions.naming import CONFIG

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from datamaestro.checking.subjects import Stock, Subject


@rule("error")
def id_twice(stock: Stock) -> Iterator[Found]:
    """Two data sets have one id or alias, so only the first can be had by it."""
    for name, found in _by_name(stock, lambda name: name).items():
        first, *others = found
        for other in others:
            yield Found(
                f"{other.where} has the id {name}, which is {first.where}", id=other.card.id
            )


@rule("warning")
def id_case(stock: Stock) -> Iterator[Found]:
    """Two ids differ in case alone, so their data share a folder where the file system has none."""
    for found in _by_name(stock, str.lower, aliases=False).values():
        ids = sorted({subject.card.id for subject in found})
        for name in ids[1:]:
            yield Found(f"it differs in case alone from {ids[0]}", id=name)


@rule("note")
def id_ambiguous(stock: Stock) -> Iterator[Found]:
    """The id is also that of a part of another data set, which cannot be had by it then."""
    subjects = {subject.card.id: subject for subject in stock.subjects}
    for name, subject in subjects.items():
        for above in _prefixes(name):
            if above in subjects:
                part = dict(walk(subjects[above].data)).get(name.removeprefix(above))
                if part is not None and part.__datamaestro_dataset__ is not subject.definition:
                    yield Found(f"it is also the name of a part of {above}", id=name)


@rule("note")
def id_elsewhere(subject: Subject) -> Iterator[Found]:
    """The id does not begin as its module is called below ``config``, where one would look."""
    _, found, below = f"{subject.module}.".partition(f".{CONFIG}.")
    if found and not f"{subject.card.id}.".lower().startswith(below.lower()):
        yield Found(f"it is defined in {subject.module}")


@rule("note")
def id_upper_case(subject: Subject) -> Iterator[Found]:
    """The id has upper case letters, which nobody expects."""
    if subject.card.id != subject.card.id.lower():
        yield Found("it has upper case letters")


def _by_name(
    stock: Stock, key: Callable[[str], str], *, aliases: bool = True
) -> dict[str, list[Subject]]:
    """Return the data sets by id, and by alias, as a key makes it."""
    found: dict[str, list[Subject]] = defaultdict(list)
    for subject in stock.subjects:
        names = {subject.card.id, *(subject.card.aliases if aliases else ())}
        for name in sorted({key(name) for name in names}):
            found[name].append(subject)
    return found


def _prefixes(name: str) -> Iterator[str]:
    words = name.split(".")
    return (".".join(words[:length]) for length in range(1, len(words)))


OF_REPOSITORIES = (id_twice, id_case, id_ambiguous)
OF_DATA_SETS = (id_elsewhere, id_upper_case)
