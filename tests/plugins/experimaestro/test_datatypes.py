"""Types of data as types of parameters."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import Any, Generic, TypeVar

import pytest
from experimaestro import Config, Param, Task, field
from experimaestro.core.types import ObjectType, Type

from datamaestro.data import Base, File
from datamaestro.data.image import IDXImage, ImageClassification, LabelledImages
from datamaestro.data.ml import Supervised
from datamaestro.data.tensor import IDX
from datamaestro.plugins import builtins
from datamaestro_plugins.experimaestro.bridge import generated_for, to_config
from datamaestro_plugins.experimaestro.datatypes import DataType
from support.experiments import legacy as legacy_types

legacy: Any = legacy_types  # whose fields are not known where types are checked

D = TypeVar("D", bound=File)
Split = Supervised[LabelledImages, LabelledImages, LabelledImages]


class Uses(Task):
    """All ways in which data can be parameters."""

    data: Param[LabelledImages | None]
    files: Param[list[File]] = field(default=[], ignore_default=True)
    by_name: Param[dict[str, list[File]]] = field(default={}, ignore_default=True)
    either: Param[IDX | str] = field(default="", ignore_default=True)
    generic: Param[Split | None]
    mixed: Param[legacy.Outside | None]


class Nested(Config):
    file: Param[File]


class UsesVariable(Config, Generic[D]):
    variable: Param[D]


class UsesNested(Task):
    nested: Param[Nested]


def images(name: str = "a") -> LabelledImages:
    return LabelledImages(
        id=name, images=IDXImage(id="i", path="/i"), labels=IDX(id="l", path="/l")
    )


def test_data_objects_are_taken() -> None:
    """By themselves, in lists, dicts and unions, and in configurations."""
    file = File(id="a", path="/a")
    task = Uses.C(
        data=images(), files=[file, file], by_name={"a": [file]}, either=IDX(id="b", path="/b")
    )
    assert isinstance(task.data, LabelledImages)
    assert [each.id for each in task.files] == ["a", "a"]
    assert task.by_name["a"][0].path == Path("/a")
    assert task.either.id == "b"
    assert UsesNested.C(nested=Nested.C(file=file)).nested.file.id == "a"
    assert Uses.C(either="text").either == "text"
    assert Uses.C().data is None


def test_configurations_are_taken() -> None:
    """As those that a task makes."""
    made = IDX.C(id="", path="/a")
    assert Uses.C(either=made).either is made


def test_values_of_other_types_are_refused() -> None:
    """The message names both."""
    with pytest.raises(ValueError, match=r"a \(File\) is no LabelledImages: a data object of that"):
        Uses.C(data=File(id="a", path="/a"))
    with pytest.raises(ValueError, match="'text' is no File"):
        Uses.C(files=["text"])
    with pytest.raises(ValueError, match="is no File"):
        Uses.C(files=[images()])


def test_generic_types() -> None:
    """What is inside has to be of the types that are said."""
    data = ImageClassification(id="c", train=images())
    assert Uses.C(generic=data).generic.train.id == "a"
    with pytest.raises(ValueError, match=r"is no Supervised"):
        Uses.C(generic=images())


def test_type_variables_stand_for_their_bounds() -> None:
    """As ``Param[D]`` in a generic task."""
    assert UsesVariable.C(variable=File(id="a", path="/a")).variable.id == "a"
    with pytest.raises(ValueError, match="is no File"):
        UsesVariable.C(variable=images())


def test_what_is_mixed_in_is_a_type_too() -> None:
    """Any type of data that it is mixed into will do."""
    topics = legacy.OutsideTopics(id="a", irds="b")
    assert Uses.C(mixed=topics).mixed.irds == "b"
    with pytest.raises(ValueError, match="is no Outside"):
        Uses.C(mixed=images())


def test_any_order_of_imports() -> None:
    """Types are found when they are looked up, whenever they were made."""
    assert isinstance(Type.fromType(LabelledImages), DataType)
    assert Type.fromType(LabelledImages) is Type.fromType(LabelledImages)

    class New(Base):
        value: Param[int]

    assert isinstance(Type.fromType(New), DataType)


def test_generated_classes_are_experimaestros_own() -> None:
    """They are configurations."""
    assert isinstance(Type.fromType(generated_for(File)), ObjectType)


def test_composing() -> None:
    """``Task.C() @ data`` finds the parameter."""
    assert (UsesNested.C() @ (Nested.C() @ to_config(File(id="a", path="/a")))).nested


ORDERS = [
    "from experimaestro import *; from datamaestro.data.image import LabelledImages",
    "from datamaestro.data.image import LabelledImages; from experimaestro import *",
]


@pytest.mark.parametrize("lines", ORDERS)
@pytest.mark.parametrize(
    "value", ["prepare_dataset('edu.uci.optdigits', download=False)", "LabelledImages.C(id='a')"]
)
def test_scripts_import_in_any_order(lines: str, value: str, tmp_path: Path) -> None:
    """Nothing of the plugin need be imported by hand."""
    task = "class Learn(Task):\n    train: Param[LabelledImages]"
    get = "from datamaestro import prepare_dataset"
    (tmp_path / "script.py").write_text(f"{lines}\n{task}\n{get}\nLearn.C(train={value})")
    run(tmp_path)


@pytest.mark.skipif(
    not hasattr(builtins, "WHEN_IMPORTED"), reason="the core does not watch for packages"
)
@pytest.mark.parametrize("lines", ORDERS)
def test_types_are_found_before_anything_is_asked(lines: str, tmp_path: Path) -> None:
    """Also where the program has done nothing yet but import."""
    task = "class Learn(Task):\n    train: Param[LabelledImages | None]"
    (tmp_path / "script.py").write_text(f"{lines}\n{task}\nLearn.C()")
    run(tmp_path)


def run(folder: Path) -> None:
    subprocess.run([sys.executable, "script.py"], cwd=folder, check=True)


def test_a_type_is_described_by_its_name() -> None:
    """In messages of experimaestro's."""
    found: Any = Type.fromType(LabelledImages)
    assert found.name() == "datamaestro.data.image.labelledimages"
