"""The resolver of bare ids."""

from __future__ import annotations

from typing import TYPE_CHECKING

from datamaestro.catalogue import Catalogue
from datamaestro.errors import DatamaestroError
from datamaestro.plugins.registry import plugins
from datamaestro.store.current import current_store

if TYPE_CHECKING:
    from datamaestro_hookspecs.cards import Definition


class CatalogueResolver:
    """Finds a definition among all repositories; else what the data directory says of it."""

    def resolve(self, reference: str) -> Definition:
        """Return the definition of ``id`` or ``id@repository``."""
        try:
            return Catalogue(plugins()).definition(reference)
        except DatamaestroError as error:
            from datamaestro.descriptions.finding import in_place_of

            words = reference.partition("@")[0].count(".") + 1
            return in_place_of(error, current_store(), reference, words)[0]

    def longest(self, name: str) -> tuple[Definition, str]:
        """Return the definition of the longest id that a name begins with, and what is behind."""
        found: tuple[Definition, str]
        try:
            found = Catalogue(plugins()).longest(name)
        except DatamaestroError as error:
            from datamaestro.descriptions.finding import in_place_of

            return in_place_of(error, current_store(), name)
        if found[1]:
            from datamaestro.descriptions.finding import described

            words = found[0].card.id.count(".") + 2
            return described(current_store(), name, words) or found
        return found
