"""In which repository a definition stands, from the module that has it."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

from datamaestro.errors import DatamaestroError
from datamaestro.plugins.registry import plugins

if TYPE_CHECKING:
    from datamaestro_hookspecs.repositories import RepositoryProtocol

log = logging.getLogger("datamaestro")


def home_of(module: str) -> RepositoryProtocol | None:
    """Return the repository in whose package a module is; the innermost; None where it is in none.

    Args:
        module: dotted name.
    """
    found: tuple[int, RepositoryProtocol | None] = (0, None)
    for name in plugins().repositories():
        try:
            repository = plugins().repository(name)
        except DatamaestroError as error:
            log.debug("repository %s: %s", name, error)
            continue
        package = getattr(repository, "package", "")
        if package and f"{module}.".startswith(f"{package}.") and len(package) > found[0]:
            found = (len(package), repository)
    return found[1]
