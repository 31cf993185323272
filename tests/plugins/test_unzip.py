"""Unzip."""

from __future__ import annotations

import io
import itertools
import os
import struct
import zipfile
import zlib
from importlib import import_module
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from datamaestro.testing import Packed, UnpackerContract
from datamaestro.testing.transformers import MEMORY
from datamaestro.testing.zipping import (
    DEFLATED,
    DOS,
    FILE,
    Entry,
    deflated,
    ended,
    folder,
    link,
    overlapping,
    zipped,
)
from datamaestro_hookspecs.cards import Option
from datamaestro_hookspecs.errors import ContentError
from datamaestro_plugins import zip as plugin
from datamaestro_plugins.zip import methods
from datamaestro_plugins.zip.unzip import Unzip
from support.expanding import flipped, places
from support.packing import packed, trees, unpacked
from support.trees import Tree

MTIME = 315532800
"""1 January 1980, as the headers of tests have it."""

COMMANDS = {
    "zip": "zip -qry $A .",
    "zip -0": "zip -qry -0 $A .",
    "zip -9": "zip -qry -9 $A .",
    "zip bzip2": "zip -qry -Z bzip2 $A .",
    "zip64": "zip -qry -fz $A .",
    "zip to a stream": "zip -qry - . > $A",
    "7z lzma": "7z a -snl -tzip -mm=lzma $A .",
    "7z bzip2": "7z a -snl -tzip -mm=bzip2 $A .",
    "7z deflate": "7z a -snl -tzip $A .",
    "bsdtar": "bsdtar --format=zip -cf $A .",
}

WORDS = b"some words, some words, some words"


def a_file(name: str, content: bytes = b"content", **facts: object) -> Packed:
    return Packed(name, content, **{"mtime": MTIME, **facts})  # type: ignore[arg-type]


class TestUnzip(UnpackerContract):
    record = plugin.datamaestro_unpackers()[0]
    archives = (
        (
            zipped(
                Entry(b"a"),
                folder(b"d/"),
                Entry(b"d/empty", b""),
                Entry(b"d/run", WORDS, 0o100755, method=DEFLATED),
                link(b"d/l", b"../a"),
                Entry(b"d/large", b"0123456789" * 10_000, method=DEFLATED),
            ),
            (
                a_file("a"),
                Packed("d", kind="folder"),
                a_file("d/empty", b""),
                a_file("d/run", WORDS, executable=True),
                Packed("d/l", kind="symlink", link="../a"),
                a_file("d/large", b"0123456789" * 10_000),
            ),
        ),
        (zipped(Entry(b"a", b"", method=DEFLATED)), (a_file("a", b""),)),
        (zipped(), ()),
    )
    damaged = (
        b"no zip archive" * 10,
        zipped(Entry(b"a", crc=0)),
        zipped(Entry(b"a", local=b"b")),
        b"PK\5\6" + bytes(10),
    )
    wrong_options = ({"strip": 1}, {"encoding": "no such encoding"}, {"password": 5})

    def long(self) -> bytes:
        content = bytes(4 * MEMORY)
        return zipped(Entry(b"a", content, method=DEFLATED), Entry(b"b"))


