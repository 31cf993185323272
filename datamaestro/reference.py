"""What a user types to name a data set: ``id[k=v].part@repository``, or ``prefix:…``."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from datamaestro.data import Base
from datamaestro.definitions.family import selected
from datamaestro.definitions.part import Part
from datamaestro.definitions.section import as_definition
from datamaestro.errors import DatamaestroError, PluginError, UsageError
from datamaestro.plugins.services import BARE
from datamaestro.variants.selector import parse_name
from datamaestro_hookspecs.cards import Definition
from datamaestro_hookspecs.resolvers import LongestProtocol

if TYPE_CHECKING:
    from datamaestro.plugins.services import Plugins

PREFIXED = re.compile(r"(?P<prefix>[a-z][a-z0-9+.-]*):(?P<rest>.+)", re.DOTALL)


def definition_of(reference: object, plugins: Plugins) -> Definition:
    """Return the definition that a reference names, that ``@dataset`` made, or that data are of.

    Raises:
        UsageError: it is none of these.
        DatasetNotFound: it names nothing.
    """
    if isinstance(reference, str):
        return resolve(reference, plugins)
    if isinstance(reference, Base) and reference.__datamaestro_dataset__ is not None:
        return reference.__datamaestro_dataset__
    found = as_definition(reference) or reference
    if isinstance(found, Definition):
        return found
    raise UsageError(f"{reference!r} is neither an id nor a definition")


def resolve(reference: str, plugins: Plugins) -> Definition:
    """Return the definition that a reference names.

    Where that is a part, it is a :class:`~datamaestro.definitions.part.Part`. Whether the whole
    has such a part only shows when its data are built.

    Raises:
        UsageError: it is not a reference.
        DatasetNotFound: it names nothing.
    """
    prefixed = PREFIXED.fullmatch(reference)
    if prefixed and _is_prefix(prefixed["prefix"], reference, plugins):
        return _ask(prefixed["prefix"], prefixed["rest"], plugins)
    name = parse_name(reference)
    at = f"@{name.repository}" if name.repository else ""
    if not name.selector:
        behind = f".{name.part}" if name.part else ""
        found, path = _longest(f"{name.id}{behind}{at}", plugins)
    else:
        found, path = selected(_ask(BARE, name.id + at, plugins), name.selector), name.part
    return Part(found, path) if path else found


def _longest(name: str, plugins: Plugins) -> tuple[Definition, str]:
    resolver = plugins.resolver(BARE)
    if not isinstance(resolver, LongestProtocol):
        return _ask(BARE, name, plugins), ""
    return resolver.longest(name)


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


def _is_prefix(word: str, reference: str, plugins: Plugins) -> bool:
    """Return whether a word before a colon is a resolver's; it may be of a part, behind a dot.

    Raises:
        UsageError: it is neither.
    """
    known = plugins.prefixes()
    if word in known | plugins.prefixes(switched_off=True):
        return True
    if "." in word:
        return False
    hint = f"expected: id, id@repository, or one of {', '.join(sorted(known))} before the colon"
    raise UsageError(f"{reference!r} does not name a data set", hint=hint)
