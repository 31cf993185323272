"""Classes of experimaestro that are mixed into types of data, as in ``class Topics(Base, IRDSId)``.

What is mixed in gives its fields and methods. A type of data is no Config by that: experimaestro
refuses values whose class derives from ``Config`` before it looks at the type of a parameter.
"""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Any

from experimaestro import Config, LightweightTask, Prepare

from datamaestro.data import Base
from datamaestro.data.notation import Configuration

if TYPE_CHECKING:
    from collections.abc import Iterator

log = logging.getLogger("datamaestro")

ACTING = (LightweightTask, Prepare)
"""Configs that do something, which no data do."""


class Mixin:
    """What stands in the place of ``Config`` among the ancestors of types of data."""

    def __post_init__(self) -> None:
        """Do nothing more, as that of ``Config``."""


def mixins(kind: type) -> Iterator[type]:
    """Iterate over what is mixed into a type of data, the nearest first."""
    for ancestor in kind.__mro__:
        is_mixed_in = issubclass(ancestor, Config | Mixin) and not issubclass(ancestor, Base)
        if is_mixed_in and ancestor not in (Config, Mixin):
            yield ancestor


def detach(kind: type) -> None:
    """Let a type of data, and what is mixed into it, be no Config.

    A mixin that has been used as a configuration of its own stays one; the type of data still
    works, but experimaestro takes its objects as parameters only after ``to_config(data)``.
    """
    if not issubclass(kind, Config) or issubclass(kind, ACTING):
        return
    for ancestor in [*mixins(kind), kind]:
        if Config in ancestor.__bases__ and "__xpmtype__" not in vars(ancestor):
            _replace(ancestor)
    if issubclass(kind, Config):
        kind.C = Configuration()  # type: ignore[attr-defined]


def _replace(owner: type) -> None:
    bases: tuple[Any, ...] = owner.__bases__
    stands: tuple[Any, ...] = () if issubclass(owner, Base) else (Mixin,)
    at = bases.index(Config)
    try:
        owner.__bases__ = bases[:at] + stands + bases[at + 1 :]
    except TypeError as error:  # some other order of its ancestors is asked for
        log.debug("%s stays a Config: %s", owner.__qualname__, error)
