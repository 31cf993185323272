"""Whatever goes wrong with a transfer, whenever: right content, or the right error and nothing.

Most cases have a first run that meets the fault, and a second one that does not. Both together
fetch little more than the file has, where the server's word allows to go on with what had arrived.
"""

import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from datamaestro.testing.faults import (
    NOTHING,
    Fault,
    FaultServer,
    Validator,
    change,
    chunked,
    cut,
    lie,
    misplace,
    page,
    rangeless,
    redirect,
    refuse,
    sizeless,
    stall,
    throttle,
    truncate,
    unconditional,
)
from support.transfers import Kind, content, digest, kept
from support.trials import MOMENTS, Trial

CONTENT, OTHER = content(3_000_000), content(3_000_000, seed=1)
SMALL, LARGE = content(50_000), content(6_000_000)

YESNO = (True, False)
PLAIN, PACKED = Kind(CONTENT, declared=False), Kind(CONTENT, packed=True)
KINDS = [Kind(CONTENT), PLAIN, PACKED, Kind(CONTENT, packed=True, declared=False)]
SMALL_KINDS = [Kind(SMALL), Kind(SMALL, packed=True)]
CHECKED = [*(kind for kind in (*KINDS, *SMALL_KINDS) if kind.declared or kind.packed)]
"""Files of which it can be told that a part is missing, also where the server says it is not."""

RATE = 4_000_000
"""Bytes a second on each connection, where more of them are to pay."""

LOST = 1 << 18
"""Bytes that may be fetched again after a connection broke: those on their way to the disk."""

BEFORE = ["status", "middle", "last"]
"""Moments at which a request can be refused: the first, or one for the rest."""

each_kind = pytest.mark.parametrize("kind", [*KINDS, *SMALL_KINDS], ids=str)
either_kind = pytest.mark.parametrize("kind", [PLAIN, PACKED], ids=str)
each_moment = pytest.mark.parametrize("moment", MOMENTS)
before = pytest.mark.parametrize("moment", BEFORE)
either_moment = pytest.mark.parametrize("moment", ["status", "middle"])


@pytest.fixture
def trial(
    site: Path, server: FaultServer, store: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Trial]:
    """Return a trial with few retries, which follow each other at once."""
    monkeypatch.setenv("DATAMAESTRO_RETRIES", "2")
    monkeypatch.setenv("DATAMAESTRO_TIMEOUT", "0.3")
    monkeypatch.setattr("datamaestro.engine.retries.FIRST_PAUSE", 0)
    monkeypatch.setattr("datamaestro.engine.retries.LONGEST_PAUSE", 0)
    yield Trial(site, server, store)
    server.release()


BREAKS = {"cut": cut, "truncate": truncate, "stall": stall}
CASES = [
    pytest.param(name, kind, id=f"{name}-{kind}")
    for name in BREAKS
    for kind in ([PLAIN, PACKED] if name == "stall" else [*KINDS, *SMALL_KINDS])
]


@each_moment
@pytest.mark.parametrize(("name", "kind"), CASES)
def test_a_connection_breaks_once(name: str, moment: str, kind: Kind, trial: Trial) -> None:
    """The run goes on where it broke."""
    at = MOMENTS[moment](trial.serve(kind))
    trial.will(BREAKS[name](at))
    assert 0 == trial.run()
    assert trial.excess <= LOST


@each_moment
@pytest.mark.parametrize("kind", [PACKED], ids=str)
@pytest.mark.parametrize("name", BREAKS)
def test_connections_break_again_and_again(
    name: str, moment: str, kind: Kind, trial: Trial
) -> None:
    """The run gives up, and the next one goes on where it broke."""
    at = MOMENTS[moment](trial.serve(kind))
    trial.will(BREAKS[name](at))
    trial.server.always = BREAKS[name](NOTHING)
    assert (0 if moment == "end" else 5) == trial.run()
    assert 0 == trial.run_without_faults()
    assert trial.excess <= LOST


PASSING = (408, 425, 429, 500, 502, 503, 504)
FINAL = {400: 5, 401: 7, 403: 5, 404: 5, 410: 5}

BEFORE = ["status", "middle", "last"]
"""Moments at which a request can be refused: the first, or one for the rest."""


before = pytest.mark.parametrize("moment", BEFORE)


@either_kind
@either_moment
@pytest.mark.parametrize("status", PASSING)
def test_a_server_is_busy(status: int, moment: str, kind: Kind, trial: Trial) -> None:
    """The run tries again, and goes on."""
    trial.serve(kind)
    trial.head_start(moment)
    trial.will(refuse(status))
    assert 0 == trial.run()
    assert trial.excess <= LOST


