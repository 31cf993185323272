"""Compiling a repository: its definitions are imported, once, and what they say is written down."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from datamaestro.data.typed import parts_of
from datamaestro.definitions.declared import DatasetWrapper
from datamaestro.errors import DatamaestroError, PluginError
from datamaestro.index.documents import card_from_json, card_to_json
from datamaestro.repository import BaseRepository, Problem, Repository, has_usual_lookup
from datamaestro_hookspecs.cards import Card

if TYPE_CHECKING:
    from collections.abc import Iterator

    from datamaestro.plugins.services import Plugins
    from datamaestro_hookspecs.repositories import RepositoryProtocol


class Row(NamedTuple):
    """A data set.

    Args:
        card: what is declared about it.
        document: the same as JSON.
        module: that defines it, where importing that is enough to find it; else empty.
        parts: the paths to the data in it, as far as its type tells.
    """

    card: Card
    document: str
    module: str
    parts: tuple[str, ...] = ()


class Compiled(NamedTuple):
    """What a repository has.

    Args:
        description: one line.
        failure: why the whole of it cannot be used; else empty.
        rows: its data sets, in its order.
        problems: what of it cannot be used.
        closed: whether it has no data set besides these, so that it need not be asked for one,
            except for those of a module that cannot be imported.
    """

    description: str = ""
    failure: str = ""
    rows: tuple[Row, ...] = ()
    problems: tuple[Problem, ...] = ()
    closed: bool = False

    @property
    def is_flawed(self) -> bool:
        """Whether something of it cannot be used."""
        return bool(self.failure or self.problems)


def working_repository(plugins: Plugins, name: str) -> RepositoryProtocol:
    """Return the repository of a name.

    Raises:
        DatamaestroError: it does not work.
    """
    repository = plugins.repository(name)
    if repository.name != name:
        raise PluginError(f"it calls itself {repository.name}")
    return repository


def left_out(name: str, error: BaseException) -> str:
    """Return the line that says that a repository cannot be used."""
    return f"repository {name} is left out: {_reason(error)}"


def _reason(error: BaseException) -> str:
    """Return what an error says; of one that is not ours, also what it is."""
    return str(error) if isinstance(error, DatamaestroError) else f"{type(error).__name__}: {error}"


def compile_repository(plugins: Plugins, name: str) -> Compiled:
    """Import all definitions of a repository; what fails is a problem of the result."""
    try:
        repository = working_repository(plugins, name)
        description = str(repository.description)
    except (Exception, SystemExit) as error:  # noqa: BLE001 - a stranger's repository may raise anything
        return Compiled(failure=left_out(name, error))
    problems: list[Problem] = []
    rows = tuple(_rows(repository, problems))
    if isinstance(repository, BaseRepository):
        problems = [*repository.problems, *problems]
    closed = has_usual_lookup(repository) and all(problem.module for problem in problems)
    return Compiled(description, "", rows, tuple(dict.fromkeys(problems)), closed)


def _rows(repository: RepositoryProtocol, problems: list[Problem]) -> Iterator[Row]:
    for definition in _definitions(repository, problems):
        try:
            card = definition.card
            if not isinstance(card, Card):
                raise TypeError(f"{card!r} is no card")
            document = card_to_json(card)
            card_from_json(document)  # what cannot be read again would spoil the whole index
            parts = parts_of(getattr(definition, "configtype", None))
        except (Exception, SystemExit) as error:  # noqa: BLE001 - so may its definitions
            named = getattr(definition, "id", "a data set")
            problems.append(Problem("", f"{named}@{repository.name} is left out: {_reason(error)}"))
        else:
            yield Row(card, document, _module(repository, definition), parts)


def _definitions(repository: RepositoryProtocol, problems: list[Problem]) -> Iterator[Any]:
    try:
        yield from repository.definitions()
    except (Exception, SystemExit) as error:  # noqa: BLE001 - a stranger's repository may raise anything
        problems.append(Problem("", left_out(repository.name, error)))


def _module(repository: RepositoryProtocol, definition: Any) -> str:
    """Return the module by which alone a definition is found; empty where there is none."""
    if not isinstance(repository, Repository) or not isinstance(definition, DatasetWrapper):
        return ""
    module: str = definition.target.__module__
    try:
        found = repository.defined_in(module, definition.id)
        told = repository.definition(definition.id)
    except (Exception, SystemExit):  # noqa: BLE001 - a stranger's repository may raise anything
        return ""
    return module if found is definition is told else ""
