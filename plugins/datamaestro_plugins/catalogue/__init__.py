"""Resolves bare ids, and finds the repositories of installed packages."""

from datamaestro_hookspecs import hookimpl
from datamaestro_hookspecs.repositories import Repository
from datamaestro_hookspecs.resolvers import Resolver


@hookimpl
def datamaestro_resolvers() -> list[Resolver]:
    return [Resolver("catalogue", "id", "datamaestro_plugins.catalogue.resolver:CatalogueResolver")]


@hookimpl
def datamaestro_repositories() -> list[Repository]:
    from datamaestro_plugins.catalogue.installed import installed_repositories

    return installed_repositories()
