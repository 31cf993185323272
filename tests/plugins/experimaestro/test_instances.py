"""Data objects made of what experimaestro has written down."""

from __future__ import annotations

import json
import pickle
import shutil
from pathlib import Path
from typing import Any

import pytest
from experimaestro import taskglobals
from experimaestro.core.objects import ConfigInformation

from datamaestro import get_dataset, prepare_dataset
from datamaestro.data import Base, File
from datamaestro.data.image import LabelledImages
from datamaestro.data.notation import plain_objects
from datamaestro.errors import DatamaestroError
from datamaestro_plugins.experimaestro.bridge import to_config
from support.experiments import legacy as legacy_types
from support.experiments import plain

legacy: Any = legacy_types  # whose fields are not known where types are checked

DIGITS = "edu.uci.optdigits"


def through_json(data: Base) -> Any:
    """Return what a job gets."""
    config = to_config(data)
    config.__xpm__.validate()
    return ConfigInformation.fromParameters(json.loads(config.seal().__json__()))


@pytest.fixture
def job(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Let this process look like a job."""
    monkeypatch.setattr(taskglobals.Env.instance(), "taskpath", tmp_path)


def test_the_types_of_all_fields_come_back(tmp_path: Path) -> None:
    """Enumerations, tuples, sets, paths, what is nested and what is optional."""
    data = plain.everything(tmp_path)
    back = through_json(data)
    assert type(back) is plain.Everything
    assert repr(back) == repr(data)
    assert back.computed == 6


def test_legacy_types_come_back(tmp_path: Path) -> None:
    """All samples, but for the configurations in them, which become objects, too."""
    with plain_objects():
        samples = legacy.samples(tmp_path)
    for name, data in samples.items():
        back = through_json(data)
        assert type(back) is type(data)
        if name not in ("results", "named"):
            assert repr(back) == repr(data)
    assert through_json(samples["results"]).metrics[0].k == 3
    assert repr(through_json(samples["named"])) == "Named(id='named', value=1.0)"


def test_what_has_arrived_is_no_configuration(tmp_path: Path) -> None:
    """It is pickled as an object of its type, and can be changed and copied."""
    back = through_json(plain.everything(tmp_path))
    assert repr(pickle.loads(pickle.dumps(back))) == repr(back)
    assert repr(back.copy()) == repr(back)
    back.number = 4
    assert to_config(back).number == 4


def test_frozen_types_stay_frozen() -> None:
    """And those with slots work."""
    frozen = through_json(plain.Frozen(id="a", number=3))
    assert frozen.number == 3
    with pytest.raises(AttributeError):
        frozen.number = 4
    slotted = through_json(plain.Slotted(id="a", number=3, hidden=4))
    assert (type(slotted), slotted.number, slotted._hidden) == (plain.Slotted, 3, 4)


def test_type_variables() -> None:
    """Data of a generic type, and an author's validators, which are asked again."""
    pair = through_json(plain.Pair(id="a", first=File(id="b", path="/b")))
    assert (pair.first.path, pair.second) == (Path("/b"), None)
    config = plain.Fussy.C(id="a", number=-1)
    with pytest.raises(ValueError, match="-1 is not positive"):
        config.instance()


def test_post_init_of_the_author() -> None:
    """It is called when all values are there, as by experimaestro."""
    assert through_json(legacy.Checked(id="a", value=3)).doubled == 6
    assert to_config(legacy.Checked(id="a", value=3)).instance().doubled == 6
    assert through_json(legacy.Started(id="a", value=3)).started


def test_instances_of_configurations() -> None:
    """``config.instance()`` gives a data object; its configuration is known."""
    config = to_config(get_dataset(DIGITS))
    data: Any = config.instance()
    kind: type = type(data)
    assert kind is LabelledImages
    assert not data.images.path.exists()


@pytest.mark.usefixtures("job")
def test_files_that_are_there_are_used() -> None:
    """Nothing else is looked at."""
    data: Any = prepare_dataset(DIGITS)
    assert through_json(data).images.path == data.images.path


@pytest.mark.usefixtures("job")
def test_a_job_has_its_own_data_directory(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where the experiment's is not there, and the job's environment names another."""
    data = prepare_dataset(DIGITS)
    text = to_config(data).seal().__json__()
    shutil.move(tmp_path / "store", tmp_path / "elsewhere")
    monkeypatch.setenv("DATAMAESTRO_DIR", str(tmp_path / "elsewhere"))
    back: Any = ConfigInformation.fromParameters(json.loads(text))
    assert back.images.path == tmp_path / "elsewhere/data/demo/edu/uci/optdigits/images.idx"
    assert back.images.data().shape == (1797, 8, 8)
    assert back.id == data.id


@pytest.mark.usefixtures("job")
def test_files_that_are_missing() -> None:
    """The job fails with a word of which."""
    data = get_dataset(DIGITS)
    with pytest.raises(DatamaestroError, match=rf"{DIGITS}@demo is not on disk: .*images.idx"):
        through_json(data)


@pytest.mark.usefixtures("job")
def test_paths_of_no_data_set_are_not_looked_for(tmp_path: Path) -> None:
    """A task may be about to write there."""
    assert through_json(File(id="", path=tmp_path / "new")).path == tmp_path / "new"
