"""Data objects as JSON, as ``prepare`` prints them."""

from datamaestro_hookspecs import hookimpl
from datamaestro_hookspecs.encoders import Encoder


@hookimpl
def datamaestro_encoders() -> list[Encoder]:
    return [
        Encoder("normal", "datamaestro_plugins.json.encoder:JsonEncoder", "each datum's fields")
    ]
