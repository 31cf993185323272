"""Who serves, among those that could: rank decides, and nobody is chosen by chance."""

from __future__ import annotations

import pkgutil
from typing import TYPE_CHECKING, Any

from datamaestro.errors import PluginError
from datamaestro.plugins.manager import FAMILIES, REPOSITORIES, Provided

if TYPE_CHECKING:
    from collections.abc import Sequence


def best_of(
    family: str, what: str, able: Sequence[Provided], known: Sequence[Provided]
) -> Provided:
    """Return the record of the highest rank.

    Args:
        family: name of its hook.
        what: is served, for messages.
        able: the records that serve it, at least one.
        known: all records of the family.

    Raises:
        PluginError: another one has the same rank or the same name; the message names both.
    """
    best = max(able, key=lambda provided: provided.rank)
    refuse_conflict(what, [other for other in able if other.rank == best.rank])
    if family != REPOSITORIES:  # an installed repository replaces a built-in one of its name
        name = best.record.name
        refuse_conflict(f"the name {name}", [other for other in known if other.record.name == name])
    return best


def refuse_conflict(what: str, equals: Sequence[Provided]) -> None:
    """Refuse several that are equal.

    Raises:
        PluginError: there is more than one; the message names them.
    """
    if len(equals) > 1:
        providers = " and ".join(str(provided.provider) for provided in equals)
        raise PluginError(
            f"two plugins provide {what}: {providers}",
            hint="remove one, or switch it off: DATAMAESTRO_PLUGINS=-name",
        )


def make_implementation(family: str, provided: Provided) -> Any:
    """Import and make what a record names.

    Raises:
        PluginError: that fails, or it does not do what its family does; the message names the
            plugin and its package.
    """
    dotted = provided.record.implementation
    try:
        kind = pkgutil.resolve_name(dotted)
        made = kind.instance() if family == REPOSITORIES and hasattr(kind, "instance") else kind()
        if not isinstance(made, FAMILIES[family].protocol):
            raise TypeError(f"{dotted} is no {FAMILIES[family].record.__name__.lower()}")
    except PluginError as error:
        raise error.within(f"plugin {provided.provider}") from error
    except (Exception, SystemExit) as error:
        raise PluginError(
            f"plugin {provided.provider}: {dotted} cannot be used: {type(error).__name__}: {error}",
            hint="mend, reinstall or remove that package",
        ) from error
    return made
