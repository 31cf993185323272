"""The definitions of one module."""

from __future__ import annotations

import inspect
from functools import cached_property
from typing import TYPE_CHECKING, Any

from datamaestro.annotations import DATASET
from datamaestro.definitions.declared import DatasetWrapper
from datamaestro.definitions.naming import split_docstring

if TYPE_CHECKING:
    from collections.abc import Iterator
    from types import ModuleType


class Section:
    """The definitions of one module of a repository, and what its docstring says.

    Args:
        module: imported.
        name: of it, below ``config``.
        repository: that it belongs to.
    """

    def __init__(self, module: ModuleType, name: str, repository: Any) -> None:
        self.module = module
        self.id = name
        self.repository = repository
        self.title, self.description = split_docstring(module.__doc__)

    def __iter__(self) -> Iterator[DatasetWrapper]:
        return iter(self._definitions)

    @cached_property
    def _definitions(self) -> tuple[DatasetWrapper, ...]:
        found = [as_definition(value) for value in vars(self.module).values()]
        ours = [
            one
            for one in found
            if one is not None and one.target.__module__ == self.module.__name__
        ]
        for definition in ours:
            definition.repository = self.repository
        return tuple(ours)

    @cached_property
    def by_id(self) -> dict[str, DatasetWrapper]:
        """The definitions by id and alias; the first of an id stays."""
        found: dict[str, DatasetWrapper] = {}
        for definition in self:
            found.setdefault(definition.id, definition)
        for definition in self:
            for alias in definition.aliases:
                found.setdefault(alias, definition)
        return found


def as_definition(value: Any) -> DatasetWrapper | None:
    """Return what ``@dataset`` made of a function or class, or None."""
    if inspect.isclass(value):
        value = vars(value).get(DATASET)
    return value if isinstance(value, DatasetWrapper) else None
