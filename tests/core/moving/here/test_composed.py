"""Data sets that are made of others alone are moved with these."""

import shutil
import sys
from pathlib import Path

import pytest

import datamaestro
from datamaestro.context import Context
from datamaestro.errors import DatasetNotFound
from datamaestro.moving.here.descriptions import Told, told_of
from datamaestro.moving.ways import export_bundle, import_bundle, pull, push
from datamaestro.plugins.registry import forget_plugins
from datamaestro.store.descriptions import Description, write_description
from datamaestro.store.holdings import Holding
from support.command import datamaestro as command
from support.repositories import define

ONE, BOTH, ALL = "org.example.one", "org.example.both", "org.example.all"


@pytest.fixture(autouse=True)
def defined(site: Path) -> None:
    """Define a data set with a file, one that is made of it, and one that is made of that."""
    define(
        site,
        """
        from datamaestro.download.reference import reference

        @filedownloader("made.py", "package:datamaestro_plugins.demo/make_optdigits.py")
        @dataset(File, id="org.example.one")
        def one(made):
            return File(path=made)

        @dataset(id="org.example.both", base=File)
        class Both(Dataset):
            ONE = reference(one)

            def config(self) -> File:
                return File(path=self.ONE.config().path)

        @dataset(id="org.example.all", base=File)
        class All(Dataset):
            BOTH = reference(Both)

            def config(self) -> File:
                return File(path=self.BOTH.config().path)

        @filedownloader("made.py", "package:datamaestro_plugins.demo/make_optdigits.py")
        @dataset(File, id="org.example.two")
        def two(made):
            return File(path=made)

        @dataset(id="org.example.pair", base=File)
        class Pair(Dataset):
            BOTH = reference(Both)
            TWO = reference(two)

            def config(self) -> File:
                return File(path=self.TWO.config().path)

        @dataset(id="org.example.deep", base=File)
        class Deep(Dataset):
            PAIR = reference(Pair)

            def config(self) -> File:
                return File(path=self.PAIR.config().path)
        """,
    )


def forget_definitions(site: Path) -> None:
    """Let the package be gone that defines them."""
    shutil.rmtree(site / "repository_of_test")
    for name in [name for name in sys.modules if name.startswith("repository_of_test")]:
        del sys.modules[name]
    for each in site.glob("*.dist-info"):
        shutil.rmtree(each)
    forget_plugins()


@pytest.mark.parametrize("others_first", [True, False])
def test_they_are_handed_over_where_nothing_is_defined(
    others_first: bool, site: Path, tmp_path: Path
) -> None:
    """What they are made of travels, and what is said of all; from there, and in bundles, too."""
    context, other, third = Context(), Context(tmp_path / "other"), Context(tmp_path / "third")
    if others_first:
        context.prepare(ONE)
    content = context.prepare(ALL).path.read_bytes()
    names = [f"{name}@test" for name in (ONE, BOTH, ALL)]
    assert names == [one.dataset for one in push(context, [ALL], str(other.store.root))]
    forget_definitions(site)
    there = Context(other.store.root)
    assert content == there.prepare(ALL).path.read_bytes()
    assert names == [one.dataset for one in pull(third, [ALL], str(other.store.root))]
    assert content == Context(third.store.root).prepare(ALL).path.read_bytes()
    export_bundle(there, [ALL], tmp_path / "bundle.tar")
    import_bundle(Context(tmp_path / "last"), tmp_path / "bundle.tar")
    assert content == Context(tmp_path / "last").prepare(ALL).path.read_bytes()


def test_they_are_used_where_they_are_shared(
    site: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Found, shown, prepared and passed on, though nothing but what is said of them is there."""
    shared = Context(tmp_path / "shared")
    content = shared.prepare(ALL).path.read_bytes()
    forget_definitions(site)
    monkeypatch.setenv("DATAMAESTRO_SHARED", str(shared.store.root))
    names = [f"{name}@test" for name in (ONE, BOTH, ALL)]
    assert sorted(names) == sorted(one.identity for one in datamaestro.search("repo:test"))
    assert 0 == command("info", ALL, cwd=tmp_path).code
    context = Context(tmp_path / "own")
    for _ in range(2):
        assert content == context.prepare(ALL).path.read_bytes()
    assert names == [one.dataset for one in push(context, [ALL], str(tmp_path / "other"))]


def test_a_filter_finds_them(tmp_path: Path) -> None:
    """By what is known of them, where they are named; what they are made of is not asked."""
    context, other = Context(), tmp_path / "other"
    context.prepare(ALL)
    every = [f"{name}@test" for name in (ONE, BOTH, ALL)]
    for filters, expected in [
        (["repo:test", "id:all", "size<1kB files=0", "state:complete"], every),
        (["size>0"], []),
        (["repo:other"], []),
    ]:
        moved = push(context, [ALL], str(other), filters=filters, dry_run=True)
        assert expected == [one.dataset for one in moved]
    found = push(context, [ONE, BOTH], str(other), filters=["id:both"])
    assert every[:2] == [one.dataset for one in found]
    moved = pull(Context(tmp_path / "third"), [BOTH], str(other), filters=["repo:test"])
    assert every[:2] == [one.dataset for one in moved]


@pytest.mark.parametrize("name", ["org.example.pair", "org.example.deep"])
def test_a_filter_finds_that_something_is_missing(name: str, tmp_path: Path) -> None:
    """Of that which one is made of, however far down."""
    context, found = Context(), []
    context.prepare(BOTH)
    for state in ("partial", "complete"):
        moved = push(
            context,
            [name],
            str(tmp_path / "other"),
            filters=[f"state:{state}"],
            dry_run=True,
            partial=True,
        )
        found.append(f"{name}@test" in [one.dataset for one in moved])
    assert [True, False] == found


def test_what_is_said_in_no_way_that_is_known_is_not_passed_on(context: Context) -> None:
    """Though its digest is right: it may be a stranger's."""
    card = {"id": "a.b", "repository": "none", "name": "", "resources": 5}
    holding = Holding(context.store, "a.b", "none")
    write_description(context.store, Description(card))
    assert Told() == told_of(context, holding)


def test_what_is_not_there_is_not_moved(context: Context, tmp_path: Path) -> None:
    """Nothing of what it is made of is."""
    with pytest.raises(DatasetNotFound):
        push(context, [BOTH], str(tmp_path / "other"))
