"""The notation of variants: ``[axis=value,…]``, and where it stands in a name."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING

from attrs import frozen

from datamaestro.errors import UsageError, VariantError
from datamaestro.variants.wording import shown
from datamaestro_hookspecs.cards import ID

if TYPE_CHECKING:
    from collections.abc import Iterator

KEY = r"""[^\s,=\[\]"']+"""
"""The form of an axis' name, as a regular expression."""

QUOTES = ('"', "'")
GAP = re.compile(r"[\s,]*")
FRAGMENT = re.compile(
    rf"""
    (?P<key>{KEY}) \s* = \s*+
    (?: "(?P<double>(?:[^"\\]|\\.)*)" | '(?P<single>(?:[^'\\]|\\.)*)' | (?P<bare>(?!["'])[^,]*) )
    \s* (?:,|\Z)
    """,
    re.DOTALL | re.VERBOSE,
)
ESCAPE_OR_QUOTE = re.compile(r'\\.|"', re.DOTALL)
UNSHOWN = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]")
"""Control characters, ends of lines, and halves of characters."""

REPOSITORY = r"@[\w-]+"
PART = r"\.[^\[\]@.][^\[\]@]*"
"""The path to a part; keys of dicts may be anything but what ends it."""

BEHIND = rf"(?P<part>(?:{PART})?)(?P<behind>{REPOSITORY})?"
"""What may follow the bracket; no bracket is in it, so that the last one of a name is closing."""

BRACKETED = re.compile(rf"(?P<before>[^\[]*)\[(?P<selector>.*)\]{BEHIND}", re.DOTALL)
NAME = re.compile(
    rf"(?P<id>{ID})(?P<path>{PART})?(?P<before>{REPOSITORY})?(?:\[(?P<selector>.*)\]{BEHIND})?",
    re.DOTALL,
)


@frozen
class Fragment:
    """What a selector says of one axis.

    Args:
        key: the axis' name.
        text: the value, without quotes.
        quoted: whether it stands in quotes, and so is text.
    """

    key: str
    text: str
    quoted: bool = False


@frozen
class Name:
    """What a name of a data set says.

    Args:
        id: of the data set or family, and what of a part's is made of words, where no selector
            stands between them.
        selector: what stands in the brackets; empty where there are none.
        repository: empty where none is named.
        part: such as ``train.images``; empty where there is none, or the id has it.
    """

    id: str
    selector: str = ""
    repository: str = ""
    part: str = ""


def fragments(selector: str) -> Iterator[Fragment]:
    """Iterate over what a selector says, with brackets or without.

    >>> list(fragments('[lang=en, title="a, b"]'))
    [Fragment(key='lang', text='en', quoted=False), Fragment(key='title', text='a, b', quoted=True)]

    Raises:
        VariantError: it says something else than ``axis=value``.
    """
    body = selector.strip()
    if body.startswith("[") and body.endswith("]"):
        body = body[1:-1]
    position = _after_gap(body, 0)
    while position < len(body):
        found = FRAGMENT.match(body, position)
        if found is None:
            raise _malformed(body[position:])
        yield _fragment(found)
        position = _after_gap(body, found.end())


def _after_gap(body: str, position: int) -> int:
    gap = GAP.match(body, position)
    return gap.end() if gap else position


def _fragment(found: re.Match[str]) -> Fragment:
    if found["bare"] is not None:
        return Fragment(found["key"], found["bare"].strip())
    body = found["single"] if found["double"] is None else found["double"]
    try:
        text = json.loads(f'"{re.sub(ESCAPE_OR_QUOTE, _as_json, body)}"', strict=False)
    except json.JSONDecodeError:
        raise _malformed(found[0]) from None
    return Fragment(found["key"], text, quoted=True)


def _as_json(special: re.Match[str]) -> str:
    r"""Return what ``\'`` and ``"`` are in a string of JSON, and any other escape as it is."""
    return {"\\'": "'", '"': '\\"'}.get(special[0], special[0])


def _malformed(rest: str) -> VariantError:
    fragment = rest.partition(",")[0].strip()
    value = fragment.partition("=")[2].strip()
    hint = "expected axis=value"
    if value.startswith(QUOTES):
        hint = r'expected axis="value", with \" for a quote in it and \\ for a backslash'
    return VariantError(f"malformed selector fragment: {shown(fragment)}", hint=hint)


def is_bare(text: str) -> bool:
    """Return whether a text is read as itself where it stands without quotes, on one line."""
    return (
        text == text.strip()
        and "," not in text
        and not text.startswith(QUOTES)
        and not UNSHOWN.search(text)
    )


def quote(text: str) -> str:
    """Return a text in quotes, with the escapes of JSON where they are needed."""
    return UNSHOWN.sub(
        lambda found: json.dumps(found[0])[1:-1], json.dumps(text, ensure_ascii=False)
    )


def split_id_selector(query: str) -> tuple[str, str]:
    """Return a name without its selector, and what stands in the selector's brackets.

    >>> split_id_selector("org.example.corpus[lang=en]@acme")
    ('org.example.corpus@acme', 'lang=en')
    """
    name = query.strip()
    found = BRACKETED.fullmatch(name)
    if found is None:
        return name, ""
    behind = f"{found['part']}{found['behind'] or ''}"
    return f"{found['before'].strip()}{behind}", found["selector"]


def parse_name(name: str) -> Name:
    """Return what a name says: ``id``, ``id.part@repository``, ``id[axis=value].part@repository``.

    The repository may also stand before the brackets.

    Raises:
        UsageError: it is no name.
    """
    found = NAME.fullmatch(name)
    bracketed = found is not None and found["selector"] is not None
    if found is None or (bracketed and (found["path"] or (found["before"] and found["behind"]))):
        raise UsageError(
            f"{name!r} does not name a data set",
            hint="expected: id, id@repository, id[axis=value], id.part, or prefix:…",
        )
    repository = found["before"] or found["behind"] or ""
    return Name(
        id=found["id"],
        selector=found["selector"] or "",
        repository=repository.removeprefix("@"),
        part=(found["part"] or found["path"] or "").removeprefix("."),
    )
