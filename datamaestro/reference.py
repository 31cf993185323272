"""What a user types to name a data set: ``id[k=v]@repository``, or ``prefix:…``."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from datamaestro.definitions.family import selected
from datamaestro.errors import DatamaestroError, PluginError, UsageError
from datamaestro.plugins.services import BARE
from datamaestro.variants.selector import parse_name
from datamaestro_hookspecs.cards import Definition

if TYPE_CHECKING:
    from datamaestro.plugins.services import Plugins

PREFIXED = re.compile(r"(?P<prefix>[a-z][a-z0-9+.-]*):(?P<rest>.+)", re.DOTALL)


def resolve(reference: str, plugins: Plugins) -> Definition:
    """Return the definition that a reference names.

    Raises:
        UsageError: it is not a reference.
        DatasetNotFound: it names nothing.
    """
    prefixed = PREFIXED.fullmatch(reference)
    if prefixed:
        _refuse_unknown_prefix(prefixed["prefix"], reference, plugins)
        return _ask(prefixed["prefix"], prefixed["rest"], plugins)
    name = parse_name(reference)
    if name.part:
        raise UsageError(f"{reference!r} names a part of a data set, not a data set")
    at = f"@{name.repository}" if name.repository else ""
    found = _ask(BARE, name.id + at, plugins)
    return selected(found, name.selector) if name.selector else found


def _ask(prefix: str, rest: str, plugins: Plugins) -> Definition:
    """Return what a prefix's resolver gives; a stranger's may raise or return anything."""
    try:
        found = plugins.resolver(prefix).resolve(rest)
        if not isinstance(found, Definition):
            raise TypeError(f"it gave {found!r}, which is no definition")
    except DatamaestroError:
        raise
    except Exception as error:
        what = f"{type(error).__name__}: {error}"
        raise PluginError(f"the resolver of {prefix}: fails: {what}") from error
    return found


def _refuse_unknown_prefix(prefix: str, reference: str, plugins: Plugins) -> None:
    known = plugins.prefixes()
    if prefix not in known | plugins.prefixes(switched_off=True):
        hint = f"expected: id, id@repository, or one of {', '.join(sorted(known))} before the colon"
        raise UsageError(f"{reference!r} does not name a data set", hint=hint)
