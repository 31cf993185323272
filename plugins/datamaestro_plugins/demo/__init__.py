"""The repository ``demo``: small real data that need no network."""

from datamaestro_hookspecs import hookimpl
from datamaestro_hookspecs.repositories import Repository


@hookimpl
def datamaestro_repositories() -> list[Repository]:
    return [Repository("demo", "datamaestro_plugins.demo.repository:DemoRepository")]
