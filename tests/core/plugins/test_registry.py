"""Which plugin serves."""

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from datamaestro.data import File
from datamaestro.data.image import IDXImage
from datamaestro.errors import PluginError
from datamaestro.plugins.registry import plugins
from support.distributions import install


def add_downloader(
    site: Path, dist: str, name: str, scheme: str, priority: int = 0, work: str | None = None
) -> None:
    """Install a plugin with one downloader."""
    module = dist.replace("-", "_")
    source = f"""
        from datamaestro_hookspecs import hookimpl
        from datamaestro_hookspecs.downloaders import Downloader

        class Work:
            origin = {dist!r}

            def open(self, request):
                raise NotImplementedError

        @hookimpl
        def datamaestro_downloaders():
            schemes, work = ({scheme!r},), {work or module + ":Work"!r}
            return [Downloader({name!r}, schemes, work, priority={priority})]
        """
    install(site, dist, {f"{module}.py": source}, {"datamaestro": {name: module}})


def serving(url: str) -> str:
    record, work = plugins().downloader(url)
    return str(getattr(work, "origin", record.name))


def test_a_scheme_is_served_by_its_plugin() -> None:
    """The scheme decides, in any case."""
    assert ("http", "file") == (serving("HTTPS://x.org/y"), serving("file:///y"))


def test_an_installed_plugin_goes_before_a_built_in_one(site: Path) -> None:
    """Built-in plugins have the lowest priority."""
    add_downloader(site, "better-http", "better", "https", priority=-5)
    assert "better-http" == serving("https://x.org/y")
    assert "http" == serving("http://x.org/y")


def test_the_higher_priority_wins(site: Path) -> None:
    """Among installed plugins the number decides, not the order."""
    add_downloader(site, "a-s3", "a", "s3", priority=1)
    add_downloader(site, "b-s3", "b", "s3", priority=2)
    add_downloader(site, "c-s3", "c", "s3", priority=0)
    assert "b-s3" == serving("s3://bucket/key")


def test_a_tie_names_both_when_it_is_used(site: Path) -> None:
    """Nobody is chosen by chance; other schemes are not touched by the conflict."""
    add_downloader(site, "a-s3", "a", "s3")
    add_downloader(site, "b-s3", "b", "s3")
    assert "http" == serving("http://x.org/y")
    with pytest.raises(PluginError, match=r"a of a-s3 1\.0 and b of b-s3 1\.0"):
        serving("s3://bucket/key")


def test_the_same_name_twice_names_both_when_it_is_used(site: Path) -> None:
    """Two records of one name are a conflict even where the priorities differ."""
    add_downloader(site, "a-s3", "same", "s3", priority=1)
    add_downloader(site, "b-ftp", "same", "ftp", priority=2)
    with pytest.raises(PluginError, match=r"the name same: same of a-s3 1\.0 and same of b-ftp"):
        serving("s3://bucket/key")


def test_nobody_for_a_scheme_says_where_to_look() -> None:
    """The error names the URL and the command that lists plugins."""
    with pytest.raises(PluginError, match=r"\(gopher://x\) \(see: datamaestro plugins\)"):
        serving("gopher://x")


def test_a_plugin_that_is_switched_off_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    """What would serve, were it not switched off, is in the hint."""
    monkeypatch.setenv("DATAMAESTRO_PLUGINS", "-idx -gzip")
    with pytest.raises(PluginError, match="the plugin idx is switched off"):
        IDXImage(path="x").data()
    with pytest.raises(PluginError, match="the plugin gzip is switched off"):
        plugins().transformer("gunzip")


def test_an_implementation_that_cannot_be_imported_names_its_package(site: Path) -> None:
    """Listing costs no import, so the failure shows on first use, with its origin."""
    add_downloader(site, "bad-s3", "bad", "s3", work="bad_s3:Nothing")
    with pytest.raises(PluginError, match=r"plugin bad of bad-s3 1\.0: bad_s3:Nothing cannot be"):
        serving("s3://bucket/key")


def test_an_implementation_is_made_once() -> None:
    """One object serves all threads."""
    with ThreadPoolExecutor(8) as pool:
        found = list(pool.map(lambda _: plugins().downloader("http://a")[1], range(32)))
    assert 1 == len(set(map(id, found)))


def test_a_type_is_read_as_its_nearest_ancestor() -> None:
    """A subclass needs no record of its own."""
    assert plugins().datatype(IDXImage) is not None
    assert plugins().datatype(File) is None


def test_a_suffix_asks_for_its_transformer() -> None:
    """In any case; other suffixes ask for nothing."""
    found = plugins().transformer_for("x.IDX.GZ")
    assert found is not None
    assert "gunzip" == found.name
    assert plugins().transformer_for("x.idx") is None


def test_bare_ids_belong_to_the_catalogue_alone(site: Path) -> None:
    """A plugin cannot take over what has no prefix."""
    source = """
        from datamaestro_hookspecs import hookimpl
        from datamaestro_hookspecs.resolvers import Resolver

        @hookimpl
        def datamaestro_resolvers():
            return [Resolver("thief", "id", "thief:Thief", priority=99)]
        """
    install(site, "thief", {"thief.py": source}, {"datamaestro": {"thief": "thief"}})
    assert "CatalogueResolver" == type(plugins().resolver("id")).__name__
