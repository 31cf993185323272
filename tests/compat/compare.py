"""Compare what ``collect.py`` wrote under datamaestro 1.16 and here.

::

    python -m compat.compare earlier.json here.json

Whatever the earlier version gives has to be the same here.
"""

from __future__ import annotations

import json
import re
import sys
from collections import Counter
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, TypeAlias

from attrs import define, field, frozen

from compat.table import table

FACETS = (
    "id",
    "name",
    "description",
    "url",
    "tags",
    "tasks",
    "type",
    "structure",
    "path",
    "identifier",
)
"""What is compared."""

SHOWN = 20
"""So many differences are printed."""

ABSENT = "(absent)"
Entry: TypeAlias = Mapping[str, Any]
Entries: TypeAlias = Mapping[str, Entry]
Counts: TypeAlias = Mapping[str, tuple[int, int]]
"""Data sets that are listed, and that can be prepared, by repository."""

EARLIER: Counts = {
    "image": (1, 1),  # the module of com.lecun.mnist cannot be imported
    "ir": (408, 406),  # families whose required axis is not given
    "irds": (2121, 2022),  # 99 runs of systems
    "ml": (1, 1),
    "text": (119, 119),
}
"""As the packages are under datamaestro 1.16.1: 2650 and 2549."""

HERE: Counts = {**EARLIER, "image": (2, 2), "irds": (2121, 2121)}
"""As they are here: 2651 and 2649."""


NAMED_HERE = frozenset(
    {
        "ir/com.microsoft.msmarco.passage.train.run",
        "text/com.microsoft.msmarco.passage.train.run",
    }
)
"""Data sets that have no name under 1.16, since their documentation begins with an empty line."""


@frozen
class Difference:
    """Something that is not the same.

    Args:
        entry: ``repository/id`` of the data set, with the axes of a variant.
        facet: one of :data:`FACETS`, or ``prepared``.
        place: in the data object, such as ``.train.images``.
        earlier: there.
        here: here.
    """

    entry: str
    facet: str
    place: str
    earlier: object
    here: object

    def is_better(self) -> bool:
        """Return whether it is known, and better here."""
        return self.entry in NAMED_HERE and self.facet in ("name", "description")

    def __str__(self) -> str:
        where = f"{self.facet} of {self.place}" if self.place else self.facet
        return f"{self.entry}: {where}\n    1.16: {self.earlier!r}\n    here: {self.here!r}"


@define
class Comparison:
    """What is the same, and what is not.

    Args:
        earlier: data sets listed and prepared by the earlier version, by repository.
        here: the same of this one.
        identical: data sets that are the same in a facet, by repository and facet.
        variants: variants that the earlier version prepares, and that are the same here.
        differences: all.
    """

    earlier: Counts
    here: Counts
    identical: Counter[tuple[str, str]] = field(factory=Counter)
    variants: Counter[tuple[str, str]] = field(factory=Counter)
    differences: list[Difference] = field(factory=list)

    def to_mend(self) -> list[Difference]:
        """Return the differences that are not known to be better here."""
        return [one for one in self.differences if not one.is_better()]

    def unexpected(self, earlier: Counts, here: Counts) -> list[str]:
        """Return what is wrong with the numbers of data sets."""
        sides = (("1.16", earlier, self.earlier), ("here", here, self.here))
        return [
            f"{repository}, {name}: {found.get(repository)} data sets are listed and prepared,"
            f" not {wanted.get(repository)}"
            for name, wanted, found in sides
            for repository in sorted({*earlier, *self.earlier})
            if found.get(repository) != wanted.get(repository)
        ]

    def report(self) -> str:
        """Return a table of the repositories that the earlier version has."""
        sides = ["listed 1.16", "here", "prepared 1.16", "here"]
        rows = [self._row(repository) for repository in sorted(self.earlier)]
        sums: list[int] = [sum(column) for column in zip(*(row[1:-1] for row in rows), strict=True)]
        total: list[Any] = ["all", *sums, self._variants(None)]
        return table(["repository", *sides, *FACETS, "variants"], [*rows, total])

    def _row(self, repository: str) -> list[Any]:
        there, here = self.earlier[repository], self.here.get(repository, (0, 0))
        numbers = [there[0], here[0], there[1], here[1]]
        same = [self.identical[repository, facet] for facet in FACETS]
        return [repository, *numbers, *same, self._variants(repository)]

    def _variants(self, repository: str | None) -> str:
        found = Counter[str]()
        for (name, what), number in self.variants.items():
            found[what] += number if repository in (None, name) else 0
        return f"{found['same']} of {found['prepared']}"


