"""Bodies of types of data in experimaestro's notation become attrs fields, in place."""

from __future__ import annotations

import copy
import functools
import os
from pathlib import Path
from typing import TYPE_CHECKING, Any

import attrs
from attrs import NOTHING, Factory, define, field

from datamaestro.data import UNSET
from datamaestro_plugins.experimaestro.hints import only_arm, without_annotation
from datamaestro_plugins.experimaestro.mixins import detach, mixins
from datamaestro_plugins.experimaestro.notation import (
    KEY,
    Notation,
    is_field,
    is_generated,
    notations,
)

if TYPE_CHECKING:
    from collections.abc import Callable

MUTABLE = (list, dict, set)
"""Defaults that each object has its own copy of."""


def declare(kind: type) -> None:
    """Make attrs fields of what the body of a type of data says in experimaestro's notation.

    What is mixed in counts as a part of the body. A body of plain attrs, or one that says nothing,
    is left as it is; one that says nothing but has several ancestors gets the fields of all.
    """
    if "__attrs_attrs__" in vars(kind):  # has been declared
        return
    detach(kind)
    said = {**_mixed(kind), **notations(kind)}
    if not said and (vars(kind).get("__annotations__") or not _lacks_fields(kind)):
        return
    these = {name: _attrs_field(notation) for name, notation in said.items()}
    own_init = vars(kind).get("__init__")
    define(kind, these=these, slots=False, kw_only=True, eq=False)
    if own_init is not None:
        kind.__init__ = _started(own_init, kind)  # type: ignore[misc]


def _mixed(kind: type) -> dict[str, Notation]:
    """Return the fields of what is mixed in, other than those that the ancestors have already."""
    known = {one.name for base in kind.__bases__ for one in _fields(base)}
    found: dict[str, Notation] = {}
    for mixin in reversed(list(mixins(kind))):
        found |= notations(mixin)
    return {name: notation for name, notation in found.items() if name not in known}


def _lacks_fields(kind: type) -> bool:
    """Return whether a class has ancestors whose fields attrs would not see, as it stands."""
    seen = {one.name for one in _fields(kind)}
    return any(one.name not in seen for base in kind.__bases__ for one in _fields(base))


def _fields(kind: type) -> tuple[attrs.Attribute[Any], ...]:
    return attrs.fields(kind) if attrs.has(kind) else ()


def _attrs_field(notation: Notation) -> Any:
    hint = without_annotation(notation.hint)
    is_path = (only_arm(hint) or hint) is Path
    return field(
        default=_attrs_default(notation),
        converter=to_path if is_path else None,
        metadata={KEY: notation},
    )


def _attrs_default(notation: Notation) -> Any:
    """Return what an object has in a field that it was not given."""
    default = notation.default
    if is_generated(notation):
        return UNSET
    if default is NOTHING:
        return None if only_arm(without_annotation(notation.hint)) else UNSET
    if not is_field(default):
        return _own_copy(default)
    if default.default_factory is not None:
        return Factory(functools.partial(_made_by, default.default_factory))
    return _own_copy(default.default)


def _own_copy(default: Any) -> Any:
    if isinstance(default, MUTABLE):
        return Factory(functools.partial(copy.deepcopy, default))
    return default


def _made_by(factory: Callable[[], Any]) -> Any:
    from datamaestro_plugins.experimaestro.bridge import to_data

    return to_data(factory())


def to_path(value: Any) -> Any:
    """Return a path; what is no text, such as a missing value, is returned as it is."""
    return Path(value) if isinstance(value, str | os.PathLike) else value


def _started(own: Callable[[Any], None], kind: type) -> Callable[..., None]:
    """Return an ``__init__`` that calls the author's, which takes no values, and sets the fields.

    So does experimaestro.
    """

    @functools.wraps(own)
    def start(self: Any, **values: Any) -> None:
        own(self)
        initialize: Callable[..., None] = vars(kind)["__attrs_init__"]
        initialize(self, **values)

    return start
