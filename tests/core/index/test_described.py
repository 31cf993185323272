"""What is described in a data directory, and no installed repository has, as a search finds it."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import pytest

import datamaestro
from datamaestro.context import Context
from datamaestro.errors import DatasetNotFound
from datamaestro.index import compiled_descriptions
from datamaestro.index.database import open_index
from datamaestro.index.described import MOST, PREFIX
from datamaestro.index.quick import current_listing
from datamaestro.index.suggestions import suggested
from datamaestro.plugins.registry import forget_plugins
from datamaestro.settings import plugins_switched_off
from datamaestro.store.descriptions import LARGEST, Description, write_description
from datamaestro.store.layout import Store
from support.command import datamaestro as command
from support.on_record import hold
from support.searching import IRIS, add_repository, search
from support.terminals import lines_on_terminal

ID = "org.example.aster"

CARD: dict[str, Any] = {
    "id": ID,
    "repository": "lost",
    "name": "Asters",
    "description": "Flowers of the autumn",
    "tags": ["plants"],
    "tasks": ["counting"],
    "types": ["acme.data:Flowers", "datamaestro.data:Base"],
    "license": "CC0-1.0",
    "doi": "10.1/aster",
    "languages": ["en"],
    "aliases": ["org.example.daisy"],
    "terms": [{"id": "acme", "message": "Water them."}],
    "axes": [{"name": "colour"}],
    "size": 5000,
    "resources": [{"name": "A", "path": "a.csv", "source": {"urls": ["https://example.org/a"]}}],
}


def describe(root: Path, **card: Any) -> Path:
    """Write a description of a data set of which there is nothing else; return its place."""
    description = Description({**CARD, **card})
    write_description(Store(root), description)
    return Store(root).description(description)


def found(query: str = "repo:lost") -> list[str]:
    """Return the full names of what a search finds, each of which says whether it is described."""
    entries = datamaestro.search(query, sort="id")
    assert [one.repository in ("lost", "elsewhere") for one in entries] == [
        one.described for one in entries
    ]
    return [one.identity for one in entries]


def is_current(root: Path) -> bool:
    """Return whether the index as it is has all that is described in a data directory."""
    listing = current_listing(plugins_switched_off(), Store(root))
    if listing is None:
        return False
    with listing:
        return True


QUERIES = (
    *("aster", "daisy", "autumn", '"flowers of"', "tag:plants", "task:counting", "type:Base"),
    *("license:cc0", "doi:10.1", "language:en", "format:csv", "size:5k", "is:family", "is:gated"),
    *("id:aster", "name:Asters", "-is:downloaded"),
)


def test_all_of_the_language_finds_it(store: Path) -> None:
    """As what a repository has."""
    describe(store)
    for query in QUERIES:
        assert [f"{ID}@lost"] == found(f"repo:lost {query}"), query
        assert [] == found(f"repo:lost -({query})"), query


def test_what_a_repository_lists_is_found_once(site: Path, store: Path) -> None:
    """As the repository has it, also under another id; of other repositories, both are found."""
    add_repository(site, "flowers", com__acme=IRIS)
    describe(store, id="com.acme.iris", repository="flowers", name="Old")
    describe(store, id="com.acme.iris", repository="lost")
    describe(store, id="com.acme.gone", repository="elsewhere")
    assert ["com.acme.iris@flowers", "com.acme.iris@lost"] == found("com.acme.iris")
    assert ["com.acme.gone@elsewhere"] == found("com.acme.gone")
    assert [] == found("name:Old")


def test_the_index_is_renewed_only_when_something_changes(site: Path, store: Path) -> None:
    """Whatever that is; each data directory has what is described in it, until a package has."""
    assert [] == found()
    path = describe(store)
    assert not is_current(store)
    assert [f"{ID}@lost"] == found()
    assert is_current(store)
    describe(store, name="Daisies")
    assert not is_current(store)
    assert [f"{ID}@lost"] == found("name:daisies")
    describe(store, id="org.example.more")
    assert [f"{ID}@lost", "org.example.more@lost"] == found()
    assert is_current(store.parent / "other")
    path.unlink()
    assert ["org.example.more@lost"] == found()  # the first is gone
    add_repository(site, "lost", org__example=IRIS.replace("iris", "more"))
    forget_plugins()
    path = store / "state" / "lost" / "org.example.more.described"
    entries = datamaestro.search("repo:lost")
    assert [("org.example.more", False)] == [(one.id, one.described) for one in entries]
    path.unlink()
    assert is_current(store)


def test_only_what_has_changed_is_read_again(store: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """All else is found as before, and what cannot be used is told again."""
    read: list[Path] = []

    def content_of(path: Path) -> bytes:
        read.append(path)
        return path.read_bytes()

    monkeypatch.setattr(compiled_descriptions, "content_of", content_of)
    path, damaged, same = (describe(store, id=f"org.example.{name}") for name in "abc")
    damaged.write_text("{}")
    assert ["org.example.a@lost", "org.example.c@lost"] == found()
    assert [path, damaged, same] == read
    (before,) = datamaestro.search("id:org.example.c")
    read.clear()
    describe(store, id="org.example.a", name="Daisies")
    assert ["org.example.a@lost"] == found("name:daisies")
    assert [path, damaged] == read
    assert [before] == datamaestro.search("id:org.example.c autumn license:cc0 name:asters")


def test_no_plugin_is_loaded_where_nothing_has_changed(store: Path, tmp_path: Path) -> None:
    """Nor attrs, which the classes of cards are made with."""
    describe(store)
    for _ in range(2):
        done = search(tmp_path, "repo:lost")
        assert f"[lost] {ID} (Flowers)\n" == done.out
    assert not done.modules & {"attr", "pluggy", "datamaestro.context", "datamaestro.repository"}


def test_it_is_marked(store: Path, tmp_path: Path) -> None:
    """In a table beside the repository, and in JSON."""
    describe(store)
    _, line = lines_on_terminal("search", "aster", columns=120, cwd=tmp_path)
    assert [ID, "lost", "(described)", "Flowers", "5.0", "kB", "Asters"] == line.split()
    (entry,) = command("search", "--json", "aster", cwd=tmp_path).document
    assert (ID, "lost", True) == (entry["id"], entry["repository"], entry["described"])


BROKEN: dict[str, dict[str, Any]] = {
    "a field that there is not": {"colour": "red"},
    "tags that are no texts": {"tags": [1]},
    "a text that cannot be written": {"tags": ["\udcff"]},
    "a size that is none": {"size": "large"},
    "a size below zero": {"size": -(2**70)},
    "a type that is drawn": {"types": ["x:\x1b[2J"]},
    "an axis without a name": {"axes": [{"values": ["a"]}]},
    "a name that is none": {"name": None},
}


@pytest.mark.parametrize("card", BROKEN.values(), ids=BROKEN)
def test_what_cannot_be_understood_is_told_and_left_out(
    card: dict[str, Any], store: Path, tmp_path: Path
) -> None:
    """Whatever somebody has written; all else is found."""
    path = describe(store, **card)
    describe(store, id="org.example.sound")
    done = command("search", "repo:lost", cwd=tmp_path)
    assert (0, "[lost] org.example.sound (Flowers)\n") == (done.code, done.out)
    assert 1 == len(done.lines)
    assert f"{path} cannot be used (" in done.lines[0]


def test_a_description_that_is_damaged_is_told(store: Path, tmp_path: Path) -> None:
    """As its digest says; a folder in its place is nothing, either, nor is what is too large."""
    damaged, folder = describe(store), store / "state/lost/org.example.b.described"
    os.truncate(describe(store, id="org.example.c"), LARGEST + 1)
    damaged.write_bytes(damaged.read_bytes().replace(b"Asters", b"Roses!"))
    folder.mkdir()
    lines = command("search", "repo:lost", cwd=tmp_path).lines
    for path in (damaged, folder):
        assert any(f"{path} cannot be used (" in line for line in lines)
    assert any("c.described cannot be used (it has more than" in line for line in lines)


def test_what_has_a_name_of_no_data_set_is_told_in_one_line(store: Path, tmp_path: Path) -> None:
    """Neither a text nor one line is what a file or a folder may be called."""
    state = describe(store).parent.parent
    for folder, name in (
        ("lost", "x\udcff"),
        ("r\udcff", "y"),
        ("lost", "a\nINFO b"),
        ("n\nm", "z"),
    ):
        (state / folder).mkdir(exist_ok=True)
        (state / folder / f"{name}.described").touch()
    done = command("search", "repo:lost", cwd=tmp_path)
    assert (0, f"[lost] {ID} (Flowers)\n") == (done.code, done.out)
    why = " cannot be used (its name is none of a data set)"
    names = (r"lost/a\nINFO b", r"lost/x\udcff", r"n\nm/z", r"r\udcff/y")
    assert [f"{state}/{name}.described{why}" for name in names] == sorted(done.lines)
    assert done.lines == command("search", "repo:lost", cwd=tmp_path).lines


def test_what_the_error_names_ends_no_line(store: Path, tmp_path: Path) -> None:
    """Such as another data set's name."""
    path = describe(store)
    path.write_text(Description({"id": "a\nb", "repository": "lost"}).as_text())
    line, _ = command("search", "repo:lost", cwd=tmp_path).lines
    assert rf"{path} cannot be used (it is of a\nb@lost)" == line


