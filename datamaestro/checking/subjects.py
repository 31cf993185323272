"""What the rules look at: a data set, and the whole of a repository."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, Any

from attrs import define, field

from datamaestro.definitions.family import variant_of
from datamaestro.engine.ensure import resource_paths
from datamaestro.errors import ActionNeeded, DatamaestroError, VariantError
from datamaestro.index.compiled import working_repository
from datamaestro.repository import BaseRepository, Problem
from datamaestro.store.current import using
from datamaestro_hookspecs.cards import Card

if TYPE_CHECKING:
    from collections.abc import Iterator

    from datamaestro.plugins.services import Plugins
    from datamaestro.store.layout import Store
    from datamaestro_hookspecs.cards import Definition
    from datamaestro_hookspecs.repositories import RepositoryProtocol


@define(slots=False, eq=False)
class Subject:
    """A data set that is looked at.

    Args:
        definition: of it.
        card: what that declares.
        store: below which its data would be; nothing is there.
        plugins: that would do the work.
    """

    definition: Any
    card: Card
    store: Store
    plugins: Plugins

    @property
    def variants(self) -> Any:
        """The scheme of the variants of a family; None of any other data set."""
        return getattr(self.definition, "variants", None)

    @property
    def module(self) -> str:
        """The module of its function or class; empty where it has none."""
        return str(getattr(getattr(self.definition, "target", None), "__module__", ""))

    @property
    def where(self) -> str:
        """Where it is defined, as far as that is known."""
        return str(getattr(self.definition, "where", type(self.definition).__qualname__))

    @property
    def data(self) -> Any:
        """Its data object, of a family that of one variant; None where it cannot be built."""
        return self._built[0]

    @property
    def failure(self) -> str:
        """Why its data object cannot be built; empty where it can, or nobody can tell here."""
        return self._built[1]

    @cached_property
    def _built(self) -> tuple[Any, str]:
        try:
            chosen = self._one_variant()
            return (None if chosen is None else self.build(chosen)), ""
        except ActionNeeded:
            return None, ""  # such as a folder that only its users have
        except (Exception, SystemExit) as error:  # noqa: BLE001 - a definition may raise anything
            return None, _reason(error)

    def forget(self) -> None:
        """Let go of the data object; there may be very many."""
        vars(self).pop("_built", None)

    def build(self, definition: Definition) -> Any:
        """Return the data object of its definition, or of a variant; no file is there."""
        with using(self.store):
            return definition.build(resource_paths(definition.card, self.store))

    def _one_variant(self) -> Any:
        """Return a definition that can be built; None of a family whose values nobody can guess."""
        try:
            return variant_of(self.definition, None)
        except VariantError:
            for chosen in self.variants.enumerate():
                try:
                    return variant_of(self.definition, chosen)
                except VariantError:
                    return None  # an axis without a domain wants a value
        return None


@define(slots=False, eq=False)
class Stock:
    """All that a repository has.

    Args:
        name: of it.
        failure: why it cannot be used at all; else empty.
        problems: what of it cannot be used.
        subjects: its data sets, also those of which it has another of the same id.
        broken: the ids of data sets that do not even have a card, and why.
    """

    name: str
    failure: str = ""
    problems: list[Problem] = field(factory=list)
    subjects: list[Subject] = field(factory=list)
    broken: list[tuple[str, str]] = field(factory=list)


def stock_of(name: str, store: Store, plugins: Plugins) -> Stock:
    """Import all definitions of a repository; what fails is a part of the result."""
    try:
        repository = working_repository(plugins, name)
    except Exception as error:  # noqa: BLE001 - a stranger's repository may raise anything
        return Stock(name, _reason(error))
    stock = Stock(name)
    with using(store):
        try:
            for definition in _definitions(repository):
                _add(stock, definition, store, plugins)
        except (Exception, SystemExit) as error:  # noqa: BLE001 - so may its modules
            stock.failure = _reason(error)
    if isinstance(repository, BaseRepository):
        stock.problems = list(dict.fromkeys(repository.problems))
    return stock


def _definitions(repository: RepositoryProtocol) -> Iterator[Any]:
    """Iterate over all definitions, also those that another one of the same id hides."""
    seen: set[int] = set()
    sections = repository.modules() if isinstance(repository, BaseRepository) else ()
    for some in (*sections, repository.definitions()):
        for definition in some:
            if id(definition) not in seen:
                seen.add(id(definition))
                yield definition


def _add(stock: Stock, definition: Any, store: Store, plugins: Plugins) -> None:
    try:
        card = definition.card
        if not isinstance(card, Card):
            raise TypeError(f"{card!r} is no card")
    except (Exception, SystemExit) as error:  # noqa: BLE001 - a definition may raise anything
        stock.broken.append((str(getattr(definition, "id", "")), _reason(error)))
    else:
        stock.subjects.append(Subject(definition, card, store, plugins))


def _reason(error: BaseException) -> str:
    """Return what an error says, in one line."""
    if isinstance(error, DatamaestroError):
        return str(error)
    return " ".join(f"{type(error).__name__}: {error}".split())
