"""Configurations of data objects."""

from __future__ import annotations

import sys
from pathlib import Path
from types import ModuleType
from typing import Any

import attrs
import pytest
from attrs import define
from experimaestro import Config, DirectoryContext, Param
from experimaestro.core.objects import ConfigMixin

from datamaestro import get_dataset
from datamaestro.data import Base, File
from datamaestro.data.image import IDXImage, LabelledImages
from datamaestro.data.notation import plain_objects
from datamaestro.data.tensor import IDX
from datamaestro_plugins.experimaestro import bridge
from datamaestro_plugins.experimaestro.bridge import generated_for, to_config, to_data
from support.experiments import legacy as legacy_types
from support.experiments import plain

legacy: Any = legacy_types  # whose fields are not known where types are checked

DIGITS = "edu.uci.optdigits"


def test_a_configuration_is_of_the_type_of_the_data() -> None:
    """It has its fields, and is found by a name that a job can look up."""
    config = to_config(get_dataset(DIGITS))
    assert isinstance(config, LabelledImages)
    assert isinstance(config, ConfigMixin)
    assert isinstance(config.images, IDXImage)
    assert (config.id, config.images.id) == (f"{DIGITS}@demo", f"{DIGITS}.images@demo")
    found = config.__xpmtype__.value_type
    assert found.__module__ == bridge.__name__
    assert getattr(bridge, found.__qualname__) is found


def test_c_makes_configurations_but_in_definitions() -> None:
    """As ``Type.C(...)`` does in scripts written for 1.16."""
    config = IDX.C(id="a", path="/a")
    assert isinstance(config, ConfigMixin)
    assert config.path == Path("/a")
    with plain_objects():
        assert type(IDX.C(id="a", path="/a")) is IDX
        assert type(legacy.OutsideTopics.C(id="a")) is legacy.OutsideTopics
    assert IDX.C is IDX.C.C


def test_configurations_take_data_objects() -> None:
    """Of the right types."""
    image, label = IDXImage(id="i", path="/i"), IDX(id="l", path="/l")
    config = LabelledImages.C(id="a", images=image, labels=label)
    assert config.images.path == Path("/i")
    with pytest.raises(ValueError, match=r"l \(IDX\) is no Images"):
        LabelledImages.C(id="a", images=label, labels=label)
    with pytest.raises(ValueError, match="is not an argument"):
        LabelledImages.C(id="a", pictures=image)


def test_all_sorts_of_fields_are_held(tmp_path: Path) -> None:
    """As values that experimaestro knows; none is lost on the way back."""
    data: Any = plain.everything(tmp_path)
    config = to_config(data)
    config.__xpm__.validate()
    assert config.sizes == [1, 2]
    assert to_data(config).__arguments__().keys() == data.__arguments__().keys()
    assert (to_data(config).sizes, to_data(config).names) == ((1, 2), {"a", "b"})
    assert "computed" not in config.__xpm__.values
    with pytest.raises(ValueError, match="is no"):
        plain.Everything.C(sizes="text")
    assert plain.Everything.C(sizes=(3,), by_number={1: "a"}).by_number == {"1": "a"}


@pytest.mark.parametrize("name", ["rerank", "fixed store", "mixed in", "tuned", "results"])
def test_copies_of_configurations(name: str, tmp_path: Path) -> None:
    """Experimaestro's own ways to copy lose nothing."""
    from experimaestro import copyconfig

    with plain_objects():
        config = to_config(legacy.samples(tmp_path)[name])
    before = config.__xpm__.identifier
    assert config.copy().__xpm__.identifier == before
    assert copyconfig(config).__xpm__.identifier == before


def test_what_experimaestro_generates_cannot_be_set(tmp_path: Path) -> None:
    """It is left out of the configuration, as constants are."""
    config = to_config(legacy.Generated(id="a", value=1))
    assert "path" not in config.__xpm__.values
    config.__xpm__.seal(DirectoryContext(tmp_path))
    assert (config.path, config.other) == (tmp_path / "here.txt", tmp_path / "there.txt")


def test_fields_without_a_value_are_missed() -> None:
    """When the configuration is checked, not before."""
    config = to_config(legacy.Adhoc(id="a"))
    with pytest.raises(ValueError, match="documents is required but missing"):
        config.__xpm__.validate()


