"""Types of data as types of experimaestro's parameters: ``train: Param[LabelledImages]``."""

from __future__ import annotations

import typing
from typing import Any

from experimaestro.core.objects import ConfigMixin
from experimaestro.core.types import GenericType, Type

from datamaestro.data import Base
from datamaestro_plugins.experimaestro import earlier
from datamaestro_plugins.experimaestro.hints import data_type, origin_of
from datamaestro_plugins.experimaestro.mixins import Mixin


class DataType(Type):
    """A type of data; its values are data objects, or configurations of such.

    Args:
        hint: the class, or one with parameters such as ``Supervised[A, B, C]``.
    """

    def __init__(self, hint: Any) -> None:
        self.hint = hint
        self.value_type = data_type(hint) or origin_of(hint)
        super().__init__(f"{self.value_type.__module__}.{self.value_type.__qualname__}")

    def name(self) -> str:
        """Return what it is called in messages."""
        return str(self.identifier)

    def validate(self, value: Any) -> Any:
        """Return the configuration of a data object.

        Raises:
            ValueError: it is none of this type.
        """
        from datamaestro_plugins.experimaestro.bridge import to_config

        if value is None:
            return None
        if not isinstance(value, self.value_type):
            raise ValueError(
                f"{_described(value)} is no {self.value_type.__qualname__}: "
                "a data object of that type is expected, such as prepare_dataset(...) gives"
            )
        config = value if isinstance(value, ConfigMixin) else to_config(value)
        if typing.get_args(self.hint):
            GenericType(self.hint).validate(config)
        return config

    def __core_schema__(self) -> Any:
        from pydantic_core import core_schema

        return core_schema.no_info_plain_validator_function(self.validate)


def _described(value: Any) -> str:
    if isinstance(value, Base):
        kind = value.__xpmtype__.value_type if isinstance(value, ConfigMixin) else type(value)
        return f"{value.id or 'this'} ({kind.__name__})"
    return repr(value)


class Definitions(dict[Any, Type]):
    """experimaestro's table of types, in which each type of data is found when it is looked up.

    So it does not matter when which module is imported.
    """

    def get(self, key: Any, default: Any = None) -> Any:
        """Return the type of parameters that a type hint stands for."""
        if key not in self and _is_data(key):
            self[key] = DataType(key)
        return super().get(key, default)


def _is_data(hint: Any) -> bool:
    kind = data_type(hint)
    if kind is None:
        return isinstance(hint, type) and issubclass(hint, Mixin)
    from datamaestro_plugins.experimaestro.instances import DataConfig

    return not issubclass(kind, DataConfig)


def install() -> None:
    """Let experimaestro find types of data."""
    earlier.install()
    if not isinstance(Type.DEFINED, Definitions):
        Type.DEFINED = Definitions(Type.DEFINED)
