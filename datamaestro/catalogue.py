"""The catalogue: the definitions of all repositories."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, TypeVar

from datamaestro.errors import DatamaestroError, DatasetNotFound, PluginError
from datamaestro.index.alike import alike
from datamaestro.index.compiled import left_out, working_repository
from datamaestro.index.installed import installed
from datamaestro.index.listing import Damaged, Listing, one_of_several
from datamaestro.index.places import places_of
from datamaestro.index.refreshed import refreshed_listing
from datamaestro.packages import hint_at_known
from datamaestro.query.tree import EVERYTHING
from datamaestro.repository import Repository

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

    from datamaestro.index.entries import Entry
    from datamaestro.plugins.services import Plugins
    from datamaestro.store.layout import Store
    from datamaestro_hookspecs.cards import Card, Definition
    from datamaestro_hookspecs.repositories import RepositoryProtocol

log = logging.getLogger("datamaestro")

T = TypeVar("T")


class Catalogue:
    """The definitions of all repositories of the loaded plugins."""

    def __init__(self, plugins: Plugins) -> None:
        self.plugins = plugins

    def repositories(self) -> Iterator[tuple[str, RepositoryProtocol]]:
        """Iterate over names and repositories; a broken one is warned about and left out."""
        return self._working(self.plugins.repositories())

    def _working(self, names: Iterable[str]) -> Iterator[tuple[str, RepositoryProtocol]]:
        for name in names:
            try:
                repository = working_repository(self.plugins, name)
            except (Exception, SystemExit) as error:  # noqa: BLE001 - a stranger's may raise anything
                self.plugins.warn(left_out(name, error))
            else:
                yield name, repository

    def definitions(self, names: Iterable[str] | None = None) -> Iterator[Definition]:
        """Iterate over all definitions; a repository that fails is warned about and left out.

        Args:
            names: of the repositories; None: all.
        """
        for name, repository in self._working(names or self.plugins.repositories()):
            try:
                yield from repository.definitions()
            except (Exception, SystemExit) as error:  # noqa: BLE001 - a stranger's repository may raise anything
                self.plugins.warn(left_out(name, error))

    def ask(self, question: Callable[[Listing], T], store: Store | None = None) -> T:
        """Return what the index answers; what has changed is compiled first.

        What cannot be used is warned about and left out.

        Args:
            question: asked of the index.
            store: the data directory, where a search finds what is described there, too.
        """
        try:
            return self._answer(question, store, anew=False)
        except Damaged as error:
            log.debug("the index of the catalogue is damaged: %s", error)
            return self._answer(question, store, anew=True)

    def _answer(self, question: Callable[[Listing], T], store: Store | None, *, anew: bool) -> T:
        with refreshed_listing(self.plugins, store, anew=anew) as listing:
            for problem in listing.problems():
                self.plugins.warn(problem)
            return question(listing)

    def __iter__(self) -> Iterator[Entry]:
        """Iterate over all data sets as the index lists them, by repository and id.

        No definition is imported for it, other than of what has changed.
        """
        return iter(self.ask(lambda listing: listing.entries(listing.search(EVERYTHING))))

    def cards(self) -> Iterator[Card]:
        """Iterate over the cards of all definitions; a broken one is warned about and left out."""
        return iter(self.ask(Listing.cards))

    def definition(self, dataset_id: str) -> Definition:
        """Return the definition of ``id`` or ``id@repository``.

        Where the index knows the id, only what defines it is imported.

        Raises:
            DatasetNotFound: there is none; the error names ids that look like it.
        """
        wanted, _, chosen = dataset_id.partition("@")
        broken: list[DatamaestroError] = []
        found = self._definition(wanted, chosen, broken)
        if found is None:
            raise self._refusal(dataset_id, broken)
        return found

    def longest(self, name: str) -> tuple[Definition, str]:
        """Return the definition of the longest id that a name begins with, and what is behind it.

        That is a path inside of its data; empty where the name is an id.

        Args:
            name: ``id``, ``id.path``, ``id@repository`` or ``id.path@repository``.

        Raises:
            DatasetNotFound: there is none; the error names ids that look like it.
        """
        wanted, _, chosen = name.partition("@")
        words = wanted.split(".")
        broken: list[DatamaestroError] = []
        if not all(words):
            raise self._refusal(name, broken)
        for length in range(len(words), 0, -1):
            found = self._definition(".".join(words[:length]), chosen, broken)
            if found is not None:
                return found, ".".join(words[length:])
        raise self._refusal(name, broken)

    def _definition(
        self, wanted: str, chosen: str, broken: list[DatamaestroError]
    ) -> Definition | None:
        """Return the definition of an id, or None.

        Args:
            wanted: the id.
            chosen: the repository; empty: any.
            broken: is given what fails.
        """
        place = places_of(self.plugins).of(wanted.partition("[")[0].strip())
        names = [name for name in self.plugins.repositories() if chosen in ("", name)]
        promising = [name for name in names if name not in place.unlisted]
        found = list(self._find(wanted, promising, place.modules, broken))
        if not found:
            others = place.asked | place.unlikely if chosen else place.asked
            asked = [name for name in names if name in others]
            found = list(self._find(wanted, asked, place.modules, broken))
        if not found:
            return None
        if len(found) > 1:
            log.warning("%s", one_of_several(wanted, [name for name, _ in found]))
        return found[0][1]

    def _find(
        self,
        wanted: str,
        names: Iterable[str],
        modules: Mapping[str, str],
        broken: list[DatamaestroError],
    ) -> Iterator[tuple[str, Definition]]:
        """Iterate over the definitions of an id; what fails is added to ``broken``."""
        for name, repository in self._working(names):
            try:
                definition = _definition(repository, wanted, modules.get(name))
            except (Exception, SystemExit) as error:  # noqa: BLE001 - a stranger's repository may raise anything
                broken.append(_as_ours(error, name))
            else:
                if definition is not None:
                    yield name, definition

    def _refusal(self, name: str, broken: list[DatamaestroError]) -> DatamaestroError:
        """Return the error for a name that names nothing, or for what of it may be broken."""
        chosen = name.partition("@")[2]
        names = self.plugins.repositories()
        if chosen and chosen not in names:
            others = f"there is no repository {chosen}, but: {', '.join(sorted(names))}"
            hint = "; ".join(filter(None, [others, _hint_at_known(name, names)]))
            return DatasetNotFound(name, hint=hint)
        if broken:
            return broken[0]
        if chosen and (failure := self._failure(chosen)):
            return failure
        near, hint = self.near(name.partition("@")[0]), _hint_at_known(name, names)
        return DatasetNotFound(name, near, hint)

    def _failure(self, repository: str) -> DatamaestroError | None:
        """Return why the whole of a repository cannot be used; None where it can."""
        try:
            working_repository(self.plugins, repository)
        except (Exception, SystemExit) as error:  # noqa: BLE001 - a stranger's may raise anything
            return _as_ours(error, repository)
        return None

    def near(self, dataset_id: str) -> tuple[str, ...]:
        """Return up to three ids that look like the given one."""
        return alike(dataset_id, self.ask(Listing.ids))


def _definition(
    repository: RepositoryProtocol, wanted: str, module: str | None
) -> Definition | None:
    """Return a repository's definition of an id, from its module where that is known."""
    if module and isinstance(repository, Repository):
        found = repository.defined_in(module, wanted.partition("[")[0].strip())
        if found is not None:
            return found
    return repository.definition(wanted)


def _hint_at_known(name: str, repositories: Sequence[str]) -> str:
    """Return a hint at a package that is not installed, and may have what is not found here."""
    return hint_at_known(name, installed().versions.keys(), repositories)


def _as_ours(error: BaseException, repository: str) -> DatamaestroError:
    if isinstance(error, DatamaestroError):
        return error
    return PluginError(f"repository {repository} fails: {type(error).__name__}: {error}")
