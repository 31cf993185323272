"""Untar."""

from __future__ import annotations

import io
import logging
import os
import tarfile
from collections.abc import Iterator

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from datamaestro.testing import Packed, UnpackerContract
from datamaestro.testing.tarring import (
    END,
    extended,
    file,
    folder,
    hardlink,
    header,
    long_name,
    padded,
    record,
    symlink,
)
from datamaestro.testing.transformers import MEMORY, Arriving
from datamaestro_hookspecs.errors import ContentError
from datamaestro_hookspecs.unpackers import Member
from datamaestro_plugins import tar as plugin
from datamaestro_plugins.tar.header import number
from datamaestro_plugins.tar.untar import Untar
from support.expanding import flipped, places
from support.packing import packed, trees, unpacked
from support.trees import Tree

GNU = b"ustar  "

COMMANDS = {
    "gnu": "tar --format=gnu -cf $A .",
    "oldgnu": "tar --format=oldgnu -cf $A .",
    "posix": "tar --format=posix -cf $A .",
    "posix without times": "tar --format=posix --pax-option=delete=?time -cf $A .",
    "sparse gnu": "tar --format=gnu --sparse -cf $A .",
    "sparse 0.0": "tar --format=posix --sparse --sparse-version=0.0 -cf $A .",
    "sparse 0.1": "tar --format=posix --sparse --sparse-version=0.1 -cf $A .",
    "sparse 1.0": "tar --format=posix --sparse --sparse-version=1.0 -cf $A .",
    "a label": "tar --format=gnu --label=LABEL -cf $A .",
    "dumped": "tar --format=gnu --listed-incremental=$A.list -cf $A .",
    "bsdtar pax": "bsdtar --format=pax -cf $A .",
    "bsdtar gnutar": "bsdtar --format=gnutar -cf $A .",
}

SHORT = {
    "v7": "tar --format=v7 -cf $A .",
    "ustar": "tar --format=ustar -cf $A .",
    "bsdtar ustar": "bsdtar --format=ustar -cf $A .",
}
"""Programs whose names are short."""


def members(archive: bytes) -> Iterator[Member]:
    return Untar().members(io.BufferedReader(Arriving(archive)), {})


def only(archive: bytes) -> Packed:
    """Return the only member of an archive."""
    (found,) = TestUntar().unpack(archive + END)
    return found


MTIME = 1_000_000_000


def a_file(name: str, content: bytes = b"content", **facts: object) -> Packed:
    return Packed(name, content, **{"mtime": MTIME, **facts})  # type: ignore[arg-type]


