"""What experimaestro's objects can do, for data objects: ``data.instance()``, ``data.copy()``."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeVar

import attrs
from attrs import define, fields
from experimaestro.core.objects import ConfigMixin

from datamaestro.data import UNSET, Base
from datamaestro.data.parts import items_of, walk
from datamaestro_plugins.experimaestro.bridge import META, TAGS, configuration_of, to_config
from datamaestro_plugins.experimaestro.instances import call_post_init

if TYPE_CHECKING:
    from collections.abc import Iterator

D = TypeVar("D", bound=Base)


@define
class Information:
    """What ``data.__xpm__`` is, as far as data objects have it.

    Args:
        data: the data object.
    """

    data: Base

    @property
    def values(self) -> dict[str, Any]:
        """The fields that have a value, by name."""
        return arguments(self.data)

    @property
    def identifier(self) -> Any:
        """The identifier of the data in experiments."""
        return to_config(self.data).__xpm__.identifier

    def xpmvalues(self, generated: bool = False) -> Iterator[tuple[Any, Any]]:
        """Iterate over the parameters that have a value, and these values."""
        known = configuration_of(type(self.data)).__xpmtype__.arguments
        return ((known[name], value) for name, value in self.values.items())

    def validate(self) -> None:
        """Check that all fields have values, each of its type.

        Raises:
            ValueError: that is not so.
        """
        to_config(self.data).__xpm__.validate()

    def addtag(self, name: str, value: Any, source: str | None = None) -> None:
        """Tag the data object."""
        vars(self.data).setdefault(TAGS, {})[name] = value

    def set(self, name: str, value: Any, bypass: bool = False, **options: Any) -> None:
        """Set a field."""
        setattr(self.data, name, value)

    def set_meta(self, flag: bool | None) -> None:
        """Let the data count as meta, which no identifier depends on."""
        vars(self.data)[META] = flag

    def tags(self) -> dict[str, Any]:
        """Return the tags of the data object and of all data in it."""
        found: dict[str, Any] = to_config(self.data).__xpm__.tags()
        return found


class _OfData:
    """Gives data objects their :class:`Information`; configurations have their own."""

    def __get__(self, data: Any, kind: type) -> Any:
        if data is None or isinstance(data, ConfigMixin):
            raise AttributeError("__xpm__")
        return Information(data)


def arguments(data: Base) -> dict[str, Any]:
    """Return the fields that have a value, by name."""
    found = {one.name: getattr(data, one.name) for one in fields(type(data))}
    return {name: value for name, value in found.items() if value is not UNSET}


def instance(data: D, *context: Any, **options: Any) -> D:
    """Check a data object, call ``__post_init__`` where its author wrote one, and return it.

    Raises:
        ValueError: a field has no value.
    """
    for _path, datum in walk(data):
        missing = [one.name for one in fields(type(datum)) if getattr(datum, one.name) is UNSET]
        if missing:
            raise ValueError(f"{datum.id or type(datum).__qualname__} has no {missing[0]}")
    for _path, datum in reversed(list(walk(data))):  # what is inside comes first
        call_post_init(datum)
    return data


def copied(data: D) -> D:
    """Return a copy of a data object, and of all data in it."""
    changed = {one.alias or one.name: _copied(getattr(data, one.name)) for one in _given(data)}
    return type(data)(**changed)


def _given(data: Base) -> list[attrs.Attribute[Any]]:
    return [one for one in fields(type(data)) if one.init]


def _copied(value: Any) -> Any:
    if isinstance(value, Base):
        return copied(value)
    if isinstance(value, list | tuple):
        return type(value)([_copied(item) for _, item in items_of(value)])
    if isinstance(value, dict):
        return {key: _copied(item) for key, item in value.items()}
    return value


def tag(data: D, name: str, value: Any) -> D:
    """Tag a data object: the tasks that have it as a parameter get the tag."""
    Information(data).addtag(name, value)
    return data


def identifier(data: Base) -> Any:
    """Return the identifier of the data in experiments."""
    return Information(data).identifier


METHODS = {
    "__xpm__": _OfData(),
    "__arguments__": arguments,
    "__identifier__": identifier,
    "instance": instance,
    "copy": copied,
    "tag": tag,
}
"""What data objects get when experimaestro is in use."""


def equip() -> None:
    """Give data objects what those of experimaestro can do."""
    for name, method in METHODS.items():
        setattr(Base, name, method)
