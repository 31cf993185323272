"""Reads IDX files, the format of the MNIST database."""

from datamaestro_hookspecs import hookimpl
from datamaestro_hookspecs.datatypes import DataType


@hookimpl
def datamaestro_datatypes() -> list[DataType]:
    return [
        DataType(
            name="idx",
            type="datamaestro.data.tensor:IDX",
            implementation="datamaestro_plugins.idx.reader:IDXReader",
            suffixes=(".idx",),
            magic=tuple(b"\0\0" + bytes([code]) for code in (8, 9, 11, 12, 13, 14)),
        )
    ]
