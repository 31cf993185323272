"""Transforms streams by Python functions of a definition's author."""

from datamaestro_hookspecs import hookimpl
from datamaestro_hookspecs.transformers import Transformer


@hookimpl
def datamaestro_transformers() -> list[Transformer]:
    return [Transformer("call", "datamaestro_plugins.call.calling:Call")]
