"""Chains of transformations, at work on what arrives."""

import gzip
import io
import sys
import threading
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pytest
from attrs import define, field

from datamaestro.engine.expansion.chain import Expansion
from datamaestro.engine.expansion.flow import Flow
from datamaestro.engine.expansion.formats import without_suffix
from datamaestro.engine.expansion.limits import Meter
from datamaestro.engine.expansion.refusal import MemberRefused, Refused
from datamaestro.engine.expansion.sinks import FileSink
from datamaestro.engine.expansion.tree import TreeSink
from datamaestro.engine.run import Cancelled
from datamaestro.errors import ContentError, DefinitionError, PluginError, StorageError
from datamaestro.plugins.registry import plugins
from datamaestro.testing.transformers import Arriving
from datamaestro_hookspecs.cards import EXPAND, UNPACK, Limits, Transform
from datamaestro_hookspecs.transformers import Transformer
from support.formats import bundle, crate, install_formats, rot
from support.trees import content_of

Step = Transform | str

ONE_AND_TWO = (("a/one.txt", b"one"), ("a/two.txt", b"two"))


@define
class Expanding:
    """Expands what arrives, in a folder of its own."""

    folder: Path
    ahead: bool = False
    limits: Limits = field(factory=Limits)
    check: Callable[[], None] = lambda: None
    asked: list[Path] = field(factory=list)

    def to_file(self, name: str, content: bytes, *chain: Step) -> bytes:
        """Return what becomes of some bytes, in one file."""
        sink = FileSink(self.folder / "made/file", (), self.meter)
        return self.carry_out(sink, name, content, chain).read_bytes()

    def to_folder(
        self, name: str, content: bytes, *chain: Step, unwrap: bool = False
    ) -> dict[str, object]:
        """Return what becomes of some bytes, in a folder: contents of files, and links."""
        sink = TreeSink(self.folder / "made/folder", self.meter, unwrap=unwrap)
        found = content_of(self.carry_out(sink, name, content, chain))
        return {key.decode(): facts[1] for key, facts in found.items() if facts[1:]}

    @property
    def meter(self) -> Meter:
        return Meter(self.limits, lambda: 1 << 20, self.check)

    def carry_out(
        self, sink: FileSink | TreeSink, name: str, content: bytes, chain: Sequence[Step]
    ) -> Path:
        def whole() -> Path:
            path = self.folder / "as it arrived"
            path.write_bytes(content)
            self.asked.append(path)
            return path

        flow = Flow(name, io.BufferedReader(Arriving(content)), whole)
        steps = [Transform(step) if isinstance(step, str) else step for step in chain]
        scratch = self.folder / "made"
        meter = self.meter
        expansion = Expansion("bad:x", plugins(), meter, sink, scratch, self.ahead)
        try:
            return expansion.carry_out(flow, steps).path
        finally:
            assert [] == [one for one in threading.enumerate() if "ahead" in one.name]
            assert [] == list(self.folder.rglob(".spooled-*"))


@pytest.fixture(params=[False, True], ids=["here", "ahead"])
def expanding(request: pytest.FixtureRequest, site: Path, tmp_path: Path) -> Expanding:
    """Return what expands, with and without a thread that reads ahead."""
    install_formats(site)
    return Expanding(tmp_path, request.param)


def zipped(content: bytes) -> bytes:
    """Return what gzip makes of some bytes, the same each time."""
    return gzip.compress(content, mtime=0)


def packed(name: str) -> bytes:
    """Return an archive of a format, with two files."""
    return {"bundle": bundle, "crate": crate}[name](*ONE_AND_TWO)


each_format = pytest.mark.parametrize("kind", ["bundle", "crate"])


def options(name: str, **options: Any) -> Transform:
    return Transform(name, options)


def failing(error: BaseException) -> Transform:
    """Return a transformation that raises an error after the first bytes."""
    plugins().transformer("fail")
    sys.modules["formats"].ERRORS["so"] = error
    return options("fail", how="so")


def test_nothing_to_do_leaves_all_as_it_is(expanding: Expanding) -> None:
    """An empty chain is a copy."""
    assert b"content" == expanding.to_file("x.rot", b"content")


