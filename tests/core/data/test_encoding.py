"""Data objects as JSON."""

import json
from pathlib import Path
from typing import Any

import pytest
from attrs import define

from datamaestro.data import Base, File
from datamaestro.data.image import IDXImage, ImageClassification, LabelledImages
from datamaestro.data.tensor import IDX
from datamaestro.encoding import to_json
from datamaestro.errors import DefinitionError


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
    document = json.loads(to_json(ImageClassification(id="x", train=part)))
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
    assert str(Path.cwd() / "x") == json.loads(to_json(File(path="x")))["path"]


@pytest.mark.parametrize("odd", [float("nan"), {(1, 2): 3}, object(), ...])
def test_what_json_cannot_say_is_a_broken_definition(odd: object) -> None:
    """Whatever an author puts into a field."""
    circle: list[object] = []
    circle.append(circle)
    for value in (odd, circle):
        datum = Everything(id="x@y", many=[], named={}, pair=(), free=value)
        with pytest.raises(DefinitionError, match="x@y: JSON cannot say"):
            to_json(datum)


def test_data_in_containers_keep_their_fields() -> None:
    """A datum is encoded as what it is, not as what its field says."""
    datum = Everything(many=[File(path="/a")], named={"b": File(path="/b")}, pair=(1, 2), free=1.5)
    document = json.loads(to_json(datum))
    assert "/a" == document["many"][0]["path"]
    assert "/b" == document["named"]["b"]["path"]
    assert ([1, 2], 1.5) == (document["pair"], document["free"])
