"""Keys: what has to be compiled again, and what has not."""

import json
import os
from collections.abc import Callable
from pathlib import Path

import pytest

from datamaestro.index.installed import installed
from datamaestro.index.keys import HARMLESS, Keys, Offer
from datamaestro.plugins.builtins import PREFIX
from datamaestro.plugins.registry import plugins
from support.distributions import install
from support.searching import IRIS, add_repository, record

FLOWERS = Offer("flowers", "acme_flowers:Repository", "acme_flowers:Repository")
IMAGE = Offer("image", "datamaestro_plugins.image.repository:Image", "datamaestro_plugins.image")


def key(offer: Offer = FLOWERS, *off: str, flawed: bool = False) -> str | None:
    return Keys(installed(), frozenset(off)).repository(offer, flawed=flawed)


@pytest.fixture
def metadata(site: Path) -> Path:
    """Return the metadata of a repository that is installed for good."""
    add_repository(site, "flowers", com__acme=IRIS)
    install(site, "other", {}, {})
    folder = record(site, "flowers").parent
    (folder / "METADATA").write_text("Name: acme-flowers\nRequires-Dist: other\n")
    return folder


CHANGES: dict[str, Callable[[Path], object]] = {
    "another version of it": lambda folder: folder.rename(
        folder.with_name("acme_flowers-1.1.dist-info")
    ),
    "it is installed again": lambda folder: os.utime(folder / "RECORD", ns=(1, 1)),
    "another version of what it requires": lambda folder: folder.with_name(
        "other-1.0.dist-info"
    ).rename(folder.with_name("other-1.1.dist-info")),
    "what it requires is gone": lambda folder: folder.with_name("other-1.0.dist-info").rename(
        folder.with_name("other-1.0")
    ),
    "another plugin": lambda folder: install(
        folder.parent, "plug", {}, {"datamaestro": {"plug": "plug"}}
    ),
}


@pytest.mark.parametrize("how", CHANGES)
def test_a_key_changes_with_what_is_installed(how: str, metadata: Path) -> None:
    """The package itself, what it requires, and plugins, which may have dialects."""
    before = key()
    CHANGES[how](metadata)
    assert before != key()


def test_a_key_stays_as_long_as_nothing_changes(metadata: Path) -> None:
    """Also when the files of what is installed for good, or other packages, change."""
    before = key()
    metadata.with_name("acme_flowers").joinpath("config/com/acme.py").write_text("")
    add_repository(metadata.parent, "trees")
    assert before == key() is not None


def test_a_key_changes_with_our_own_version(
    metadata: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Another datamaestro may make other cards of the same definitions."""
    before, survey = key(), Keys(installed(), frozenset()).survey
    monkeypatch.setattr("datamaestro.index.keys.__version__", "99.0")
    assert before != key()
    assert survey != Keys(installed(), frozenset()).survey


@pytest.mark.parametrize("file", ["acme_flowers/config/com/acme.py", "acme_flowers/__init__.py"])
def test_the_files_of_an_editable_package_count(file: str, metadata: Path) -> None:
    """Definitions, the repository's module, and its types."""
    (metadata / "direct_url.json").write_text(json.dumps({"dir_info": {"editable": True}}))
    before = key()
    (metadata.parent / file).write_text("0")
    assert before != key()


def test_a_package_elsewhere_on_the_path_is_source(
    metadata: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A source tree that goes before the installed package is what is imported."""
    before = key()
    init = tmp_path / "tree" / "acme_flowers" / "__init__.py"
    init.parent.mkdir(parents=True)
    init.write_text("")
    monkeypatch.syspath_prepend(str(init.parents[1]))
    between = key()
    init.write_text("0")
    assert 3 == len({before, between, key()})


def test_what_is_flawed_is_tried_again_when_anything_is_installed(metadata: Path) -> None:
    """Also when a file of it changes, since it has to be mended."""
    before = key(flawed=True)
    metadata.with_name("acme_flowers").joinpath("config/com/acme.py").write_text("")
    between = key(flawed=True)
    add_repository(metadata.parent, "trees")
    assert 3 == len({before, between, key(flawed=True)})


def test_what_no_distribution_brings_has_no_key() -> None:
    """So it is compiled each time."""
    assert key(Offer("flowers", "nowhere:Repository", "nowhere:Repository")) is None


def test_plugins_that_are_switched_off_count_where_it_could_show(metadata: Path) -> None:
    """Not those that have repositories alone, nor names that nobody has."""
    assert key() == key(FLOWERS, "flowers", "image", "progress", "datamaestro_plugins.demo", "none")
    assert key() != key(FLOWERS, "gzip")
    assert key() != key(FLOWERS, "datamaestro_plugins.gzip")


@pytest.mark.parametrize("name", HARMLESS)
def test_what_is_called_harmless_is(name: str) -> None:
    """It has no hook that any card could depend on."""
    manager = plugins().manager
    (plugin,) = [one for one in manager.loaded if one.module == PREFIX + name]
    hooks = {hook for hook in vars(plugin.load()) if hook.startswith("datamaestro_")}
    assert hooks in ({"datamaestro_repositories"}, {"datamaestro_event"})


def test_a_built_in_repository_has_the_key_of_our_own_files(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """Where they are a source tree, which they are in these tests or not."""
    before = key(IMAGE)
    assert before == key(IMAGE)
    changed = tmp_path / "changed.py"
    changed.write_text("")
    monkeypatch.setattr("datamaestro.index.keys._location", lambda package: [str(changed)])
    assert before != key(IMAGE)


def test_which_repositories_there_are_is_another_key(site: Path) -> None:
    """It changes with packages, and with what is switched off."""
    empty = Keys(installed(), frozenset()).survey
    add_repository(site, "flowers")
    one = Keys(installed(), frozenset()).survey
    off = Keys(installed(), frozenset({"flowers"})).survey
    assert 3 == len({empty, one, off})
    assert one == Keys(installed(), frozenset()).survey