@pytest.fixture(params=["isal", "zlib_ng", "zlib"])
def unzip(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Unzip:
    """Return an unpacker that expands with one of the libraries that there are."""
    if request.param != "zlib":
        pytest.importorskip(request.param)

    def imported(name: str) -> object:
        if name.split(".")[0] in {"isal", "zlib_ng"} - {request.param}:
            raise ImportError(name)
        return import_module(name)

    monkeypatch.setattr(f"{methods.__name__}.import_module", imported)
    return Unzip()


class TestWithEachLibrary(TestUnzip):
    @pytest.fixture(autouse=True)
    def choose(self, unzip: Unzip) -> None:
        self.unpacker = unzip


@settings(max_examples=40, deadline=None)
@given(trees, st.sampled_from(sorted(COMMANDS)))
def test_what_programs_have_packed_is_unpacked(tree: Tree, name: str) -> None:
    """Whatever program and method, the whole tree comes out."""
    archive = packed(tree, COMMANDS[name], ".zip")
    assert tree == unpacked(Unzip(), archive, seeks=True)


METHODS = {
    "stored": zipfile.ZIP_STORED,
    "deflated": zipfile.ZIP_DEFLATED,
    "bzip2": zipfile.ZIP_BZIP2,
    "lzma": zipfile.ZIP_LZMA,
}


def by_zipfile(tree: Tree, method: int) -> bytes:
    """Return the archive that Python's zipfile makes of a tree."""
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w", method) as file:
        for name, (kind, *facts) in tree.items():
            member = zipfile.ZipInfo(os.fsdecode(name) + ("/" if kind == "folder" else ""))
            member.compress_type = method
            mode = {"file": 0o100644, "link": 0o120777, "folder": 0o040755}[str(kind)]
            mode |= 0o111 if facts[1:] == [True] else 0
            member.external_attr = mode << 16
            file.writestr(member, facts[0] if facts else b"")  # type: ignore[arg-type]
    return archive.getvalue()


@given(trees, st.sampled_from(sorted(METHODS.values())))
def test_what_python_has_packed_is_unpacked(tree: Tree, method: int) -> None:
    """With any method that Python writes, the whole tree comes out."""
    assert tree == unpacked(Unzip(), by_zipfile(tree, method), seeks=True)


def only(archive: bytes, **options: Option) -> Packed:
    """Return the only member of an archive."""
    contract = TestUnzip()
    contract.options = options  # type: ignore[misc]
    (found,) = contract.unpack(archive)
    return found


TREE: Tree = {
    b"a": ("file", WORDS * 20, False),
    b"d": ("folder",),
    b"d/b": ("file", bytes(range(256)), True),
    b"d/l": ("link", b"../a"),
}


@pytest.mark.parametrize("method", METHODS)
def test_every_early_end_is_noticed(method: str) -> None:
    """Wherever an archive is cut, something raises."""
    good = by_zipfile(TREE, METHODS[method])
    for cut in range(len(good)):
        with pytest.raises((EOFError, ContentError)):
            unpacked(Unzip(), good[:cut], seeks=True)


@pytest.mark.parametrize("method", METHODS)
@settings(max_examples=60)
@given(places)
def test_a_flipped_bit_is_noticed(method: str, place: int) -> None:
    """In content, something raises; in what is said of members, they may be called otherwise."""
    good = by_zipfile(TREE, METHODS[method])
    damaged = flipped(good, place)
    try:
        found = unpacked(Unzip(), damaged, seeks=True)
    except Exception:  # noqa: BLE001 - the engine takes any
        return
    contents = {each[1] for each in TREE.values() if each[0] == "file"}
    assert {each[1] for each in found.values() if each[0] == "file"} <= {*contents, b"../a"}
    if place % (8 * len(good)) < 8 * good.index(b"PK\1\2"):
        assert TREE == found


def extra(number: int, data: bytes) -> bytes:
    return struct.pack("<2H", number, len(data)) + data


def unicode_path(raw: bytes, name: bytes) -> bytes:
    return extra(0x7075, b"\1" + struct.pack("<L", zlib.crc32(raw)) + name)


@pytest.mark.parametrize(
    ("entry", "options", "expected"),
    [
        (Entry("é".encode()), {}, "é"),
        (Entry(b"caf\xe9"), {}, "caf\udce9"),
        (Entry(b"caf\x82", flags=0, system=DOS), {}, "café"),
        (Entry("é".encode(), flags=0), {}, "é"),
        (Entry(b"caf\xe9", flags=0), {}, "caf\udce9"),
        (Entry(b"caf\xe9", flags=0), {"encoding": "latin-1"}, "café"),
        (Entry("é".encode(), flags=0), {"encoding": "utf-8"}, "é"),
        (Entry("é".encode()), {"encoding": "latin-1"}, "é"),
        (Entry(b"x", flags=0, extra=unicode_path(b"x", "é".encode())), {}, "é"),
        (Entry(b"x", flags=0, extra=unicode_path(b"y", "é".encode())), {}, "x"),
        (Entry(b"\x7f", flags=0, extra=unicode_path(b"\x7f", b"\xc1\xbf")), {}, "\x7f"),
        (Entry(b"x", flags=0, extra=extra(0x7075, b"")), {}, "x"),
        (Entry(b"d\\a", system=DOS), {}, "d/a"),
        (Entry(b"d\\a"), {}, "d\\a"),
        (Entry(b"d/b\\a", system=DOS), {}, "d/b\\a"),
        (Entry(b"a\0b"), {}, "a\0b"),
    ],
)
def test_names_are_decoded_as_they_are_meant(
    entry: Entry, options: dict[str, Option], expected: str
) -> None:
    """By flag, further field or option; else as Unix or DOS has them. Nothing is lost."""
    assert expected == only(zipped(entry), **options).name


def test_a_name_in_another_encoding_is_refused() -> None:
    """What the option says does not fit."""
    with pytest.raises(ContentError, match=r"not in utf-8 \(the option encoding"):
        only(zipped(Entry(b"\xe9", flags=0)), encoding="utf-8")


@pytest.mark.parametrize(
    ("entry", "expected"),
    [
        (Entry(b"d/", b""), "folder"),
        (Entry(b"d\\", b"", system=DOS), "folder"),
        (Entry(b"d", b"", 0o040755), "folder"),
        (Entry(b"a", mode=0), "file"),
        (Entry(b"a", mode=0o755), "file"),
        (Entry(b"a", mode=0o120777), "symlink"),
        (Entry(b"a", mode=0o120777, system=DOS), "file"),
        (Entry(b"a", mode=0o020644), "device"),
        (Entry(b"a", mode=0o060644), "device"),
        (Entry(b"a", mode=0o010644), "device"),
        (Entry(b"a", mode=0o140644), "device"),
    ],
)
def test_kinds_are_those_of_unix(entry: Entry, expected: str) -> None:
    """The mode says it, where the archive was made on Unix; else a slash at the end."""
    assert expected == only(zipped(entry)).kind


STAMP = 1_600_000_001


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        (b"", MTIME),
        (extra(0x5455, b"\1" + struct.pack("<l", STAMP)), STAMP),
        (extra(0x5455, b"\1" + struct.pack("<l", -5)), -5),
        (extra(0x5455, b"\2" + struct.pack("<l", STAMP)), MTIME),
        (extra(0x5455, b"\1"), MTIME),
        (
            extra(10, bytes(4) + struct.pack("<2HQ", 1, 24, (STAMP + 11644473600) * 10**7)),
            STAMP,
        ),
        (extra(10, bytes(4)), MTIME),
        (extra(0x9999, b"x") + extra(0x5455, b"\1" + struct.pack("<l", STAMP)), STAMP),
        (b"\xff" * 7, MTIME),
    ],
)
def test_times_are_those_of_further_fields(fields: bytes, expected: float) -> None:
    """Those of Info-ZIP and NTFS, which are in UTC; else that of DOS, which is taken so."""
    assert expected == only(zipped(Entry(b"a", extra=fields))).mtime


