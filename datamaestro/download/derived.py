"""A file that is made from others by a Python function."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from datamaestro.download.resource import Resource
from datamaestro.errors import DefinitionError
from datamaestro_hookspecs.cards import Derivation, ResourceCard

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path


class DerivedFile(Resource):
    """A file that a function makes from other resources.

    Args:
        filename: below the data set's folder; its name up to the first dot is the resource's
            name where no other is given.
        function: called as ``function(output, *inputs)`` with paths; writes the file ``output``.
        inputs: the resources it reads, or their names; transient ones are removed afterwards.
        version: to be changed when the function's result changes, so that it is made again.
        varname: name of the resource.
        transient: removed as soon as everything made from it is there.

    Example::

        TABLE = FileDownloader("table.csv", "https://example.org/table.csv.gz", transient=True)
        MATRIX = DerivedFile("matrix.idx", to_idx, TABLE, version="1")
    """

    def __init__(
        self,
        filename: str,
        function: Callable[..., object],
        *inputs: Resource | str,
        version: str = "1",
        varname: str | None = None,
        transient: bool = False,
    ) -> None:
        super().__init__(re.sub(r"\..*$", "", filename), varname=varname, transient=transient)
        self.filename = filename
        self.function = function
        self.inputs = inputs
        self.version = version

    def card(self) -> ResourceCard:
        """Return what is declared."""
        function: Any = self.function
        if not hasattr(function, "__qualname__"):
            raise DefinitionError(f"resource {self.name}: {function!r} is not a function")
        return ResourceCard(
            name=self.name,
            path=self.filename,
            derivation=Derivation(f"{function.__module__}:{function.__qualname__}", self.version),
            inputs=self._input_names(),
            transient=self.transient,
        )

    def derive(self, output: Path, inputs: Mapping[str, Path]) -> None:
        """Make the file."""
        self.function(output, *(inputs[name] for name in self._input_names()))

    def _input_names(self) -> tuple[str, ...]:
        return tuple(item if isinstance(item, str) else item.name for item in self.inputs)