def compare(earlier: Entries, here: Entries) -> Comparison:
    """Compare all data sets of the earlier version with those here."""
    result = Comparison(counts(earlier), counts(here))
    for key, entry in earlier.items():
        found = list(differences(key, entry, here.get(key)))
        result.differences += found
        if "data" not in entry:
            continue
        repository, unlike = entry["repository"], {one.facet for one in found}
        if entry["variant"]:
            result.variants[repository, "prepared"] += 1
            result.variants[repository, "same"] += not unlike
        elif "prepared" not in unlike:
            result.identical.update((repository, one) for one in FACETS if one not in unlike)
    return result


def counts(entries: Entries) -> Counts:
    """Return how many data sets are listed, and can be prepared, by repository."""
    found: dict[str, tuple[int, int]] = {}
    for entry in entries.values():
        if not entry["variant"]:
            listed, prepared = found.get(entry["repository"], (0, 0))
            found[entry["repository"]] = (listed + 1, prepared + ("data" in entry))
    return found


def differences(key: str, earlier: Entry, here: Entry | None) -> Iterator[Difference]:
    """Iterate over what the earlier version gives of a data set, and is not the same here."""
    if here is None:
        yield Difference(key, "prepared", "", "listed", ABSENT)
        return
    if "data" in earlier and "data" not in here:
        yield Difference(key, "prepared", "", "prepared", here.get("error"))
    there, ours = facets(earlier), facets(here)
    if "data" not in earlier or "data" not in here:
        there = {about: value for about, value in there.items() if about[1] == ""}
        ours = {about: value for about, value in ours.items() if about in there}
    for facet, place in sorted({*there, *ours}):
        one, other = there.get((facet, place), ABSENT), ours.get((facet, place), ABSENT)
        if one != other and not (place == "" and one == ABSENT):
            yield Difference(key, facet, place, one, other)


def facets(entry: Entry) -> dict[tuple[str, str], Any]:
    """Return everything that is compared of a data set, by facet and place.

    What is declared is at the place ``""``, what is prepared is below ``data``.
    """
    found: dict[tuple[str, str], Any] = {(name, ""): fact for name, fact in entry["facts"].items()}
    if "data" in entry:
        found.update(flattened(entry["data"], "data"))
    return found


def flattened(value: Any, place: str) -> Iterator[tuple[tuple[str, str], Any]]:
    """Iterate over everything inside a value as ``collect.py`` describes it."""
    if not isinstance(value, dict):
        yield ("structure", place), value
    elif "datum" in value:
        yield ("type", place), value["datum"]
        yield ("id", place), value["id"]
        yield ("identifier", place), value["identifier"]
        yield ("structure", place), "data"
        for name, item in value["fields"].items():
            yield from flattened(item, f"{place}.{name}")
    elif "path" in value:
        yield ("structure", place), "a path"
        yield ("path", place), value["path"]
    else:
        ((kind, held),) = value.items()
        yield ("structure", place), kind if isinstance(held, list | dict) else f"{kind} {held}"
        inside = dict(enumerate(held)) if isinstance(held, list) else held
        for name, item in inside.items() if isinstance(inside, dict) else ():
            yield from flattened(item, f"{place}.{name}")


def without_identifier(entries: Entries) -> list[str]:
    """Return the data sets in which something has no identifier."""
    return [
        key
        for key, entry in entries.items()
        for (facet, _), value in facets(entry).items()
        if facet == "identifier" and not re.fullmatch("[0-9a-f]{64}", value)
    ]


def listed(comparison: Comparison) -> Iterator[str]:
    """Iterate over lines about what is not the same."""
    found = comparison.to_mend()
    yield from (f"  {difference}" for difference in found[:SHOWN])
    if len(found) > SHOWN:
        yield f"  ... and {len(found) - SHOWN} more"
    if better := len(comparison.differences) - len(found):
        yield f"  {better} differences are known: these data sets have no name under 1.16"


def reasons(comparison: Comparison, earlier: Entries) -> list[str]:
    """Return why the comparison fails."""
    wrong = comparison.unexpected(EARLIER, HERE)
    wrong += [f"{key} has no identifier under 1.16" for key in without_identifier(earlier)[:SHOWN]]
    if found := comparison.to_mend():
        wrong.append(f"{len(found)} differences of data sets")
    return wrong


def load(path: str | Path) -> Entries:
    """Return what ``collect.py`` wrote."""
    entries: Entries = json.loads(Path(path).read_text())["entries"]
    return entries


def main(earlier: str, here: str) -> int:
    """Compare two documents, and return the exit code."""
    there = load(earlier)
    comparison = compare(there, load(here))
    wrong = reasons(comparison, there)
    failed = [f"failed: {line}" for line in wrong]
    print(*listed(comparison), comparison.report(), *failed, sep="\n")  # noqa: T201 - the result
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1], sys.argv[2]))
