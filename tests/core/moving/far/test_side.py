"""A side on another computer does what one here does, and its agent ends with the talk."""

from __future__ import annotations

import io
import os
import select
import threading
import zlib
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from datamaestro.context import Context
from datamaestro.errors import (
    ContentError,
    DatamaestroError,
    DatasetNotFound,
    HostError,
    StorageError,
)
from datamaestro.moving.far.delivery import FarDelivery
from datamaestro.moving.far.passing import give_lines
from datamaestro.moving.far.session import Session
from datamaestro.moving.far.side import MOST_FILES, FarSide
from datamaestro.moving.far.talk import Talk
from datamaestro.moving.here.local import LocalSide
from datamaestro.remote.frames import CONTENT, HEAD, MESSAGE, Frames, greet
from datamaestro_hookspecs.offers import Content, Wanted
from support.holding import hold
from support.sides import MemorySide, Thread, agent_of, content, far_side_of, offer_of, taken

NAME = "a.b@test"
FILES = {"one": b"1" * 3_000_000, "two": b"", **{f"small/{n}": b"%d" % n for n in range(200)}}


@pytest.fixture
def side() -> MemorySide:
    return MemorySide({NAME: dict(FILES)})


@pytest.fixture
def far(side: MemorySide) -> Iterator[FarSide]:
    with far_side_of(side) as there:
        yield there


def side_by(start: Callable[[], Any], **facts: Any) -> FarSide:
    return FarSide("there:", Session("there", start, **facts))


def wanted(*paths: str) -> list[Wanted]:
    return [Wanted(path, len(FILES[path])) for path in paths or FILES]


def contents(*paths: str) -> Iterator[Content]:
    return (content(path, FILES[path]) for path in paths or FILES)


def test_offers_arrive_as_they_are(side: MemorySide, far: FarSide) -> None:
    """Those that are asked for, or all."""
    assert list(side.offers([])) == far.offers([]) == far.offers([NAME])
    assert "/data" == side.directory


def test_locks_are_waited_for_as_is_wished_here(side: MemorySide) -> None:
    """Not as long as settings there say."""
    started = Thread.start(agent_of(side))
    with side_by(lambda: started, lock_timeout=7) as far:
        far.session.open()
    assert 7 == side.lock_timeout


def test_what_is_not_there_is_the_same_error(far: FarSide) -> None:
    """With its facts, and where it was; the agent is asked on."""
    with pytest.raises(DatasetNotFound, match=r"there: no data set 'x'") as caught:
        far.offers(["x"])
    assert (("near",), "x", 3) == (
        caught.value.near,
        caught.value.reference,
        caught.value.exit_code,
    )
    assert 1 == len(far.offers([]))


def test_contents_are_read_in_order(far: FarSide) -> None:
    """Large ones and small ones, many more than are asked for at once."""
    (offer,) = far.offers([NAME])
    assert len(FILES) > 3 * MOST_FILES
    found = [(one.path, taken(one)) for one in far.read(offer, wanted())]
    assert list(FILES.items()) == found
    assert [] == list(far.read(offer, []))


def test_contents_begin_where_they_are_wanted(far: FarSide) -> None:
    """What is not read of one is passed over."""
    (offer,) = far.offers([NAME])
    asked = [Wanted("one", 3_000_000, 2_999_999), *wanted("one", "small/7")]
    found = [
        (one.path, one.offset, one.readinto(memoryview(bytearray(5))))
        for one in far.read(offer, asked)
    ]
    assert [("one", 2_999_999, 1), ("one", 0, 5), ("small/7", 0, 1)] == found


def test_whoever_stops_reading_may_go_on(far: FarSide) -> None:
    """With what is asked then."""
    (offer,) = far.offers([NAME])
    for one in far.read(offer, wanted()):
        assert "one" == one.path
        break
    assert [b"5"] == [taken(one) for one in far.read(offer, wanted("small/5"))]


def test_a_file_that_cannot_be_read_is_told(side: MemorySide, far: FarSide) -> None:
    """After those before it; other things may be asked for then."""
    side.fault = "small/100", ContentError("small/100 is broken", hint="mend it")
    (offer,) = far.offers([NAME])
    found: list[str] = []
    with pytest.raises(ContentError, match=r"there: small/100 is broken \(mend it\)"):
        found.extend(one.path for one in far.read(offer, wanted()))
    assert list(FILES)[: len(found)] == found
    assert 102 == len(found)
    assert [b"5"] == [taken(one) for one in far.read(offer, wanted("small/5"))]


