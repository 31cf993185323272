"""Data directories and programs on other computers, reached by the user's own ssh."""

from datamaestro_hookspecs import hookimpl
from datamaestro_hookspecs.transports import Transport


@hookimpl
def datamaestro_transports() -> list[Transport]:
    return [Transport("ssh", ("ssh",), "datamaestro_plugins.ssh.transport:Ssh", priority=-100)]
