"""Expands bzip2 streams."""

from datamaestro_hookspecs import hookimpl
from datamaestro_hookspecs.transformers import Transformer


@hookimpl
def datamaestro_transformers() -> list[Transformer]:
    work = "datamaestro_plugins.bzip2.bunzip2:Bunzip2"
    return [Transformer("bunzip2", work, suffixes=(".bz2",), magic=(b"BZh",))]