def test_what_is_delivered_is_there(side: MemorySide, far: FarSide) -> None:
    """What is lacking is known before; and nothing afterwards."""
    offer = offer_of("c.d@test", FILES)
    with far.deliver(offer) as delivery:
        assert wanted(*sorted(FILES)) == list(delivery.lacking) == far.lacking(offer)
        assert [] == delivery.receive(contents())
        delivery.commit()
    assert FILES == side.datasets["c.d@test"]
    assert [] == far.lacking(offer)
    assert ["c.d@test"] == side.delivered


def test_what_arrives_wrong_is_named(far: FarSide) -> None:
    """It may be sent again."""
    with far.deliver(offer_of("c.d@test", {"small/1": b"1", "small/2": b"3"})) as delivery:
        assert ["small/2"] == delivery.receive(contents("small/1", "small/2"))


def test_a_file_that_ends_early_is_wrong(far: FarSide) -> None:
    """The next ones are not confused with it."""
    short = Content("one", 3_000_000, io.BytesIO(b"1" * 5).readinto)
    with far.deliver(offer_of("c.d@test", FILES)) as delivery:
        assert ["one"] == delivery.receive([short, *contents("small/2")])


def test_a_receiver_that_can_take_no_more_stops_the_sender(side: MemorySide, far: FarSide) -> None:
    """It is not sent what it could not keep; the talk goes on."""
    sent = []

    def counted() -> Iterator[Content]:
        for number in range(100_000):
            sent.append(number)
            yield content("one" if number else "small/3", FILES["one" if number else "small/3"])

    side.fault = "small/3", StorageError("the disk is full", hint="make room")
    with (
        pytest.raises(StorageError, match=r"there: the disk is full \(make room\)"),
        far.deliver(offer_of("c.d@test", FILES)) as delivery,
    ):
        delivery.receive(counted())
    assert len(sent) < 1000
    assert 1 == len(far.offers([]))
    assert ["c.d@test"] == side.delivered


def test_a_sender_that_fails_ends_the_delivery(side: MemorySide, far: FarSide) -> None:
    """What has arrived is kept."""

    def failing() -> Iterator[Content]:
        yield content("one", FILES["one"])
        raise ContentError("it cannot be read")

    with (
        pytest.raises(ContentError, match=r"^it cannot be read"),
        far.deliver(offer_of("c.d@test", FILES)) as delivery,
    ):
        delivery.receive(failing())
    assert [NAME] == [one.dataset for one in far.offers([])]
    assert {"one": FILES["one"]} == side.arrived


def test_an_agent_that_is_gone_is_told(side: MemorySide) -> None:
    """With the next step; another one is started when it is tried again."""

    def greets(heard: int, say: int) -> None:
        with os.fdopen(os.dup(say), "wb") as sink:
            greet(sink)

    works = [greets, agent_of(side)]
    with side_by(lambda: Thread.start(works.pop(0))) as far:
        with pytest.raises(HostError, match=r"there: the connection has ended \(try again"):
            far.offers([])
        assert 1 == len(far.offers([]))


def test_an_agent_ends_when_nothing_is_heard(side: MemorySide) -> None:
    """As when the connection is cut and nobody has told it."""
    running = Thread.start(agent_of(side))
    with side_by(lambda: running, timeout=0.3) as far:
        far.offers([])
        talk = far.session.open()
        talk._quiet.set()  # it beats no more
        assert 0 == running.wait()
        with pytest.raises(HostError):
            far.offers([])


def test_an_agent_lives_on_while_it_hears_beats(side: MemorySide) -> None:
    """Though nothing is asked."""
    with far_side_of(side, timeout=0.2) as far:
        far.offers([])
        assert isinstance(far.session._running, Thread)
        far.session._running.thread.join(0.5)
        assert far.session._running.thread.is_alive()


