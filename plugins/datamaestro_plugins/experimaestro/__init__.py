"""Types of data in experimaestro's notation, and data sets as parameters of its tasks."""

from datamaestro_hookspecs import hookimpl
from datamaestro_hookspecs.dialects import Dialect
from datamaestro_hookspecs.encoders import Encoder


@hookimpl
def datamaestro_dialects() -> list[Dialect]:
    return [
        Dialect(
            name="experimaestro",
            package="experimaestro",
            implementation="datamaestro_plugins.experimaestro.dialect:Experimaestro",
            extra="xpm",
            names=(
                *("Param", "Meta", "Option", "Constant", "Config", "Type"),
                "FlattenAndShuffleDataset",
            ),
        )
    ]


@hookimpl
def datamaestro_encoders() -> list[Encoder]:
    return [
        Encoder(
            "xpm",
            "datamaestro_plugins.experimaestro.encoder:XPMEncoder",
            "as experimaestro writes its parameters: with types",
        )
    ]
