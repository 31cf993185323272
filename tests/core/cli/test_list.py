"""What is on disk, on the command line."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest

from datamaestro.context import Context
from datamaestro.store.holdings import Holding
from datamaestro.store.layout import Store
from datamaestro.store.manifest import Entry, Manifest
from datamaestro.store.removed import mark, unmark
from support.inside import inside
from support.on_record import hold, write_manifest
from support.terminals import lines_on_terminal

DIGITS = "edu.uci.optdigits"


@pytest.fixture
def held(store: Path) -> Path:
    """Put data sets on disk, one of them damaged."""
    hold(store, "org.example.large", {"a.txt": b"x" * 1000, "b.txt": b""})
    hold(store, "org.example.small", {"a.txt": b"x"})
    damaged = hold(store, "org.example.worse", {"a.txt": b"x"})
    damaged.store.manifest(damaged).write_text("{")
    for number, name in enumerate(("large", "small")):
        for path in (store / "state/test").glob(f"org.example.{name}.*"):
            os.utime(path, (1_700_000_000 + number, 1_700_000_000 + number))
    return store


def test_nothing_is_listed_where_nothing_is(store: Path) -> None:
    """Also without a data directory, which is not made for that."""
    done = inside("list")
    assert (0, "") == (done.code, done.out)
    assert done.err.splitlines()[-1].startswith("0 data sets, 0 files, 0 B")
    document = inside("list", "--json", "--all").document
    assert ([], 0) == (document["datasets"], document["totals"]["size"])
    assert not store.exists()


def test_each_data_set_is_a_line(held: Path) -> None:
    """With tabs between its facts; what is wrong is told on stderr."""
    done = inside("list")
    large, small, worse = (line.split("\t") for line in done.out.splitlines())
    assert 0 == done.code
    assert ["org.example.large@test", "1000", "2"] == large[:3]
    assert ["2023-11-14T22:13:20+00:00", "unknown", ""] == large[3:-1]
    assert ["org.example.small@test", "1", "1"] == small[:3]
    assert ["org.example.worse@test", "1", "1", "", "damaged", ""] == worse[:-1]
    assert str(held / "data/test/org/example/worse") == worse[-1]
    assert "org.example.worse@test is damaged: its manifest cannot be understood" in done.err
    assert "3 data sets, 4 files, 1.0 kB; " in done.lines[-1]


def names(*arguments: str) -> list[str]:
    """Return the last words of what is listed."""
    lines = inside("list", *arguments).out.splitlines()
    return [line.partition("@")[0].rpartition(".")[2] for line in lines]


def test_lists_are_sorted_and_filtered(held: Path) -> None:
    """By name, size or last use; all filters have to hold."""
    assert ["large", "small", "worse"] == names()
    assert ["large", "small", "worse"] == names("--sort", "size")
    assert ["small", "large", "worse"] == names("--sort", "used")
    assert ["small"] == names("--filter", "size<1kB", "--filter", "state:unknown")
    assert ["small"] == names("org.example.small")
    assert ["small"] == names("org.example.small.part@test")
    failed = inside("list", "--filter", "colour:red")
    assert (2, True) == (failed.code, "there is no field colour" in failed.err)
    failed = inside("list", "org.example.none")
    assert (3, True) == (failed.code, "nothing of it is on record" in failed.err)


def test_json_has_all_that_is_known(held: Path) -> None:
    """Totals too; sizes in bytes."""
    document = inside("list", "--json", "org.example.large").document
    (large,) = document["datasets"]
    assert "extras" not in document
    assert ("org.example.large@test", 1000, []) == (
        *(large["dataset"], large["size"]),
        large["sources"],
    )
    assert (1, 2, 1000) == tuple(document["totals"][name] for name in ("datasets", "files", "size"))
    assert str(held) == document["directory"]


def test_all_that_takes_room_is_listed(held: Path) -> None:
    """Caches, what is partial, orphans and the trash, each with its path."""
    (held / "partial/test/org.example.small/run-0").mkdir(parents=True)
    document = inside("list", "--all", "--json").document
    assert {"cache", "partial"} == {one["kind"] for one in document["extras"]}
    assert {"cache", "partial"} <= document["totals"].keys()
    lines = inside("list", "--all").out.splitlines()
    assert ["cache", "partial"] == [line.split("\t")[0] for line in lines[3:]]


def test_shared_directories_are_listed_too(
    held: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each with its place; what is there counts by itself, and nothing is written there."""
    shared = tmp_path / "shared"
    hold(shared, "org.example.theirs", {"a.txt": b"x" * 500})
    hold(shared, "org.example.small", {"a.txt": b"x"})
    monkeypatch.setenv("DATAMAESTRO_SHARED", str(shared))
    assert ["large", "small", "small", "theirs", "worse"] == names()
    assert ["small", "small"] == names("org.example.small")
    document = inside("list", "--json", "org.example.theirs").document
    assert [str(shared)] == [one["directory"] for one in document["datasets"]]
    assert (0, 0, 500) == tuple(document["totals"][name] for name in ("datasets", "size", "shared"))
    assert "; shared: 501 B; " in inside("list").err