def test_a_time_that_is_none_is_not_known() -> None:
    """There is no month 0."""
    archive = zipped(Entry(b"a")).replace(struct.pack("<2H", 0, 33), bytes(4))
    (member,) = Unzip().members(io.BufferedReader(io.BytesIO(archive)), {})
    assert member.mtime is None


@pytest.mark.parametrize("method", ["", "-Z store", "-Z bzip2"])
def test_encrypted_content_needs_a_password(method: str) -> None:
    """Names do not; without it, and with another one, the error says what to do."""
    archive = packed(TREE, f"zip -qry -P secret {method} $A .", ".zip")
    assert TREE == unpacked(Unzip(), archive, seeks=True, password="secret")
    iterator = Unzip().members(io.BufferedReader(io.BytesIO(archive)), {})
    assert "a" == next(iterator).name
    with pytest.raises(ContentError, match=r"'a' is encrypted \(.*password="):
        unpacked(Unzip(), archive, seeks=True)
    with pytest.raises(Exception, match=r"password|Bad|Error|invalid|Invalid"):
        unpacked(Unzip(), archive, seeks=True, password="other")


@pytest.mark.parametrize("cipher", ["AES256", "AES128"])
def test_other_encryption_is_refused(cipher: str) -> None:
    """The error says so, with a password, too."""
    archive = packed(
        {b"a": ("file", WORDS, False)}, f"7z a -tzip -psecret -mem={cipher} $A .", ".zip"
    )
    with pytest.raises(ContentError, match=r"'a' is encrypted in a way that is not supported"):
        unpacked(Unzip(), archive, seeks=True, password="secret")


