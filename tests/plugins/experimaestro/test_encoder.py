"""The encoder ``xpm``."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from datamaestro import get_dataset
from datamaestro.data import Base
from datamaestro.data.notation import plain_objects
from datamaestro.errors import DefinitionError
from datamaestro_plugins.experimaestro.encoder import XPMEncoder
from support.command import datamaestro
from support.experiments import legacy as legacy_types
from support.experiments import plain

legacy: Any = legacy_types  # whose fields are not known where types are checked


def encoded(data: Base) -> Any:
    return json.loads(XPMEncoder().encode(data))


def test_types_and_paths_are_told() -> None:
    """As datamaestro 1.16 printed them."""
    data = get_dataset("edu.uci.optdigits")
    path = {"$type": "path", "$value": str(data.labels.path.resolve())}
    assert encoded(data)["labels"] == {
        "id": "edu.uci.optdigits.labels@demo",
        "path": path,
        "$type": "datamaestro.data.tensor.idx",
    }


def test_legacy_types(tmp_path: Path) -> None:
    """As 1.16.1 prints them: without the fields that have no value, with those that are None."""
    with plain_objects():
        samples = legacy.samples(tmp_path)
    assert encoded(samples["adhoc"]) == {
        "id": "adhoc",
        "documents": {
            "irds": "beir",
            "id": "documents",
            "count": 3,
            "$type": "outside.outsidedocuments",
        },
        "topics": {"irds": "antique", "id": "outside", "$type": "outside.outsidetopics"},
        "$type": "support.experiments.legacy.adhoc",
    }
    assert encoded(samples["fixed store"])["access"] == {
        "_value_": 1,
        "_name_": "MMAP",
        "_sort_order_": 1,
    }
    assert "path" not in encoded(legacy.Generated(id="a", value=1))


def test_what_json_cannot_say() -> None:
    """The error names the data."""
    with pytest.raises(DefinitionError, match="loose: JSON cannot say what is in it: a value of"):
        XPMEncoder().encode(plain.Loose(id="loose", value=object()))


def test_the_command(tmp_path: Path) -> None:
    """``prepare --encoder xpm`` prints it."""
    done = datamaestro("prepare", "edu.uci.optdigits", "--encoder", "xpm", cwd=tmp_path)
    assert done.code == 0
    assert done.document["$type"] == "datamaestro.data.image.labelledimages"
