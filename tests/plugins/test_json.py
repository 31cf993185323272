"""Data objects as JSON."""

import json
from pathlib import Path
from typing import Any

import pytest
from attrs import define

from datamaestro.data import UNSET, Base, File
from datamaestro.data.image import IDXImage, ImageClassification, LabelledImages
from datamaestro.data.tensor import IDX
from datamaestro.errors import DefinitionError, PluginError
from datamaestro.plugins.registry import plugins
from datamaestro_plugins.json.encoder import JsonEncoder
from support.distributions import install


@define(slots=False, kw_only=True, eq=False)
class Everything(Base):
    """A type with a field of each kind."""

    many: list[Base]
    named: dict[str, Base]
    pair: tuple[int, ...]
    free: Any = None


def test_nested_data_are_nested_objects() -> None:
    """Each datum has its id, its path and its parts; what is not there is null."""
    part = LabelledImages(images=IDXImage(id="i", path="/d/i"), labels=IDX(id="l", path="/d/l"))
    document = json.loads(JsonEncoder().encode(ImageClassification(id="x", train=part)))
    assert {
        "id": "x",
        "train": {
            "id": "",
            "images": {"id": "i", "path": "/d/i"},
            "labels": {"id": "l", "path": "/d/l"},
        },
        "validation": None,
        "test": None,
    } == document


def test_paths_are_absolute() -> None:
    """Whoever reads the JSON need not know where it was written."""
    assert str(Path.cwd() / "x") == json.loads(JsonEncoder().encode(File(path="x")))["path"]


@pytest.mark.parametrize("odd", [float("nan"), {(1, 2): 3}, object(), ...])
def test_what_json_cannot_say_is_a_broken_definition(odd: object) -> None:
    """Whatever an author puts into a field."""
    circle: list[object] = []
    circle.append(circle)
    for value in (odd, circle):
        datum = Everything(id="x@y", many=[], named={}, pair=(), free=value)
        with pytest.raises(DefinitionError, match="x@y: JSON cannot say"):
            JsonEncoder().encode(datum)


def test_data_in_containers_keep_their_fields() -> None:
    """A datum is encoded as what it is, not as what its field says."""
    datum = Everything(many=[File(path="/a")], named={"b": File(path="/b")}, pair=(1, 2), free=1.5)
    document = json.loads(JsonEncoder().encode(datum))
    assert "/a" == document["many"][0]["path"]
    assert "/b" == document["named"]["b"]["path"]
    assert ([1, 2], 1.5) == (document["pair"], document["free"])


def test_another_encoder_is_found_by_its_name(site: Path) -> None:
    """A plugin adds a form; what nobody prints is refused with those that there are."""
    source = """
        from datamaestro_hookspecs import hookimpl
        from datamaestro_hookspecs.encoders import Encoder

        class Shout:
            def encode(self, data):
                return data.id.upper()

        @hookimpl
        def datamaestro_encoders():
            return [Encoder("shout", "shouting:Shout")]
        """
    install(site, "shouting", {"shouting.py": source}, {"datamaestro": {"shout": "shouting"}})
    assert "A.B" == plugins().encoder("shout").encode(Base(id="a.b"))
    with pytest.raises(PluginError, match="no plugin for the encoder whisper"):
        plugins().encoder("whisper")


def test_fields_without_a_value_are_left_out() -> None:
    """They are not null, which is a value."""
    incomplete = File(path=Path("x"))
    vars(incomplete)["path"] = UNSET
    assert {"id": ""} == json.loads(JsonEncoder().encode(incomplete))
