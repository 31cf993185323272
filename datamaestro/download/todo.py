"""What nobody has said yet how to get."""

from __future__ import annotations

from typing import TYPE_CHECKING

from datamaestro.download.authored import FolderResource
from datamaestro.errors import DefinitionError

if TYPE_CHECKING:
    from pathlib import Path


class Todo(FolderResource):
    """A resource whose definition is not finished."""

    def _download(self, destination: Path) -> None:
        what = f"resource {self.name}: its definition does not say how to get it"
        raise DefinitionError(what, hint="ask its author")