def test_transformations_follow_each_other(expanding: Expanding) -> None:
    """In their order, with what each is told."""
    content = rot(zipped(b"some words"))
    steps: list[Step] = ["unrot", "gunzip", options("shout", mark="!"), options("shout", mark="?")]
    assert b"SOME WORDS!?" == expanding.to_file("x", content, *steps)


@pytest.mark.parametrize(
    ("name", "content", "expected"),
    [
        ("x.rot", rot(b"words"), b"words"),
        ("X.ROT", rot(b"words"), b"words"),
        ("x.txt", rot(b"words"), rot(b"words")),
        ("x.rot", zipped(b"words"), b"words"),
        ("x.gz.rot", rot(zipped(b"words")), zipped(b"words")),
    ],
)
def test_what_is_compressed_is_expanded(
    name: str, content: bytes, expected: bytes, expanding: Expanding
) -> None:
    """Where its suffix says so, as its content says; what says nothing stays."""
    assert expected == expanding.to_file(name, content, EXPAND)


def test_the_content_is_believed_and_the_suffix_is_told(
    expanding: Expanding, caplog: pytest.LogCaptureFixture
) -> None:
    """Somebody has renamed a file; one line warns."""
    assert b"words" == expanding.to_file("x.rot", zipped(b"words"), EXPAND)
    assert [
        "x.rot is called as if it were for unrot, but its content is for gunzip; the content is "
        "believed"
    ] == caplog.messages


def test_a_suffix_is_believed_where_the_content_says_nothing(expanding: Expanding) -> None:
    """Then it is damaged, or not what it is called."""
    with pytest.raises(ContentError, match="bad:x: unrot fails: this is no rot"):
        expanding.to_file("x.rot", b"words", EXPAND)


@each_format
def test_an_archive_becomes_a_folder(kind: str, expanding: Expanding) -> None:
    """By the name of what unpacks it; one that seeks is given the file as it has arrived."""
    found = expanding.to_folder("x", packed(kind), f"un{kind}")
    assert {"a/one.txt": b"one", "a/two.txt": b"two"} == found
    assert (kind == "crate") == bool(expanding.asked)


@each_format
@pytest.mark.parametrize("name", ["x", "x.bundle", "x.crate", "x.txt"])
def test_an_archive_is_known_by_its_content(kind: str, name: str, expanding: Expanding) -> None:
    """Whatever it is called."""
    assert 2 == len(expanding.to_folder(name, packed(kind), UNPACK))


def test_an_archive_is_known_by_its_suffix(expanding: Expanding) -> None:
    """Where the content does not say it."""
    with pytest.raises(ContentError, match="bad:x: unbundle fails"):
        expanding.to_folder("x.bundle", b"something else", UNPACK)


def test_what_is_no_archive_is_refused(expanding: Expanding) -> None:
    """The error has its name, and says who would know more."""
    with pytest.raises(Refused, match=r"bad:x: x\.txt is no archive that any plugin knows") as no:
        expanding.to_folder("x.txt", b"something else", UNPACK)
    assert "datamaestro plugins" in no.value.hint


@each_format
@pytest.mark.parametrize("step", [UNPACK, None])
@pytest.mark.parametrize("name", ["x.rot", "x.bundle", "x"])
def test_what_an_archive_is_compressed_with_is_told_by_its_content(
    kind: str, step: str | None, name: str, expanding: Expanding
) -> None:
    """Several times, too; one that seeks is then spooled."""
    content = rot(zipped(packed(kind)))
    found = expanding.to_folder(name, content, step or f"un{kind}")
    assert {"a/one.txt": b"one", "a/two.txt": b"two"} == found
    assert [] == expanding.asked


@pytest.mark.parametrize(
    ("content", "told"),
    [(zipped(bundle()), "for gunzip"), (bundle(), "not compressed"), (rot(bundle()), "")],
)
def test_a_wrong_suffix_of_an_archive_is_told(
    content: bytes, told: str, expanding: Expanding, caplog: pytest.LogCaptureFixture
) -> None:
    """One line, and the content is believed."""
    assert {} == expanding.to_folder("a/x.bundle.rot", content, UNPACK)
    line = f"a/x.bundle.rot is called as if it were for unrot, but its content is {told}; "
    assert [f"{line}the content is believed"] * bool(told) == caplog.messages


