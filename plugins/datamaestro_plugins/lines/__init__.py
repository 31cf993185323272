"""Keeps, drops and changes lines of text."""

from datamaestro_hookspecs import hookimpl
from datamaestro_hookspecs.transformers import Transformer


@hookimpl
def datamaestro_transformers() -> list[Transformer]:
    return [Transformer("lines", "datamaestro_plugins.lines.lines:Lines", text=True)]