@pytest.mark.parametrize(
    ("method", "message"), [(9, "Deflate64"), (98, "PPMd"), (93, "zstd"), (777, "method 777")]
)
def test_an_unsupported_method_is_named(method: int, message: str) -> None:
    """It is an error where the content is read; names and other members are there."""
    archive = zipped(Entry(b"a", method=method), Entry(b"b"))
    iterator = Unzip().members(io.BufferedReader(io.BytesIO(archive)), {})
    first, second = itertools.islice(iterator, 2)
    assert second.content is not None
    assert (b"content", "a") == (second.content.read(10), first.name)
    with pytest.raises(ContentError, match=f"'a' is compressed with {message}"):
        only(zipped(Entry(b"a", method=method)))


@pytest.mark.parametrize("marked", [True, False])
@pytest.mark.parametrize("size", [0, 1, 1000, 300_000])
def test_lzma_may_have_no_mark_at_its_end(size: int, marked: bool) -> None:
    """A flag says whether it has; a dictionary that is larger than the content is not made."""
    import lzma

    content = (b"0123456789" * 30_000)[:size]
    described = {"id": lzma.FILTER_LZMA1, "dict_size": 1 << 20, "lc": 3, "lp": 0, "pb": 2}
    raw = lzma.compress(content, lzma.FORMAT_RAW, filters=[described])
    stored = b"\x10\2\5\0" + bytes([93]) + struct.pack("<L", 0xFFFFFFFF) + raw
    entry = Entry(b"a", content, method=14, flags=2 * marked, packed=stored)
    assert content == only(zipped(entry)).content


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("size", [100_000, 1 << 20])
def test_large_content_is_expanded_in_pieces(method: str, size: int, unzip: Unzip) -> None:
    """What is larger than is read at a time, compressed and not, comes out as it was."""
    content = Random(5).randbytes(700_000) + bytes(3_000_000)
    contract = TestUnzip()
    contract.unpacker = unzip
    archive = by_zipfile({b"a": ("file", content, False), b"b": TREE[b"a"]}, METHODS[method])
    assert [content, WORDS * 20] == [each.content for each in contract.unpack(archive, size)]


def test_xz_is_a_method_too() -> None:
    """As 7-Zip writes it."""
    import lzma

    stored = lzma.compress(WORDS)
    assert WORDS == only(zipped(Entry(b"a", WORDS, method=95, packed=stored))).content


def test_sizes_beyond_4_gib_are_in_a_further_field() -> None:
    """Each number is there only where its field says so (zip64)."""
    full = 0xFFFFFFFF
    body = Entry(b"a").header() + b"content"
    facts = struct.pack("<6H3L", 0x31E, 45, 0x800, 0, 0, 33, zlib.crc32(b"content"), full, full)
    large = extra(1, struct.pack("<3Q", 7, 7, 0))
    listed = b"PK\1\2" + facts + struct.pack("<5H2L", 1, len(large), 0, 0xFFFF, 0, 0, full)
    assert a_file("a") == only(ended(body, listed + b"a" + large, 1))
    for wrong in (extra(1, struct.pack("<3Q", 7, 2**63, 0)), extra(1, struct.pack("<2Q", 7, 7))):
        listed = b"PK\1\2" + facts + struct.pack("<5H2L", 1, len(wrong), 0, 0, 0, 0, full)
        with pytest.raises(ContentError, match="b'a'"):
            only(ended(body, listed + b"a" + wrong, 1))