def test_compressions_do_not_go_on_for_ever(expanding: Expanding) -> None:
    """Something that is compressed again and again is no archive any more."""
    content = bundle()
    for _ in range(4):
        content = rot(content)
    with pytest.raises(Refused, match="no archive that any plugin knows"):
        expanding.to_folder("x", content, UNPACK)


@each_format
def test_what_follows_is_done_to_each_file(kind: str, expanding: Expanding) -> None:
    """Its name loses the suffix of what has been expanded."""
    pack = {"bundle": bundle, "crate": crate}[kind]
    content = pack(
        {"name": "d", "kind": "folder"},
        ("d/a.txt.rot", rot(b"one")),
        ("b.txt.gz", zipped(b"two")),
        ("c.txt", b"three"),
        {"name": "l", "kind": "symlink", "link": "c.txt"},
    )
    steps = [f"un{kind}", EXPAND, "shout"]
    expected = {"d/a.txt": b"ONE", "b.txt": b"TWO", "c.txt": b"THREE", "l": b"c.txt"}
    assert expected == expanding.to_folder("x", content, *steps)


@each_format
def test_files_are_joined_to_one(kind: str, expanding: Expanding) -> None:
    """Each after its own transformations, in the archive's order."""
    pack = {"bundle": bundle, "crate": crate}[kind]
    content = pack(("b.rot", rot(b"one ")), ("a.gz", zipped(b"two ")), ("c", b"three"))
    steps = [UNPACK, EXPAND]
    assert b"one two three" == expanding.to_file("x", content, *steps)
    assert b"onetwo" == expanding.to_file("x", packed(kind), f"un{kind}")


@pytest.mark.parametrize(
    ("outer", "inner"), [(one, two) for one in (bundle, crate) for two in (bundle, crate)]
)
@pytest.mark.parametrize("named", [False, True])
def test_archives_in_archives(
    outer: Callable[..., bytes], inner: Callable[..., bytes], named: bool, expanding: Expanding
) -> None:
    """Where the inner one must seek it is spooled, and that is gone afterwards."""
    content = outer(
        ("first.rot", rot(inner(*ONE_AND_TWO))),
        ("second", inner(("b/three.txt", b"three"))),
        ("README", b"not to be unpacked"),
    )
    steps = [f"un{each.__name__}" if named else UNPACK for each in (outer, inner)]
    chain = [options(steps[0], files=("first.rot", "second")), options(steps[1])]
    found = expanding.to_folder("x", content, *chain, "shout")
    assert {"a/one.txt": b"ONE", "a/two.txt": b"TWO", "b/three.txt": b"THREE"} == found


def test_each_archive_has_its_own_selection(expanding: Expanding) -> None:
    """Names, folders and patterns are those of the archive that they are said of."""
    inner = crate(("x/one.txt", b"1"), ("x/two.csv", b"2"), ("x/y/three.txt", b"3"))
    content = bundle(("top/in.crate", inner), ("top/other", b""))
    chain = [
        options(UNPACK, subpath="top", files=("**/*.crate",)),
        options(UNPACK, files=("**/*.txt",), strip=1),
    ]
    assert {"one.txt": b"1", "y/three.txt": b"3"} == expanding.to_folder("x", content, *chain)


def test_a_format_is_told_its_own_options(expanding: Expanding) -> None:
    """And not those of the selection."""
    chain = options("uncrate", prefix="p/", strip=1, files=("p/a",), subpath=None)
    assert {"a/one.txt": b"one", "a/two.txt": b"two"} == (
        expanding.to_folder("x", packed("crate"), chain)
    )


def test_a_hard_link_follows_what_is_put_elsewhere(expanding: Expanding) -> None:
    """Its target loses the same folders."""
    content = bundle(("t/a", b"one"), {"name": "t/b", "kind": "hardlink", "link": "t/a"})
    assert {"a": b"one", "b": b"one"} == (
        expanding.to_folder("x", content, options(UNPACK, strip=1))
    )
    with pytest.raises(Refused, match="'t/b' is another name of 't/a', which is not selected"):
        expanding.to_folder("x", content, options(UNPACK, files=("t/b",)))


