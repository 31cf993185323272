"""The index, made current."""

import logging
import os
import sqlite3
import sys
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path

import pytest

from datamaestro.catalogue import Catalogue
from datamaestro.index.compiled import Compiled, compile_repository
from datamaestro.index.database import index_path, open_index
from datamaestro.index.keys import Keys
from datamaestro.index.listing import Listing
from datamaestro.index.quick import current_listing
from datamaestro.plugins.registry import forget_plugins, plugins
from datamaestro.plugins.services import Plugins
from support.searching import IRIS, add_repository, record

NONE: frozenset[str] = frozenset()


@pytest.fixture(autouse=True)
def earlier_definitions_count(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let this process count as one that has just started, whatever it has imported."""
    monkeypatch.setattr(Keys, "is_loaded_late", lambda self, offer: False)


@pytest.fixture
def compiled(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Return the names of the repositories that are compiled, as long as the test goes on."""
    names: list[str] = []

    def counted(plugins: Plugins, name: str) -> Compiled:
        names.append(name)
        return compile_repository(plugins, name)

    monkeypatch.setattr("datamaestro.index.refreshed.compile_repository", counted)
    return names


def ids() -> set[str]:
    """Return all identities, as a process of its own would see them that has just started."""
    forget_plugins()
    for name in [name for name in sys.modules if name.startswith("acme_")]:
        del sys.modules[name]
    return {card.identity for card in Catalogue(plugins()).cards()}


def test_a_repository_is_compiled_once(site: Path, compiled: list[str]) -> None:
    """The second time, all is read."""
    add_repository(site, "flowers", com__acme=IRIS)
    first = ids()
    assert {"flowers", "image", "demo"} == set(compiled)
    compiled.clear()
    assert first == ids()
    assert [] == compiled
    assert "com.acme.iris@flowers" in first


def test_only_what_has_changed_is_compiled_again(site: Path, compiled: list[str]) -> None:
    """An edit of a definition is seen at the next search."""
    config = add_repository(site, "flowers", com__acme=IRIS)
    add_repository(site, "trees", com__acme=IRIS)
    ids()
    compiled.clear()
    (config / "com/acme.py").write_text(IRIS.replace("def iris", "def tulip"))
    assert "com.acme.tulip@flowers" in ids()
    assert ["flowers"] == compiled


def test_a_new_module_is_seen(site: Path) -> None:
    """In a package whose files may change at any time."""
    config = add_repository(site, "flowers", com__acme=IRIS)
    ids()
    (config / "com/new.py").write_text(IRIS)
    assert "com.new.iris@flowers" in ids()


def test_another_version_is_compiled(site: Path, compiled: list[str]) -> None:
    """Of a package that is installed for good."""
    add_repository(site, "flowers", com__acme=IRIS)
    metadata = record(site, "flowers").parent
    ids()
    compiled.clear()
    metadata.rename(metadata.with_name("acme_flowers-2.0.dist-info"))
    ids()
    assert ["flowers"] == compiled


def _names() -> set[str]:
    with closing(open_index()) as connection:
        return {name for (name,) in connection.execute("SELECT name FROM repositories")}


def test_what_is_no_longer_installed_disappears(site: Path, compiled: list[str]) -> None:
    """From the file, too; nothing is compiled for it."""
    add_repository(site, "flowers", com__acme=IRIS)
    add_repository(site, "trees", com__acme=IRIS)
    ids()
    compiled.clear()
    (site / "acme_trees-1.0.dist-info" / "entry_points.txt").unlink()
    assert "com.acme.iris@trees" not in ids()
    assert {"flowers", "image", "demo"} == _names()
    assert [] == compiled


def test_what_is_switched_off_stays(
    site: Path, compiled: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is not listed, but need not be compiled again afterwards."""
    add_repository(site, "flowers", com__acme=IRIS)
    ids()
    monkeypatch.setenv("DATAMAESTRO_PLUGINS", "-flowers")
    assert "com.acme.iris@flowers" not in ids()
    monkeypatch.delenv("DATAMAESTRO_PLUGINS")
    compiled.clear()
    assert "com.acme.iris@flowers" in ids()
    assert [] == compiled


def test_a_broken_module_is_told_each_time(
    site: Path, compiled: list[str], caplog: pytest.LogCaptureFixture
) -> None:
    """From the index, in the same words; it is compiled again when it is mended."""
    config = add_repository(site, "flowers", com__acme=IRIS, com__broken="import nothing_there")
    ids()
    (first,) = caplog.messages
    compiled.clear()
    caplog.clear()
    ids()
    assert ([first], []) == (caplog.messages, compiled)
    caplog.clear()
    (config / "com/broken.py").write_text(IRIS)
    assert "com.broken.iris@flowers" in ids()
    assert (["flowers"], []) == (compiled, caplog.messages)


def test_what_is_flawed_is_tried_again_after_an_installation(
    site: Path, compiled: list[str]
) -> None:
    """Of whatever: it may have been what was missing."""
    add_repository(site, "flowers", com__acme="import acme_missing\n" + IRIS)
    record(site, "flowers")
    assert "com.acme.iris@flowers" not in ids()
    compiled.clear()
    (site / "acme_missing.py").write_text("")
    assert "com.acme.iris@flowers" in ids()
    assert ["flowers"] == compiled


def _truncate(path: Path) -> None:
    os.truncate(path, path.stat().st_size // 3)


def _spoil_cards(path: Path) -> None:
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("UPDATE cards SET card = '{'")
        connection.commit()


def _drop(path: Path) -> None:
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("DROP TABLE repositories")


def _rename(path: Path) -> None:
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("UPDATE environments SET name = 'here'")
        connection.commit()


SPOILED = {
    "something else": lambda path: path.write_text("no database"),
    "cut off": _truncate,
    "its cards make no sense": _spoil_cards,
    "its tables are others": _drop,
    "its environments make no sense": _rename,
}


@pytest.mark.parametrize("how", SPOILED)
def test_a_spoiled_file_is_made_anew(
    how: str, site: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """Nobody notices; afterwards it is good."""
    add_repository(site, "flowers", com__acme=IRIS)
    expected = ids()
    SPOILED[how](index_path())
    caplog.set_level("INFO")
    assert expected == ids()
    assert [] == caplog.messages
    listing = current_listing(NONE)
    assert listing is not None
    with listing:
        assert expected == {card.identity for card in listing.cards()}


def test_without_a_place_for_it_the_index_is_in_memory(
    site: Path, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """One line says that searches are slow, and what helps."""
    add_repository(site, "flowers", com__acme=IRIS)
    (tmp_path / "cache").write_text("no folder")
    assert "com.acme.iris@flowers" in ids()
    (warning,) = caplog.messages
    assert "cannot be kept" in warning
    assert "XDG_CACHE_HOME" in warning


def test_a_current_index_that_cannot_be_written_is_enough(
    site: Path,
    compiled: list[str],
    caplog: pytest.LogCaptureFixture,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """As in an image whose builder has searched once; nothing is said of it."""
    add_repository(site, "flowers", com__acme=IRIS)
    ids()

    def refuse(connection: object) -> None:
        raise OSError(30, "Read-only file system")

    monkeypatch.setattr("datamaestro.index.refreshed.save", refuse)
    monkeypatch.setenv("DATAMAESTRO_PLUGINS", "-demo")
    compiled.clear()
    assert "com.acme.iris@flowers" in ids()
    assert ([], []) == (compiled, [r.message for r in caplog.records if r.levelno > logging.DEBUG])


def test_threads_may_compile_at_once(site: Path) -> None:
    """Each gets all; what is left is good."""
    add_repository(site, "flowers", com__acme=IRIS)
    expected = ids()
    index_path().unlink()
    with ThreadPoolExecutor(4) as pool:
        found = list(pool.map(lambda _: set(Catalogue(plugins()).ask(Listing.ids)), range(8)))
    assert all(one == found[0] for one in found)
    assert len(found[0]) == len(expected)
    assert [index_path()] == list(index_path().parent.iterdir())


def test_other_environments_keep_what_is_theirs(
    site: Path, tmp_path: Path, compiled: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """One user's virtual environments share the file."""
    add_repository(site, "flowers", com__acme=IRIS)
    metadata = site / "acme_flowers-1.0.dist-info"
    ids()
    other = tmp_path / "venv"
    other.mkdir()
    with monkeypatch.context() as patch:
        patch.setattr(sys, "prefix", str(other))
        there = metadata.rename(site / "acme_flowers-2.0.dist-info")
        ids()
    there.rename(metadata)
    compiled.clear()
    ids()
    assert [] == compiled


def test_a_plugin_that_fails_is_told_each_time(
    site: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """The quick way does not know of it, so it is not taken."""
    add_repository(site, "flowers", com__acme=IRIS)
    (site / "acme_flowers-1.0.dist-info" / "entry_points.txt").write_text(
        "[datamaestro]\nacme = acme_nothing\n"
        "[datamaestro.repositories]\nflowers = acme_flowers:Repository\n"
    )
    for _ in range(2):
        assert "com.acme.iris@flowers" in ids()
        (warning,) = caplog.messages
        assert "plugin acme" in warning
        caplog.clear()
        assert current_listing(NONE) is None


def test_repositories_that_are_in_conflict_are_told_each_time(
    site: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """Both providers are named, and the others are listed."""
    add_repository(site, "flowers", com__acme=IRIS)
    (site / "acme_flowers-1.0.dist-info" / "entry_points.txt").write_text(
        "[datamaestro.repositories]\nflowers = acme_flowers:Repository\n"
        "flowers = acme_flowers:Other\n"
    )
    for _ in range(2):
        assert "com.lecun.mnist@image" in ids()
        (warning,) = caplog.messages
        assert "two plugins provide" in warning
        caplog.clear()
