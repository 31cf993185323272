"""experimaestro as a dialect: what the core asks, and what it costs."""

from __future__ import annotations

import os
import subprocess
import sys
from importlib.metadata import entry_points
from pathlib import Path
from typing import Any

import experimaestro
import pytest
from experimaestro.scheduler.experiment import experiment

from datamaestro import get_dataset
from datamaestro.data import Base, File
from datamaestro.data.tensor import IDX
from datamaestro.errors import PluginError, UsageError
from datamaestro_plugins.experimaestro.dialect import Experimaestro
from support.experiments import legacy


def test_names_are_handed_on() -> None:
    """As 1.16 did."""
    from datamaestro.definitions import (
        Config,
        Constant,
        Meta,
        Option,
        Param,
        Type,
    )

    assert (Config, Param, Meta) == (
        experimaestro.Config,
        experimaestro.Param,
        experimaestro.Meta,
    )
    assert (Option, Constant) == (experimaestro.Option, experimaestro.Constant)
    assert Type is experimaestro.core.types.Type


def test_names_of_types() -> None:
    """Where experimaestro calls a type otherwise than Python does, but for the case.

    Cards of types that are written with attrs do not depend on what has been imported.
    """
    dialect = Experimaestro()
    assert dialect.identifiers(IDX) == ()
    assert dialect.identifiers(legacy.OutsideTopics) == ("outside.outsidetopics",)
    assert dialect.identifiers(legacy.Named) == ("some.other.name",)
    assert dialect.identifiers(legacy.MoreNamed) == ()


def test_files_wait_in_experiments(monkeypatch: pytest.MonkeyPatch) -> None:
    """Only there are they fetched when a job needs them."""
    assert not Experimaestro().defers()
    monkeypatch.setattr(experiment, "CURRENT", object())
    assert Experimaestro().defers()


def test_only_data_sets_can_be_submitted() -> None:
    """What belongs to none has no files to be fetched."""
    with pytest.raises(UsageError, match="mine belongs to no data set"):
        File(id="mine", path=Path("/a")).submit()
    assert get_dataset("edu.uci.optdigits").__datamaestro_dataset__ is not None


def test_types_defined_before_are_declared() -> None:
    """Such as those of a plugin, while plugins are loaded and no dialect is asked."""
    init = Base.__init_subclass__
    try:
        Base.__init_subclass__ = classmethod(lambda cls: None)  # type: ignore[assignment, method-assign]

        class Early(Base):
            value: experimaestro.Param[int] = 3
    finally:
        Base.__init_subclass__ = init  # type: ignore[method-assign]
    Experimaestro()
    kind: Any = Early
    assert kind(value=4).value == 4


def python(code: str, cwd: Path) -> str:
    """Return what code prints, without the repositories of packages that are installed here."""
    others = entry_points(group="datamaestro.repositories")
    environment = {"DATAMAESTRO_PLUGINS": ",".join(f"-{point.name}" for point in others)}
    done = subprocess.run(
        [sys.executable, "-c", code],
        cwd=cwd,
        env={**os.environ, **environment},
        capture_output=True,
        text=True,
        check=False,
    )
    return done.stdout + done.stderr


@pytest.mark.parametrize(
    "arguments", [["--help"], ["search", "digits"], ["prepare", "edu.uci.optdigits"], ["plugins"]]
)
def test_commands_do_not_import_experimaestro(arguments: list[str], tmp_path: Path) -> None:
    """It would cost more than all the rest."""
    code = (
        f"import sys; sys.argv[1:] = {arguments}; from datamaestro.cli import main\n"
        "try: main()\nexcept SystemExit: pass\n"
        "print([name for name in sys.modules if name.partition('.')[0] == 'experimaestro'])"
    )
    assert python(code, tmp_path).splitlines()[-1] == "[]"


def test_an_experimaestro_that_is_too_old(monkeypatch: pytest.MonkeyPatch) -> None:
    """The error says which one is wanted, and how to get it."""
    monkeypatch.delattr(experimaestro, "Prepare")
    with pytest.raises(PluginError, match=r"2\.6 or newer is wanted .*-U .*datamaestro\[xpm\]"):
        Experimaestro()


HIDE = """
import sys
class Hide:
    def find_spec(self, name, *_):
        if name == "experimaestro":
            raise ModuleNotFoundError("No module named 'experimaestro'", name=name)
sys.meta_path.insert(0, Hide())
"""


def test_without_experimaestro(tmp_path: Path) -> None:
    """One line says what to install; everything else works."""
    last = python(HIDE + "from datamaestro.definitions import Param", tmp_path).splitlines()[-1]
    assert "experimaestro is not installed" in last
    assert last.endswith('(pip install "datamaestro[xpm]")')
    code = (
        "from datamaestro import prepare_dataset, Context\n"
        "data = prepare_dataset('edu.uci.optdigits')\n"
        "print(Context().plugins.encoder('xpm').encode(data)[:1], data.images.data().shape)"
    )
    assert python(HIDE + code, tmp_path).splitlines()[-1] == "{ (1797, 8, 8)"