class TestUntar(UnpackerContract):
    record = plugin.datamaestro_unpackers()[0]
    archives = (
        (
            file(b"a")
            + folder(b"d/")
            + file(b"d/empty", b"")
            + file(b"d/run", b"x" * 512, mode=0o755)
            + symlink(b"d/l", b"../a")
            + hardlink(b"d/h", b"a")
            + file(b"d/large", b"0123456789" * 1000)
            + END,
            (
                a_file("a"),
                Packed("d", kind="folder"),
                a_file("d/empty", b""),
                a_file("d/run", b"x" * 512, executable=True),
                Packed("d/l", kind="symlink", link="../a"),
                Packed("d/h", kind="hardlink", link="a"),
                a_file("d/large", b"0123456789" * 1000),
            ),
        ),
        (long_name(b"n" * 300) + file(b"short") + END, (a_file("n" * 300),)),
        (END, ()),
    )
    damaged = (
        b"no tar archive" * 100,
        b"\1" + file(b"a") + END,
        file(b"a") + b"\1" * 512 + END,
        file(b"a") + bytes(512) + file(b"b") + END,
    )
    wrong_options = ({"encoding": "utf-8"}, {"strip": 1})

    def cuts(self, archive: bytes) -> set[bytes]:
        """Return beginnings without the end mark; a part of that is one, too."""
        body = len(archive) - len(END)
        return {archive[:cut] for cut in (1, body // 2, body - 1, body, body + 511) if cut > 0}

    def long(self) -> bytes:
        return file(b"a", bytes(4 * MEMORY)) + file(b"b") + END


@settings(max_examples=40, deadline=None)
@given(trees, st.sampled_from(sorted(COMMANDS)))
def test_what_programs_have_packed_is_unpacked(tree: Tree, name: str) -> None:
    """Of any format that GNU tar and bsdtar write, the whole tree comes out."""
    assert tree == unpacked(Untar(), packed(tree, COMMANDS[name], ".tar"))


def is_short(tree: Tree) -> bool:
    """Return whether old formats have room for all names and targets."""
    targets = [each[1] for each in tree.values() if each[0] == "link"]
    return all(len(name) < 95 for name in [*tree, *targets])  # type: ignore[arg-type]


@settings(max_examples=20, deadline=None)
@given(trees.filter(is_short), st.sampled_from(sorted(SHORT)))
def test_what_programs_have_packed_in_old_formats_is_unpacked(tree: Tree, name: str) -> None:
    """Of formats that have short names only, the whole tree comes out, too."""
    assert tree == unpacked(Untar(), packed(tree, SHORT[name], ".tar"))


def by_tarfile(tree: Tree, how: int) -> bytes:
    """Return the archive that Python's tarfile makes of a tree."""
    archive = io.BytesIO()
    with tarfile.open(fileobj=archive, mode="w", format=how) as file:
        for name, (kind, *facts) in tree.items():
            member = tarfile.TarInfo(os.fsdecode(name))
            member.mtime = 1.5 if how == tarfile.PAX_FORMAT else 1
            if kind == "file":
                content, executable = facts
                assert isinstance(content, bytes)
                member.size, member.mode = len(content), 0o744 if executable else 0o644
                file.addfile(member, io.BytesIO(content))
                continue
            member.type = tarfile.DIRTYPE if kind == "folder" else tarfile.SYMTYPE
            member.linkname = os.fsdecode(facts[0]) if facts else ""  # type: ignore[arg-type]
            file.addfile(member)
    return archive.getvalue()


@given(trees, st.sampled_from([tarfile.GNU_FORMAT, tarfile.PAX_FORMAT]))
def test_what_python_has_packed_is_unpacked(tree: Tree, how: int) -> None:
    """Of any format that Python writes, the whole tree comes out."""
    assert tree == unpacked(Untar(), by_tarfile(tree, how))


def test_names_and_times_are_kept_in_every_form() -> None:
    """Long names, bytes that are no UTF-8, hard links, and times of any year come out."""
    long, odd = "n" * 120 + "/" + "m" * 150, "caf\udce9"
    for how in (tarfile.GNU_FORMAT, tarfile.PAX_FORMAT):
        archive = io.BytesIO()
        with tarfile.open(fileobj=archive, mode="w", format=how) as packed_file:
            for name, kind in ((odd, tarfile.REGTYPE), (long, tarfile.LNKTYPE)):
                member = tarfile.TarInfo(name)
                member.type, member.linkname, member.mtime = kind, long, -(10**9)
                packed_file.addfile(member)
        assert [
            Packed(odd, mtime=-(10**9)),
            Packed(long, kind="hardlink", link=long, mtime=-(10**9)),
        ] == TestUntar().unpack(archive.getvalue())


WORDS = b"start", b"middle", b"end"
PLACES = 0, 3_000_000, 9_000_000


@pytest.mark.parametrize("name", [name for name in COMMANDS if "sparse" in name])
@pytest.mark.parametrize("size", [1 << 20, 7777])
def test_holes_are_zeros(name: str, size: int) -> None:
    """A sparse file comes out as it was, whole, in whatever pieces it is read."""
    command = "truncate -s 10000000 a b; " + " ".join(
        f"printf {word.decode()} | dd of=a bs=1 seek={place} conv=notrunc;"
        for word, place in zip(WORDS, PLACES, strict=True)
    )
    archive = packed({}, f"({command}) && {COMMANDS[name]}", ".tar", program="tar")
    expected = bytearray(10_000_000)
    for word, place in zip(WORDS, PLACES, strict=True):
        expected[place : place + len(word)] = word
    found = {each.name: each.content for each in TestUntar().unpack(archive, size)}
    assert len(archive) < 200_000
    assert (bytes(expected), bytes(10_000_000)) == (found["./a"], found["./b"])


def old_sparse(*regions: tuple[int, int], size: int, stored: bytes) -> bytes:
    """Return a sparse file as old GNU tar has it."""
    pairs = [b"%011o\0%011o\0" % each for each in regions]
    rest = bytes(41) + b"".join(pairs[:4]).ljust(96, b"\0")
    rest += bytes([len(pairs) > 4]) + b"%011o\0" % size
    blocks = b""
    for start in range(4, len(pairs), 21):
        block = b"".join(pairs[start : start + 21]).ljust(504, b"\0")
        blocks += (block + bytes([start + 21 < len(pairs)])).ljust(512, b"\0")
    return header(b"s", len(stored), b"S", magic=GNU, rest=rest) + blocks + padded(stored)


@pytest.mark.parametrize("count", [0, 1, 4, 5, 25, 26, 60])
def test_old_maps_go_on_in_further_blocks(count: int) -> None:
    """However many regions a file of old GNU tar has, each is where it was."""
    regions = [(100 * each, 10) for each in range(count)]
    archive = old_sparse(*regions, size=7000, stored=b"x" * 10 * count) + file(b"a") + END
    expected = (b"x" * 10 + bytes(90)) * count
    assert [Packed("s", expected.ljust(7000, b"\0")), Packed("a", b"content")] == [
        Packed(each.name, each.content) for each in TestUntar().unpack(archive)
    ]
    assert ["s", "a"] == [member.name for member in members(archive)]


@pytest.mark.parametrize(
    ("regions", "size", "message"),
    [
        ([(0, 10), (5, 10)], 100, "order"),
        ([(50, 10), (0, 10)], 100, "order"),
        ([(0, 10), (95, 10)], 100, "of its size"),
        ([(0, 10)], 100, "of its size"),
    ],
)
def test_a_wrong_map_is_refused(regions: list[tuple[int, int]], size: int, message: str) -> None:
    """A map that is not in order, or not of that file, is an error."""
    with pytest.raises(ContentError, match=message):
        only(old_sparse(*regions, size=size, stored=bytes(20)))


def test_sparse_files_of_other_programs_are_refused() -> None:
    """A type of which the form is not known is an error that names the member."""
    with pytest.raises(ContentError, match=r"'s'.*not supported"):
        only(header(b"s", 0, b"S"))


def map_of_content(text: bytes) -> bytes:
    records = {b"major": b"1", b"minor": b"0", b"name": b"s", b"realsize": b"600"}
    said = b"".join(record(b"GNU.sparse." + key, value) for key, value in records.items())
    content = padded(text) + b"x" * 10
    return extended(said) + header(b"s", len(content)) + padded(content)


def test_a_map_before_the_content_is_read() -> None:
    """The newest form, whose map may have many blocks."""
    text = b"100\n" + b"0\n0\n" * 99 + b"590\n10\n"
    assert a_file("s", bytes(590) + b"x" * 10) == only(map_of_content(text))


@pytest.mark.parametrize(
    "text", [b"", b"x\n", b"-1\n", b"1\n0\n", b"1000001\n", b"1\n0\nx\n", b"9" * 600]
)
def test_a_wrong_map_before_the_content_is_refused(text: bytes) -> None:
    """A map that is none is an error, and nothing much is read."""
    with pytest.raises(ContentError, match="'s'"):
        only(map_of_content(text) + file(b"a"))


@pytest.mark.parametrize(
    ("field", "expected"),
    [
        (b"0000644\0", 0o644),
        (b"    644 ", 0o644),
        (b"00000644", 0o644),
        (b"\x00\x00644\x00\x00\x00", 0o644),
        (b"644\0junk", 0o644),
        (b"       \0", 0),
        (bytes(8), 0),
        (b"\x80" + bytes(6) + b"\1", 1),
        (b"\x80" + bytes(3) + b"\xff" * 4, 2**32 - 1),
        (b"\xff" * 8, -1),
        (b"\xff" * 7 + b"\0", -256),
    ],
)
def test_numbers_have_several_forms(field: bytes, expected: int) -> None:
    """Octal digits with what may stand around them, and GNU tar's binary numbers."""
    assert expected == number(field)


@pytest.mark.parametrize(
    "field", [b"-0000644", b"0o644\0\0\0", b"6_4\0\0\0\0\0", b"0000689\0", b"6 4     "]
)
def test_what_is_no_number_is_refused(field: bytes) -> None:
    """Nothing that Python, but no tar program, takes for a number."""
    with pytest.raises(ValueError, match="no number"):
        number(field)


def test_signed_checksums_are_accepted() -> None:
    """Some old programs took bytes for signed numbers when they summed them up."""
    block = header("é".encode())
    total = int(block[148:154], 8) - 2 * 256
    signed = block[:148] + b"%06o\0 " % total + block[156:]
    assert a_file("é", b"") == only(signed)


@given(places)
def test_a_flipped_bit_in_a_header_is_noticed(place: int) -> None:
    """It raises, or makes no difference. In content, only a digest of the whole can tell."""
    good = extended(record(b"path", b"b")) + file(b"a") + END
    for start in (0, 1024):
        damaged = good[:start] + flipped(good[start : start + 512], place) + good[start + 512 :]
        try:
            found = TestUntar().unpack(damaged)
        except (ContentError, EOFError):
            continue
        assert [a_file("b")] == found


GOOD = (
    long_name(b"n" * 200)
    + file(b"x")
    + extended(record(b"path", b"b"))
    + file(b"a")
    + old_sparse((0, 5), (700, 5), size=1000, stored=b"x" * 10)
    + file(b"c", b"words" * 300)
)


def test_every_early_end_is_noticed() -> None:
    """Wherever an archive is cut, before or in its end mark's first block, something raises."""
    assert 4 == len(TestUntar().unpack(GOOD + bytes(512)))
    for cut in [*range(1, len(GOOD), 64), *range(len(GOOD) - 3, len(GOOD) + 512, 97)]:
        with pytest.raises((EOFError, ContentError), match="too early"):
            TestUntar().unpack((GOOD + END)[:cut])
        with pytest.raises((EOFError, ContentError), match="too early"):
            list(members((GOOD + END)[:cut]))


def test_what_follows_the_end_is_left_out(caplog: pytest.LogCaptureFixture) -> None:
    """Zeros fill up a tape's block; anything else is reported."""
    assert [a_file("a")] == TestUntar().unpack(file(b"a") + END + bytes(10_000))
    assert [] == caplog.records
    with caplog.at_level(logging.WARNING, "datamaestro"):
        assert [a_file("a")] == TestUntar().unpack(file(b"a") + END + bytes(1024) + file(b"b"))
    assert ["2,048 bytes after the end of a tar archive are left out"] == caplog.messages


def test_extended_headers_come_first() -> None:
    """What POSIX has for a field is believed before GNU's, and that before the header's."""
    said = record(b"path", b"pax") + record(b"mtime", b"-1.25") + record(b"SCHILY.dev", b"7")
    archive = extended(said) + long_name(b"gnu") + file(b"header")
    assert a_file("pax", mtime=-1.25) == only(archive)
    assert a_file("gnu") == only(long_name(b"gnu") + file(b"header"))
    target = long_name(b"to", kind=b"K") + symlink(b"l", b"header")
    assert "to" == only(target).link


def test_extended_headers_apply_to_one_member_or_to_all() -> None:
    """A global one stays, until another one or an empty value takes its place."""
    archive = (
        extended(record(b"mtime", b"5"), kind=b"g")
        + file(b"a")
        + extended(record(b"mtime", b"6"))
        + file(b"b")
        + extended(record(b"mtime", b""))
        + file(b"c")
        + file(b"d")
        + extended(record(b"mtime", b""), kind=b"g")
        + file(b"e")
        + extended(record(b"comment", b"the end"), kind=b"g")
        + END
    )
    assert [5, 6, MTIME, 5, MTIME] == [each.mtime for each in TestUntar().unpack(archive)]


@pytest.mark.parametrize("value", [b"now", b"nan", b"inf", b"1e999", b"1_0", b"1" * 100])
def test_a_time_that_is_none_is_refused(value: bytes) -> None:
    """A time is a decimal number."""
    with pytest.raises(ContentError, match="no time"):
        only(extended(record(b"mtime", value)) + file(b"a"))


def test_values_may_have_anything_in_them() -> None:
    """Equals signs, ends of lines, and zeros after the last record are no matter."""
    archive = extended(record(b"path", b"a=b\n3 c=d\n") + bytes(100)) + file(b"x")
    assert a_file("a=b\n3 c=d\n") == only(archive)


def test_a_hard_link_may_have_its_content_with_it() -> None:
    """POSIX allows it since there are extended headers; before, the size meant nothing."""
    link = header(b"l", 7, b"1", link=b"a")
    data = padded(b"content")
    assert a_file("l") == only(extended(record(b"comment", b"")) + link + data)
    assert "hardlink" == only(link).kind


FOLDER = Packed("d", kind="folder", mtime=MTIME)


@pytest.mark.parametrize(
    ("archive", "expected"),
    [
        (file(b"d/", b""), FOLDER),
        (header(b"d/", 0, b"\0", magic=b""), FOLDER),
        (header(b"d", 99, b"5"), FOLDER),
        (header(b"d", 4, b"D", magic=GNU) + padded(b"Yab\0"), FOLDER),
        (header(b"a", 7, b"\0", magic=b"") + padded(b"content"), a_file("a")),
        (header(b"a", 7, b"7") + padded(b"content"), a_file("a")),
        (header(b"a", 7, b"z") + padded(b"content"), a_file("a")),
        (header(b"a", 9, b"2", link=b"b"), Packed("a", kind="symlink", link="b", mtime=MTIME)),
        (header(b"a", 9, b"3"), Packed("a", kind="device", mtime=MTIME)),
        (header(b"a", 9, b"4"), Packed("a", kind="device", mtime=MTIME)),
        (header(b"a", 9, b"6"), Packed("a", kind="device", mtime=MTIME)),
        (header(b"LABEL", 0, b"V", magic=GNU) + file(b"a"), a_file("a")),
        (header(b"a", 5, b"A") + padded(b"rules") + file(b"a"), a_file("a")),
        (header(b"a", rest=b"p/q"), a_file("p/q/a", b"")),
        (header(b"a", rest=b"p" * 155), a_file("p" * 155 + "/a", b"")),
        (header(b"a" * 100), a_file("a" * 100, b"")),
        (header(b"a", magic=GNU, rest=b"%011o\0" % 1), a_file("a", b"")),
        (header(b"a", rest=b"p" * 131 + b"1" * 32 + b"tar\0"), a_file("p" * 131 + "/a", b"")),
        (header(b"a", b"\x80" + bytes(10) + b"\7") + padded(b"content"), a_file("a")),
    ],
)  # fmt: skip
def test_headers_mean_what_their_formats_say(archive: bytes, expected: Packed) -> None:
    """Each type, and each way to say a name or a size."""
    assert expected == only(archive)


@pytest.mark.parametrize(
    "archive",
    [
        header(b"a", 0, b"M", magic=GNU),
        extended(record(b"GNU.volume.offset", b"512")) + file(b"a"),
        extended(record(b"GNU.sparse.major", b"2")) + file(b"a"),
        extended(record(b"path", b"b"), kind=b"g") + file(b"a"),
        long_name(b"n" * (1 << 20)) + file(b"a"),
        header(b"a", mode=0).replace(b"0000000\0", b"000000x\0", 1),
    ],
)
def test_what_is_not_understood_is_refused(archive: bytes) -> None:
    """Several volumes, unknown forms, one name for all, or more than a name can be."""
    with pytest.raises(ContentError):
        only(archive)


def test_a_name_may_be_long() -> None:
    """Whether a file system can have it is the engine's to find out."""
    name = "n" * (1 << 16)
    assert name == only(long_name(name.encode()) + file(b"a")).name
    assert name == only(extended(record(b"path", name.encode())) + file(b"a")).name


def test_content_that_is_gone_is_not_taken_for_empty() -> None:
    """Reading it too late is an error of the caller's, and no short file."""
    iterator = members(file(b"a") + file(b"b") + END)
    first = next(iterator)
    next(iterator)
    assert first.content is not None
    with pytest.raises(ValueError, match="'a'"):
        first.content.read(1)


def test_errors_say_where() -> None:
    """The message has the member's name, or the place in the archive."""
    with pytest.raises(ContentError, match="it is no tar archive"):
        only(b"<html>" * 200)
    with pytest.raises(ContentError, match="no tar header at byte 1,024"):
        only(file(b"a") + b"<html>" * 200)
    with pytest.raises(ContentError, match=r"'b' at byte 1,024: .* is no number"):
        only(file(b"a") + header(b"b", b"00000000009\0"))
    with pytest.raises(EOFError, match="in member 'a' at byte 0"):
        TestUntar().unpack(file(b"a")[:515])