def test_what_is_shared_is_found(
    store: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each data set once, from the first data directory that has it."""
    shared = tmp_path / "shared"
    describe(store)
    describe(shared, name="Others")
    describe(shared, id="org.example.b", repository="test")
    hold(shared, "org.example.b", {"a.csv": b"x"})
    monkeypatch.setenv("DATAMAESTRO_SHARED", str(shared))
    entries = datamaestro.search("autumn", sort="id")
    assert [(ID, "Asters"), ("org.example.b", "Asters")] == [(one.id, one.name) for one in entries]


def test_searching_needs_no_data_directory(store: Path) -> None:
    """What is in its place is told by those who need one."""
    store.write_text("no folder")
    assert ["com.lecun.mnist@image"] == found("id:com.lecun.mnist")


def test_only_so_many_data_directories_are_kept(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Those that were searched last."""
    for number in range(MOST + 2):
        root = tmp_path / f"store{number}"
        describe(root)
        monkeypatch.setenv("DATAMAESTRO_DIR", str(root))
        assert [f"{ID}@lost"] == found()
    connection = open_index()
    query = f"SELECT count(*) FROM repositories WHERE name LIKE '{PREFIX}%'"
    assert (MOST,) == connection.execute(query).fetchone()
    connection.close()


def test_it_completes_what_is_typed(store: Path, tmp_path: Path) -> None:
    """Ids, and what they say; in its own data directory alone."""
    describe(store)
    found()
    assert "counting" in suggested(lambda known: known.texts("task"))
    assert [ID] == suggested(lambda known: known.ids("org.example.a"))
    assert ["lost"] == suggested(lambda known: known.repositories_of(ID))
    assert "lost" in suggested(lambda known: known.texts("repo"))
    assert not [one for one in suggested(lambda known: known.repositories()) if "lost" in one]
    other = str(tmp_path / "other")
    assert [] == suggested(lambda known: known.ids("org.example.a"), other)


def test_a_name_like_that_of_one_is_told(store: Path) -> None:
    """Beside those that repositories have."""
    describe(store)
    for name, expected in ((f"{ID}s", ID), ("org.example.astre@lost", f"{ID}@lost")):
        with pytest.raises(DatasetNotFound) as caught:
            Context().dataset(name)
        assert expected in caught.value.near
    describe(store, id="org.other.rose").write_text("{}")
    with pytest.raises(DatasetNotFound) as caught:
        Context().dataset("org.other.rose")
    assert not caught.value.near
    with pytest.raises(DatasetNotFound, match="there is no repository lost"):
        Context().dataset("nothing.like.it@lost")


@pytest.mark.parametrize("odd", [{"inputs": 5}, {"after": [[]]}, {"name": []}], ids=str)
def test_what_makes_no_sense_is_not_downloaded(odd: dict[str, Any], store: Path) -> None:
    """It is listed all the same, as it is only told then."""
    hold(store, ID, {"a.csv": b"x"})
    resource = {**CARD["resources"][0], "transforms": [], **odd}
    describe(store, repository="test", resources=[resource])
    assert [ID] == [one.id for one in datamaestro.search("repo:test")]
    assert [] == datamaestro.search("repo:test is:downloaded")
