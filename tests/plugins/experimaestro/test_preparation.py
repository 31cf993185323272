"""The files of a data set, as what jobs wait for."""

from __future__ import annotations

import logging
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from experimaestro import Prepare, taskglobals
from experimaestro.scheduler.experiment import experiment

from datamaestro import get_dataset
from datamaestro.context import Context
from datamaestro.errors import UsageError
from datamaestro.testing.faults import FaultServer, refuse
from datamaestro_plugins.experimaestro.bridge import to_config
from datamaestro_plugins.experimaestro.preparation import (
    DatasetFiles,
    context_of,
    files_of,
    identity_of,
    submit,
)
from support.repositories import define

DIGITS = "edu.uci.optdigits"


class Experiment:
    """Stands for an active experiment."""


@pytest.fixture
def active(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(experiment, "CURRENT", Experiment())


def files(reference: str = DIGITS) -> Any:
    context = Context()
    return files_of(context.dataset(reference), context.settings.directory)


def test_preparing_brings_the_files(store: Path) -> None:
    """Once; then it says that they are there."""
    found = files()
    assert not found.is_prepared()
    found.prepare()
    assert found.is_prepared()
    assert (store / "data/demo/edu/uci/optdigits/images.idx").exists()


def test_only_the_identity_tells_them_apart(tmp_path: Path) -> None:
    """The data directory does not."""
    one, other = (DatasetFiles.C(id="a@b", directory=tmp_path / name) for name in "ab")
    assert one.__xpm__.identifier == other.__xpm__.identifier
    assert files() is files()


def test_files_come_where_the_data_were_built_for(tmp_path: Path) -> None:
    """Which may be another directory than that of the settings."""
    data = Context(tmp_path / "other").prepare(DIGITS, download=False)
    files = to_config(data.labels).dataset_
    assert files.directory == tmp_path / "other"
    files.prepare()
    assert data.labels.path.exists()
    assert to_config(get_dataset(DIGITS)).dataset_.directory == tmp_path / "store"


def test_a_variant_is_not_its_family() -> None:
    """Nor is it another variant."""
    card = SimpleNamespace(identity="a@b")
    variant: Any = SimpleNamespace(card=card, identity="a[k=v]@b")
    plain: Any = SimpleNamespace(card=card)
    assert (identity_of(variant), identity_of(plain)) == ("a[k=v]@b", "a@b")


@pytest.fixture
def broken(site: Path, server: FaultServer) -> FaultServer:
    """A data set that cannot be downloaded."""
    define(
        site,
        f"""
        @filedownloader("data", "{server.url("a.txt")}")
        @dataset(File)
        def a(data):
            return File(path=data)
        """,
    )
    server.always = refuse(404)
    return server


def test_failure_is_told_once(
    broken: FaultServer, active: None, caplog: pytest.LogCaptureFixture
) -> None:
    """In one line, however many jobs wait; the error is one by which experimaestro fails them."""
    found = files("org.example.a")
    with caplog.at_level(logging.ERROR, "datamaestro"):
        for _ in range(2):
            with pytest.raises(RuntimeError, match=r"org.example.a@test could not be .*404"):
                found.prepare()
    errors = [record for record in caplog.records if record.levelno == logging.ERROR]
    (message,) = [record.getMessage() for record in errors]
    assert message.startswith("org.example.a@test could not be brought to disk: ")
    assert "\n" not in message
    assert len(broken.requests) == 1


def test_another_experiment_tries_again(
    broken: FaultServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What failed in the last one may work in this one."""
    found = files("org.example.a")
    for _ in range(2):
        monkeypatch.setattr(experiment, "CURRENT", Experiment())
        with pytest.raises(RuntimeError):
            found.prepare()
    assert len(broken.requests) == 2


def test_a_job_uses_the_directory_of_the_experiment(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Unless its environment names another."""
    found = DatasetFiles.C(id="a@b", directory=tmp_path / "theirs")
    assert context_of(found).settings.directory == tmp_path / "theirs"
    monkeypatch.setattr(taskglobals.Env.instance(), "taskpath", tmp_path)
    assert context_of(found).settings.directory == tmp_path / "store"
    monkeypatch.delenv("DATAMAESTRO_DIR")
    assert context_of(found).settings.directory == tmp_path / "theirs"


def test_what_is_not_known_is_not_prepared() -> None:
    """Whether it is there is answered, whatever happens."""
    assert not DatasetFiles.C(id="no.such@data", directory="/nowhere").is_prepared()


def test_submitting_needs_an_experiment() -> None:
    """The error says so."""
    with pytest.raises(UsageError, match=r"submit\(\) needs an experiment"):
        get_dataset(DIGITS).submit()


def test_submitting_needs_a_new_experimaestro(
    active: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Version 2.6 has no such jobs; the error says what to do."""
    monkeypatch.delattr(Prepare, "is_prepared", raising=False)
    with pytest.raises(UsageError, match=r"needs experimaestro 2.7; this is .*pip install -U"):
        submit(Context().dataset(DIGITS), Path())
