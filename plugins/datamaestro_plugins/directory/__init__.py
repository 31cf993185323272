"""Moves data sets to and from a data directory that is mounted here: ``/path`` or ``file:///path``."""

from datamaestro_hookspecs import hookimpl
from datamaestro_hookspecs.transports import Transport


@hookimpl
def datamaestro_transports() -> list[Transport]:
    work = "datamaestro_plugins.directory.transport:DirectoryTransport"
    return [Transport("directory", schemes=("file",), implementation=work)]
