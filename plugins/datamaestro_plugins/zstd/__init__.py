"""Expands zstd frames."""

from datamaestro_hookspecs import hookimpl
from datamaestro_hookspecs.transformers import Transformer


@hookimpl
def datamaestro_transformers() -> list[Transformer]:
    pzstd = b"\x50\x2a\x4d\x18"  # begins with a frame that is skipped
    return [
        Transformer(
            name="unzstd",
            implementation="datamaestro_plugins.zstd.unzstd:Unzstd",
            suffixes=(".zst", ".zstd"),
            magic=(b"\x28\xb5\x2f\xfd", pzstd),
        )
    ]
