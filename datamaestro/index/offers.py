"""Which repositories the loaded plugins provide, and the keys that hold for them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from datamaestro.errors import PluginError
from datamaestro.index.installed import installed
from datamaestro.index.keys import Keys, Offer
from datamaestro.plugins.builtins import BUILTINS, PREFIX
from datamaestro.plugins.choice import best_of
from datamaestro.plugins.manager import REPOSITORIES
from datamaestro.settings import plugins_switched_off

if TYPE_CHECKING:
    from datamaestro.plugins.services import Plugins


def keys_now() -> Keys:
    """Return the keys that hold now."""
    return Keys(installed(), plugins_switched_off())


def offers_of(plugins: Plugins) -> list[Offer]:
    """Return the repositories in their order; none of their classes is imported."""
    return [_offer(plugins, name) for name in plugins.repositories()]


def _offer(plugins: Plugins, name: str) -> Offer:
    able = [one for one in plugins.provided(REPOSITORIES) if one.record.name == name]
    try:
        best = best_of(REPOSITORIES, f"the repository {name}", able, able)
    except PluginError:
        return Offer(name, "", "")  # compiling it tells what is wrong
    return Offer(name, best.record.implementation, best.provider.module)


def may_be_known(plugins: Plugins, keys: Keys) -> bool:
    """Return whether what is installed and switched off says all of which plugins are loaded.

    Otherwise, where one does not work or is none of those that are installed, the plugins have to
    be loaded each time: only that tells which repositories there are, and what is wrong.
    """
    names = {module: module.removeprefix(PREFIX) for module in BUILTINS}
    for one in keys.installed.distributions.values():
        names |= {point.value: point.name for point in one.points}
    off = {module for module, name in names.items() if keys.switched_off & {module, name}}
    manager = plugins.manager
    return (
        keys.installed.complete
        and not manager.failures
        and keys.switched_off <= {*names, *names.values()}
        and off == {one.module for one in manager.switched_off}
        and names.keys() - off == {one.module for one in manager.loaded}
    )