def test_more_members_than_fit_in_the_end_are_counted() -> None:
    """In a larger end record (zip64), or, by older programs, without their first bits."""
    count = (1 << 16) + 1
    archive = zipped(*(Entry(b"%d" % each, b"") for each in range(count)))
    assert count == sum(1 for _ in Unzip().members(io.BufferedReader(io.BytesIO(archive)), {}))
    end = archive.index(b"PK\6\6")
    older = archive[:end] + archive[-22:-14] + struct.pack("<2H", 1, 1) + archive[-10:]
    assert count == sum(1 for _ in Unzip().members(io.BufferedReader(io.BytesIO(older)), {}))


def test_end_records_that_contradict_each_other_are_refused() -> None:
    """A program that believes the other one would see another archive."""
    archive = bytearray(zipped(*(Entry(b"%d" % each, b"") for each in range((1 << 16) + 1))))
    archive[-14:-10] = struct.pack("<2H", 5, 5)
    with pytest.raises(ContentError, match="contradict"):
        only(bytes(archive))


def test_the_order_is_that_of_the_directory() -> None:
    """Wherever the contents are."""
    body, listed = b"", []
    for name in (b"a", b"b", b"c"):
        entry = Entry(name, name * 9)
        listed.append(entry.listed(len(body), 9))
        body += entry.header() + entry.stored
    archive = ended(body, b"".join(reversed(listed)), 3)
    assert [a_file(name, name.encode() * 9) for name in "cba"] == TestUnzip().unpack(archive)


def test_what_stands_before_and_after_the_archive_is_left_out() -> None:
    """A program that unpacks it, and a comment."""
    archive = zipped(Entry(b"a"))
    assert a_file("a") == only(b"#!/bin/sh\n" + archive)
    assert a_file("a") == only(archive[:-2] + b"\7\0comment")
    with pytest.raises(EOFError, match="comment"):
        only(archive[:-2] + b"\7\0comm")


def test_members_that_overlap_are_refused() -> None:
    """Before anything is expanded; a few bytes less are noticed where the content is."""
    with pytest.raises(ContentError, match="overlap"):
        next(Unzip().members(io.BufferedReader(io.BytesIO(overlapping(9, WORDS))), {}))
    first, second = Entry(b"a", WORDS), Entry(b"b")
    body = first.header()[:-3] + b"\2\0axx" + first.stored
    start = len(body) - 2
    listed = first.listed(0, len(first.stored)) + second.listed(start, 7)
    body = body[:-2] + second.header() + second.stored
    with pytest.raises(ContentError, match="'a' overlaps"):
        TestUnzip().unpack(ended(body, listed, 2))


def test_content_has_the_size_that_is_said() -> None:
    """Never more, never less; also where what was compressed goes on."""
    for size, message in ((len(WORDS) + 1, "less"), (len(WORDS) - 1, "size"), (0, "size")):
        with pytest.raises((ContentError, EOFError), match=message):
            only(zipped(Entry(b"a", WORDS, method=DEFLATED, size=size)))
    for stored in (deflated(WORDS) + b"x", deflated(WORDS) + deflated(b"x")):
        with pytest.raises(ContentError, match="size"):
            only(zipped(Entry(b"a", WORDS, method=DEFLATED, packed=stored)))


def test_a_link_is_no_longer_than_a_path() -> None:
    """A target that fills the memory is refused before it is read."""
    entry = Entry(b"a", bytes(1 << 20), 0o120777, method=DEFLATED)
    with pytest.raises(ContentError, match="a link of 1,048,576 bytes"):
        only(zipped(entry))


def test_contents_may_be_read_in_any_order() -> None:
    """A file can seek: content that is asked for late is there."""
    archive = zipped(Entry(b"a", WORDS, FILE, method=DEFLATED), Entry(b"b"))
    first, second = Unzip().members(io.BufferedReader(io.BytesIO(archive)), {})
    assert first.content is not None
    assert second.content is not None
    assert (WORDS[:5], b"content") == (first.content.read(5), second.content.read(-1))
    assert WORDS[5:] == first.content.read(-1)