@pytest.mark.parametrize(
    ("chain", "why"),
    [
        ([options(UNPACK, files=("none",))], "it has no member 'none'"),
        ([options("uncrate", subpath="none")], "it has no member 'none'"),
        ([options(UNPACK, files=("none",)), "shout"], "it has no member 'none'"),
    ],
)
def test_what_is_missed_in_an_archive_is_an_error(
    chain: list[Transform], why: str, expanding: Expanding
) -> None:
    """It says where the archive came from."""
    with pytest.raises(Refused, match=f"bad:x: {why}"):
        expanding.to_folder("x", packed("crate"), *chain)
    with pytest.raises(Refused, match=f"bad:x: {why}"):
        expanding.to_file("x", packed("crate"), *chain)


def test_an_archive_without_files_is_a_folder_but_no_file(expanding: Expanding) -> None:
    """An empty file would say that there was something."""
    content = bundle({"name": "a", "kind": "folder"}, {"name": "l", "kind": "symlink", "link": "a"})
    assert {"l": b"a"} == expanding.to_folder("x", content, UNPACK)
    for chain in ([UNPACK], [UNPACK, "shout"], [options(UNPACK, files=("a",))]):
        with pytest.raises(Refused, match="bad:x: there is no file in it"):
            expanding.to_file("x", content, *chain)
    with pytest.raises(Refused, match="bad:x: there is no file in it"):
        expanding.to_folder("x", content, UNPACK, "shout")


@pytest.mark.parametrize("name", ["/etc/x", "../x", "a/../../x"])
def test_no_member_gets_outside(name: str, expanding: Expanding, tmp_path: Path) -> None:
    """Not of an inner archive either, nor where it is not even taken."""
    bad = bundle(("x", b""), (name, b"bad"))
    for content, chain in (
        (bad, [UNPACK]),
        (crate(("in", bad)), [UNPACK, UNPACK]),
        (bad, [options(UNPACK, files=("x",))]),
    ):
        with pytest.raises(MemberRefused, match="bad:x: member"):
            expanding.to_folder("x", content, *chain)
        assert not (tmp_path / "x").exists()


@each_format
def test_members_are_counted_in_all(kind: str, expanding: Expanding) -> None:
    """Those that are not taken, and those of inner archives, too."""
    expanding.limits = Limits(members=2)
    assert 2 == len(expanding.to_folder("x", packed(kind), UNPACK))
    more = bundle(("1", packed(kind)))
    with pytest.raises(Refused, match="bad:x: it has more than 2 members"):
        expanding.to_folder("x", more, UNPACK, options(UNPACK, files=("a/one.txt",)))


def test_bytes_are_counted_in_all(expanding: Expanding) -> None:
    """The result's, of all files together."""
    expanding.limits = Limits(size=5)
    with pytest.raises(Refused, match="bad:x: it expands to more than 5 bytes"):
        expanding.to_file("x", packed("bundle"), UNPACK)
    expanding.limits = Limits(size=6)
    assert b"onetwo" == expanding.to_file("x", packed("bundle"), UNPACK)


