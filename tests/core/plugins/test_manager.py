"""Loading plugins."""

from pathlib import Path

import pytest

from datamaestro.plugins.builtins import BUILTINS
from datamaestro.plugins.candidates import find_candidates
from datamaestro.plugins.manager import PluginManager
from datamaestro.plugins.registry import plugins
from datamaestro_hookspecs.events import ResourceReady
from support.distributions import install

GOOD = """
from datamaestro_hookspecs import hookimpl
from datamaestro_hookspecs.downloaders import Downloader

events = []

@hookimpl
def datamaestro_downloaders():
    return [Downloader("acme", schemes=("acme",), implementation="acme.work:Acme")]

@hookimpl
def datamaestro_event(event):
    events.append(event)
"""

BROKEN = {
    "cannot be imported": "import nothing_of_that_name",
    "is not Python": "def",
    "leaves the process": "raise SystemExit(3)",
    "implements a hook with other arguments": """
        from datamaestro_hookspecs import hookimpl

        @hookimpl
        def datamaestro_downloaders(everything, else_):
            return []
        """,
    "implements a hook that does not exist": """
        from datamaestro_hookspecs import hookimpl

        @hookimpl
        def datamaestro_dowloaders():
            return []
        """,
}


def test_built_in_plugins_come_first_under_their_dotted_names(site: Path) -> None:
    """Whatever is installed, the built-in plugins are registered first."""
    install(site, "acme", {"acme/__init__.py": GOOD}, {"datamaestro": {"a": "acme"}})
    modules = [candidate.module for candidate in find_candidates()]
    assert modules[: len(BUILTINS)] == list(BUILTINS)
    assert "acme" in modules[len(BUILTINS) :]


def test_every_built_in_plugin_loads() -> None:
    """Nothing that comes with datamaestro fails."""
    manager = plugins().manager
    assert [] == manager.failures
    assert list(BUILTINS) == [candidate.module for candidate in manager.loaded][: len(BUILTINS)]


@pytest.mark.parametrize("how", BROKEN)
def test_a_broken_plugin_costs_one_warning(
    how: str, site: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """A plugin that fails to load is named in one line, and the others load."""
    install(site, "acme", {"broken_acme.py": BROKEN[how]}, {"datamaestro": {"a": "broken_acme"}})
    manager = PluginManager.load(find_candidates())
    assert ["a"] == [failure.candidate.name for failure in manager.failures]
    (warning,) = caplog.messages
    assert warning.startswith("plugin a of acme 1.0 does not work: ")
    assert "\n" not in warning
    assert len(BUILTINS) <= len(manager.loaded)


def test_a_hook_that_fails_is_a_broken_plugin(site: Path, caplog: pytest.LogCaptureFixture) -> None:
    """When asking a plugin fails, the records of the others are still there."""
    source = """
        from datamaestro_hookspecs import hookimpl

        @hookimpl
        def datamaestro_downloaders():
            return ["not a record"]
        """
    install(site, "acme", {"odd_acme.py": source}, {"datamaestro": {"a": "odd_acme"}})
    names = {found.record.name for found in plugins().provided("datamaestro_downloaders")}
    assert {"http", "file", "package"} <= names
    assert "gave 'not a record', not a Downloader record" in caplog.text


def test_a_plugin_is_switched_off_by_name(
    site: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """Short and dotted names switch off; a name that fits nothing is warned about."""
    install(site, "acme", {"off_acme.py": "1 / 0"}, {"datamaestro": {"a": "off_acme"}})
    monkeypatch.setenv("DATAMAESTRO_PLUGINS", "-a, -datamaestro_plugins.gzip -nonsense")
    manager = plugins().manager
    off = {candidate.module for candidate in manager.switched_off}
    assert {"off_acme", "datamaestro_plugins.gzip"} == off
    assert [] == manager.failures
    assert ["no such plugin to switch off: nonsense"] == caplog.messages


def test_a_plugin_named_twice_is_loaded_once(site: Path) -> None:
    """Two entry points for one module do not double its records."""
    install(site, "acme", {"acme2.py": GOOD}, {"datamaestro": {"a": "acme2", "b": "acme2"}})
    schemes = [found.record.name for found in plugins().provided("datamaestro_downloaders")]
    assert 1 == schemes.count("acme")


def test_events_reach_every_listener_and_a_failing_one_is_left_out(
    site: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """A listener that raises is warned about once, and the others hear everything."""
    bad = """
        from datamaestro_hookspecs import hookimpl

        @hookimpl
        def datamaestro_event(event):
            raise RuntimeError("no ears")
        """
    modules = {"ear_bad.py": bad, "ear_good.py": GOOD}
    install(site, "acme", modules, {"datamaestro": {"a": "ear_bad", "b": "ear_good"}})
    event = ResourceReady("x@y", "a", "/data/a")
    for _ in range(2):
        plugins().send(event)
    import ear_good  # type: ignore[import-not-found]

    assert [event, event] == ear_good.events
    assert 1 == caplog.text.count("no ears")
