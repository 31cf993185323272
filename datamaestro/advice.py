"""Commands that users are advised to give: they have to act where the advice is meant.

What fails says ``datamaestro repair ID``, wherever it is. Whoever knows that this is another data
directory, or another computer, says so here, such that the command can be given as it stands.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

COMMANDS = (
    "accept|check|check-definitions|cite|completion|create-dataset|create-repository|datafolders"
    "|download|export|import|info|licenses|list|orphans|plan|plugins|prepare|pull|push|remove"
    "|repair|repositories|search|trash|verify|version"
)

PLACE = " with --data"
"""What only helps whoever has named no other data directory."""

HOST, DATA = "host", "data"

_given: dict[str, Sequence[str]] = {}


def command_for(options: Sequence[str], *words: str) -> str:
    """Return the line that gives a command.

    Args:
        options: that stand before it, such as ``--data PATH``.
        words: the command and what follows.
    """
    import shlex

    return shlex.join(["datamaestro", *options, *words])


def meant_for(text: str, options: Sequence[str]) -> str:
    """Return a text that is about another data directory than the one in use.

    Args:
        text: of a message or a hint.
        options: that name the other one, ``--data`` last.
    """
    if not options:
        return text
    words = list(options)
    host = words.index("--data") if "--data" in words else len(words)
    return _with(text, words[:host], words[host:]).replace(PLACE, "")


def advise_with(kind: str, options: Sequence[str]) -> None:
    """Note what stands before the command of this process.

    Args:
        kind: ``HOST``: what has led to this computer; ``DATA``: what names the data directory.
        options: all of that kind.
    """
    _given[kind] = options


def advised(text: str) -> str:
    """Return a text whose commands act where the command of this process does."""
    if not any(_given.values()):
        return text
    return _with(text, _given.get(HOST, ()), _given.get(DATA, ()))


def _with(text: str, host: Sequence[str], data: Sequence[str]) -> str:
    import re

    def command(found: re.Match[str]) -> str:
        own = found["data"] or ""
        return f"{command_for([*host, *(() if own else data)])} {own}"

    quoted = r"--data (?:'[^']*'|\S+) "
    return re.sub(rf"\bdatamaestro (?P<data>{quoted})?(?=(?:{COMMANDS})\b)", command, text)
