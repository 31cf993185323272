"""From members of archives to files in a folder, safely."""

import errno
import hashlib
import io
import os
import stat
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from datamaestro.engine.expansion.limits import Meter
from datamaestro.engine.expansion.refusal import MemberRefused, Refused
from datamaestro.engine.expansion.selection import plain_path
from datamaestro.engine.expansion.sinks import Result
from datamaestro.engine.expansion.tree import LATEST, TreeSink
from datamaestro.engine.run import BLOCK
from datamaestro.errors import ContentError, StorageError
from datamaestro.store.manifest import FileFacts
from datamaestro.store.trees import read_tree, tree_digest
from datamaestro_hookspecs.cards import Limits
from datamaestro_hookspecs.unpackers import Member
from support.filesystems import WAYS, ignoring_case
from support.trees import content_of, leads_outside

LONG = "n" * 300


def file(name: str, content: bytes = b"content", **more: object) -> Member:
    return Member(name, content=io.BytesIO(content), **more)  # type: ignore[arg-type]


def folder(name: str) -> Member:
    return Member(name, "folder")


def link(name: str, target: str) -> Member:
    return Member(name, "symlink", link=target)


def other(name: str, target: str) -> Member:
    return Member(name, "hardlink", link=target)


def device(name: str) -> Member:
    return Member(name, "device")


def written(
    root: Path, *members: Member, unwrap: bool = False, limits: Limits | None = None
) -> Result:
    """Write members into a folder, as an archive gives them."""
    meter = Meter(limits or Limits(), lambda: 1 << 40, lambda: None)
    sink = TreeSink(root, meter, unwrap=unwrap)
    try:
        for member in members:
            member.name = plain_path(member.name)
            sink.add(member.name, member)
        return sink.finish()
    finally:
        sink.close()


def contents(result: Result) -> dict[bytes, tuple[object, ...]]:
    return content_of(result.path)


def plain(content: bytes = b"content", *, executable: bool = False) -> tuple[object, ...]:
    """Return what a file is in :func:`content_of`."""
    return ("file", content, executable)


def test_files_folders_and_links_become_what_they_are(tmp_path: Path) -> None:
    """Folders that a path needs are made; an empty one stays."""
    result = written(
        tmp_path / "t", file("a/b/c", b"one"), folder("empty"), link("l", "a/b"), file("d", b"")
    )
    assert {
        b"a": ("folder",),
        b"a/b": ("folder",),
        b"a/b/c": plain(b"one"),
        b"empty": ("folder",),
        b"l": ("link", b"a/b"),
        b"d": plain(b""),
    } == contents(result)
    assert tmp_path / "t" == result.path


