"""Adds ``data:`` URLs, zlib streams, ar archives, NPY files, ``npy:`` references, and data sets."""

from datamaestro_hookspecs import hookimpl
from datamaestro_hookspecs.datatypes import DataType
from datamaestro_hookspecs.downloaders import Downloader
from datamaestro_hookspecs.repositories import Repository
from datamaestro_hookspecs.resolvers import Resolver
from datamaestro_hookspecs.transformers import Transformer
from datamaestro_hookspecs.unpackers import Unpacker


@hookimpl
def datamaestro_downloaders() -> list[Downloader]:
    return [Downloader("data", ("data",), "datamaestro_example.data_url:DataURL", local=True)]


@hookimpl
def datamaestro_transformers() -> list[Transformer]:
    return [Transformer("unzlib", "datamaestro_example.unzlib:Unzlib", suffixes=(".zz", ".zlib"))]


@hookimpl
def datamaestro_unpackers() -> list[Unpacker]:
    suffixes, magic = (".a", ".ar", ".deb"), (b"!<arch>\n",)
    return [Unpacker("unar", "datamaestro_example.unar:Unar", suffixes, magic)]


@hookimpl
def datamaestro_datatypes() -> list[DataType]:
    kind, reader = "datamaestro_example.npy:NPY", "datamaestro_example.npy:NPYReader"
    return [DataType("npy", kind, reader, suffixes=(".npy",), magic=(b"\x93NUMPY",))]


@hookimpl
def datamaestro_resolvers() -> list[Resolver]:
    return [Resolver("npy", "npy", "datamaestro_example.resolver:NPYResolver")]


@hookimpl
def datamaestro_repositories() -> list[Repository]:
    return [Repository("example", "datamaestro_example.repository:ExampleRepository")]
