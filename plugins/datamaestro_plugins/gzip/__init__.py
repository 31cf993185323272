"""Expands gzip streams."""

from datamaestro_hookspecs import hookimpl
from datamaestro_hookspecs.transformers import Transformer


@hookimpl
def datamaestro_transformers() -> list[Transformer]:
    work = "datamaestro_plugins.gzip.gunzip:Gunzip"
    return [Transformer("gunzip", work, suffixes=(".gz",), magic=(b"\x1f\x8b\x08",))]
