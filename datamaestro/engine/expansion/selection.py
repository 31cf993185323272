"""Selection: which members of an archive are taken, and under which names."""

from __future__ import annotations

import fnmatch
import re
from typing import TYPE_CHECKING

from attrs import define, field

from datamaestro.engine.expansion.refusal import MemberRefused, Refused, quoted
from datamaestro.errors import DefinitionError
from datamaestro_hookspecs.cards import SELECTING

if TYPE_CHECKING:
    from collections.abc import Mapping

    from datamaestro_hookspecs.cards import Option

SUSPECT = re.compile(r"(?:^|/)\.{0,2}(?:/|$)|\0")
"""What a plain relative path has not: empty parts, ``.`` and ``..``, and no character at all."""

GLOB = re.compile(r"[*?\[]")
"""What makes a pattern of a name."""

SHOWN = 3
"""Names of members that are shown where none was meant."""


def plain_path(name: str) -> str:
    """Return a member's name as a path without ``.`` and ``..``; empty for the top folder.

    Raises:
        MemberRefused: it leads outside, or is none.
    """
    plain = "/." not in name and "//" not in name and "\0" not in name and name[:1] not in "./"
    if plain and name[-1:] != "/":  # nearly all are, and that is found out soon
        return name
    if not SUSPECT.search(name):
        return name
    if "\0" in name:
        raise MemberRefused(name, "has a character in its name that no file may have")
    if name.startswith("/"):
        raise MemberRefused(name, "has an absolute path")
    parts: list[str] = []
    for part in name.split("/"):
        if part == "..":
            if not parts:
                raise MemberRefused(name, "leads outside of the archive")
            parts.pop()
        elif part not in ("", "."):
            parts.append(part)
    return "/".join(parts)


def pattern(text: str) -> re.Pattern[str]:
    """Return what matches a name, or a folder that it is in.

    ``*`` and ``?`` stand for all but slashes, ``**`` for those, too; ``**/`` for any folders or
    none; ``[…]`` for one of some characters. A name is matched by itself, whatever is in it.
    """
    plain = text.strip("/")
    tokens = re.split(r"(\*\*/|\*\*|\*|\?|\[!?\]?[^\]/]*\])", plain)
    glob = "".join(map(_translated, tokens))
    return re.compile(rf"(?:{glob}|{re.escape(plain)})(?:/.*)?", re.DOTALL)


def _translated(token: str) -> str:
    known = {"**/": "(?:.*/)?", "**": ".*", "*": "[^/]*", "?": "[^/]"}
    if token in known:
        return known[token]
    if token.startswith("[") and token.endswith("]"):
        return f"(?!/){fnmatch.translate(token)[:-2]}"  # without the end of the text, ``\Z``
    return re.escape(token)


@define
class Selection:
    """Which members of one archive are taken.

    Args:
        files: names or patterns, of the names in the archive; empty: all.
        subpath: only what is below it is taken, without it.
        strip: number of folders that each name loses then.
    """

    files: tuple[str, ...] = ()
    subpath: str = ""
    strip: int = 0
    _names: dict[str, str] = field(init=False)
    _patterns: dict[str, re.Pattern[str]] = field(init=False)
    _missed: set[str] = field(init=False)
    _seen: list[str] = field(factory=list)
    _taken: int = 0

    def __attrs_post_init__(self) -> None:
        if isinstance(self.files, str):
            self.files = (self.files,)
        self.files = tuple(
            each.removeprefix("./") if isinstance(each, str) else each for each in self.files
        )
        named = all(isinstance(each, str) and each.strip("/") for each in self.files)
        if not named or not isinstance(self.subpath, str):
            raise DefinitionError(f"files={self.files!r}, subpath={self.subpath!r}: no names")
        if not isinstance(self.strip, int) or self.strip < 0:
            raise DefinitionError(f"strip={self.strip!r} is not a number of folders")
        self.subpath = self.subpath.strip("/")
        self._missed = set(self.files)
        self._names = {each.strip("/"): each for each in self.files if not GLOB.search(each)}
        self._patterns = {each: pattern(each) for each in self.files if GLOB.search(each)}

    @classmethod
    def among(cls, options: Mapping[str, Option]) -> Selection:
        """Return the selection that a transformation's options say."""
        said = {key: options[key] for key in SELECTING if options.get(key) is not None}
        return cls(**said)  # type: ignore[arg-type]

    @property
    def everything(self) -> bool:
        """Whether all is taken as it is."""
        return not (self.files or self.subpath or self.strip)

    def place(self, path: str) -> str | None:
        """Return the path at which a member is to be; None if it is not taken.

        Args:
            path: as :func:`plain_path` gives it.
        """
        if self.everything:
            return path
        if path and len(self._seen) < SHOWN:
            self._seen.append(path)
        found = self._found(path) if self.files else set()
        if self.files and not found:
            return None
        if self.subpath:
            if not path.startswith(f"{self.subpath}/"):
                return None
            path = path[len(self.subpath) + 1 :]
        if self.strip:
            parts = path.split("/")[self.strip :]
            if not parts:
                return None
            path = "/".join(parts)
        self._taken += 1
        self._missed -= found
        return path

    def _found(self, path: str) -> set[str]:
        """Return which of the files a path is, or is below."""
        found = {text for text, each in self._patterns.items() if each.fullmatch(path)}
        while path:
            if path in self._names:
                found.add(self._names[path])
            path = path.rpartition("/")[0]
        return found

    def check(self) -> None:
        """Make sure that whatever was to be taken was there.

        Raises:
            Refused: something was not.
        """
        wanted = sorted(self._missed)
        if not self._taken and not self.everything:
            wanted = wanted or [self.subpath or f"strip={self.strip}"]
        if wanted:
            names = ", ".join(map(quoted, wanted))
            seen = ", ".join(map(quoted, self._seen)) or "nothing"
            raise Refused(
                f"it has no member {names}",
                hint=f"its first members are {seen}; is the definition out of date?",
            )
