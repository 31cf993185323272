"""Data types: what a prepared data set is made of.

They are plain attrs classes with a few fields, such as a path; how their content is read is the
affair of a plugin (:mod:`datamaestro_hookspecs.datatypes`), found by the type.
"""

from __future__ import annotations

from pathlib import Path
from typing import IO, Any, ClassVar

from attrs import define, field

from datamaestro.data.notation import UNSET, Configuration, declare
from datamaestro.errors import DatamaestroError

__all__ = ["UNSET", "Base", "File", "Folder", "read"]


@define(slots=False, kw_only=True, eq=False)
class Base:
    """Any data.

    Args:
        id: of the (nested) data, such as ``com.lecun.mnist.train.images@image``; given when the
            data set is built, where it is not set.
    """

    id: str = ""

    C: ClassVar[Any] = Configuration()
    """What makes an object of this type: in definitions the type itself; see ``docs/types.md``."""

    def __init_subclass__(cls, **options: Any) -> None:
        super().__init_subclass__(**options)
        declare(cls)


@define(slots=False, kw_only=True, eq=False)
class File(Base):
    """A file.

    Args:
        path: absolute.
    """

    path: Path = field(converter=Path)

    def open(self, mode: str = "r") -> IO[Any]:
        """Open the file; ``mode`` as for the built-in ``open``."""
        return self.path.open(mode)


@define(slots=False, kw_only=True, eq=False)
class Folder(Base):
    """A folder.

    Args:
        path: absolute.
    """

    path: Path = field(converter=Path)


def read(data: Base) -> Any:
    """Return the content of a data object, read by the plugin of its type.

    Raises:
        PluginError: no plugin reads this type, or it is switched off.
        ContentError: the file is not what its type says.
        DatamaestroError: the file is not on disk.
    """
    from datamaestro.plugins.registry import plugins

    try:
        return plugins().reader(type(data)).open(data)
    except FileNotFoundError as error:
        what = data.id or f"this {type(data).__name__}"
        hint = "prepare_dataset(...) brings it there"
        raise DatamaestroError(f"{what} is not on disk: {error.filename}", hint=hint) from error
