"""The plugins of this process, loaded on first use."""

from __future__ import annotations

import functools
import threading
from typing import TYPE_CHECKING, Any

from datamaestro.plugins.candidates import find_candidates
from datamaestro.plugins.manager import PluginManager
from datamaestro.plugins.services import Plugins

if TYPE_CHECKING:
    from datamaestro_hookspecs.dialects import DialectProtocol

_loading = threading.RLock()
_here = threading.local()


def plugins() -> Plugins:
    """Return the plugins of this process, loaded on first use."""
    with _loading:
        return _load_once()


@functools.cache
def _load_once() -> Plugins:
    from datamaestro.settings import plugins_switched_off

    _here.loading = True
    try:
        return Plugins(PluginManager.load(find_candidates(), plugins_switched_off()))
    finally:
        _here.loading = False


def dialects_in_use(module: str = "") -> list[DialectProtocol]:
    """Return the dialects in use; none while this thread is importing plugins.

    Args:
        module: in which something is written that a dialect may have to read.

    Raises:
        PluginError: that module uses the package of a dialect that cannot be used.
    """
    return [] if getattr(_here, "loading", False) else plugins().dialects(module)


def name_of_dialect(module: str, name: str) -> Any:
    """Return what a dialect brings under a public name, for the module that hands it on.

    Raises:
        AttributeError: none does.
        PluginError: its package is not installed.
    """
    found = None if name.startswith("_") else plugins().dialect_of(name)
    if found is None:
        raise AttributeError(f"module {module!r} has no attribute {name!r}")
    return found[1].public_name(name)


def forget_plugins() -> None:
    """Load plugins anew when they are next used, such as in another test."""
    _load_once.cache_clear()
