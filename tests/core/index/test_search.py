"""The command ``search`` with its index, as processes of their own."""

import json
from pathlib import Path

import pytest

from datamaestro.catalogue import Catalogue
from datamaestro.index.database import index_path
from datamaestro.index.listing import Listing
from datamaestro.plugins.registry import plugins
from support.processes import Crowd
from support.searching import IRIS, add_repository, record, search

HEAVY = {
    *("datamaestro.context", "datamaestro.plugins.manager", "tomllib", "logging"),
    *("datamaestro.definitions", "datamaestro.repository", "datamaestro_hookspecs.cards"),
    *("attr", "numpy", "requests", "tqdm", "cattrs", "importlib.metadata"),
}


def test_the_second_search_imports_no_definition(site: Path, tmp_path: Path) -> None:
    """Neither the package, nor what it needs, nor plugins; it finds the same."""
    add_repository(site, "flowers", com__acme="import acme_needs\n" + IRIS)
    (site / "acme_needs.py").write_text("")
    first = search(tmp_path)
    assert {"acme_flowers.config.com.acme"} <= first.imported("acme_flowers")
    second = search(tmp_path)
    assert (first.out, first.err) == (second.out, second.err)
    assert "[flowers] com.acme.iris (File)" in second.out.splitlines()
    assert set() == second.imported("acme_flowers") | second.imported("acme_needs")
    assert set() == second.modules & HEAVY
    assert set() == {name for name in second.modules if name.startswith("datamaestro_plugins.")}


TERMS: list[tuple[str, ...]] = [
    (),
    ("iris",),
    ("--json", "acme"),
    ("tag:plant",),
    ("type:File", "repo:flow"),
    ("none",),
]


@pytest.mark.parametrize("terms", TERMS, ids=" ".join)
def test_it_finds_the_same_with_and_without_the_index(
    terms: tuple[str, ...], site: Path, tmp_path: Path
) -> None:
    """Letter by letter, on stdout and stderr."""
    add_repository(site, "flowers", com__acme=IRIS, com__broken="import nothing_there")
    first = search(tmp_path, *terms)
    second = search(tmp_path, *terms)
    assert (first.out, first.err) == (second.out, second.err)
    assert set() == second.modules & {"datamaestro.plugins.manager"}


def test_json_has_all_that_is_said(site: Path, tmp_path: Path) -> None:
    """With and without the index."""
    add_repository(site, "flowers", com__acme=IRIS)
    for _ in range(2):
        (row,) = json.loads(search(tmp_path, "--json", "acme").out)
        assert {
            "id": "com.acme.iris",
            "repository": "flowers",
            "name": "",
            "description": "",
            "type": "File",
            "types": ["datamaestro.data:File", "datamaestro.data:Base"],
            "url": "https://example.org",
            "homepage": "",
            "doi": "",
            "version": "",
            "license": "",
            "gated": False,
            "described": False,
            "size": None,
            "tags": ["plants"],
            "tasks": [],
            "languages": [],
            "formats": [],
            "aliases": [],
            "variants": [],
        } == row


def test_a_broken_module_is_told_by_each_search(site: Path, tmp_path: Path) -> None:
    """In one line; it is not imported for it."""
    source = "import sys; sys.stderr.write('imported\\n'); import nothing_there"
    add_repository(site, "flowers", com__acme=IRIS, com__broken=source)
    first, second = search(tmp_path), search(tmp_path)
    imported, told = first.err.splitlines()
    assert "imported" == imported
    assert [told] == second.err.splitlines()
    assert "cannot import acme_flowers.config.com.broken" in told
    assert first.out == second.out


def test_quiet_searches_are_quiet(site: Path, tmp_path: Path) -> None:
    """With and without the index, by option or by setting."""
    add_repository(site, "flowers", com__acme=IRIS, com__broken="import nothing_there")
    for _ in range(2):
        assert "" == search(tmp_path, options=["--quiet"]).err
        assert "" == search(tmp_path, within=["env", "DATAMAESTRO_LOG_LEVEL=ERROR"]).err


