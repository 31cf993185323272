"""Hostile zip archives."""

from __future__ import annotations

import zlib
from typing import TYPE_CHECKING

from datamaestro.testing.hostile_bombs import MEBI, zip_bombs
from datamaestro.testing.hostile_case import Hostile, Tree, Verdict
from datamaestro.testing.zipping import (
    DEFLATED,
    DOS,
    ENCRYPTED,
    STORED,
    SYMLINK,
    Entry,
    deflated,
    folder,
    link,
    overlapping,
    zipped,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

ONE, TWO = b"content", b"another"

CHARACTERS, BLOCKS, FIFO, SOCKET = 0o020644, 0o060644, 0o010644, 0o140644

DEFLATE64 = 9


def hostile_zips(*, huge: bool = False) -> Iterator[Hostile]:
    """Iterate over hostile zip archives.

    Args:
        huge: whether to go on with those, too, that take long or need limits of the unpacker's.
    """
    yield from _names()
    yield from _links()
    yield from _kinds()
    yield from _twice()
    yield from _contents()
    yield from _places()
    if huge:
        yield from zip_bombs()


def _case(
    name: str, why: str, *entries: Entry, tree: Tree | None = None, verdict: Verdict | None = None
) -> Hostile:
    """Return an archive of some members; it is refused, unless it says what is kept."""
    return _bytes(name, why, zipped(*entries), tree, verdict)


def _bytes(
    name: str,
    why: str,
    archive: bytes,
    tree: Tree | None = None,
    verdict: Verdict | None = None,
) -> Hostile:
    said = verdict or ("refused" if tree is None else "kept")
    return Hostile(name, archive, why, said, tree or {}, suffix=".zip")


def _names() -> Iterator[Hostile]:
    why = "the name leads outside"
    yield _case("absolute-file", why, Entry(b"/tmp/datamaestro-hostile"))
    yield _case("absolute-folder", why, folder(b"/datamaestro-hostile/"))
    yield _case("parent", why, Entry(b"../escaped"))
    yield _case("parent-in-the-middle", why, Entry(b"a/../../escaped"))
    yield _case("parent-folder", why, folder(b"../"))
    yield _case("backslashes", why, Entry(b"..\\..\\escaped", system=DOS))
    yield _case("backslash-absolute", why, Entry(b"\\datamaestro-hostile", system=DOS))
    why = "the name is a path on some systems only"
    names = Entry(b"C:\\a", system=DOS), Entry(b"C:b")
    yield _case("drive", why, *names, tree={"C:/a": ONE, "C:b": ONE}, verdict="either")
    yield _case(
        "mixed-slashes", why, Entry(b"a/..\\..\\b"), tree={"a/..\\..\\b": ONE}, verdict="either"
    )
    why = "the name goes back, but stays inside"
    yield _case("parent-within", why, Entry(b"a/../b"), tree={"b": ONE}, verdict="either")
    yield _case("empty-name", "a file has no name", Entry(b""))
    yield _case("dot-file", "a file has the name of the folder that it is in", Entry(b"."))
    yield _case("dot-folder", "the folder itself", folder(b"./"), Entry(b"./a"), tree={"a": ONE})
    yield _case("nul", "the name has a NUL in it", Entry(b"a\0/../b"))
    why = "the name looks like something else where it is shown"
    yield _case("newline", why, Entry(b"a\nb\x1b[2J"), tree={"a\nb\x1b[2J": ONE})
    why = "the name is said to be in UTF-8, and is not"
    yield _case("not-utf-8", why, Entry(b"caf\xe9"), tree={"caf\udce9": ONE}, verdict="either")
    yield _case("long-name", "no system has such a name", Entry(b"x" * 0xFFFF))
    deep = {"d/" * 5000 + "f": ONE}
    why = "5,000 folders in each other"
    yield _case("deep", why, Entry(b"d/" * 5000 + b"f"), tree=deep, verdict="either")
    why = "names that some systems cannot tell apart"
    yield _case(
        "case", why, Entry(b"a"), Entry(b"A", TWO), tree={"a": ONE, "A": TWO}, verdict="either"
    )
    path = b"\1" + zlib.crc32(b"a").to_bytes(4, "little") + b"../escaped"
    extra = b"\x75\x70" + len(path).to_bytes(2, "little") + path
    why = "a further field has another name, which leads outside"
    yield _case(
        "unicode-path", why, Entry(b"a", flags=0, extra=extra), tree={"a": ONE}, verdict="either"
    )


def _links() -> Iterator[Hostile]:
    why = "the link leads outside"
    yield _case("symlink-absolute", why, link(b"a", b"/etc/passwd"))
    yield _case("symlink-parents", why, link(b"d/a", b"../../escaped"))
    chain = link(b"b", b"."), link(b"c", b"b/b/b/../../..")
    yield _case("symlink-chain", "through other links, the link leads outside", *chain)
    why = "the file is written through a link"
    yield _case("through-absolute", why, link(b"d", b"/tmp"), Entry(b"d/datamaestro-hostile"))
    yield _case("through-itself", why, link(b"a", b"/tmp/datamaestro-hostile"), Entry(b"a"))
    yield _case("symlink-nowhere", "the link has no target", link(b"a", b""))
    yield _case("symlink-nul", "the link has a NUL in it", link(b"a", b"b\0c"))
    yield _case("symlink-long", "no system has such a link", link(b"a", b"x" * MEBI))
    bomb = Entry(b"a", bytes(64 * MEBI), SYMLINK, method=DEFLATED)
    yield _case("symlink-bomb", "the link has 64 MiB", bomb)
    loop = link(b"a", b"b"), link(b"b", b"a")
    why = "it leads round and round"
    yield _case("symlink-loop", why, *loop, tree={"a": "b", "b": "a"}, verdict="either")
    inside = Entry(b"a"), link(b"d/l", b"../a")
    yield _case(
        "symlink-within", "it goes up, but stays inside", *inside, tree={"a": ONE, "d/l": "../a"}
    )
    why = "only on Unix, that would be a link"
    dos = Entry(b"a", b"/etc/passwd", SYMLINK, DOS)
    yield _case("symlink-of-dos", why, dos, tree={"a": b"/etc/passwd"})


def _kinds() -> Iterator[Hostile]:
    kinds = {"character-device": CHARACTERS, "block-device": BLOCKS, "fifo": FIFO, "socket": SOCKET}
    for name, mode in kinds.items():
        yield _case(name, "it is no file", Entry(b"a", b"", mode))
    bits = Entry(b"a", mode=0o107755), Entry(b"d/", b"", 0o047777), Entry(b"d/a", mode=0o104711)
    yield _case("special-bits", "setuid, setgid and sticky", *bits, tree={"a": ONE, "d/a": ONE})
    rights = Entry(b"d/", b"", 0o040000), Entry(b"d/a", mode=0o100000)
    yield _case("no-rights", "nobody may read or enter it", *rights, tree={"d/a": ONE})


def _twice() -> Iterator[Hostile]:
    why = "one name has two contents"
    yield _case("file-twice", why, Entry(b"a"), Entry(b"a", TWO), tree={"a": TWO}, verdict="either")
    why = "one name is two things"
    yield _case("file-and-folder", why, Entry(b"a"), folder(b"a/"))
    yield _case("folder-and-file", why, folder(b"a/"), Entry(b"a"))
    yield _case("file-and-below", why, Entry(b"a"), Entry(b"a/b"))
    yield _case("file-and-symlink", why, Entry(b"a"), link(b"a", b"b"))


def _contents() -> Iterator[Hostile]:
    text = b"some words, some words, some words"
    why = "its content has another size than it says"
    yield _case("stored-less", why, Entry(b"a", size=100))
    yield _case("stored-more", why, Entry(b"a", size=3))
    for name, size in (("less", 100), ("more", 3), ("nothing", 0), ("huge", 0xFFFFFFFE)):
        yield _case(f"deflated-{name}", why, Entry(b"a", text, method=DEFLATED, size=size))
    yield _case("unended", why, Entry(b"a", text, packed=deflated(text)[:-3], method=DEFLATED))
    yield _case(
        "trailing", why, Entry(b"a", text, packed=deflated(text) + b"more", method=DEFLATED)
    )
    yield _case("crc", "its content is not what it was", Entry(b"a", crc=0))
    yield _case("encrypted", "it needs a password", Entry(b"a", bytes(20), flags=ENCRYPTED))
    yield _case("deflate64", "few programs expand it", Entry(b"a", text, method=DEFLATE64))
    yield _case("no-method", "nobody expands it", Entry(b"a", text, method=0xFFFF))
    inner = zipped(Entry(b"../escaped"))
    why = "an archive in an archive is a file"
    yield _case("zip-in-zip", why, Entry(b"a.zip", inner, method=DEFLATED), tree={"a.zip": inner})


def _places() -> Iterator[Hostile]:
    why = "members share their content (Fifield)"
    yield _bytes("overlapping", why, overlapping(50, bytes(MEBI)))
    again = Entry(b"a", bytes(MEBI), method=DEFLATED), Entry(b"a", b"", start=0, method=STORED)
    yield _case("one-place", why, *again)
    why = "the name where its content is leads outside"
    yield _case("local-name", why, Entry(b"escaped", local=b"../escape"))
    yield _case("beyond", "it is not where it is said to be", Entry(b"a", start=10_000))
    yield _case("huge-offset", "it is not where it is said to be", Entry(b"a", start=0xFFFFFFFF))
    far = b"\1\0\x08\0" + b"\xff" * 8
    why = "it is beyond all files"
    yield _case("zip64-offset", why, Entry(b"a", start=0xFFFFFFFF, extra=far))
    yield _case("zip64-short", why, Entry(b"a", start=0xFFFFFFFF, extra=b"\1\0\2\0\xff\xff"))
    yield _bytes("no-end", "its end is missing", zipped(Entry(b"a"))[:-22])
    yield _bytes("more-members", "the end says more members", zipped(Entry(b"a"), count=2))
    yield _bytes("less-members", "the end says less members", zipped(Entry(b"a"), count=0))
    yield _bytes("several-disks", "other parts are missing", zipped(Entry(b"a"), disk=1))
    yield _case("other-disk", "other parts are missing", Entry(b"a", disk=1))
    why = "a program stands before the archive"
    yield _bytes("before", why, b"#!/bin/sh\n" + zipped(Entry(b"a")), tree={"a": ONE})
