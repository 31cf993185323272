"""Unpacks tar archives."""

from datamaestro_hookspecs import hookimpl
from datamaestro_hookspecs.unpackers import Unpacker


@hookimpl
def datamaestro_unpackers() -> list[Unpacker]:
    return [
        Unpacker(
            name="untar",
            implementation="datamaestro_plugins.tar.untar:Untar",
            suffixes=(".tar", ".tgz", ".tbz", ".tbz2", ".txz", ".tzst"),
            magic=(b"ustar",),
            offset=257,
        )
    ]