def test_wrong_settings_are_told_also_when_all_is_known(site: Path, tmp_path: Path) -> None:
    """Each command tells them."""
    search(tmp_path)
    told = search(
        tmp_path, within=["env", "DATAMAESTRO_JOBS=many", "sh", "-c", '"$@" || true', "x"]
    )
    assert "DATAMAESTRO_JOBS" in told.err
    assert "" == told.out


def test_an_edited_definition_is_found_at_the_next_search(site: Path, tmp_path: Path) -> None:
    """Where the package is editable; a package that is installed for good is not looked at."""
    configs = {name: add_repository(site, name, com__acme=IRIS) for name in ("flowers", "trees")}
    record(site, "trees")
    search(tmp_path)
    for config in configs.values():
        (config / "com/acme.py").write_text(IRIS.replace("def iris", "def tulip"))
    found = search(tmp_path, "acme").out
    assert "[flowers] com.acme.tulip (File)\n[trees] com.acme.iris (File)\n" == found


def test_what_was_imported_before_an_edit_is_not_kept(site: Path, tmp_path: Path) -> None:
    """A process that goes on, such as this one, has what was there then; others see the edit."""
    config = add_repository(site, "flowers", com__acme=IRIS)
    catalogue = Catalogue(plugins())
    catalogue.ask(Listing.ids)
    (config / "com/acme.py").write_text(IRIS.replace("def iris", "def tulip"))
    assert "com.acme.iris" in catalogue.ask(Listing.ids)
    assert "[flowers] com.acme.tulip (File)\n" == search(tmp_path, "acme").out


def test_repositories_are_switched_off(
    site: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Without compiling anything again, there and back; each set of plugins is known then."""
    add_repository(site, "flowers", com__acme=IRIS)
    search(tmp_path)
    for _ in range(2):
        monkeypatch.setenv("DATAMAESTRO_PLUGINS", "-flowers")
        off = search(tmp_path, "acme")
        monkeypatch.delenv("DATAMAESTRO_PLUGINS")
        on = search(tmp_path, "acme")
        assert ("", "[flowers] com.acme.iris (File)\n") == (off.out, on.out)
        assert set() == off.imported("acme_flowers") | on.imported("acme_flowers")
    assert set() == off.modules & {"datamaestro.plugins.manager"}


def test_a_full_disk_costs_the_index_alone(site: Path, tmp_path: Path) -> None:
    """The search says so in one line, and leaves nothing half behind."""
    add_repository(site, "flowers", com__acme=IRIS)
    limited = ["sh", "-c", 'ulimit -f 40 && exec "$@"', "sh"]
    found = search(tmp_path, "acme", within=limited)
    assert "[flowers] com.acme.iris (File)\n" == found.out
    assert 1 == len(found.err.splitlines())
    assert "cannot be kept" in found.err
    assert [] == list(index_path().parent.iterdir())


def test_repositories_are_listed_without_importing_them(
    site: Path, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    """With their descriptions, in the same order as before; a broken one is told."""
    add_repository(site, "flowers", com__acme=IRIS, com__broken="import nothing_there")
    add_repository(site, "broken")
    (site / "acme_broken" / "__init__.py").write_text("1 / 0")
    with Crowd(tmp_path) as crowd:
        before = crowd.start("repositories").end()
        crowd.start("search").end()
        (site / "acme_flowers" / "__init__.py").touch()
        after = crowd.start("repositories").end()
        as_json = crowd.start("repositories", "--json").end()
    assert (before.out, before.err) == (after.out, after.err)
    assert "flowers: Data sets of flowers" == before.out.splitlines()[0]
    rows = {each["name"]: each for each in json.loads(as_json.out)}
    assert ("acme-flowers", "1.0", 1) == tuple(
        rows["flowers"][fact] for fact in ("distribution", "version", "data_sets")
    )
    assert ["acme_flowers.config.com.broken"] == [
        each["module"] for each in rows["flowers"]["broken"]
    ]
    assert rows["broken"]["failure"].startswith("repository broken is left out")
    told, module = sorted(after.err.splitlines())
    assert told.startswith("repository broken is left out")
    assert "cannot import acme_flowers.config.com.broken" in module
