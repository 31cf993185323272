"""Which data sets are moved: what was asked for, and of that what a filter finds."""

from __future__ import annotations

import tarfile
from collections.abc import Sequence
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from datamaestro.context import Context
from datamaestro.errors import ContentError, DatasetNotFound, StorageError, UsageError
from datamaestro.moving.far.agent import Agent
from datamaestro.moving.far.talk import unknown
from datamaestro.moving.here.local import LocalSide
from datamaestro.moving.offers import chosen_by
from datamaestro.moving.ways import export_bundle, pull, push
from support.holding import hold, seen
from support.sides import MemorySide, far_side_of

SMALL, LARGE, OTHER = "org.example.small@test", "org.example.large@test", "org.example.x@other"


@pytest.fixture
def store(store: Path) -> Path:
    """Return a data directory with some data sets."""
    for name, size in [(SMALL, 10), (LARGE, 5000), (OTHER, 7000)]:
        hold(store, name, a=bytes(size))
    return store


@pytest.mark.parametrize(
    ("filters", "references", "expected"),
    [
        (["size>1kB"], [], [LARGE, OTHER]),
        (["size>1kB", "repo:test"], [], [LARGE]),
        (["size>1kB -repo:test OR id:small"], [], [SMALL, OTHER]),
        (["state:unknown used<1d"], [], [LARGE, SMALL, OTHER]),
        (["size<1kB"], ["org.example.small", "org.example.large"], [SMALL]),
        ([], ["org.example.small"], ["org.example.small"]),
        (["size>1GB"], [], None),
    ],
)
@pytest.mark.parametrize("far", [False, True])
def test_a_filter_finds_what_list_finds(
    store: Path,
    filters: list[str],
    references: list[str],
    expected: list[str] | None,
    far: bool,
) -> None:
    """Here, and on another computer; among what is named, or all; None: nothing."""
    side = LocalSide(Context(store))
    with far_side_of(side) if far else side as source:
        found = chosen_by(filters, source, references)
    assert expected == (found and sorted(found))


@pytest.mark.parametrize("way", ["push", "pull"])
def test_only_what_is_found_travels(
    store: Path, tmp_path: Path, way: str, caplog: pytest.LogCaptureFixture
) -> None:
    """Where that is nothing, nothing does, which is told."""
    other = tmp_path / "other"
    other.mkdir()

    def moved(filters: list[str]) -> list[str]:
        done = (
            push(Context(store), [], str(other), filters=filters)
            if way == "push"
            else pull(Context(other), [], str(store), filters=filters)
        )
        return sorted(one.dataset for one in done)

    assert [] == moved(["size>1GB"])
    assert [f"the filter finds nothing in {store}"] == caplog.messages
    assert [LARGE] == moved(["size>1kB", "repo:test"])
    assert {"test/org/example/large/a"} == set(seen(other))


def test_a_bundle_has_what_is_found(
    store: Path, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """Where that is nothing, there is none, which is an error and told once."""
    bundle = tmp_path / "x.tar"
    with pytest.raises(UsageError, match=r"finds nothing in .*nothing to write"):
        export_bundle(Context(store), [], bundle, filters=["size>1GB"])
    assert not bundle.exists()
    assert [] == caplog.messages
    export_bundle(Context(store), [], bundle, filters=["size<1kB"])
    with tarfile.open(bundle) as archive:
        assert "data/test/org/example/small/a" == archive.getnames()[-1]


@pytest.mark.parametrize("filters", [[], ["size>1"]])
@pytest.mark.parametrize("far", [False, True])
def test_a_directory_that_is_not_there_has_not_nothing(
    tmp_path: Path, filters: list[str], far: bool
) -> None:
    """Its disk may not be mounted: whoever copies all of it every night is told."""
    side = LocalSide(Context(tmp_path / "gone"))
    with (
        far_side_of(side) if far else side as source,
        pytest.raises(StorageError, match=r"there is no data directory .*gone"),
    ):
        source.offers(chosen_by(filters, source, []) or [])


def test_all_of_an_empty_directory_is_told_to_be_nothing(
    context: Context, store: Path, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """By either way; there is no bundle of nothing, which would take the place of another one."""
    bundle, empty = tmp_path / "x.tar", Context(tmp_path / "empty")
    empty.store.root.mkdir()
    assert [] == push(empty, [], store)
    assert [] == pull(context, [], empty.store.root)
    assert [f"nothing is on record in {tmp_path / 'empty'}"] * 2 == caplog.messages
    bundle.write_text("of yesterday")
    with pytest.raises(UsageError, match=r"nothing is on record in .*nothing to write"):
        export_bundle(empty, [], bundle)
    assert "of yesterday" == bundle.read_text()


def test_what_cannot_be_asked_is_an_error(store: Path) -> None:
    """An expression that nobody understands, a name of nothing, a side that knows no filters."""
    memory: Any = MemorySide()
    with LocalSide(Context(store)) as side:
        with pytest.raises(UsageError, match="no state"):
            chosen_by(["state:odd"], side, [])
        with pytest.raises(DatasetNotFound):
            chosen_by(["size>1"], side, ["org.example.nothing"])
        with pytest.raises(UsageError, match="cannot be asked what a filter finds"):
            chosen_by(["size>1"], memory, [])


def test_an_agent_that_knows_no_filters_is_told(
    store: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As one of an earlier version; all else may still be asked of it."""
    work = Agent._work

    def earlier(self: Agent, name: str) -> Any:
        return work(self, "no such" if name == "filtered" else name)

    monkeypatch.setattr(Agent, "_work", earlier)
    monkeypatch.setattr("datamaestro.moving.far.agent.unknown", lambda _: unknown("filtered"))
    with far_side_of(LocalSide(Context(store))) as far:
        with pytest.raises(UsageError, match=r"^there: .* too old .* \(use ids, or install"):
            chosen_by(["size>1"], far, [])
        with pytest.raises(UsageError, match="no state"):
            chosen_by(["state:odd"], far, [])
        assert 3 == len(far.offers([]))


def test_a_source_finds_nothing_but_what_was_named() -> None:
    """It may be a stranger's, and what is named replaces what is here."""

    def filtered(references: Sequence[str], filters: Sequence[str]) -> Sequence[str]:
        return [LARGE]

    stranger: Any = SimpleNamespace(name="there:", filtered=filtered)
    with pytest.raises(ContentError, match=f"there: offers {LARGE}, which was not asked for"):
        chosen_by(["size>1"], stranger, ["org.example.small"])