@either_kind
@before
@pytest.mark.parametrize("status", [429, 503])
def test_a_server_stays_busy(status: int, moment: str, kind: Kind, trial: Trial) -> None:
    """The run gives up, and the next one goes on where it was refused."""
    trial.serve(kind)
    trial.head_start(moment)
    trial.server.always = refuse(status)
    assert 5 == trial.run()
    assert 0 == trial.run_without_faults()
    assert trial.excess <= LOST


@either_moment
@pytest.mark.parametrize("status", [429, 503])
def test_a_server_says_when_to_come_back(status: int, moment: str, trial: Trial) -> None:
    """It is left alone for so long."""
    trial.serve(PACKED)
    times: list[float] = []
    told = Fault(before=lambda: times.append(time.monotonic()))
    trial.head_start(moment)
    trial.will(refuse(status, retry_after=1) | told, told)
    assert 0 == trial.run()
    assert times[1] - times[0] >= 1
    assert trial.excess <= LOST


@either_moment
@pytest.mark.parametrize("status", [429, 503])
def test_a_server_wants_to_be_left_alone_for_days(status: int, moment: str, trial: Trial) -> None:
    """That is told, rather than waited for; the next run goes on."""
    trial.serve(PACKED)
    trial.head_start(moment)
    trial.will(refuse(status, retry_after=86_400))
    assert 5 == trial.run()
    assert 0 == trial.run()
    assert trial.excess <= LOST


@either_kind
@either_moment
@pytest.mark.parametrize("status", FINAL)
def test_a_server_refuses_for_good(status: int, moment: str, kind: Kind, trial: Trial) -> None:
    """That is told at once; should it be mended, the next run goes on."""
    trial.serve(kind)
    trial.head_start(moment)
    trial.server.always = refuse(status)
    assert FINAL[status] == trial.run()
    assert 0 == trial.run_without_faults()
    assert trial.excess <= LOST


@either_kind
@before
def test_nobody_is_there(moment: str, kind: Kind, trial: Trial) -> None:
    """The server goes away, and the next run finds it there again."""
    size = trial.serve(kind)
    trial.will(cut(MOMENTS[moment](size)) | Fault(before=trial.server.leave))
    assert 5 == trial.run()
    trial.server.come_back()
    assert 0 == trial.run()
    assert trial.excess <= LOST


@either_kind
@before
def test_a_page_is_in_the_place_of_the_file(moment: str, kind: Kind, trial: Trial) -> None:
    """It is taken for wrong content; what had arrived is not lost for it."""
    trial.serve(kind)
    trial.head_start(moment)
    trial.server.always = page()
    assert 6 == trial.run()
    assert 0 == trial.run_without_faults()
    assert trial.excess <= LOST


VALIDATORS: tuple[Validator, ...] = ("strong", "weak", "date", "none", "constant")


