"""Files and folders that are made from others by a Python function."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

from datamaestro.download.published import name_of
from datamaestro.download.reference import reference
from datamaestro.download.resource import Resource
from datamaestro.errors import DefinitionError
from datamaestro_hookspecs.cards import Derivation, ResourceCard

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path


class DerivedFile(Resource):
    """A file that a function makes from other resources.

    It is made again when the function's version or the content of its inputs changes.

    Args:
        filename: below the data set's folder; its name up to the first dot is the resource's
            name where no other is given.
        function: called as ``function(output, *inputs)`` with paths, and the data object of each
            reference; writes the file ``output``.
        inputs: the resources it reads, or their names; transient ones are removed afterwards.
        version: to be changed when the function's result changes, so that it is made again.
        varname: name of the resource.
        transient: removed as soon as everything made from it is there.
        process: whether it is called in a process of its own, which pays where it computes for
            long; then it has to be importable by its name.

    Example::

        TABLE = FileDownloader("table.csv", "https://example.org/table.csv.gz", transient=True)
        MATRIX = DerivedFile("matrix.idx", to_idx, TABLE, version="1")
    """

    folder: ClassVar[bool] = False
    reads_unsaid = False

    def __init__(
        self,
        filename: str,
        function: Callable[..., object],
        *inputs: Resource | str,
        version: str = "1",
        varname: str | None = None,
        transient: bool = False,
        process: bool = False,
    ) -> None:
        super().__init__(varname, transient=transient, name=name_of(filename))
        self.filename = filename
        self.function = function
        self.inputs = inputs
        self.version = version
        self.process = process

    def card(self, *, alone: bool = False) -> ResourceCard:
        """Return what is declared."""
        function: Any = self.function
        if not hasattr(function, "__qualname__"):
            raise DefinitionError(f"resource {self.name}: {function!r} is not a function")
        name = f"{function.__module__}:{function.__qualname__}"
        return ResourceCard(
            name=self.name,
            path=self.filename,
            derivation=Derivation(name, self.version, self.process),
            inputs=self.input_names(),
            transient=self.transient,
            folder=self.folder,
        )

    def derive(self, output: Path, inputs: Mapping[str, Path]) -> None:
        """Make the file."""
        given = [
            item.prepare() if isinstance(item, reference) else inputs[_name_of_input(item)]
            for item in self.inputs
        ]
        self.function(output, *given)

    def input_names(self) -> tuple[str, ...]:
        """Return the names of the resources that it is made from."""
        return tuple(map(_name_of_input, self.inputs))


class DerivedFolder(DerivedFile):
    """A folder that a function makes from other resources; it is there, and empty, at first.

    Arguments are those of :class:`DerivedFile`.
    """

    folder = True


def _name_of_input(item: Resource | str) -> str:
    return item if isinstance(item, str) else item.name
