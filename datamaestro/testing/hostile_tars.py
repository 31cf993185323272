"""Hostile tar archives."""

from __future__ import annotations

from typing import TYPE_CHECKING

from datamaestro.testing.hostile_bombs import tar_bombs
from datamaestro.testing.hostile_headers import tar_headers
from datamaestro.testing.tarring import (
    BLOCKS,
    CHARACTERS,
    FIFO,
    file,
    folder,
    hardlink,
    header,
    long_name,
    symlink,
    tar_case,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

    from datamaestro.testing.hostile_case import Hostile

ONE, TWO = b"content", b"another"

GNU = b"ustar  "

NAME_LIMIT = 1 << 16
"""Bytes of a path that no system has; Linux has 4,096."""


def hostile_tars(*, huge: bool = False) -> Iterator[Hostile]:
    """Iterate over hostile tar archives.

    Args:
        huge: whether to go on with those, too, that take long or need limits of the unpacker's.
    """
    yield from _names()
    yield from _links()
    yield from _hard_links()
    yield from _kinds()
    yield from _twice()
    yield from tar_headers()
    if huge:
        yield from tar_bombs()


def _names() -> Iterator[Hostile]:
    why = "the name leads outside"
    yield tar_case("absolute-file", why, file(b"/tmp/datamaestro-hostile"))
    yield tar_case("absolute-two-slashes", why, file(b"//tmp/datamaestro-hostile"))
    yield tar_case("absolute-folder", why, folder(b"/datamaestro-hostile/"))
    yield tar_case("absolute-top", why, folder(b"/"), tree={}, verdict="either")
    yield tar_case("parent", why, file(b"../escaped"))
    yield tar_case("parent-alone", why, folder(b"../"))
    yield tar_case("parent-in-the-middle", why, folder(b"a/"), file(b"a/../../escaped"))
    yield tar_case("parent-at-the-end", why, folder(b"a/../.."))
    yield tar_case("parent-after-dots", why, file(b"./.././escaped"))
    why = "the name goes back, but stays inside"
    yield tar_case("parent-within", why, file(b"a/../b"), tree={"b": ONE}, verdict="either")
    yield tar_case(
        "dots", "names of dots are names", file(b"..."), file(b"..a"), tree={"...": ONE, "..a": ONE}
    )
    yield tar_case("empty-name", "a file has no name", file(b""))
    yield tar_case("dot-file", "a file has the name of the folder that it is in", file(b"."))
    yield tar_case(
        "dot-folder",
        "the folder itself",
        folder(b"."),
        folder(b"./"),
        file(b"./a"),
        tree={"a": ONE},
    )
    why = "a system may take it for a path"
    yield tar_case(
        "backslashes", why, file(b"..\\..\\a"), tree={"..\\..\\a": ONE}, verdict="either"
    )
    why = "the name looks like something else where it is shown"
    yield tar_case("newline", why, file(b"a\nb\x1b[2J"), tree={"a\nb\x1b[2J": ONE})
    yield tar_case("option", "the name looks like an option", file(b"-rf"), tree={"-rf": ONE})
    yield tar_case(
        "not-utf-8",
        "the name is no UTF-8",
        file(b"caf\xe9"),
        tree={"caf\udce9": ONE},
        verdict="either",
    )
    yield tar_case(
        "long-name", "no system has such a name", long_name(b"x" * NAME_LIMIT), file(b"x")
    )
    yield tar_case(
        "deep",
        "5,000 folders in each other",
        long_name(b"d/" * 5000 + b"f"),
        file(b"x"),
        tree={"d/" * 5000 + "f": ONE},
        verdict="either",
    )
    yield tar_case(
        "case",
        "names that some systems cannot tell apart",
        file(b"a"),
        file(b"A", TWO),
        tree={"a": ONE, "A": TWO},
        verdict="either",
    )
    composed, decomposed = "\u00e9", "e\u0301"
    yield tar_case(
        "composed",
        "names that some systems cannot tell apart",
        file(composed.encode()),
        file(decomposed.encode(), TWO),
        tree={composed: ONE, decomposed: TWO},
        verdict="either",
    )


def _links() -> Iterator[Hostile]:
    why = "the link leads outside"
    yield tar_case("symlink-absolute", why, symlink(b"a", b"/etc/passwd"))
    yield tar_case("symlink-parent", why, symlink(b"a", b".."))
    yield tar_case("symlink-parents", why, folder(b"d/"), symlink(b"d/a", b"../../escaped"))
    yield tar_case("symlink-way-out-and-in", why, symlink(b"a", b"../inside/b"))
    chain = symlink(b"b", b"."), symlink(b"c", b"b/b/b/../../..")
    yield tar_case("symlink-chain", "through other links, the link leads outside", *chain)
    deep = folder(b"d/e/"), symlink(b"l", b"d/e"), symlink(b"m", b"l/../../..")
    yield tar_case("symlink-chain-up", "through another link, the link leads outside", *deep)
    yield tar_case(
        "symlink-chain-written",
        "the file is written through links that lead outside",
        *chain,
        file(b"c/escaped"),
    )
    why = "the file is written through a link"
    yield tar_case("through-absolute", why, symlink(b"d", b"/tmp"), file(b"d/datamaestro-hostile"))
    yield tar_case("through-parent", why, symlink(b"d", b".."), file(b"d/escaped"))
    yield tar_case("through-itself", why, symlink(b"a", b"/tmp/datamaestro-hostile"), file(b"a"))
    yield tar_case(
        "through-inside",
        why,
        folder(b"e/"),
        symlink(b"d", b"e"),
        file(b"d/a"),
        tree={"d": "e", "e/a": ONE},
        verdict="either",
    )
    yield tar_case(
        "folder-then-link",
        "a folder gives way to a link, which is written through",
        folder(b"d/"),
        symlink(b"d", b"/tmp"),
        file(b"d/datamaestro-hostile"),
    )
    yield tar_case("symlink-nowhere", "the link has no target", symlink(b"a", b""))
    yield tar_case(
        "symlink-missing",
        "nothing is where it leads",
        symlink(b"a", b"b"),
        tree={"a": "b"},
        verdict="either",
    )
    yield tar_case(
        "symlink-loop",
        "it leads round and round",
        symlink(b"a", b"b"),
        symlink(b"b", b"a"),
        tree={"a": "b", "b": "a"},
        verdict="either",
    )
    yield tar_case(
        "symlink-within",
        "it goes up, but stays inside",
        file(b"a"),
        symlink(b"d/l", b"../a"),
        tree={"a": ONE, "d/l": "../a"},
    )


def _hard_links() -> Iterator[Hostile]:
    why = "it is another name of what is outside"
    yield tar_case("hardlink-absolute", why, hardlink(b"a", b"/etc/passwd"))
    yield tar_case("hardlink-parent", why, hardlink(b"a", b"../outside"))
    yield tar_case("hardlink-written", why, hardlink(b"a", b"/etc/passwd"), file(b"a"))
    yield tar_case("hardlink-missing", "it is another name of nothing", hardlink(b"a", b"b"))
    why = "it is another name of a folder"
    yield tar_case("hardlink-folder", why, folder(b"d/"), hardlink(b"a", b"d"))
    yield tar_case(
        "hardlink-symlink",
        "it is another name of a link, which leads outside",
        symlink(b"l", b"/tmp/datamaestro-hostile"),
        hardlink(b"a", b"l"),
        file(b"a"),
    )
    yield tar_case(
        "hardlink-through",
        "it is another name of what is behind a link",
        symlink(b"d", b"/etc"),
        hardlink(b"a", b"d/passwd"),
    )
    yield tar_case(
        "hardlink-inner-symlink",
        "it is another name of a link that stays inside",
        file(b"f"),
        symlink(b"l", b"f"),
        hardlink(b"a", b"l"),
        tree={"f": ONE, "l": "f", "a": "f"},
        verdict="either",
    )
    yield tar_case(
        "hardlink-itself",
        "it is another name of itself",
        file(b"a"),
        hardlink(b"a", b"a"),
        tree={"a": ONE},
        verdict="either",
    )
    yield tar_case(
        "hardlink-then-file",
        "the file must not change another one, which it has a name of",
        file(b"a"),
        hardlink(b"b", b"a"),
        file(b"b", TWO),
        tree={"a": ONE, "b": TWO},
    )


def _kinds() -> Iterator[Hostile]:
    for kind, name in ((CHARACTERS, "character-device"), (BLOCKS, "block-device"), (FIFO, "fifo")):
        yield tar_case(name, "it is no file", header(b"a", kind=kind))
    yield tar_case("volume", "it goes on from another archive", header(b"a", kind=b"M", magic=GNU))
    yield tar_case(
        "odd-kind",
        "it has a type that nobody knows (POSIX: a file)",
        header(b"a", kind=b"Z"),
        tree={"a": b""},
        verdict="either",
    )
    yield tar_case(
        "special-bits",
        "setuid, setgid and sticky",
        file(b"a", mode=0o7755),
        header(b"d/", kind=b"5", mode=0o7777),
        file(b"d/a", mode=0o4711),
        tree={"a": ONE, "d/a": ONE},
    )
    yield tar_case(
        "no-rights",
        "nobody may read or enter it",
        header(b"d/", kind=b"5", mode=0),
        file(b"d/a", mode=0),
        tree={"d/a": ONE},
    )


def _twice() -> Iterator[Hostile]:
    yield tar_case(
        "file-twice",
        "one name has two contents",
        file(b"a"),
        file(b"a", TWO),
        tree={"a": TWO},
        verdict="either",
    )
    why = "one name is two things"
    yield tar_case("file-and-folder", why, file(b"a"), folder(b"a/"))
    yield tar_case("folder-and-file", why, folder(b"a/"), file(b"a"))
    yield tar_case("file-and-below", why, file(b"a"), file(b"a/b"))
    yield tar_case("file-and-symlink", why, file(b"a"), symlink(b"a", b"b"))
    yield tar_case("symlink-and-folder", why, symlink(b"a", b"b"), folder(b"a/"))
    yield tar_case(
        "folder-twice",
        "the folder has come already",
        folder(b"d/"),
        file(b"d/a"),
        folder(b"d"),
        tree={"d/a": ONE},
    )