def test_the_facts_are_those_of_what_is_there(tmp_path: Path) -> None:
    """Sizes, times, digests and links, and the digest of all, as if each file had been read."""
    large = bytes(range(256)) * (BLOCK // 128 + 1)
    result = written(
        tmp_path / "t",
        file("a", large, mtime=1000.5),
        file("b/c", b"", mtime=7),
        other("d", "a"),
        link("b/l", "c"),
    )
    found = {fact.path: fact for fact in read_tree(result.path)}
    expected = {fact.path: fact for fact in result.below}
    assert found.keys() == expected.keys()
    assert (
        FileFacts("a", len(large), 1000_500_000_000, hashlib.sha256(large).hexdigest())
        == (expected["a"])
    )
    assert expected["b/l"] == FileFacts("b/l", 0, 0, "", "c")
    for path in ("a", "b/c", "d"):
        assert expected[path] == found[path]
    assert {"sha256": tree_digest(found.values())} == result.digests


def test_what_was_there_before_is_gone(tmp_path: Path) -> None:
    """The folder is the writer's own; an attempt that failed may have left something."""
    (tmp_path / "t/old").mkdir(parents=True)
    assert {b"a": plain()} == contents(written(tmp_path / "t", file("a")))
    (tmp_path / "f").write_text("a file")
    assert {b"a": plain()} == contents(written(tmp_path / "f", file("a")))


@pytest.mark.parametrize(
    ("members", "why"),
    [
        ([device("d")], "is a device"),
        ([device("")], "is a device"),
        ([file("")], "has no name"),
        ([link(".", "a")], "has no name"),
        ([other("a/..", "b")], "has no name"),
        ([file("a"), file("a/b")], "'a/b' is below 'a', which is no folder|'a' is below 'a'"),
        ([file("a"), folder("a")], "'a', which is no folder"),
        ([file("a"), folder("a/b/c")], "below 'a', which is no folder"),
        ([folder("a"), file("a")], "'a' is in it twice, as a folder"),
        ([file("a/b"), file("a")], "'a' is in it twice, as a folder"),
        ([file("x"), folder("a"), other("a", "x")], "'a' is in it twice, as a folder"),
        ([link("a", "b"), file("a/x")], "below 'a', which is no folder"),
        ([link("a", "b"), folder("a")], "'a', which is no folder"),
        ([link("a", "b"), link("a/x", "c")], "below 'a', which is no folder"),
        ([file("x"), link("a", "b"), other("a/y", "x")], "below 'a', which is no folder"),
        ([link("a", "b"), file("a")], "'a' is in it twice, as a link"),
        ([file("a"), link("a", "b")], "'a' is in it twice, as a link"),
        ([folder("a"), link("a", "b")], "'a' is in it twice, as a link"),
        ([file("x"), link("a", "b"), other("a", "x")], "'a' is in it twice, as a link"),
        ([link("x", "y"), folder("a"), other("a", "x")], "'a' is in it twice, as a link"),
        ([link("a", "")], "links to ''"),
        ([link("a", "/etc/passwd")], "links to '/etc/passwd'"),
        ([link("a", "b\0c")], r"links to 'b\\x00c'"),
        ([link("a", "..")], "links to '..'"),
        ([folder("b"), link("b/a", "../../x")], r"'b/a' links to '\.\./\.\./x'"),
        ([link("b", "."), link("c", "b/b/b/../../..")], "'c' links to"),
        ([folder("a"), file("x/y/z"), link("A", "x/y"), link("l", "a/../..")], "'l' links to"),
        ([link("a", "x"), other("b/c", "../up")], "outside"),
        ([file("a", b""), other("b", "/a")], "absolute path"),
        ([file(LONG)], "has a name that this file system cannot have"),
        ([folder(f"a/{LONG}/b")], "has a name that this file system cannot have"),
        ([link(LONG, "a")], "has a name that this file system cannot have"),
        ([file("a"), other(LONG, "a")], "has a name that this file system cannot have"),
        ([file("/".join(["n" * 200] * 30))], "has a name that this file system cannot have"),
        ([folder("/".join("a" * 257))], "is deeper than 255 folders"),
        ([link("a", "n/" * 3000)], "has a name that this file system cannot have"),
    ],
)
def test_what_is_not_to_be_taken_is_refused(
    members: list[Member], why: str, tmp_path: Path
) -> None:
    """Whatever comes first of two that are in each other's way; nothing is written elsewhere."""
    with pytest.raises(MemberRefused, match=why) as caught:
        written(tmp_path / "t", *members)
    assert "nothing of this archive is taken" in caught.value.hint
    assert [tmp_path / "t"] == list(tmp_path.iterdir())


def test_a_hard_link_to_nothing_is_refused(tmp_path: Path) -> None:
    """It has to come after what it is another name of."""
    for members in (
        [other("a", "b")],
        [other("a", "b"), file("b")],
        [folder("b"), other("a", "b")],
    ):
        with pytest.raises(Refused, match="'a' is another name of 'b', which is not there"):
            written(tmp_path / "t", *members)


@pytest.mark.parametrize(
    ("members", "expected"),
    [
        ([file("a", b"old"), file("a", b"new")], {b"a": plain(b"new")}),
        ([file("a", b"a longer one"), file("a", b"")], {b"a": plain(b"")}),
        ([file("a", executable=True), file("a", b"x")], {b"a": plain(b"x")}),
        ([file("a", b"old"), file("./b/../a", b"new")], {b"a": plain(b"new")}),
        ([folder("a"), folder("a/"), file("a/x")], {b"a": ("folder",), b"a/x": plain()}),
        ([file("a/x"), folder("a")], {b"a": ("folder",), b"a/x": plain()}),
        ([link("a", "x"), link("a", "y")], {b"a": ("link", b"y")}),
        (
            [file("a", b"1"), other("b", "a"), file("a", b"2")],
            {b"a": plain(b"2"), b"b": plain(b"1")},
        ),
        (
            [file("a", b"1"), file("b", b"2"), other("b", "a")],
            {b"a": plain(b"1"), b"b": plain(b"1")},
        ),
    ],
)
def test_of_two_of_one_name_the_later_one_counts(
    members: list[Member], expected: dict[bytes, tuple[object, ...]], tmp_path: Path
) -> None:
    """Archives are updated by appending to them."""
    result = written(tmp_path / "t", *members)
    assert expected == contents(result)
    assert tree_digest(read_tree(result.path)) == result.digests["sha256"]


def test_a_hard_link_is_the_same_file(tmp_path: Path) -> None:
    """It takes no room; its folder is made; it may be its own target; a link has another one."""
    result = written(
        tmp_path / "t",
        file("a", b"content"),
        other("b/c", "./a"),
        other("a", "a"),
        link("l", "a"),
        other("d/e", "l"),
    )
    first, second = ((result.path / name).stat() for name in ("a", "b/c"))
    assert first.st_ino == second.st_ino
    assert ("link", b"a") == contents(result)[b"d/e"]
    assert {"a", "b/c", "l", "d/e"} == {fact.path for fact in result.below}


@pytest.fixture
def umask() -> Iterator[None]:
    before = os.umask(0o027)
    yield
    os.umask(before)


@pytest.mark.usefixtures("umask")
def test_files_get_the_permissions_of_new_files(tmp_path: Path) -> None:
    """What the umask allows, and to be run if the archive says so."""
    result = written(tmp_path / "t", file("a"), file("b", executable=True), folder("c"))
    modes = {name: stat.S_IMODE((result.path / name).stat().st_mode) for name in ("a", "b", "c")}
    assert {"a": 0o640, "b": 0o750, "c": 0o750} == modes


@pytest.mark.parametrize(
    ("mtime", "expected"),
    [(0, 0), (1.5, 1.5), (-5, 0), (1e30, LATEST), (float("inf"), LATEST), (1 << 33, 1 << 33)],
)
def test_times_are_those_that_a_file_system_can_keep(
    mtime: float, expected: float, tmp_path: Path
) -> None:
    """Between 1970 and 2242; anything else is brought there."""
    result = written(tmp_path / "t", file("a", mtime=mtime))
    assert (
        int(expected * 10**9) == (result.path / "a").stat().st_mtime_ns == result.below[0].mtime_ns
    )


def test_a_file_without_a_time_is_of_now(tmp_path: Path) -> None:
    """Some formats know none."""
    before = time.time_ns()
    result = written(tmp_path / "t", file("a"))
    assert before <= (result.path / "a").stat().st_mtime_ns <= time.time_ns()


@pytest.mark.parametrize(
    ("members", "top"),
    [
        ([file("top/a"), link("top/b", "a")], "top"),
        ([folder("top")], "top"),
        ([file("top/sub/a")], "top"),
        ([file("top/a"), file("b")], ""),
        ([file("top/a"), folder("other")], ""),
        ([file("top/a"), link("b", "top")], ""),
        ([file("a")], ""),
        ([link("a", "b")], ""),
        ([], ""),
    ],
)
def test_a_single_folder_gives_way_to_what_is_in_it(
    members: list[Member], top: str, tmp_path: Path
) -> None:
    """Only where nothing is beside it, and only one; facts are of what remains."""
    result = written(tmp_path / "t", *members, unwrap=True)
    assert tmp_path / "t" / top == result.path
    assert {fact.path for fact in read_tree(result.path)} == {fact.path for fact in result.below}
    assert tree_digest(read_tree(result.path)) == result.digests["sha256"]


def test_a_single_folder_stays_where_that_is_said(tmp_path: Path) -> None:
    """Unwrapping is a choice of the definition."""
    assert tmp_path / "t" == written(tmp_path / "t", file("top/a")).path


def test_no_link_leads_out_of_the_folder_that_is_left(tmp_path: Path) -> None:
    """What was beside it is gone."""
    members = [file("top/a"), link("top/b", "../top/a")]
    assert ("link", b"../top/a") == contents(written(tmp_path / "t", *members))[b"top/b"]
    with pytest.raises(MemberRefused, match="'top/b' links to"):
        written(tmp_path / "t", file("top/a"), link("top/b", "../top/a"), unwrap=True)


def test_names_that_are_no_text_are_kept(tmp_path: Path) -> None:
    """Bytes that are no UTF-8 become the same bytes; so do all others that a file may have."""
    names = [b"caf\xe9", b"\xff/\xfe", b"a\nb", b"\\..\\x", b"*?", b" ", "日本".encode()]
    result = written(
        tmp_path / "t",
        *(file(os.fsdecode(name)) for name in names),
        link("l", os.fsdecode(b"\xff/\xfe")),
    )
    found = contents(result)
    assert [plain()] * len(names) == [found[name] for name in names]
    assert ("link", b"\xff/\xfe") == found[b"l"]


def test_how_much_is_written_is_counted(tmp_path: Path) -> None:
    """While it is written, not after it."""
    with pytest.raises(Refused, match="more than 2,000,000 bytes"):
        written(tmp_path / "t", file("a", bytes(1 << 30)), limits=Limits(size=2_000_000))
    assert (tmp_path / "t/a").stat().st_size < 4 << 20
    fits = file("a", bytes(BLOCK)), file("b", b"x")
    assert 2 == len(written(tmp_path / "t", *fits, limits=Limits(size=BLOCK + 1)).below)


def test_how_many_files_are_taken_is_known(tmp_path: Path) -> None:
    """Links and folders are none."""
    sink = TreeSink(tmp_path / "t", Meter(Limits(), lambda: 0, lambda: None), unwrap=False)
    for member in (file("a"), file("a"), folder("b"), link("c", "a"), other("d", "a")):
        sink.add(member.name, member)
    sink.close()
    assert 2 == sink.taken


def test_what_cannot_be_written_is_an_error_of_the_disk(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It names the file."""

    def full(*arguments: object, **more: object) -> int:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    calls = {
        "write": file("sub/a"),
        "open": file("sub/a"),
        "mkdir": folder("sub/a"),
        "link": other("sub/a", "b"),
        "symlink": link("sub/a", "b"),
    }
    for call, member in calls.items():
        sink = TreeSink(tmp_path / "t", Meter(Limits(), lambda: 0, lambda: None), unwrap=False)
        sink.add("b", file("b"))
        sink.add("sub", folder("sub"))
        with monkeypatch.context() as patched:
            patched.setattr(os, call, full)
            with pytest.raises(StorageError, match="t/sub/a: No space left"):
                complete(sink, "sub/a", member)
        sink.close()


def complete(sink: TreeSink, path: str, member: Member) -> None:
    """Add the last member."""
    sink.add(path, member)
    sink.finish()


def open_files() -> list[str]:
    return [path.name for path in Path("/proc/self/fd").iterdir()]


def test_nothing_is_left_open(tmp_path: Path) -> None:
    """Whether it went well or not."""
    before = open_files()
    written(tmp_path / "t", file("a"), folder("b"))
    with pytest.raises(MemberRefused):
        written(tmp_path / "t", file("a"), device("b"))
    assert before == open_files()


@pytest.fixture(params=WAYS)
def ignores_case(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Path]:
    """Return a folder on a real file system that ignores the case of names."""
    with ignoring_case(request.param, tmp_path) as there:
        if there is None:
            pytest.skip(f"this user cannot make such a file system here ({request.param})")
        yield there


CLASHES = [
    [file("a"), file("A")],
    [file("a/x"), file("A/y")],
    [folder("a"), folder("A")],
    [file("A"), folder("a")],
    [folder("a"), file("A")],
    [link("a", "x"), link("A", "y")],
    [file("x"), link("a", "x"), file("A")],
    [file("a"), other("A", "a")],
    [file("É"), file("é")],
]


def test_names_that_cannot_be_told_apart_are_refused(ignores_case: Path) -> None:
    """Otherwise one would silently take the place of the other."""
    for number, members in enumerate(CLASHES):
        with pytest.raises(MemberRefused, match="cannot tell from another one's"):
            written(ignores_case / f"{number}", *members)


def test_no_link_is_found_under_another_case(ignores_case: Path) -> None:
    """What leads out by way of a link is refused, whatever the case in which that is written."""
    with pytest.raises(MemberRefused, match="'c' links to"):
        written(ignores_case / "t", link("b", "."), link("c", "B/B/../../.."))
    with pytest.raises(MemberRefused, match=r"cannot tell|no folder"):
        written(ignores_case / "t", link("b", "."), file("B/x"))
    sound = written(ignores_case / "t", file("top/x"), link("l", "TOP/x"))
    assert b"content" == (sound.path / "l").read_bytes()


def test_names_that_it_cannot_have_are_refused(ignores_case: Path) -> None:
    """Such as bytes that are no text, where it does not take them."""
    odd = file(os.fsdecode(b"\xff"))
    if takes_any_name(ignores_case):
        assert {b"\xff": plain()} == contents(written(ignores_case / "t", odd))
    else:
        with pytest.raises(MemberRefused, match="has a name that this file system cannot have"):
            written(ignores_case / "t", odd)


def takes_any_name(place: Path) -> bool:
    try:
        (place / os.fsdecode(b"\xfe")).touch()
    except OSError:
        return False
    return True


names = st.sampled_from(["a", "b", "a/b", "a/a", "b/a", "c/d/e", "l", "a/l", "", ".", "../x"])
members = st.one_of(
    st.builds(lambda name, data: ("file", name, data), names, st.binary(max_size=3)),
    st.builds(lambda name: ("folder", name, b""), names),
    st.builds(lambda name, to: ("symlink", name, to), names, names | st.just("a/../../x")),
    st.builds(lambda name, to: ("hardlink", name, to), names, names),
)


@settings(max_examples=150, deadline=None)
@given(st.lists(members, max_size=6), st.booleans())
def test_any_members_are_a_tree_or_refused(
    tmp_path_factory: pytest.TempPathFactory, given: list[tuple[str, str, object]], unwrap: bool
) -> None:
    """Nothing is written outside, no link leads there, and the facts are those of what is there."""
    place = tmp_path_factory.mktemp("tree")
    made = [
        Member(
            name,
            kind,  # type: ignore[arg-type]
            content=io.BytesIO(data) if isinstance(data, bytes) else None,
            link=data if isinstance(data, str) else "",
        )
        for kind, name, data in given
    ]
    try:
        result = written(place / "t", *made, unwrap=unwrap)
    except ContentError:
        assert [place / "t"] == list(place.iterdir())
        return
    assert [place / "t"] == list(place.iterdir())
    found = {fact.path: (fact.size, fact.sha256, fact.link) for fact in read_tree(result.path)}
    assert found == {fact.path: (fact.size, fact.sha256, fact.link) for fact in result.below}
    for path, (_, _, target) in found.items():
        assert not (target and leads_outside(result.path / path, result.path))