def test_what_is_expanded_and_not_taken_is_counted(
    expanding: Expanding, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It takes time, and no room."""
    monkeypatch.setattr("datamaestro.engine.expansion.limits.HARMLESS", 1000)
    expanding.limits = Limits(ratio=1)
    content = zipped(bundle(("big", bytes(2 << 20)), ("x", b"x")))
    with pytest.raises(Refused, match="expands to more than 1 times its size"):
        expanding.to_folder("x", content, options(UNPACK, files=("x",)))


def test_a_refusal_does_not_wait_for_the_rest(expanding: Expanding) -> None:
    """What reads ahead is ended, however much there is still to come."""
    content = rot(bundle(("../x", b"bad"), ("big", bytes(16 << 20))))
    with pytest.raises(MemberRefused):
        expanding.to_folder("x", content, UNPACK)


@pytest.mark.parametrize("ratio", [0.9, 1.1])
def test_what_is_spooled_is_counted(
    ratio: float, expanding: Expanding, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It takes room on the disk, too."""
    monkeypatch.setattr("datamaestro.engine.expansion.limits.HARMLESS", 1000)
    inner = crate(("big", bytes(int(ratio * (1 << 20)))))
    expanding.limits = Limits(ratio=1)
    chain: list[Step] = [UNPACK, options("uncrate", files=("none",))]
    why = "1 times its size" if ratio > 1 else "has no member 'none'"
    with pytest.raises(Refused, match=why):
        expanding.to_folder("x", bundle(("in", inner)), *chain)


@pytest.mark.parametrize(
    "error",
    [
        ValueError("something"),
        EOFError("something"),
        OSError("something"),
        MemoryError("something"),
        RecursionError("something"),
        SystemExit("something"),
        AssertionError("something"),
        ContentError("something"),
    ],
    ids=lambda error: type(error).__name__,
)
def test_whatever_a_step_raises_is_wrong_content(
    error: BaseException, expanding: Expanding
) -> None:
    """One line says what came from where, and what was done to it until then."""
    content = rot(bundle(("a.gz", zipped(b"content"))))
    chain: list[Step] = [UNPACK, EXPAND, failing(error), "shout"]
    for carry_out in (expanding.to_file, expanding.to_folder):
        with pytest.raises(ContentError) as caught:
            carry_out("x", content, *chain)
        steps = "gunzip then fail then shout"
        assert f"bad:x: member 'a.gz': {steps} fails: something" == caught.value.message


@pytest.mark.parametrize(
    "error", [Cancelled("stopped"), StorageError("full"), DefinitionError("wrong option")]
)
def test_other_known_failures_are_not_the_contents(error: Exception, expanding: Expanding) -> None:
    """They are what they are."""
    with pytest.raises(type(error)) as caught:
        expanding.to_file("x", b"content", failing(error))
    assert error is caught.value


def test_an_error_without_words_has_a_name(expanding: Expanding) -> None:
    """Its class says at least something."""
    with pytest.raises(ContentError, match="bad:x: fail fails: KeyError"):
        expanding.to_file("x", b"content", failing(KeyError()))


def test_an_interrupt_is_an_interrupt(expanding: Expanding) -> None:
    """The user's, and nobody's content."""
    with pytest.raises(KeyboardInterrupt):
        expanding.to_file("x", b"content", failing(KeyboardInterrupt()))


@pytest.mark.parametrize(
    ("content", "chain"),
    [
        (bundle(*ONE_AND_TWO, end=b""), [UNPACK]),
        (rot(zipped(bundle(*ONE_AND_TWO))[:-1]), [UNPACK]),
        (zipped(bundle(*ONE_AND_TWO) + bytes(8 << 20))[:-8] + bytes(8), ["unbundle"]),
        (crate(*ONE_AND_TWO)[:-1], [UNPACK]),
        (b"CRATE", [UNPACK]),
        (b"", [UNPACK]),
        (b"", ["uncrate"]),
        (bundle(("a.gz", b"\x1f\x8b\x08")), [UNPACK, EXPAND]),
    ],
    ids=["bundle", "gzip", "checksum", "crate", "magic", "empty", "nothing", "member"],
)
def test_what_is_cut_short_is_refused(
    content: bytes, chain: list[str], expanding: Expanding
) -> None:
    """Also where all members were there, but what follows them is damaged."""
    with pytest.raises(ContentError, match=r"^bad:x: "):
        expanding.to_folder("x", content, *chain)


def test_a_name_that_nobody_has_is_a_missing_plugin(expanding: Expanding) -> None:
    """That is not the content's fault."""
    for chain in (["unknown"], [UNPACK, "unknown"]):
        with pytest.raises(PluginError, match="no plugin for the transformation unknown"):
            expanding.to_file("x", packed("bundle"), *chain)


def test_who_is_stopped_spools_no_more(expanding: Expanding) -> None:
    """And leaves no file behind."""

    def stop() -> None:
        if list(expanding.folder.rglob(".spooled-*")):
            raise Cancelled("stopped")

    expanding.check = stop
    with pytest.raises(Cancelled):
        expanding.to_folder("x", bundle(("in", packed("crate"))), UNPACK, UNPACK)


@pytest.mark.parametrize(
    ("name", "suffixes", "expected"),
    [
        ("a/x.txt.gz", (".gz",), "a/x.txt"),
        ("X.GZ", (".gz",), "X"),
        ("x.tar.gz", (".gz", ".tar.gz"), "x"),
        ("x.gz.txt", (".gz",), "x.gz.txt"),
        ("x", (), "x"),
    ],
)
def test_a_name_loses_the_suffix_of_what_expands_it(
    name: str, suffixes: tuple[str, ...], expected: str
) -> None:
    """The longest that it has."""
    assert expected == without_suffix(name, Transformer("x", "m:C", suffixes))