@pytest.mark.parametrize(
    "ask",
    [
        lambda far: far.offers([]),
        lambda far: FarDelivery(far.session, []).receive(contents()),
    ],
    ids=["says nothing", "takes nothing"],
)
def test_an_agent_that_hangs_is_told(ask: Callable[[FarSide], Any]) -> None:
    """After a while, in which there is no word of it."""

    def hangs(heard: int, say: int) -> None:
        with os.fdopen(os.dup(say), "wb") as sink:
            greet(sink)
            Frames(sink, sink).tell({"done": None})  # to the first thing that is asked
            poll = select.poll()
            poll.register(say, 0)
            poll.poll()  # until it is ended

    with side_by(lambda: Thread.start(hangs), timeout=0.1) as far:
        far.session.open()
        with pytest.raises(HostError, match="there: it is not heard any more"):
            ask(far)


def test_a_host_that_never_greets_is_told() -> None:
    """After a while, since nobody is there to log in."""

    def hangs(heard: int, say: int) -> None:
        with os.fdopen(os.dup(heard), "rb") as source:
            source.read()  # until it is ended

    with (
        side_by(lambda: Thread.start(hangs), timeout=0.05) as far,
        pytest.raises(HostError, match="there: datamaestro there does not greet"),
    ):
        far.session.open()


def test_work_that_takes_long_is_waited_for(side: MemorySide) -> None:
    """Since the agent beats meanwhile, many times here; nothing is mistaken for a word of it."""
    ended = threading.Event()

    class Slow(MemorySide):
        def _fail(self, path: str) -> None:
            assert ended.wait(60)

    def sent() -> Iterator[Content]:
        yield content("small/3", b"3")
        yield content("one", FILES["one"])
        yield content("one", FILES["one"])

    timer = threading.Timer(0.7, ended.set)
    with far_side_of(Slow({NAME: dict(FILES)}), timeout=0.2) as far:
        timer.start()
        with far.deliver(offer_of("c.d@test", FILES)) as delivery:
            assert [] == delivery.receive(sent())


FRAME = st.tuples(st.sampled_from([MESSAGE, CONTENT]), st.binary(max_size=20))
SAID = st.sampled_from(
    [
        *(b'{"do": "%s"}' % word for word in (b"offers", b"read", b"lacking", b"deliver", b"x")),
        *(b'{"do": "%s"}' % word for word in (b"receive", b"commit", b"leave", b"open")),
        *(b'{"done": 1}', b'{"end": 1}', b'{"known": true}', b'{"error": 1}', b'{"wanted": [1]}'),
        *(
            b'{"do": "open", "timeout": 9, "lock_timeout": 1, "directory": ""}',
            b'["one", 3, 0, false]',
            b"{}",
        ),
        *(b'{"do": "offers", "references": []}', b'{"do": "offers", "references": ["x"]}'),
        *(b'{"do": "lacking", "dataset": "a.b@test", "key": ""}', b'["one", -3, 9, 1]'),
        b'{"error": "HostError", "facts": {"host": 5, "__class__": 3}}',
        *(b'{"error": "HostError"}', b'{"done": ["one", 2]}', b'{"known": 1}'),
    ]
)
FRAMES = st.lists(FRAME | st.tuples(st.sampled_from([MESSAGE, CONTENT]), SAID), max_size=6)


def bytes_of(frames: list[tuple[bytes, bytes]]) -> bytes:
    return b"".join(HEAD.pack(kind, len(body)) + body for kind, body in frames)


@given(FRAMES, st.binary(max_size=8))
@example([(MESSAGE, b'{"done": 1}')], b"")
@example([(MESSAGE, b'{"error": "HostError"}')], b"")
@example([(MESSAGE, b'{"known": 1}'), (MESSAGE, b'{"done": 5}')], b"")
@example([(MESSAGE, b'{"done": null}')], b"")
def test_whatever_an_agent_says_is_an_answer_or_an_error(
    frames: list[tuple[bytes, bytes]], rest: bytes
) -> None:
    """A known one."""

    def lie(heard: int, say: int) -> None:
        with os.fdopen(os.dup(say), "wb") as sink:
            greet(sink)
            sink.write(HEAD.pack(MESSAGE, 11) + b'{"done": 1}' + bytes_of(frames) + rest)

    asked: list[Callable[[FarSide], Any]] = [
        lambda far: far.offers([]),
        lambda far: [taken(one) for one in far.read(offer_of(NAME, {}), wanted("one"))],
        lambda far: far.lacking(offer_of(NAME, {})),
        lambda far: FarDelivery(far.session, []).receive([]),
        lambda far: far.replaces(offer_of(NAME, {})),
        lambda far: far.free(),
    ]
    for ask in asked:
        far = side_by(lambda: Thread.start(lie))
        with far, suppress(DatamaestroError):
            ask(far)


