"""The ids of what is inside of a data object."""

from __future__ import annotations

from typing import TYPE_CHECKING

from datamaestro.data import Base, belongs_to
from datamaestro.data.parts import items_of

if TYPE_CHECKING:
    from datamaestro_hookspecs.cards import Definition


def name_parts(data: Base, name: str, repository: str, dataset: Definition) -> None:
    """Give each datum without an id its own, ``<id>.<path to it>@<repository>``, and its data set.

    What is inside a datum that has an id already keeps its names, too.
    """
    if data.id:
        return
    data.id = f"{name}@{repository}"
    belongs_to(data, dataset)
    for key, value in items_of(data):
        _name_value(value, f"{name}.{key}", repository, dataset)


def _name_value(value: object, name: str, repository: str, dataset: Definition) -> None:
    if isinstance(value, Base):
        name_parts(value, name, repository, dataset)
    else:
        for key, item in items_of(value):
            _name_value(item, f"{name}.{key}", repository, dataset)
