"""Who makes a resource when several runs want it."""

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from datamaestro.engine import claims as module
from datamaestro.engine.claims import Claim, sweep
from datamaestro.engine.plan import Step
from datamaestro.engine.run import Run
from datamaestro.errors import BusyError
from datamaestro.plugins.registry import plugins
from datamaestro.settings import Settings
from datamaestro.store.layout import Store
from datamaestro.store.made import Made
from datamaestro.store.manifest import Entry
from datamaestro.store.partial import Mark, partial_of
from datamaestro.store.records import DatasetRecords
from datamaestro.store.writers import start_writing
from datamaestro_hookspecs.cards import Card, ResourceCard, Source
from support.transfers import digest

URL = "https://example.org/x"
RESOURCE = ResourceCard("A", "a.txt", source=Source((URL,)))
CARD = Card("org.example.one", "test", resources=(RESOURCE,))
STEP = Step(RESOURCE, "recipe")
PART = b"what has arrived"


class Waiter(Run):
    """A run that does something else instead of waiting."""

    instead: Callable[[], object]

    def pause(self, seconds: float) -> None:
        self.instead()


def never() -> None:
    pytest.fail("waited")


def new_run(store: Path, instead: Callable[[], object] = never, lock_timeout: float = -1) -> Waiter:
    definition: Any = SimpleNamespace(card=CARD)
    settings, place = Settings(store, lock_timeout=lock_timeout), Store(store)
    writer = start_writing(place.partial(CARD))
    run = Waiter(definition, place, writer, {}, {}, {}, settings, plugins())
    run.instead = instead
    return run


def settled(run: Run) -> Path:
    work = Claim(run, STEP).settle()
    assert work is not None
    return work


def receive_a_part(work: Path) -> None:
    partial = partial_of(work, URL, "a.txt")
    partial.path.write_bytes(PART)
    partial.add(Mark(len(PART), digest(PART)))


def part_in(work: Path) -> bytes:
    """Return what has arrived, as a journal says."""
    partial = partial_of(work, URL, "a.txt")
    return partial.path.read_bytes() if partial.journal.length == len(PART) else b""


def publish(run: Run, work: Path, recipe: str = STEP.recipe) -> None:
    """Publish, and remove the folder in which it was made."""
    scratch = work / "made"
    scratch.write_text("content")
    made = Made("A", Entry("a.txt", recipe), scratch)
    DatasetRecords(run.store, CARD).publish([made])
    work.rmdir()


def test_who_is_alone_begins(store: Path) -> None:
    """In a folder of its own, which is empty."""
    run = new_run(store)
    work = settled(run)
    assert (run.writer.folder, []) == (work.parent, list(work.iterdir()))


def test_other_resources_are_nobodys_concern(store: Path) -> None:
    """Runs that make different files of a data set do not wait for each other."""
    first, second = new_run(store), new_run(store)
    first.writer.work("B").mkdir()
    assert second.writer.folder == settled(second).parent


def test_the_second_gets_what_the_first_publishes(
    store: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """It waits, says for whom, and makes nothing."""
    first = new_run(store)
    work = settled(first)
    second = new_run(store, instead=lambda: publish(first, work))
    assert None is Claim(second, STEP).settle()
    assert not second.writer.work("A").exists()
    (line,) = caplog.messages
    assert line.startswith(f"waiting for process {os.getpid()} on ")
    assert line.endswith("to make A of org.example.one@test")


def test_what_is_published_of_another_recipe_is_not_what_is_wanted(store: Path) -> None:
    """Then it is made after all."""
    first = new_run(store)
    work = settled(first)
    second = new_run(store, instead=lambda: publish(first, work, "another recipe"))
    assert second.writer.folder == settled(second).parent


def test_what_was_published_a_moment_ago_is_not_made_again(store: Path) -> None:
    """Also where nobody was waited for."""
    first, second = new_run(store), new_run(store)
    publish(first, settled(first))
    assert None is Claim(second, STEP).settle()
    assert not second.writer.work("A").exists()


def test_the_second_goes_on_where_the_first_has_stopped(store: Path) -> None:
    """What has arrived of it is taken over when the first ends without publishing."""
    first = new_run(store)
    receive_a_part(settled(first))
    second = new_run(store, instead=first.writer.leave)
    assert PART == part_in(settled(second))
    assert not first.writer.folder.exists()


def test_what_runs_before_have_left_is_gone_on_with(store: Path) -> None:
    """Also when they have ended long ago; nobody is waited for."""
    for _ in range(2):
        run = new_run(store)
        receive_a_part(settled(run))
        run.writer.leave()
    last = new_run(store)
    assert PART == part_in(settled(last))
    assert {last.writer.folder} == set(last.writer.folder.parent.iterdir())


def test_the_wait_ends(store: Path) -> None:
    """After as many seconds as the user allows; the error names who is waited for."""
    settled(new_run(store))
    second = new_run(store, lock_timeout=0)
    with pytest.raises(BusyError, match=f"waited 0 s for process {os.getpid()} on .* to make A of"):
        settled(second)
    assert not second.writer.work("A").exists()


@pytest.fixture
def same_moment(monkeypatch: pytest.MonkeyPatch) -> list[Callable[[], object]]:
    """Return what others do after a run has looked for them, and before it makes its folder."""
    actions: list[Callable[[], object]] = []

    @contextmanager
    def interrupted(path: Path) -> Iterator[None]:
        while actions:
            actions.pop()()
        yield

    monkeypatch.setattr(module, "storage_errors", interrupted)
    return actions


def two_runs(store: Path) -> list[Waiter]:
    return sorted((new_run(store) for _ in range(2)), key=lambda run: run.writer.folder)


def test_of_two_at_the_same_moment_the_first_goes_on(
    store: Path, same_moment: list[Callable[[], object]]
) -> None:
    """That whose name is first, should the other not have begun."""
    first, second = two_runs(store)
    same_moment.append(lambda: settled(second))
    assert first.writer.folder == settled(first).parent


def test_who_has_begun_at_the_same_moment_goes_on(
    store: Path, same_moment: list[Callable[[], object]]
) -> None:
    """Whatever its name; who has not begun waits."""
    first, second = two_runs(store)
    first.instead = second.writer.leave
    same_moment.append(lambda: receive_a_part(settled(second)))
    assert PART == part_in(settled(first))


def test_who_is_second_at_the_same_moment_waits(
    store: Path, same_moment: list[Callable[[], object]]
) -> None:
    """It removes the folder that it has just made, and gets what the first publishes."""
    first, second = two_runs(store)
    claimed: list[Path] = []

    def instead() -> None:
        assert not second.writer.work("A").exists()
        publish(first, claimed[0])

    second.instead = instead
    same_moment.append(lambda: claimed.append(settled(first)))
    assert None is Claim(second, STEP).settle()


def test_when_all_is_made_what_ended_runs_have_left_goes(store: Path) -> None:
    """Nobody will go on with it; what somebody is at stays."""
    ended, alive, run = (new_run(store) for _ in range(3))
    receive_a_part(settled(ended))
    ended.writer.leave()
    sweep(run.writer.folder.parent, run.writer)
    assert {alive.writer.folder, run.writer.folder} == set(run.writer.folder.parent.iterdir())
