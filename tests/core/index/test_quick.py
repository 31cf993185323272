"""The quick way to a listing."""

from collections.abc import Callable
from pathlib import Path

import pytest

from datamaestro.index.database import index_path
from datamaestro.index.quick import current_listing
from support.distributions import install
from support.searching import IRIS, add_repository, record, search

NONE: frozenset[str] = frozenset()


@pytest.fixture
def config(site: Path, tmp_path: Path) -> Path:
    """Return the definitions of a repository that another process has compiled."""
    config = add_repository(site, "flowers", com__acme=IRIS)
    record(site, "flowers")
    search(tmp_path, "acme")
    return config


def test_it_lists_what_another_process_has_compiled(config: Path) -> None:
    """In this one, no plugin is loaded for it."""
    listing = current_listing(NONE)
    assert listing is not None
    with listing:
        assert {"com.acme.iris", "com.lecun.mnist"} <= listing.ids()


def test_there_is_none_before_anything_is_compiled(site: Path) -> None:
    """Nothing is written, either."""
    assert current_listing(NONE) is None
    assert not index_path().parent.exists()


CHANGES: dict[str, Callable[[Path], object]] = {
    "a package more": lambda config: add_repository(config.parents[1], "trees"),
    "a plugin more": lambda config: install(
        config.parents[1], "plug", {}, {"datamaestro": {"plug": "plug"}}
    ),
    "a package less": lambda config: (
        config.parents[1] / "acme_flowers-1.0.dist-info/entry_points.txt"
    ).unlink(),
    "a package that was installed again": lambda config: record(config.parents[1], "flowers"),
    "another version": lambda config: (config.parents[1] / "acme_flowers-1.0.dist-info").rename(
        config.parents[1] / "acme_flowers-1.1.dist-info"
    ),
    "a damaged file": lambda config: index_path().write_bytes(b"no database"),
}


@pytest.mark.parametrize("how", CHANGES)
def test_there_is_none_when_something_has_changed(how: str, config: Path) -> None:
    """So that it is compiled."""
    CHANGES[how](config)
    assert current_listing(NONE) is None


def test_there_is_none_for_other_plugins(config: Path) -> None:
    """Which repositories there are is only known for those that were in use."""
    assert current_listing(frozenset({"flowers"})) is None
