"""What data sets are is written down, under whichever version there is."""

import json
import subprocess
import sys
from enum import Enum
from pathlib import Path
from typing import Any

import pytest

from compat import collect
from datamaestro.data import File
from datamaestro.variants import AxesVariants, Axis


def test_a_document(store: Path) -> None:
    """Each data set of each repository is in the document, with all that is inside."""
    target = store.parent / "document.json"
    subprocess.run([sys.executable, collect.__file__, str(target)], check=True)
    found = json.loads(target.read_text())["entries"]["demo/edu.uci.optdigits"]
    assert "edu.uci.optdigits" == found["facts"]["id"]
    images = found["data"]["fields"]["images"]
    assert "datamaestro.data.image.IDXImage" == images["datum"]
    assert "edu.uci.optdigits.images@demo" == images["id"]
    assert images["fields"]["path"]["path"].startswith("$DATAMAESTRO_DIR/data/demo/edu/uci/")


class Split(Enum):
    TRAIN = 1


def test_values(store: Path) -> None:
    """Kinds of values are told apart, and paths are the same in every data directory."""
    where = {"path": "$DATAMAESTRO_DIR/a"}
    assert where == collect.describe(store / "a")
    assert {"enum": f"{__name__}.Split.TRAIN"} == collect.describe(Split.TRAIN)
    assert {"list": [1, {"tuple": [None]}]} == collect.describe([1, (None,)])
    assert {"dict": {"1": {"set": ["2"]}}} == collect.describe({1: {2}})
    described = collect.describe(File(id="a", path=store / "a"))
    assert {"datum": "datamaestro.data.File", "id": "a", "fields": {"path": where}} == {
        name: value for name, value in described.items() if name != "identifier"
    }


class Sizes(AxesVariants):
    size = Axis([1, 2, 3])
    lower = Axis([False, True], default=False)
    seed = Axis(type=int, default=None)


def test_some_variants() -> None:
    """The first and the last variant are taken, and one with another value of each axis."""
    first: dict[str, Any] = {"size": 1, "lower": False, "seed": None}
    last = {"size": 3, "lower": True, "seed": None}
    others = [{**first, "size": 2}, {**first, "lower": True}, {**first, "seed": 1}]
    assert [first, last, *others] == list(collect.selections(Sizes()))
    assert [] == list(collect.selections(None))


def test_what_fails() -> None:
    """What cannot be prepared is told."""

    class Broken:
        def prepare(self, *, download: bool) -> None:
            raise KeyError(download)

    assert {"error": "KeyError: False"} == collect.outcome(Broken())


def test_facts(monkeypatch: pytest.MonkeyPatch) -> None:
    """What cannot be told of a data set is left out."""

    class Silent:
        id, name, url, configtype = "a", " A\n", None, File
        tags, tasks = frozenset({"c", "b"}), ()

    assert {
        "id": "a",
        "name": "A",
        "url": "",
        "tags": ["b", "c"],
        "tasks": [],
        "type": "datamaestro.data.File",
    } == collect.facts(Silent())
