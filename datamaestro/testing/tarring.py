"""Parts of tar archives, also of such as no program makes."""

from __future__ import annotations

from datamaestro.testing.hostile_case import Hostile, Tree, Verdict

BLOCK = 512

FILE, HARD_LINK, SYMLINK, FOLDER = b"0", b"1", b"2", b"5"
CHARACTERS, BLOCKS, FIFO = b"3", b"4", b"6"

END = bytes(2 * BLOCK)
"""What every archive ends with."""


def header(
    name: bytes,
    size: int | bytes = 0,
    kind: bytes = FILE,
    *,
    link: bytes = b"",
    mode: int = 0o644,
    magic: bytes = b"ustar\00000",
    rest: bytes = b"",
) -> bytes:
    """Return a header, whose checksum is right.

    Args:
        name: up to 100 bytes.
        size: of what follows; or the twelve bytes in its place.
        kind: the type.
        link: what it leads to.
        mode: of Unix.
        magic: with its version.
        rest: from byte 345 on.
    """
    number = size if isinstance(size, bytes) else b"%011o\0" % size
    fields = [
        name.ljust(100, b"\0"),
        b"%07o\0%07o\0%07o\0" % (mode, 0, 0),
        number,
        b"%011o\0" % 1_000_000_000,
        b" " * 8,
        kind,
        link.ljust(100, b"\0"),
        magic.ljust(88, b"\0"),
        rest,
    ]
    block = b"".join(fields).ljust(BLOCK, b"\0")
    return block[:148] + b"%06o\0 " % sum(block) + block[156:]


def padded(content: bytes) -> bytes:
    """Return content as it stands in an archive."""
    return content + bytes(-len(content) % BLOCK)


def file(name: bytes, content: bytes = b"content", *, mode: int = 0o644) -> bytes:
    """Return a file."""
    return header(name, len(content), mode=mode) + padded(content)


def folder(name: bytes) -> bytes:
    """Return a folder."""
    return header(name, kind=FOLDER, mode=0o755)


def symlink(name: bytes, target: bytes) -> bytes:
    """Return a symbolic link."""
    return header(name, kind=SYMLINK, link=target, mode=0o777)


def hardlink(name: bytes, target: bytes) -> bytes:
    """Return another name of a file."""
    return header(name, kind=HARD_LINK, link=target)


def record(key: bytes, value: bytes) -> bytes:
    """Return a record of an extended header, with its size."""
    rest = b" " + key + b"=" + value + b"\n"
    size = len(rest)
    while size != len(rest) + len(b"%d" % size):
        size = len(rest) + len(b"%d" % size)
    return b"%d" % size + rest


def extended(records: bytes, *, kind: bytes = b"x") -> bytes:
    """Return an extended header (pax), which applies to the next member; ``g``: to all."""
    return header(b"././@PaxHeader", len(records), kind) + padded(records)


def long_name(name: bytes, *, kind: bytes = b"L") -> bytes:
    """Return the long name of the next member, as GNU tar has it; ``K``: where its link leads."""
    size = len(name) + 1
    return header(b"././@LongLink", size, kind, magic=b"ustar  ") + padded(name + b"\0")


def tar_case(
    name: str, why: str, *members: bytes, tree: Tree | None = None, verdict: Verdict | None = None
) -> Hostile:
    """Return an archive of some members; it is refused, unless it says what is kept."""
    said = verdict or ("refused" if tree is None else "kept")
    return Hostile(name, b"".join((*members, END)), why, said, tree or {})
