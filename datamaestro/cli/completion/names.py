"""How a name of a data set may go on: ``id[axis=value].part@repository``."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator

    from datamaestro.index.suggestions import Suggestions


def names(word: str, known: Suggestions) -> list[str]:
    """Return the names that begin as a word does, or what leads on to them."""
    head, bracket, inside = word.partition("[")
    if not bracket:
        return list(_plain(word, known))
    if "]" not in inside:
        return list(_selectors(head, inside, known))
    selector, _, behind = inside.rpartition("]")
    return list(_behind(f"{head}[{selector}]", head.partition("@")[0], behind, known))


def _plain(word: str, known: Suggestions) -> Iterator[str]:
    """Iterate over ids, their families' axes and their parts."""
    name, at, beginning = word.partition("@")
    if at:
        yield from (f"{name}@{one}" for one in _owners(name, known) if one.startswith(beginning))
        return
    found = known.ids(word)
    yield from found
    inside = list(_parts_of_longest(word, known))
    yield from inside
    if word in found:
        yield from _selectors(word, "", known)
    if not found and not inside:
        ids = known.with_word(word)
        yield from ids if len(ids) == 1 else ()  # several would replace what has been typed


def _owners(name: str, known: Suggestions) -> list[str]:
    """Return the repositories that have a name, or what it is a part of."""
    words = name.split(".")
    for length in range(len(words), 0, -1):
        found = known.repositories_of(".".join(words[:length]))
        if found:
            return found
    return []


def _parts_of_longest(word: str, known: Suggestions) -> Iterator[str]:
    """Iterate over the parts of the data set whose id a word begins with, and a dot."""
    words = word.split(".")
    for length in range(len(words) - 1, 0, -1):
        name = ".".join(words[:length])
        found = [f"{name}.{path}" for path in known.parts(name)]
        if found:
            yield from (path for path in found if path.startswith(word))
            return


def _selectors(head: str, inside: str, known: Suggestions) -> Iterator[str]:
    """Iterate over axes that are not chosen yet; behind an ``=``, over values."""
    before, comma, last = inside.rpartition(",")
    chosen = {each.partition("=")[0].strip() for each in before.split(",")}
    left = [axis for axis in known.axes(head) if axis["name"] not in chosen]
    start = f"{head}[{before}{comma}"
    name, equals, value = last.partition("=")
    if not equals:
        yield from (f"{start}{axis['name']}=" for axis in left if axis["name"].startswith(name))
        return
    for axis in left:
        if axis["name"] == name:
            others = [one for one in left if one is not axis]
            for text in _values(axis, value):
                yield from (f"{start}{name}={text}{end}" for end in _ends(others))


def _values(axis: dict[str, Any], beginning: str) -> list[str]:
    """Return the values that begin so; of an axis without a domain, its default and what is typed.

    A value between quotes is not completed.
    """
    if axis["values"] is not None:
        return [text for text in axis["values"] if text.startswith(beginning)]
    default = axis["default"]
    known = [default] if default is not None and default.startswith(beginning) else []
    typed = [beginning] if beginning and beginning[0] not in "'\"" else []
    return list(dict.fromkeys(known + typed))


def _ends(others: list[dict[str, Any]]) -> str:
    """Return what may follow a value, given the axes that are left."""
    needed = any(axis["default"] is None for axis in others)
    return ("" if needed else "]") + ("," if others else "")


def _behind(whole: str, name: str, behind: str, known: Suggestions) -> Iterator[str]:
    """Iterate over the parts and repositories of a variant."""
    part, at, beginning = behind.partition("@")
    if at:
        found = known.repositories_of(name)
        yield from (f"{whole}{part}@{one}" for one in found if one.startswith(beginning))
        return
    paths = [f".{path}" for path in known.parts(name)]
    yield from (f"{whole}{path}" for path in ["", *paths] if path.startswith(part))
