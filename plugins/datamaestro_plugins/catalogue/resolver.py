"""The resolver of bare ids."""

from __future__ import annotations

from typing import TYPE_CHECKING

from datamaestro.catalogue import Catalogue
from datamaestro.plugins.registry import plugins

if TYPE_CHECKING:
    from datamaestro_hookspecs.cards import Definition


class CatalogueResolver:
    """Finds a definition among all repositories."""

    def resolve(self, reference: str) -> Definition:
        """Return the definition of ``id`` or ``id@repository``."""
        return Catalogue(plugins()).definition(reference)

    def longest(self, name: str) -> tuple[Definition, str]:
        """Return the definition of the longest id that a name begins with, and what is behind."""
        return Catalogue(plugins()).longest(name)
