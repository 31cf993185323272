"""Reads tables whose values are separated by a character."""

from datamaestro_hookspecs import hookimpl
from datamaestro_hookspecs.datatypes import DataType


@hookimpl
def datamaestro_datatypes() -> list[DataType]:
    return [
        DataType(
            name="csv",
            type="datamaestro.data.csv:Generic",
            implementation="datamaestro_plugins.csv.reader:CSVReader",
            suffixes=(".csv", ".tsv"),
        )
    ]
