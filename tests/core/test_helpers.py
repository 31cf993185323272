"""Helpers of other packages."""

import os
from pathlib import Path

import pytest

from datamaestro.helpers import EnvironmentResolver, HFResolver, get_helpers, hub_mirror
from support.distributions import install

POINTS = {"datamaestro.helpers": {"cluster": "cluster:helpers"}}


def test_the_environment_names_folders_of_the_hub(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The first that has it; a model has a ``config.json``."""
    for name in ("a/org/data", "b/org/data", "b/org/model"):
        (tmp_path / name).mkdir(parents=True)
    folders = os.pathsep.join([str(tmp_path / "none"), str(tmp_path / "a"), str(tmp_path / "b")])
    for variable in (EnvironmentResolver.MODELS_ENV, EnvironmentResolver.DATASETS_ENV):
        monkeypatch.setenv(variable, folders)
    resolver = EnvironmentResolver()
    assert isinstance(resolver, HFResolver)
    assert tmp_path / "a/org/data" == resolver.find_dataset("org/data", None, None)
    assert None is resolver.find_model("org/model", None)
    (tmp_path / "b/org/model/config.json").write_text("{}")
    assert tmp_path / "b/org/model" == resolver.find_model("org/model", None)
    assert tmp_path / "b/org/model" == hub_mirror(lambda one: one.find_model("org/model", None))


def test_packages_bring_helpers(site: Path) -> None:
    """One, or a list of them, after what is built in; of other kinds there are none."""
    source = """
        class Cluster:
            pass

        def helpers():
            return {"hf_resolver": Cluster(), "many": [1, 2]}
        """
    install(site, "cluster", {"cluster.py": source}, POINTS)
    assert ["EnvironmentResolver", "Cluster"] == [
        type(one).__name__ for one in get_helpers("hf_resolver")
    ]
    assert [1, 2] == get_helpers("many")
    assert [] == get_helpers("none")


@pytest.mark.parametrize(
    "source",
    [
        "def helpers():\n    raise OSError('no disk')",
        "class Cluster:\n"
        "    def find_model(self, *words):\n        raise OSError('no disk')\n\n"
        "def helpers():\n    return {'hf_resolver': Cluster()}",
    ],
)
def test_what_fails_there_is_a_warning(
    source: str, site: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """And nothing is found."""
    install(site, "cluster", {"cluster.py": source}, POINTS)
    assert None is hub_mirror(lambda one: one.find_model("org/model", None))
    (record,) = caplog.records
    assert "OSError: no disk" in record.message
