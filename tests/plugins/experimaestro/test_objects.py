"""What experimaestro's objects can do, for data objects."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from experimaestro import copyconfig, setmeta

from datamaestro import get_dataset
from datamaestro.data import File
from datamaestro_plugins.experimaestro.bridge import to_config
from support.experiments import legacy as legacy_types
from support.experiments import plain

legacy: Any = legacy_types  # whose fields are not known where types are checked

DIGITS = "edu.uci.optdigits"


def test_arguments_are_the_fields_with_a_value() -> None:
    """By name, as experimaestro has them."""
    data: Any = legacy.Adhoc(id="a")
    assert data.__arguments__() == {"id": "a"}
    data.topics = legacy.OutsideTopics(id="b")
    assert set(data.__arguments__()) == {"id", "topics"}
    assert [argument.name for argument, _ in data.__xpm__.xpmvalues()] == ["id", "topics"]


def test_validation() -> None:
    """All fields have to have values, each of its type."""
    legacy.Checked(id="a", value=3).__xpm__.validate()
    with pytest.raises(ValueError, match="documents is required"):
        legacy.Adhoc(id="a").__xpm__.validate()
    with pytest.raises(ValueError, match=r"File\) is no Topics"):
        legacy.Adhoc(id="a", topics=File(id="b", path="/b")).__xpm__.validate()


def test_instance_is_the_object_itself() -> None:
    """After the author's ``__post_init__``, of what is inside first."""
    checked: Any = legacy.Checked(id="a", value=3)
    assert not hasattr(checked, "doubled")
    assert checked.instance() is checked
    assert checked.doubled == 6
    with pytest.raises(ValueError, match="a has no documents"):
        legacy.Adhoc(id="a").instance()


def test_copies_are_deep(tmp_path: Path) -> None:
    """No datum is shared."""
    data: Any = plain.everything(tmp_path)
    copy = data.copy()
    assert copy.__arguments__().keys() == data.__arguments__().keys()
    copy.part.path = Path("/elsewhere")
    copy.more[0].path = copy.named["three"].path = Path("/elsewhere")
    paths = [data.part.path, data.more[0].path, data.named["three"].path]
    assert paths == [tmp_path / "part", tmp_path / "two", tmp_path / "three"]


def test_tags() -> None:
    """They are those of the tasks that use the data."""
    data: Any = get_dataset(DIGITS).copy()
    assert data.tag("data", "digits") is data
    data.labels.__xpm__.addtag("part", 1)
    assert data.__xpm__.tags() == {"data": "digits", "part": 1}


def test_identifiers() -> None:
    """Those of the configuration."""
    data: Any = File(id="a", path="/a")
    assert data.__identifier__() == data.__xpm__.identifier == to_config(data).__identifier__()


def test_functions_of_experimaestro() -> None:
    """Those that take configurations take data objects of this notation, too."""
    topics = legacy.CSVTopics(id="a", path="/a", lower=True)
    copy = copyconfig(topics, id="b")
    assert (copy.id, copy.path, copy.lower, topics.id) == ("b", Path("/a"), True, "a")
    documents = legacy.Documents(id="d")
    one, other = (
        legacy.Adhoc(id="c", documents=documents, topics=setmeta(each, True)).__identifier__()
        for each in (topics, copy)
    )
    assert one == other


def test_configurations_have_their_own() -> None:
    """What data objects get does not get in their way."""
    config = File.C(id="a", path="/a")
    assert config.__xpm__.xpmtype.identifier.name == "datamaestro.data.file"
    assert config.copy() is not config
    assert config.__arguments__() == {"id": "a", "path": Path("/a"), "dataset_": None}


def test_the_class_has_none() -> None:
    """``__xpm__`` is an object's."""
    assert not hasattr(File, "__xpm__")
