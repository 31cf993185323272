"""What could be loaded: built-in plugins, plugins of installed packages, and their repositories.

A class in the entry-point group ``datamaestro.repositories`` is a plugin by itself, whose only
hook names that class; it is imported when its definitions are first looked for.
"""

from __future__ import annotations

import importlib
from functools import partial
from typing import TYPE_CHECKING, Protocol

from attrs import frozen

from datamaestro.plugins.builtins import BUILTINS, PREFIX
from datamaestro.version import __version__
from datamaestro_hookspecs import hookimpl
from datamaestro_hookspecs.markers import PROJECT
from datamaestro_hookspecs.repositories import Repository

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from importlib.metadata import EntryPoint

REPOSITORIES = f"{PROJECT}.repositories"
"""The entry-point group of Repository classes."""


@frozen
class Candidate:
    """A plugin that could be loaded.

    Args:
        module: dotted name, or that of a Repository class; unique.
        name: short name, by which it can be switched off.
        distribution: the package that brings it, with its version.
        load: returns the object with its hooks.
        builtin: whether it comes with datamaestro.
    """

    module: str
    name: str
    distribution: str
    load: Callable[[], object]
    builtin: bool = False

    def __str__(self) -> str:
        return f"{self.name} of {self.distribution}" if self.distribution else self.name


@frozen
class RepositoryHooks:
    """The hooks of a Repository class."""

    record: Repository

    @hookimpl
    def datamaestro_repositories(self) -> list[Repository]:
        """Return its record."""
        return [self.record]


def find_candidates() -> Iterator[Candidate]:
    """Iterate over the built-in plugins, then over those of installed packages, sorted."""
    from importlib.metadata import entry_points

    for module in BUILTINS:
        load = partial(importlib.import_module, module)
        name = module.removeprefix(PREFIX)
        yield Candidate(module, name, f"datamaestro {__version__}", load, builtin=True)
    points = entry_points()
    for point in _sorted(points, PROJECT):
        yield Candidate(point.value, point.name, _distribution(point), point.load)
    for point in _sorted(points, REPOSITORIES):
        hooks = partial(_hooks_of_repository, point)
        yield Candidate(point.value, point.name, _distribution(point), hooks)


def _hooks_of_repository(point: EntryPoint) -> RepositoryHooks:
    return RepositoryHooks(Repository(point.name, point.value))


class Selectable(Protocol):
    """What ``entry_points()`` returns, in each version of Python."""

    def select(self, *, group: str) -> Iterable[EntryPoint]:
        """Return those of a group."""


def _sorted(points: Selectable, group: str) -> list[EntryPoint]:
    return sorted(points.select(group=group), key=lambda point: (point.name, point.value))


def _distribution(point: EntryPoint) -> str:
    return f"{point.dist.metadata['Name']} {point.dist.version}" if point.dist else ""