def liar(*said: str, more: int = 0) -> FarSide:
    """Return a side whose agent knows what it is asked about, and answers with some lines."""

    def lie(heard: int, say: int) -> None:
        with suppress(DatamaestroError, OSError), os.fdopen(os.dup(say), "wb") as sink:
            greet(sink)
            talk = Talk(Frames(sink, sink), "here")
            talk.tell({"done": 1})
            for _ in range(more):
                talk.give(zlib.compress(b"\n" * 1000))
            talk.tell({"known": True})
            give_lines(talk, [f"{line}\n" for line in said])
            talk.tell({"done": 1})
            with os.fdopen(os.dup(heard), "rb") as source:
                source.read()  # until it is ended

    return side_by(lambda: Thread.start(lie))


@pytest.mark.parametrize(
    ("said", "words"),
    [
        (['["x", 4.0, 2, 0]'], "which file it wants"),
        (['["x", 4, true, 0]'], "which file it wants"),
        (['["x", 1e999, 0, 0]'], "which file it wants"),
        (['["x", 4, 0, 0]'] * 2, "more files than there are"),
    ],
)
def test_files_are_wanted_by_whole_numbers_and_once(said: list[str], words: str) -> None:
    """Anything else cannot be understood."""
    with liar(*said) as far, pytest.raises(HostError, match=words):
        far.lacking(offer_of(NAME, {"x": b"1234"}))


def test_lines_come_to_an_end(monkeypatch: pytest.MonkeyPatch) -> None:
    """They take memory, however short they are."""
    monkeypatch.setattr("datamaestro.moving.far.passing.MOST", 200)
    with liar("[]", "[]") as far, pytest.raises(HostError, match="too many lines"):
        far.lacking(offer_of(NAME, FILES))


def test_offers_are_read_as_they_come() -> None:
    """So the first line that is none ends them, however many more come."""
    with liar(more=1000) as far, pytest.raises(ContentError, match="cannot be understood"):
        far.offers([])


@given(FRAMES, st.binary(max_size=8))
def test_whatever_an_agent_hears_it_goes_on_or_ends(
    frames: list[tuple[bytes, bytes]], rest: bytes
) -> None:
    """In good order."""
    failed = []

    def work(heard: int, say: int) -> None:
        try:
            agent_of(MemorySide({NAME: {"one": b"1"}}))(heard, say)
        except BaseException as error:  # noqa: BLE001 - none may come out
            failed.append(error)

    running = Thread.start(work)
    assert running.stdin
    assert running.stdout
    running.stdin.write(bytes_of(frames) + rest)
    running.stdin.close()
    running.stdout.read()
    running.wait()
    running.terminate()
    assert [] == failed


def test_a_far_side_without_datamaestro_is_told() -> None:
    """When it is first asked."""
    with (
        side_by(lambda: Thread.start(lambda heard, say: None)) as far,
        pytest.raises(DatamaestroError, match="datamaestro does not start there"),
    ):
        far.offers([])


def test_what_is_advised_there_leads_there(context: Context, store: Path) -> None:
    """A command names the other computer; which directory of its is another, --data does not."""
    holding = hold(store, "org.example.x@test", a=b"content")
    with far_side_of(LocalSide(context)) as far:
        far.session.options = ("--host", "gpu", "--data", "/d")
        with pytest.raises(DatasetNotFound, match="datamaestro --host gpu --data /d list"):
            far.offers(["no.such"])
        repair = "datamaestro --host gpu --data /d repair org.example.x@test"
        assert f"mend it there: {repair}" == far.to_mend("org.example.x@test")
        (holding.folder / "a").unlink()
        with pytest.raises(ContentError, match=f"bring it back: {repair}"):
            far.offers(["org.example.x"])
