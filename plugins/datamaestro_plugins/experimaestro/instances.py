"""Data objects in jobs, made of what experimaestro has written down."""

from __future__ import annotations

import inspect
from pathlib import Path
from typing import Any

import attrs
from attrs import NOTHING
from experimaestro import Config, Meta
from experimaestro.core.objects import ConfigMixin

from datamaestro.data import Base
from datamaestro.data.parts import walk
from datamaestro.errors import DatamaestroError
from datamaestro_plugins.experimaestro.carriage import restore
from datamaestro_plugins.experimaestro.parameters import parameters
from datamaestro_plugins.experimaestro.preparation import (
    DatasetFiles,
    context_of,
    definition_of,
    is_job,
)

KIND = "__datamaestro_type__"
"""Where a generated class has the type of data that it is generated for."""


class DataConfig(Config):
    """Ancestor of the generated classes, one for each type of data."""

    dataset_: Meta[DatasetFiles | None] = None
    """The files that jobs wait for; None where the data belong to no data set."""


def members() -> dict[str, Any]:
    """Return what a generated class has before anything of its type of data."""
    return {
        "__init__": _start,
        "__setattr__": object.__setattr__,  # frozen types are filled, and nothing is converted yet
        "__post_init__": finish,
        "__datamaestro_dataset__": property(_dataset),
    }


def _start(self: Any) -> None:
    """Do nothing: experimaestro gives values only afterwards."""


def _dataset(self: Any) -> Any:
    """Return the data set of a configuration."""
    if self.dataset_ is None:
        return Base(id=self.id).__datamaestro_dataset__
    return context_of(self.dataset_).dataset(definition_of(self.dataset_))


def finish(self: Any) -> None:
    """Make an object of the type of data itself, once its values have been set."""
    kind = getattr(type(self), KIND)
    values = {one.name: restore(_value(self, one.name), one.type) for one in parameters(kind)}
    files = vars(self).get("dataset_")
    about = {name: value for name, value in vars(self).items() if name.startswith("__xpm")}
    vars(self).clear()
    vars(self).update(about)
    self.__class__ = kind
    kind.__init__(self, **{name: value for name, value in values.items() if value is not NOTHING})
    if files is not None and is_job():
        find_files(self, files)
    call_post_init(self)


def call_post_init(data: Any) -> None:
    """Call the author's own ``__post_init__``, where there is one."""
    method = getattr(data, "__post_init__", None)
    if method is not None and not isinstance(data, ConfigMixin):
        method()


def _value(self: Any, name: str) -> Any:
    """Return a value that has been set; the default of a class is none."""
    if name in vars(self):
        return vars(self)[name]
    if inspect.ismemberdescriptor(getattr(type(self), name, None)):
        return getattr(self, name, NOTHING)
    return NOTHING


def find_files(data: Base, files: DatasetFiles) -> None:
    """Let the paths of a data object be those of this computer, where it has another directory.

    Raises:
        DatamaestroError: the files are not on disk.
    """
    missing = {name: path for name, path in _paths(data).items() if not path.exists()}
    if not missing:
        return
    if not files.is_prepared():
        raise DatamaestroError(
            f"{files.id} is not on disk: {next(iter(missing.values()))}",
            hint=f"datamaestro prepare {files.id}",
        )
    own = context_of(files).prepare(definition_of(files), download=False)
    for _, datum in walk(own):
        if datum.id == data.id:
            for name in missing:
                object.__setattr__(data, name, getattr(datum, name))


def _paths(data: Base) -> dict[str, Path]:
    found = {one.name: getattr(data, one.name) for one in attrs.fields(type(data))}
    return {name: value for name, value in found.items() if isinstance(value, Path)}