def test_odd_names_stay_on_a_line(store: Path) -> None:
    """Whoever has put such records there."""
    odd = hold(store, "a", {"a.txt": b"x"})
    odd.store.sidecar(odd).unlink()
    record = odd.store.manifest(odd)
    record.rename(record.with_name("a\nb\x1b[31m.json"))
    done = inside("list")
    assert [r"a\nb\x1b[31m@test"] == [line.split("\t")[0] for line in done.out.splitlines()]
    assert "a\nb\x1b[31m" == inside("list", "--json").document["datasets"][0]["id"]


def test_a_terminal_gets_a_table(held: Path, tmp_path: Path) -> None:
    """With the totals below."""
    head, large, *_ = lines_on_terminal("list", columns=100, cwd=tmp_path)
    assert ["ID", "SIZE", "FILES", "USED", "STATE", "REPOSITORY", "FROM"] == head.split()
    assert large.startswith("org.example.large  1.0 kB  2      ")


def test_a_narrow_terminal_keeps_sizes_and_paths(held: Path, tmp_path: Path) -> None:
    """Paths are those below the data directory."""
    head, *_ = lines_on_terminal("list", columns=40, cwd=tmp_path)
    assert ["ID", "SIZE", "FILES"] == head.split()[:3]
    (held / "partial/test/org.example.small/wrong").mkdir(parents=True)
    lines = lines_on_terminal("list", "--all", columns=80, cwd=tmp_path)
    assert any(one.startswith("partial/test/org.example.small/wrong  ") for one in lines)


def test_what_is_on_no_record_is_seen(context: Context, store: Path) -> None:
    """As where records are lost, or an earlier version has left data."""
    context.prepare(DIGITS)
    shutil.rmtree(store / "state")
    done = inside("list")
    assert ("", f"{store / 'data'} has files that are on no record: datamaestro list --all") == (
        done.out,
        done.lines[0],
    )
    extras = inside("list", "--all", "--json").document["extras"]
    (found,) = [one for one in extras if one["kind"] == "unrecorded"]
    assert (str(store / "data/demo/edu/uci/optdigits"), 2) == (found["path"], found["files"])
    assert found["about"].endswith(f"to record it: datamaestro prepare {DIGITS}@demo")
    named = Holding(context.store, DIGITS, "demo")
    mark(context.store, named, ["."])
    extras = inside("list", "--all", "--json").document["extras"]
    (found,) = [one for one in extras if one["kind"] == "unrecorded"]
    assert found["about"].endswith("of which it was left when that was removed")
    unmark(context.store, named, ["."])
    context.prepare(DIGITS)
    assert "on no record" not in inside("list").err


def test_what_its_definition_no_longer_has_is_listed_as_an_orphan(
    context: Context, store: Path
) -> None:
    """As orphans does."""
    context.prepare(DIGITS)
    holding = Holding(Store(store), DIGITS, "demo")
    entries = holding.manifest().entries
    more = dict(entries) | {"OLD": Entry("old", "r", result="0" * 64)}
    write_manifest(holding.store.manifest(holding), holding.identity, Manifest(more))
    (holding.folder / "old").touch()
    extras = inside("list", "--all", "--json").document["extras"]
    orphans = inside("orphans", "--json").document["orphans"]
    assert [str(holding.folder / "old")] == [
        one["path"] for one in extras if one["kind"] == "orphan"
    ]
    assert ["data/demo/edu/uci/optdigits/old"] == [one["path"] for one in orphans]
