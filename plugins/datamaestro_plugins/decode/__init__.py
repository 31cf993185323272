"""Turns text in other encodings into UTF-8."""

from datamaestro_hookspecs import hookimpl
from datamaestro_hookspecs.transformers import Transformer


@hookimpl
def datamaestro_transformers() -> list[Transformer]:
    return [Transformer("decode", "datamaestro_plugins.decode.decoding:Decode", text=True)]
