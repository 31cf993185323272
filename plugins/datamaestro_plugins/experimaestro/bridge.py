"""Configurations of data objects: what experimaestro writes down for jobs, and loads there.

For each type of data a class is generated, which is found here by a name such as
``datamaestro/data/image:LabelledImages``.
"""

from __future__ import annotations

import pkgutil
import threading
import types
from typing import TYPE_CHECKING, Any

from attrs import define, field
from experimaestro.core.objects import ConfigMixin
from experimaestro.generators import Generator

from datamaestro.data import UNSET, Base
from datamaestro_plugins.experimaestro.carriage import carry, restore
from datamaestro_plugins.experimaestro.datatypes import install
from datamaestro_plugins.experimaestro.identifiers import identifier_of
from datamaestro_plugins.experimaestro.instances import KIND, DataConfig, members
from datamaestro_plugins.experimaestro.parameters import Parameter, parameters
from datamaestro_plugins.experimaestro.preparation import directory_for, files_of, identity_of

if TYPE_CHECKING:
    from datamaestro_hookspecs.cards import Definition

install()  # a job imports this module first

_generated: dict[type, type] = {}
_generating = threading.RLock()


def __getattr__(name: str) -> Any:
    """Return a generated class, given the name of its type of data."""
    module, colon, qualname = name.partition(":")
    if not colon:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    kind = pkgutil.resolve_name(f"{module.replace('/', '.')}:{qualname.replace('/', '.')}")
    return generated_for(kind)


def generated_for(kind: type) -> type:
    """Return the class that is generated for a type of data.

    Raises:
        ValueError: a job could not import the type.
    """
    with _generating:
        if kind not in _generated:
            _refuse_hidden(kind)
            _generated[kind] = _generate(kind)
        return _generated[kind]


def configuration_of(kind: type) -> Any:
    """Return what makes the configurations of a type of data.

    Raises:
        ValueError: a job could not import the type.
    """
    made = kind if issubclass(kind, DataConfig) else generated_for(kind)
    return made.XPMConfig  # type: ignore[attr-defined]


def _generate(kind: type) -> type:
    body = {
        **members(),
        "__module__": __name__,
        "__qualname__": f"{kind.__module__}:{kind.__qualname__}".replace(".", "/"),
        "__doc__": kind.__doc__,
        "__xpmid__": identifier_of(kind),
        "__no_type_check__": True,  # its parameters are not read from annotations
        KIND: kind,
    }
    made = types.new_class(kind.__name__, (kind, DataConfig), {}, lambda names: names.update(body))
    made.__getxpmtype__().addAnnotation(_Fields(kind))  # type: ignore[attr-defined]
    return made


def _refuse_hidden(kind: type) -> None:
    place = f"{kind.__module__}:{kind.__qualname__}"
    hint = "put it at the top of a module that can be imported"
    if kind.__module__ == "__main__":
        raise ValueError(f"jobs cannot import {place}, a type of a script: {hint}")
    try:
        found = pkgutil.resolve_name(place)
    except (AttributeError, ImportError, ValueError) as error:
        raise ValueError(f"jobs cannot import {place}: {hint}") from error
    if found is not kind:
        raise ValueError(f"jobs cannot import {place}, which is another one there: {hint}")


@define
class _Fields:
    """What experimaestro asks for the parameters of a generated class."""

    kind: type

    def process(self, xpmtype: Any) -> None:
        """Add the parameters."""
        try:
            for parameter in parameters(self.kind):
                xpmtype.addArgument(parameter.argument())
        except Exception as error:
            xpmtype.__initialized__ = False  # so that the next one who asks is told, too
            raise TypeError(f"{self.kind.__qualname__}: {error}") from error


def to_config(value: Any) -> Any:
    """Return the configuration of a data object; of the data in a list or dict, too.

    It is one of the object as it is now, and does not follow its changes.

    Raises:
        ValueError: something in it cannot be given to a job.
    """
    return _Conversion().convert(value)


@define
class _Conversion:
    """Makes one configuration of each data object."""

    _made: dict[int, Any] = field(factory=dict)
    _waited: dict[str, Any] = field(factory=dict)

    def convert(self, value: Any) -> Any:
        """Return a value with configurations in place of data objects."""
        return carry(value, Any, self._configuration)

    def _configuration(self, data: Base) -> Any:
        if id(data) not in self._made:
            self._made[id(data)] = self._configure(data)
        return self._made[id(data)]

    def _configure(self, data: Base) -> Any:
        make = configuration_of(type(data))
        arguments = make.__xpmtype__.arguments
        values = {
            one.name: self._carried(one, data)
            for one in parameters(type(data))
            if not _is_fixed(arguments[one.name]) and getattr(data, one.attribute) is not UNSET
        }
        dataset = data.__datamaestro_dataset__
        if dataset is not None:
            values["dataset_"] = self._files(data, dataset)
        config = make(**values)
        for name, value in vars(data).get(TAGS, {}).items():
            config.tag(name, value)
        config.__xpm__.set_meta(vars(data).get(META))
        return config

    def _files(self, data: Base, dataset: Definition) -> Any:
        """Return the files that jobs wait for, one for all data of a data set."""
        identity = identity_of(dataset)
        if identity not in self._waited:
            self._waited[identity] = files_of(dataset, directory_for(data, dataset))
        return self._waited[identity]

    def _carried(self, parameter: Parameter, data: Base) -> Any:
        try:
            value = getattr(data, parameter.attribute)
            return carry(value, parameter.type, self._configuration)
        except ValueError as error:
            where = f"{type(data).__qualname__}.{parameter.attribute}"
            raise ValueError(f"{where}: {error}") from error


TAGS = "__xpm_tags__"
"""Where a data object has the tags that its configurations get."""


META = "__xpm_meta__"
"""Where a data object says whether its configurations are meta."""


def _is_fixed(argument: Any) -> bool:
    """Return whether a parameter cannot be set."""
    return argument.constant or isinstance(argument.generator, Generator)


def to_data(value: Any) -> Any:
    """Return a value with data objects in place of their configurations."""
    if isinstance(value, list):
        return [to_data(item) for item in value]
    if isinstance(value, dict):
        return {key: to_data(item) for key, item in value.items()}
    if not isinstance(value, ConfigMixin) or not isinstance(value, DataConfig):
        return value
    kind, held = getattr(type(value), KIND), value.__xpm__.values
    known = [one for one in parameters(kind) if one.name in held]
    return kind(**{one.name: restore(to_data(held[one.name]), one.type) for one in known})
