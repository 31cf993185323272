"""Expands xz streams, and those of the older format lzma."""

from datamaestro_hookspecs import hookimpl
from datamaestro_hookspecs.transformers import Transformer


@hookimpl
def datamaestro_transformers() -> list[Transformer]:
    work = "datamaestro_plugins.xz.unxz:Unxz"
    magic = (b"\xfd7zXZ\0", b"]\0\0")  # of xz; and what lzma usually begins with
    return [Transformer("unxz", work, suffixes=(".xz", ".lzma"), magic=magic)]
