"""Tar archives whose headers are hostile."""

from __future__ import annotations

from typing import TYPE_CHECKING

from datamaestro.testing.hostile_case import Hostile
from datamaestro.testing.tarring import (
    END,
    extended,
    file,
    hardlink,
    header,
    long_name,
    record,
    symlink,
    tar_case,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

ONE = b"content"

GNU = b"ustar  "

NAME_LIMIT = 1 << 16
"""Bytes of a path that no system has; Linux has 4,096."""


def tar_headers() -> Iterator[Hostile]:
    """Iterate over tar archives whose headers are hostile."""
    yield from _extended()
    yield from _sizes()
    yield from _ends()


def _pax(key: bytes, value: bytes, *members: bytes, kind: bytes = b"x") -> bytes:
    return extended(record(key, value), kind=kind) + b"".join(members or (file(b"a"),))


def _extended() -> Iterator[Hostile]:
    why = "the extended header's name leads outside"
    yield tar_case("pax-absolute", why, _pax(b"path", b"/tmp/datamaestro-hostile"))
    yield tar_case("pax-parent", why, _pax(b"path", b"../escaped"))
    yield tar_case(
        "pax-sparse-name",
        why,
        _pax(b"GNU.sparse.name", b"../escaped"),
        verdict="either",
        tree={"a": ONE},
    )
    why = "the extended header's link leads outside"
    yield tar_case("pax-linkpath", why, _pax(b"linkpath", b"/etc/passwd", symlink(b"a", b"b")))
    other = file(b"b"), extended(record(b"linkpath", b"../b")), hardlink(b"a", b"b")
    yield tar_case("pax-hardlink", why, *other)
    yield tar_case("pax-name-nul", "the name has a NUL in it", _pax(b"path", b"a\0/../b"))
    why = "the link has a NUL in it"
    yield tar_case("pax-link-nul", why, _pax(b"linkpath", b"a\0b", symlink(b"l", b"a")))
    yield tar_case("pax-long-name", "no system has such a name", _pax(b"path", b"x" * NAME_LIMIT))
    yield tar_case(
        "pax-binary",
        "the name is said to be in no encoding",
        extended(record(b"hdrcharset", b"BINARY") + record(b"path", b"caf\xe9")),
        file(b"a"),
        tree={"caf\udce9": ONE},
        verdict="either",
    )
    why = "all members get one name"
    yield tar_case("pax-global-path", why, _pax(b"path", b"../escaped", kind=b"g"))
    yield tar_case("pax-global-size", why, _pax(b"size", b"0", kind=b"g"))
    inner = file(b"../escaped")
    yield tar_case(
        "pax-size",
        "the header says another size: what seems a member is content",
        _pax(b"size", b"%d" % len(inner), header(b"a", 0), inner),
        tree={"a": inner},
    )
    yield tar_case(
        "pax-size-less",
        "the header says another size: what seems content is a member",
        _pax(b"size", b"0", header(b"a", len(inner)), inner),
    )
    for name, value in (("negative", b"-1"), ("huge", b"1" * 30), ("word", b"many")):
        yield tar_case(f"pax-size-{name}", "its size is no size", _pax(b"size", value))
    for name, bad in (
        ("too-long", b"99 path=b\n"),
        ("too-short", b"9 path=b\n\n"),
        ("negative", b"-9 path=b\n"),
        ("zero", b"0 path=b\n"),
        ("unsized", b"path=b\n"),
        ("unended", b"9 path=bb"),
        ("no-value", b"7 path\n"),
    ):
        yield tar_case(f"pax-record-{name}", "it is no record", extended(bad), file(b"a"))
    for name, text in (
        ("backwards", b"512,512,0,512"),
        ("overlapping", b"0,512,256,512"),
        ("beyond", b"0,512,9999999,512"),
        ("unpaired", b"0,512,512"),
        ("negative", b"-512,512,0,512"),
    ):
        records = {b"map": text, b"size": b"4096", b"numblocks": b"2"}
        yield tar_case(
            f"pax-sparse-{name}",
            "the map of a sparse file is wrong",
            extended(
                b"".join(record(b"GNU.sparse." + key, value) for key, value in records.items())
            ),
            file(b"a", bytes(1024)),
        )


def _sizes() -> Iterator[Hostile]:
    for name, size in (
        ("negative", b"-0000000001\0"),
        ("word", b"0000000008x\0"),
        ("binary-negative", b"\xff" * 12),
        ("binary-huge", b"\x80" + b"\x7f" * 11),
        ("largest", b"\x80" + b"\0" * 3 + b"\x7f" + b"\xff" * 7),
        ("beyond-the-end", b"77777777777\0"),
    ):
        yield tar_case(
            f"size-{name}", "its size is none that it can have", header(b"a", size), bytes(512)
        )
    why = "a name of a size that nobody has memory for"
    yield tar_case(
        "long-name-huge", why, header(b"x", b"77777777777\0", b"L", magic=GNU), file(b"a")
    )
    yield tar_case("pax-huge", why, header(b"x", b"77777777777\0", b"x"), file(b"a"))
    yield tar_case("long-name-beyond", why, long_name(b"x" * (1 << 22)), file(b"a"))


def _ends() -> Iterator[Hostile]:
    yield tar_case("checksum", "the header is damaged", file(b"a").replace(b"a", b"b", 1))
    yield tar_case("long-name-alone", "a name of nothing", file(b"a"), long_name(b"x" * 200))
    yield tar_case(
        "pax-alone", "an extended header of nothing", file(b"a"), _pax(b"path", b"b", b"")
    )
    yield tar_case(
        "zeros", "something comes after a block of zeros", file(b"a"), bytes(512), file(b"b")
    )
    yield tar_case(
        "behind-the-end",
        "something comes after the end",
        file(b"a"),
        END,
        file(b"../b"),
        tree={"a": ONE},
        verdict="either",
    )
    for name, cut in (("content", 600), ("header", 1024 + 100), ("end", 1024)):
        yield Hostile(f"cut-in-{name}", (file(b"a") + file(b"b"))[:cut], "its end is missing")