def test_data_in_lists_and_dicts() -> None:
    """They are converted where they are; one object has one configuration."""
    file = File(id="a", path="/a")
    found = to_config({"a": [file, file], "b": 3})
    assert found["a"][0] is found["a"][1]
    assert found["b"] == 3


def test_a_configuration_does_not_follow_changes() -> None:
    """It is of the object as it was."""
    file = File(id="a", path="/a")
    config = to_config(file)
    file.path = Path("/b")
    assert config.path == Path("/a")
    assert to_config(file).path == Path("/b")


def test_tags_are_given_on() -> None:
    """Of the object, and of what is inside."""
    data = get_dataset(DIGITS)
    data.labels.tag("split", "test")
    assert to_config(data).tags() == {"split": "test"}


def test_errors_say_where() -> None:
    """By type and field."""
    with pytest.raises(ValueError, match=r"Loose\.value: .* cannot be given to a job"):
        to_config(plain.Loose(id="a", value=lambda: None))


def test_types_that_are_known_only_where_types_are_checked() -> None:
    """The error names the field, each time."""
    for _ in range(2):
        with pytest.raises(TypeError, match="Puzzling: the type of price is not known where"):
            to_config(plain.Puzzling(id="a", price=3))  # type: ignore[arg-type]


def test_types_that_jobs_cannot_import() -> None:
    """They are refused at once, rather than in the job."""

    class Local(Base):
        value: Param[int]

    kind: Any = Local
    with pytest.raises(ValueError, match=r"jobs cannot import .*Local.*: put it at the top of a"):
        to_config(kind(value=1))
    Local.__module__, Local.__qualname__ = "__main__", "Local"
    with pytest.raises(ValueError, match="jobs cannot import __main__:Local, a type of a script"):
        Local.C(value=1)


def test_a_type_under_the_name_of_another(monkeypatch: pytest.MonkeyPatch) -> None:
    """A job would get the other one."""
    monkeypatch.setitem(sys.modules, "twice", ModuleType("twice"))
    made = [attrs.make_class("Same", [], bases=(Base,)) for _ in range(2)]
    for kind in made:
        kind.__module__ = "twice"
        sys.modules["twice"].Same = kind  # type: ignore[attr-defined]
    with pytest.raises(ValueError, match="jobs cannot import twice:Same, which is another one"):
        generated_for(made[0])
    assert generated_for(made[1]).__xpmid__ == "twice.same"  # type: ignore[attr-defined]


def test_unknown_names() -> None:
    """The module has no others."""
    with pytest.raises(AttributeError, match="no attribute 'nothing'"):
        _ = bridge.nothing


def test_one_configuration_of_the_files_for_all_parts() -> None:
    """A task waits for one preparation, however many parts of the data set it has."""
    data = get_dataset(DIGITS)
    config, again = to_config(data), to_config(data.labels)
    assert config.dataset_ is config.images.dataset_ is again.dataset_
    assert config.dataset_.id == f"{DIGITS}@demo"


def test_data_of_no_data_set_have_no_files() -> None:
    """Those made by hand, or by a task."""
    assert to_config(File(id="", path="/a")).dataset_ is None
    assert to_config(File(id="mine", path="/a")).dataset_ is None


class Measured(Config):
    k: Param[int]


@define(slots=False, kw_only=True, eq=False)
class WithConfig(Base):
    """Data that have a configuration in a field, of a class that is none of data."""

    measure: Measured


def test_configurations_inside_of_data() -> None:
    """They are left as they are."""
    measure: Any = Measured.C(k=3)
    assert to_config(WithConfig(id="a", measure=measure)).measure is measure


def test_configurations_know_their_data_set() -> None:
    """As data objects do; they can be prepared."""
    config = to_config(get_dataset(DIGITS))
    assert config.__datamaestro_dataset__.card.id == DIGITS
    assert not config.is_prepared()
    config.prepare()
    assert config.is_prepared()
    assert config.images.path.exists()
    assert File.C(id=f"{DIGITS}.images@demo", path="/a").__datamaestro_dataset__.id == DIGITS
    assert File.C(id="", path="/a").__datamaestro_dataset__ is None
