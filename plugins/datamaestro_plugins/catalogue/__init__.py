"""Resolves bare ids."""

from datamaestro_hookspecs import hookimpl
from datamaestro_hookspecs.resolvers import Resolver


@hookimpl
def datamaestro_resolvers() -> list[Resolver]:
    return [Resolver("catalogue", "id", "datamaestro_plugins.catalogue.resolver:CatalogueResolver")]
