"""How types of data are written and configured: by attrs, or in a dialect that makes attrs of it.

Dialects are plugins (:mod:`datamaestro_hookspecs.dialects`); one is in use as soon as somebody has
imported its package.
"""

from __future__ import annotations

from contextlib import contextmanager
from contextvars import ContextVar
from enum import Enum
from typing import TYPE_CHECKING, Any, Final, Literal

from datamaestro.plugins.registry import dialects_in_use

if TYPE_CHECKING:
    from collections.abc import Iterator

OWN = "datamaestro."
"""The modules whose types are all written with attrs."""


class Unset(Enum):
    """The type of :data:`UNSET`."""

    UNSET = "unset"

    def __bool__(self) -> Literal[False]:
        return False

    def __repr__(self) -> str:
        return "UNSET"


UNSET: Final = Unset.UNSET
"""The value of a field that has none yet; it is printed nowhere."""

_plain: ContextVar[bool] = ContextVar("datamaestro_plain", default=False)


@contextmanager
def plain_objects() -> Iterator[None]:
    """Let ``Type.C(...)`` make plain data objects meanwhile, as definitions want them."""
    token = _plain.set(True)
    try:
        yield
    finally:
        _plain.reset(token)


class Configuration:
    """What ``Type.C`` is: the type itself, or what a dialect in use has for it."""

    def __get__(self, data: object | None, kind: type) -> Any:
        if not _plain.get():
            for dialect in dialects_in_use():
                return dialect.configuration(kind)
        return kind


def declare(kind: type) -> None:
    """Let each dialect in use make attrs fields of the body of a new type of data."""
    if not kind.__module__.startswith(OWN):
        for dialect in dialects_in_use(kind.__module__):
            dialect.declare(kind)
