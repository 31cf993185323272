"""Lists of downloads, as versions before 1.0 had them; nothing has been able to use them since."""

from __future__ import annotations

from typing import Any

from datamaestro.download import Download
from datamaestro.errors import DefinitionError


class List(Download):
    """Several downloads in one; refused.

    Raises:
        DefinitionError: it is used.
    """

    instead = "give each file or folder a declaration of its own"

    def __init__(self, *arguments: Any, **options: Any) -> None:
        what = f"datamaestro.download.multiple.{type(self).__name__} is no longer understood"
        raise DefinitionError(what, hint=self.instead)


class Datasets(List):
    """Links to other data sets; refused.

    Raises:
        DefinitionError: it is used.
    """

    instead = "use datamaestro.download.links.links"
