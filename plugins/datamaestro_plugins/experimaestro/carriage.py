"""Values of fields, as experimaestro can hold them, and back.

It holds numbers, text, paths, members of enumerations, configurations, and lists and dicts of
these. Tuples and sets travel as lists; what else JSON can say, by the type of its field, as text.
"""

from __future__ import annotations

import json
import typing
from enum import Enum
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from experimaestro import Config
from experimaestro.core.objects import ConfigMixin
from experimaestro.core.types import Type, TypeProxy

from datamaestro.data import Base
from datamaestro_plugins.experimaestro.hints import (
    LISTS,
    MAPPINGS,
    arms,
    data_type,
    is_optional,
    only_arm,
    origin_of,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    from cattrs import Converter

    ToConfig = Callable[[Base], Any]

PLAIN = (str, bool, int, float, Path, Enum, ConfigMixin)
"""What experimaestro holds as it is."""

NUMBERS = (int, float)
"""Keys of dicts that travel as text."""

TEXT = "datamaestro-json:"
"""Begins the text of a value that travels as JSON."""


def is_native(hint: Any) -> bool:
    """Return whether experimaestro itself knows the type of a field, and holds all of its values.

    It takes None and keys other than text, but not for long.
    """
    if isinstance(hint, TypeVar):
        return data_type(hint) is not None
    if len(arms(hint)) > 1:
        return all(arm is not type(None) and is_native(arm) for arm in arms(hint))
    origin, inner = origin_of(hint), typing.get_args(hint)
    if origin is list:
        return len(inner) == 1 and is_native(inner[0])
    if origin is dict:
        return inner[:1] == (str,) and is_native(inner[1])
    return isinstance(origin, type) and issubclass(origin, (*PLAIN, Base, Config))


def carry(value: Any, hint: Any, to_config: ToConfig) -> Any:
    """Return a value as experimaestro can hold it.

    Args:
        value: of a field.
        hint: the field's type.
        to_config: makes the configuration of a data object.

    Raises:
        ValueError: it cannot be said in JSON either.
    """
    try:
        return None if value is None else _held(value, hint, to_config)
    except _NotHeldError:
        return _as_text(value, hint)


class _NotHeldError(Exception):
    """Something in a value is what experimaestro does not hold."""


def _held(value: Any, hint: Any, to_config: ToConfig) -> Any:
    if isinstance(value, Base) and not isinstance(value, ConfigMixin):
        return to_config(value)
    if isinstance(value, PLAIN):
        return value
    if isinstance(value, set | frozenset):
        value = sorted(value, key=_order)
    if isinstance(value, list | tuple):
        return [_held(item, _inner(hint, at), to_config) for at, item in enumerate(value)]
    if isinstance(value, dict):
        keys = [_key(key, _inner(hint, 0)) for key in value]
        items = [_held(item, _inner(hint, 1), to_config) for item in value.values()]
        return dict(zip(keys, items, strict=True))
    raise _NotHeldError


def _key(key: Any, kind: Any) -> str:
    if isinstance(key, str) or kind in NUMBERS:
        return str(key)
    raise _NotHeldError


def _order(item: Any) -> str:
    """Return what items of a set are sorted by, so that equal sets have the same identifier."""
    return item.id if isinstance(item, Base) else repr(item)


def restore(value: Any, hint: Any) -> Any:
    """Return the value of a field that :func:`carry` has made another of."""
    if isinstance(value, str) and value.startswith(TEXT):
        return _converter().structure(json.loads(value.removeprefix(TEXT)), hint)
    if isinstance(value, list):
        kind = next((arm for arm in arms(hint) if origin_of(arm) in LISTS), list)
        make = {set: set, frozenset: frozenset, tuple: tuple}.get(origin_of(kind), list)
        return make(restore(item, _inner(kind, at)) for at, item in enumerate(value))
    if isinstance(value, dict):
        kind = next((arm for arm in arms(hint) if origin_of(arm) in MAPPINGS), dict)
        key = _inner(kind, 0)
        made = key if key in NUMBERS else str
        return {made(name): restore(item, _inner(kind, 1)) for name, item in value.items()}
    return value


def _inner(hint: Any, at: int) -> Any:
    """Return the type of what is in a container, at some place; ``Any`` where it is not said."""
    kind = only_arm(hint) or hint
    found = typing.get_args(kind)
    if found[1:] == (...,) or origin_of(kind) not in (tuple, *MAPPINGS):
        at = 0
    return found[at] if at < len(found) else Any


def _as_text(value: Any, hint: Any) -> str:
    kind = only_arm(hint) or hint
    try:
        text = TEXT + json.dumps(_converter().unstructure(value), sort_keys=True)
        back = restore(text, kind)
    except Exception as error:
        raise ValueError(f"{value!r} cannot be given to a job: {error}") from error
    if back != value and (kind is Any or type(back) is not type(value)):
        raise ValueError(f"{value!r} cannot be given to a job: its field does not say its type")
    return text


def _converter() -> Converter:
    from cattrs.preconf.json import make_converter

    converter = make_converter()
    converter.register_unstructure_hook(Path, str)
    converter.register_structure_hook(Path, lambda text, _: Path(text))
    converter.register_unstructure_hook(Base, _refuse)
    return converter


def _refuse(data: Base) -> Any:
    raise TypeError(f"data, such as {data.id or type(data).__name__}, cannot stand beside it")


class Carried(TypeProxy):
    """The type of a parameter whose values are carried; in hints a type of its own."""

    def __init__(self, hint: Any) -> None:
        self.hint = hint

    def __call__(self) -> CarriedType:
        """Return experimaestro's type."""
        return CarriedType(self.hint)


class CarriedType(Type):
    """A type of parameters that experimaestro does not know itself."""

    def __init__(self, hint: Any) -> None:
        super().__init__("datamaestro.carried")
        self.hint = hint

    def name(self) -> str:
        """Return what it is called in messages."""
        return str(self.hint)

    def validate(self, value: Any) -> Any:
        """Return a value as it is held.

        Raises:
            ValueError: it is none of this type.
        """
        from datamaestro_plugins.experimaestro.bridge import to_config

        if value is None and is_optional(self.hint):
            return None
        if not _fits(value, self.hint):
            raise ValueError(f"{value!r} is no {self.name()}")
        return carry(value, self.hint, to_config)

    def __core_schema__(self) -> Any:
        from pydantic_core import core_schema

        return core_schema.no_info_plain_validator_function(self.validate)


def _fits(value: Any, hint: Any) -> bool:
    """Return whether a value is of a type, as far as that can be told; or is one being carried."""
    if isinstance(value, str) and value.startswith(TEXT):
        return True
    return any(_is_one_of(value, origin_of(arm)) for arm in arms(hint))


def _is_one_of(value: Any, kind: Any) -> bool:
    if kind in LISTS:
        return isinstance(value, list | tuple | set | frozenset)
    if kind is Any or not isinstance(kind, type) or getattr(kind, "_is_protocol", False):
        return True
    return isinstance(value, (int, float) if kind is float else kind)
