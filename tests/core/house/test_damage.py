"""Records of which any byte is another one: what is wrong is never called right, nor a mistake.

One file of the data is not what it was, and what is on record says so; however a record is damaged
then, that file is not called right, and no other one is called wrong.
"""

import logging
import os
import shutil
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest

from datamaestro.engine.current import plan_for
from datamaestro.errors import TransferError, UsageError
from datamaestro.house.trash.discarding import Removal, discard
from datamaestro.house.trash.items import DamagedItem, Piece, items
from datamaestro.house.verifying.journal import Journal as Verifying
from datamaestro.house.verifying.states import State
from datamaestro.settings.folders import datafolders, set_datafolder, settings_path
from datamaestro.store.descriptions import read_description
from datamaestro.store.holdings import Holding, holdings
from datamaestro.store.owner import this_process
from datamaestro.store.partial import Journal, Mark, partial_of, read_journal, write_journal
from datamaestro.store.totals import totals_of
from datamaestro.store.writers import OWNER, Watch, start_writing
from datamaestro.testing.faults import FaultServer
from datamaestro_hookspecs.cards import Card, ResourceCard, Source
from support.damage import damaged
from support.on_record import hold, recipe, verify
from support.transfers import Kind, content
from support.trials import Trial

FILES = {"b": b"bee", "c/d": b"dee", "c/e": b"eel"}
WRONG = "b"

SOME = 3
"""How far bytes are from each other where each that is damaged takes a whole verification."""


@pytest.fixture(autouse=True)
def unheard(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Let nobody write down the thousands of warnings, nor wait for another process."""
    monkeypatch.setattr("datamaestro.store.settled.MOMENT", 0.0)
    log = logging.getLogger("datamaestro")
    before, log.disabled = log.disabled, True
    yield
    log.disabled = before


@pytest.fixture
def holding(store: Path) -> Holding:
    """Return a data set of which one file is not what it was; its size and time are."""
    held = hold(store, "a", {**FILES, "c/link": "d"})
    place = held.folder / WRONG
    before = place.stat().st_mtime_ns
    place.write_bytes(b"bug")
    os.utime(place, ns=(before, before))
    return held


def check(store: Path, how: str) -> None:
    """Make sure that what is wrong is told, and only that."""
    (found,) = verify(store)
    told = {path: file.state for path, file in found.files.items()}
    assert found.wrong, how
    assert told.pop(WRONG) != State.RIGHT, how
    for path in (*FILES, "c/link"):
        assert told.get(path, State.RIGHT) == State.RIGHT, how


@pytest.mark.parametrize("record", ["manifest", "sidecar"])
def test_the_records_of_what_is_on_disk(record: str, holding: Holding) -> None:
    """Each is read without fail by all who read it."""
    path = getattr(holding.store, record)(holding)
    source = Source(("https://example.org/x",))
    card = Card(id="a", repository="test", resources=(ResourceCard("b", "b", source=source),))
    for how in damaged(path, every=SOME):
        check(holding.store.root, how)
        (one,) = holdings(holding.store)
        one.manifest()
        one.files()
        totals_of(holding.store.sidecar(holding))
        plan = plan_for(card, holding.store)
        assert plan.steps.keys() <= {"b"}, how
    check(holding.store.root, "as it was")


def test_a_verification_goes_on_with_a_damaged_journal(
    holding: Holding, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What of it is not as it was written is read again."""
    monkeypatch.setattr("datamaestro.house.verifying.journal.AFTER", -1.0)
    monkeypatch.setattr(Verifying, "remove", lambda journal: None)
    store = holding.store
    verify(store.root)
    monkeypatch.setattr(Verifying, "write", lambda journal: None)
    for how in damaged(store.verifying(holding), every=SOME):
        check(store.root, how)


def test_what_is_described(holding: Holding) -> None:
    """It is not used where it is not as it was written."""
    store = holding.store
    said = (
        '{"card": {"id": "a", "repository": "test", "name": "", "resources": []},'
        ' "variants": [], "origin": ""}'
    )
    head = f'{{"format": 1, "sha256": "{recipe(said)}"}}'
    store.description(holding).write_text(f"{head}\n{said}\n")
    assert read_description(store, holding) is not None
    for how in damaged(store.description(holding)):
        assert read_description(store, holding) is None, how


def test_what_is_arriving(tmp_path: Path) -> None:
    """Whatever a journal says then, its marks are right or are found out by their digests."""
    partial = partial_of(tmp_path, "https://example.org/a", "a")
    partial.path.write_bytes(bytes(100))
    marks = (Mark(10, "0" * 64), Mark(60, "1" * 64))
    write_journal(partial.path, Journal("https://example.org/a", "v", 100, marks, ((70, 80),)))
    for how in damaged(next(tmp_path.glob("*.json"))):
        found = read_journal(partial.path)
        assert found is None or 0 <= found.length <= found.there <= found.end <= 100, how
        assert partial_of(tmp_path, "https://example.org/a", "a").path == partial.path, how


@pytest.mark.parametrize("declared", [True, False])
def test_what_is_arriving_is_gone_on_with(
    declared: bool,
    site: Path,
    server: FaultServer,
    store: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Or begun anew; in the end the file is right, however its journal was damaged."""
    monkeypatch.setenv("DATAMAESTRO_RETRIES", "0")
    trial = Trial(site, server, store)
    trial.serve(Kind(content(300_000), declared=declared))
    trial.head_start("middle")
    assert trial.run() == TransferError.exit_code
    shutil.copytree(store, tmp_path / "before")
    (journal,) = (tmp_path / "before").glob("partial/**/of-*/*.json")
    for _ in damaged(journal, every=37):
        shutil.rmtree(store)
        shutil.copytree(tmp_path / "before", store)
        assert trial.run_without_faults() == 0


def test_who_is_at_work(tmp_path: Path) -> None:
    """A writer of which nobody knows any more who it is counts as one of another host."""
    writer = start_writing(tmp_path)
    for how in damaged(writer.folder / OWNER):
        owner, _ = writer.read()
        assert owner is not None, how
        assert isinstance(Watch().certainly_ended(writer), bool), how
    owner, _ = writer.read()
    assert owner is not None
    assert this_process().pid == owner.pid


def test_the_folders_of_a_user(tmp_path: Path) -> None:
    """What is no such document is told, with the next step."""
    set_datafolder(tmp_path, "corpora", Path("/data/corpora"))
    for how in damaged(settings_path(tmp_path)):
        with suppress(UsageError):
            assert len(datafolders(tmp_path)) <= 1, how


def test_what_is_in_the_trash(holding: Holding) -> None:
    """Nothing is done to what has a damaged record."""
    store = holding.store
    piece = Piece("data/test/a", holding.folder.stat().st_ino)
    discard(store, [Removal("a@test", "asked for", [piece])])
    (item,) = items(store)
    for how in damaged(store.trash / item.token / "record.json"):
        (found,) = items(store)
        assert isinstance(found, DamagedItem), how
    assert [item] == items(store)
