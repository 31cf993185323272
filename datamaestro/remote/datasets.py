"""What another computer says of a data set, as a definition and a data object here."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

from datamaestro.data.owners import belongs_to
from datamaestro.data.parts import walk
from datamaestro.definitions.part import Part
from datamaestro.descriptions.definition import Described
from datamaestro.descriptions.values import Folders, made
from datamaestro.index.documents import card_from_json
from datamaestro.store.descriptions import Description
from datamaestro.store.layout import Store

if TYPE_CHECKING:
    from collections.abc import Mapping

    from datamaestro.remote.context import RemoteContext

ABSOLUTE = Folders(Store(Path("/dev/null")), "-@-")
"""By which all paths are said as they are, since they mean files of one computer."""


class FarDataset(Described):
    """A data set of another computer: whatever is done with it is done there.

    Args:
        description: of it.
        there: that computer.
    """

    def __init__(self, description: Description, there: RemoteContext) -> None:
        super().__init__(description, Store(there.datapath.parent))
        self._there = there
        self._card = card_from_json(json.dumps(description.card))  # its author's code is there

    @property
    def context(self) -> Any:
        """That of the other computer."""
        return self._there

    @property
    def datapath(self) -> Path:
        """Its folder there."""
        return self._store.folder(self.repository_name, self.id)

    @property
    def elsewhere(self) -> str:
        """How its files are brought here."""
        where = f"datamaestro pull {self.card.identity} {self._there.target}"
        return f"it is on {self._there.host}; to have it here: {where}"


def definition_from(told: Mapping[str, Any], there: RemoteContext) -> Any:
    """Return the definition that another computer tells of.

    Raises:
        LookupError, TypeError, ValueError: it tells of none.
        DefinitionError: it tells of one that cannot be understood here.
    """
    said = told["description"]
    description = Description(said["card"], tuple(said["variants"]), said["origin"])
    found: Any = FarDataset(description, there)
    if told["chosen"] is not None:
        found = found.variant(found.variants.resolve(**told["chosen"]))
    return Part(found, told["part"]) if told["part"] else found


def data_from(told: Mapping[str, Any], there: RemoteContext) -> Any:
    """Return the data object that another computer tells of; its paths are those there.

    Raises:
        LookupError, TypeError, ValueError: it tells of none.
        DefinitionError: it tells of one that cannot be understood here.
    """
    data = made(told["data"], ABSOLUTE)
    definition = definition_from(told, there)
    for _, datum in walk(data):
        belongs_to(datum, definition)
    return data