@pytest.mark.parametrize("kind", KINDS, ids=str)
@pytest.mark.parametrize("validator", VALIDATORS)
def test_a_connection_breaks_whatever_the_validator(
    validator: Validator, kind: Kind, trial: Trial
) -> None:
    """The content is right; where a server's word can be relied on, little is fetched twice."""
    trial.server.validator = validator
    size = trial.serve(kind)
    trial.will(cut(size // 2), truncate(size // 4))
    assert 0 == trial.run()
    assert trial.excess <= (LOST * 2 if validator in {"strong", "date", "constant"} else size)


def test_a_validator_that_changes_while_the_content_does_not(trial: Trial) -> None:
    """As of servers that take turns: the run begins anew, and nothing is joined."""
    size = trial.serve(Kind(CONTENT, declared=False))
    trial.will(*(cut(size // 2) | Fault(headers={"ETag": f'"{turn}"'}) for turn in range(2)))
    assert 0 == trial.run()
    assert trial.excess <= size + LOST


def detectable(validator: Validator, kind: Kind) -> bool:
    """Return whether a change can be told, by the server's word or by the file's."""
    return validator != "constant" or kind.declared


CHANGES = [
    pytest.param(kind, validator, id=f"{validator}-{kind}")
    for validator in VALIDATORS
    for kind in [Kind(OTHER, packed=packed, declared=known) for packed in YESNO for known in YESNO]
    if detectable(validator, kind)
]


@either_moment
@pytest.mark.parametrize(("kind", "validator"), CHANGES)
def test_content_changes_while_it_arrives(
    validator: Validator, moment: str, kind: Kind, trial: Trial
) -> None:
    """Nothing of the old content is in the result, also where the server does not tell."""
    trial.server.validator = validator
    trial.serve(kind)
    trial.server.files[kind.path] = Kind(CONTENT, kind.packed).published
    trial.head_start(moment)
    trial.will(change(kind.published))
    assert 0 == trial.run()


@pytest.mark.parametrize(("kind", "validator"), CHANGES)
def test_content_changes_between_two_runs(validator: Validator, kind: Kind, trial: Trial) -> None:
    """What the first run has left is of no use to the second."""
    trial.server.validator = validator
    trial.serve(kind)
    trial.server.files[kind.path] = Kind(CONTENT, kind.packed).published
    trial.head_start("middle")
    trial.server.always = cut(NOTHING)
    assert 5 == trial.run()
    trial.server.files[kind.path] = kind.published
    assert 0 == trial.run_without_faults()


@either_kind
def test_a_range_of_other_content_is_sent(kind: Kind, trial: Trial) -> None:
    """A server that does not heed the condition is found out by its validator."""
    trial.serve(kind)
    old = trial.kind = Kind(OTHER, kind.packed)
    trial.server.files[kind.path] = old.published
    trial.head_start("middle")
    trial.will(unconditional() | change(kind.published))
    trial.kind = kind
    assert 0 == trial.run()


@before
@pytest.mark.parametrize("kind", [Kind(CONTENT), Kind(CONTENT, packed=True)], ids=str)
def test_content_is_not_what_is_declared(moment: str, kind: Kind, trial: Trial) -> None:
    """It is kept to be looked at, and is not in the way once the server is mended."""
    trial.serve(kind)
    wrong = trial.server.files[kind.path] = Kind(OTHER, kind.packed).published
    trial.head_start(moment)
    assert 6 == trial.run()
    assert 1 == kept(trial.store).count(digest(wrong))
    trial.server.files[kind.path] = kind.published
    assert 0 == trial.run()
    assert trial.excess <= 2 * len(wrong)  # again as a whole, as parts may not belong together


@either_kind
@pytest.mark.parametrize("by", [-1000, 1000])
def test_a_range_is_another_than_was_asked_for(by: int, kind: Kind, trial: Trial) -> None:
    """It is not put where it does not belong."""
    trial.serve(kind)
    trial.head_start("middle")
    trial.server.always = misplace(by)
    assert 0 == trial.run()


@either_kind
@either_moment
@pytest.mark.parametrize("always", YESNO)
def test_a_range_cannot_be_had(always: bool, moment: str, kind: Kind, trial: Trial) -> None:
    """416 to a request for the rest means that the whole is to be asked for."""
    trial.serve(kind)
    trial.head_start(moment)
    trial.will(refuse(416))
    if always:
        trial.server.always = refuse(416)
    assert (5 if always or moment == "status" else 0) == trial.run()
    assert 0 == trial.run_without_faults()


@each_kind
@either_moment
def test_more_is_announced_than_comes(moment: str, kind: Kind, trial: Trial) -> None:
    """Once, that is overcome; always, nothing is whole."""
    size = trial.serve(kind)
    trial.head_start(moment)
    trial.will(lie(size + 1000))
    assert 0 == trial.run()


@either_kind
@either_moment
def test_more_is_always_announced_than_comes(moment: str, kind: Kind, trial: Trial) -> None:
    """Nothing is whole; when the server is mended, it is."""
    size = trial.serve(kind)
    trial.head_start(moment)
    trial.server.always = lie(size + 1000)
    assert 5 == trial.run()
    assert 0 == trial.run_without_faults()


@either_moment
@pytest.mark.parametrize("kind", CHECKED, ids=str)
def test_less_is_announced_than_there_is(moment: str, kind: Kind, trial: Trial) -> None:
    """That is wrong content, and not kept for the content when the server is mended."""
    size = trial.serve(kind)
    trial.head_start(moment)
    trial.server.always = lie(size - 1000)
    assert 6 == trial.run()
    assert 0 == trial.run_without_faults()


WAYS = {"sizeless": sizeless, "chunked": chunked, "rangeless": rangeless}


@each_kind
@pytest.mark.parametrize("name", WAYS)
def test_a_server_says_little(name: str, kind: Kind, trial: Trial) -> None:
    """No size, or no ranges, is no fault."""
    size = trial.serve(kind)
    trial.server.always = WAYS[name]()
    assert 0 == trial.run()
    assert size == trial.server.sent[kind.path]


@either_kind
@each_moment
@pytest.mark.parametrize("name", WAYS)
def test_a_server_says_little_and_breaks(name: str, moment: str, kind: Kind, trial: Trial) -> None:
    """A reset is never taken for the end; where ranges are known, the run goes on."""
    size = trial.serve(kind)
    trial.server.always = WAYS[name]()
    trial.will(WAYS[name]() | cut(MOMENTS[moment](size)))
    assert 0 == trial.run()
    assert trial.excess <= (2 * size if name == "rangeless" else LOST)


@either_kind
def test_chunks_end_too_early(kind: Kind, trial: Trial) -> None:
    """That is known by the last one, which is missing."""
    size = trial.serve(kind)
    trial.will(chunked() | truncate(size // 2))
    assert 0 == trial.run()
    assert trial.excess <= LOST


@pytest.mark.parametrize("kind", CHECKED, ids=str)
def test_a_body_without_a_size_ends_too_early(kind: Kind, trial: Trial) -> None:
    """Only the content tells; the next run has all of it."""
    size = trial.serve(kind)
    trial.will(sizeless() | truncate(size // 2))
    assert 6 == trial.run()
    assert 0 == trial.run()


@each_kind
def test_a_size_that_is_declared_tells_that_more_must_come(kind: Kind, trial: Trial) -> None:
    """Where the server does not say how much there is, the definition does."""
    trial.serve(kind, f"size={len(kind.published)}")
    trial.will(sizeless() | truncate(len(kind.published) // 2))
    assert 0 == trial.run()
    assert trial.excess <= LOST


@pytest.fixture
def elsewhere(monkeypatch: pytest.MonkeyPatch) -> Iterator[FaultServer]:
    """Return a server on another host."""
    monkeypatch.setenv("no_proxy", "127.0.0.1,localhost")
    with FaultServer("localhost") as running:
        yield running


@either_kind
@either_moment
@pytest.mark.parametrize("always", YESNO)
@pytest.mark.parametrize("status", [301, 302, 307])
def test_a_file_has_moved(
    status: int, always: bool, moment: str, kind: Kind, trial: Trial, elsewhere: FaultServer
) -> None:
    """To another host, from the beginning or for the rest alone."""
    size = trial.serve(kind)
    elsewhere.files["b"] = kind.published
    trial.head_start(moment)
    moved = redirect(elsewhere.url("b"), status)
    trial.will(moved)
    if always:
        trial.server.always = moved
    assert 0 == trial.run()
    assert trial.server.sent[kind.path] + elsewhere.sent["b"] <= size + LOST


@either_moment
@pytest.mark.parametrize("lost", ["gone", "away", "round and round"])
def test_a_file_has_moved_to_nowhere(
    lost: str, moment: str, trial: Trial, elsewhere: FaultServer
) -> None:
    """Where it is said to be there is nothing, nobody, or the way back; the next run finds it."""
    trial.serve(PLAIN)
    trial.head_start(moment)
    target = trial.server.url(PLAIN.path) if lost == "round and round" else elsewhere.url("b")
    if lost == "away":
        elsewhere.leave()
    trial.server.always = redirect(target)
    assert 5 == trial.run()
    assert 0 == trial.run_without_faults()
    assert trial.excess <= LOST


BAD = {
    "cut": cut(5),
    "stall": stall(5),
    "busy": refuse(503),
    "gone": refuse(404),
    "page": page(),
    "other": change(OTHER),
    "password": refuse(401),
}


@pytest.mark.parametrize("name", BAD)
def test_another_address_has_it(name: str, trial: Trial) -> None:
    """Whatever is wrong with the first, for good, the second is tried."""
    trial.server.files["second"] = CONTENT
    trial.serve(KINDS[0], f"urls=[{trial.server.url('second')!r}]")
    trial.will(*[BAD[name]] * 20)
    assert 0 == trial.run()
    assert len(CONTENT) == trial.server.sent["second"]


def test_a_slow_server_is_not_a_stalled_one(trial: Trial, monkeypatch: pytest.MonkeyPatch) -> None:
    """The timeout is for the time without a byte, not for the whole."""
    monkeypatch.setenv("DATAMAESTRO_RETRIES", "0")
    size = trial.serve(Kind(SMALL * 10))
    trial.server.always = throttle(size)
    assert 0 == trial.run()
    assert ["a.bin"] == trial.server.paths()


HELPERS = {
    "cut": [cut(1000)] * 2,
    "silent": [stall(NOTHING)] * 2,
    "busy": [refuse(503)] * 100,
    "page": [page()] * 100,
    "rangeless": [rangeless()] * 100,
    "another": [unconditional() | Fault(headers={"ETag": '"another"'})] * 100,
}


@pytest.mark.parametrize("name", HELPERS)
def test_a_connection_that_is_to_help_does_not(name: str, trial: Trial) -> None:
    """Where each has a rate, more are opened; the first goes on, whatever becomes of them."""
    slow = throttle(RATE)
    trial.serve(Kind(LARGE))
    trial.server.always = slow
    trial.will(slow, *(fault | slow for fault in HELPERS[name]))
    assert 0 == trial.run()
    assert any("Range" in request.headers for request in trial.server.requests)


def test_content_changes_while_several_connections_are_at_it(trial: Trial) -> None:
    """The first goes on with the old content; nothing of the new is in the result."""
    slow = throttle(RATE)
    trial.serve(Kind(LARGE, declared=False))
    trial.server.always = slow
    trial.will(slow, slow | change(OTHER))
    assert 0 == trial.run()
    assert any("Range" in request.headers for request in trial.server.requests)
