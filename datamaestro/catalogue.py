"""The catalogue: the definitions of all repositories."""

from __future__ import annotations

import difflib
import logging
from typing import TYPE_CHECKING, NoReturn

from datamaestro.errors import DatamaestroError, DatasetNotFound, PluginError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from datamaestro.plugins.services import Plugins
    from datamaestro_hookspecs.cards import Card, Definition
    from datamaestro_hookspecs.repositories import RepositoryProtocol

log = logging.getLogger("datamaestro")


class Catalogue:
    """The definitions of all repositories of the loaded plugins."""

    def __init__(self, plugins: Plugins) -> None:
        self.plugins = plugins

    def repositories(self) -> Iterator[tuple[str, RepositoryProtocol]]:
        """Iterate over names and repositories; a broken one is warned about and left out."""
        for name in self.plugins.repositories():
            try:
                repository = self.plugins.repository(name)
                if repository.name != name:
                    raise PluginError(f"it calls itself {repository.name}")
            except DatamaestroError as error:
                self.plugins.warn(f"repository {name} is left out: {error}")
            else:
                yield name, repository

    def definitions(self) -> Iterator[Definition]:
        """Iterate over all definitions; a repository that fails is warned about and left out."""
        for name, repository in self.repositories():
            try:
                yield from repository.definitions()
            except Exception as error:  # noqa: BLE001 - a stranger's repository may raise anything
                self.plugins.warn(f"repository {name} is left out: {error}")

    def cards(self) -> Iterator[Card]:
        """Iterate over the cards of all definitions; a broken one is warned about and left out."""
        for definition in self.definitions():
            try:
                card = definition.card
            except Exception as error:  # noqa: BLE001 - so may its definitions
                self.plugins.warn(f"a data set is left out: {error}")
            else:
                yield card

    def definition(self, dataset_id: str) -> Definition:
        """Return the definition of ``id`` or ``id@repository``.

        Raises:
            DatasetNotFound: there is none; the error names ids that look like it.
        """
        wanted, _, chosen = dataset_id.partition("@")
        found: list[tuple[str, Definition]] = []
        broken: list[DatamaestroError] = []
        for name, repository in self.repositories():
            if chosen in ("", name):
                try:
                    definition = repository.definition(wanted)
                except Exception as error:  # noqa: BLE001 - a stranger's repository may raise anything
                    broken.append(_as_ours(error, name))
                else:
                    found += [(name, definition)] if definition is not None else []
        if not found and broken:
            raise broken[0]
        if not found:
            self._refuse(dataset_id, wanted, chosen)
        (name, definition), *others = found
        if others:
            others_named = ", ".join(f"{wanted}@{other}" for other, _ in others)
            log.warning("%s is taken from %s; there is also %s", wanted, name, others_named)
        return definition

    def _refuse(self, dataset_id: str, wanted: str, chosen: str) -> NoReturn:
        names = self.plugins.repositories()
        if chosen and chosen not in names:
            known = ", ".join(sorted(names))
            raise DatasetNotFound(dataset_id, hint=f"there is no repository {chosen}, but: {known}")
        raise DatasetNotFound(dataset_id, self.near(wanted))

    def near(self, dataset_id: str) -> tuple[str, ...]:
        """Return up to three ids that look like the given one."""
        ids = sorted({card.id for card in self.cards()})
        word = dataset_id.lower()
        containing = [found for found in ids if word in found.split(".") or word in found]
        last = {found.rpartition(".")[2]: found for found in ids}
        alike = difflib.get_close_matches(word, ids, n=3, cutoff=0.6)
        alike += [last[match] for match in difflib.get_close_matches(word, last, n=3, cutoff=0.75)]
        return tuple(dict.fromkeys(containing + alike))[:3]


def _as_ours(error: Exception, repository: str) -> DatamaestroError:
    if isinstance(error, DatamaestroError):
        return error
    return PluginError(f"repository {repository} fails: {type(error).__name__}: {error}")
