"""Unpacks zip archives."""

from datamaestro_hookspecs import hookimpl
from datamaestro_hookspecs.unpackers import Unpacker


@hookimpl
def datamaestro_unpackers() -> list[Unpacker]:
    return [
        Unpacker(
            name="unzip",
            implementation="datamaestro_plugins.zip.unzip:Unzip",
            suffixes=(".zip",),
            magic=(b"PK\x03\x04", b"PK\x05\x06"),
            seeks=True,
        )
    ]
