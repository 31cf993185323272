"""The parameters that experimaestro sees in a type of data: its fields."""

from __future__ import annotations

import copy
import typing
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any, ForwardRef, TypeVar
from weakref import WeakKeyDictionary

import attrs
from attrs import NOTHING, Attribute, Factory, frozen
from experimaestro.core.arguments import Meta, Param
from experimaestro.core.arguments import field as xpm_field

from datamaestro.data import UNSET, Base
from datamaestro_plugins.experimaestro.carriage import Carried, carry, is_native
from datamaestro_plugins.experimaestro.hints import (
    data_type,
    holds_path,
    is_optional,
    only_arm,
    parts,
    without_annotation,
)
from datamaestro_plugins.experimaestro.notation import (
    IDENTITY,
    KEY,
    Notation,
    Unknown,
    is_field,
    is_generated,
    is_notation,
    options_of,
    resolve,
)

if TYPE_CHECKING:
    from experimaestro.core.arguments import Argument

NO_DEFAULT = None
"""What experimaestro finds in a class where a parameter has no default."""


@frozen
class Parameter:
    """A field of a type of data.

    Args:
        name: in calls.
        attribute: of the object.
        hint: its type, such as ``Param[int]``.
        default: as it would stand in the body of a Config.
    """

    name: str
    attribute: str
    hint: Any
    default: Any

    @property
    def type(self) -> Any:
        """The type of its values."""
        return without_annotation(self.hint)

    @property
    def is_known(self) -> bool:
        """Whether all names in its type could be looked up."""
        return not any(isinstance(part, Unknown | ForwardRef) for part in parts(self.type))

    def argument(self) -> Argument:
        """Return what experimaestro knows of it.

        Raises:
            TypeError: its type cannot be looked up.
        """
        if not self.is_known:
            raise TypeError(f"the type of {self.name} is not known where it stands: {self.type}")
        owner = SimpleNamespace(**{self.name: self.default})
        return options_of(self.hint).create(self.name, owner, self._held_type())

    def _held_type(self) -> Any:
        """Return the type of what experimaestro holds."""
        arm = only_arm(self.type)
        if not is_native(arm or self.type):
            return Carried(self.type)
        return typing.Optional[_bound(arm)] if arm else _bound(self.type)  # noqa: UP045


def _bound(hint: Any) -> Any:
    return data_type(hint) if isinstance(hint, TypeVar) else hint


_known: WeakKeyDictionary[type, tuple[Parameter, ...]] = WeakKeyDictionary()


def parameters(kind: type) -> tuple[Parameter, ...]:
    """Return the fields of a type of data, other than those that it computes itself."""
    if kind in _known:
        return _known[kind]
    found = tuple(_parameter(one, kind) for one in attrs.fields(kind) if one.init)
    if all(one.is_known for one in found):  # else a name may be there next time
        _known[kind] = found
    return found


def _parameter(attribute: Attribute[Any], kind: type) -> Parameter:
    notation: Notation | None = attribute.metadata.get(KEY)
    name = attribute.alias or attribute.name
    if notation is None:
        hint = _hint(attribute, kind)
        return Parameter(name, attribute.name, hint, _default(attribute, without_annotation(hint)))
    hint = resolve(notation.annotation, notation.owner)
    hint = hint if is_notation(hint) else notation.hint
    return Parameter(name, attribute.name, hint, _written_default(notation, hint))


def _hint(attribute: Attribute[Any], kind: type) -> Any:
    """Return the type of a field of plain attrs, as experimaestro would have it written.

    A field that differs between computers, such as a path, is none by which data are told apart.
    """
    hint = resolve(Any if attribute.type is None else attribute.type, _owner(attribute.name, kind))
    if is_notation(hint):
        return hint
    if isinstance(hint, str):
        hint = ForwardRef(hint)
    identity = attribute.metadata.get(IDENTITY, not holds_path(hint))
    return Param[hint] if identity else Meta[hint]


def _owner(name: str, kind: type) -> type:
    """Return the class in whose body a field stands."""
    for ancestor in kind.__mro__:
        if name in vars(ancestor).get("__annotations__", {}):
            return ancestor
    return kind


def _default(attribute: Attribute[Any], hint: Any) -> Any:
    """Return the default of a field of plain attrs.

    Adding a field with a default to a type leaves the identifiers of its data as they are.
    """
    value = _value_of(attribute.default)
    if value is NOTHING:
        return xpm_field() if is_optional(hint) else NO_DEFAULT
    if value is None:
        return xpm_field()
    is_id = attribute.name == "id" and attribute in attrs.fields(Base)
    return xpm_field(default=_carried(value, hint), ignore_default=not is_id)


def _value_of(default: Any) -> Any:
    """Return a default itself; None where it depends on the object."""
    if isinstance(default, Factory):  # type: ignore[arg-type]
        return None if default.takes_self else default.factory()
    return NOTHING if default is UNSET else default


def _written_default(notation: Notation, hint: Any) -> Any:
    """Return the default of a field in experimaestro's notation."""
    default = notation.default
    if is_generated(notation):
        return NO_DEFAULT if default is NOTHING else default
    ignore = True
    if is_field(default):
        made, ignore = copy.copy(default), default.ignore_default
        value = default.default_factory() if default.default_factory else default.default
    else:
        made, value = xpm_field(), _value_of(default)
    if value is NOTHING or value is None:
        return made if is_field(default) else NO_DEFAULT
    if options_of(hint).kwargs.get("constant"):
        return value
    made.default = _carried(value, without_annotation(hint))
    made.default_factory = None  # whose values experimaestro does not copy
    made.ignore_default = ignore
    return made


def _carried(value: Any, hint: Any) -> Any:
    from datamaestro_plugins.experimaestro.bridge import to_config

    return carry(value, hint, to_config)
