"""The repository ``image``."""

from datamaestro_hookspecs import hookimpl
from datamaestro_hookspecs.repositories import Repository


@hookimpl
def datamaestro_repositories() -> list[Repository]:
    return [Repository("image", "datamaestro_plugins.image.repository:ImageRepository")]
