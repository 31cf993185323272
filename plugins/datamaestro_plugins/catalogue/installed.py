"""Repositories of installed packages, by entry points of the group ``datamaestro.repositories``."""

from __future__ import annotations

import logging

from datamaestro_hookspecs.errors import PluginError
from datamaestro_hookspecs.repositories import Repository

GROUP = "datamaestro.repositories"
INSTALLED = 1
"""Priority above that of the built-in repositories, which an installed one replaces."""

log = logging.getLogger("datamaestro")


def installed_repositories() -> list[Repository]:
    """Return a record for each entry point; one that cannot be understood is warned about."""
    from importlib.metadata import entry_points

    found = []
    for point in sorted(entry_points(group=GROUP), key=lambda point: (point.name, point.value)):
        try:
            found.append(Repository(point.name, point.value, INSTALLED))
        except PluginError as error:
            log.warning("entry point %s of the group %s: %s", point.name, GROUP, error)
    return found
