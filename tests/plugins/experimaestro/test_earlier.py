"""What datamaestro 1.16 had experimaestro write down."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from experimaestro import from_state_dict
from experimaestro.core.objects import ConfigMixin

from datamaestro.data import File
from datamaestro.data.ml import Supervised


def recorded(number: int, kind: str, **fields: Any) -> dict[str, Any]:
    """Return the record of one object."""
    module, name = kind.rsplit(".", 1)
    return {
        "id": number,
        "module": module,
        "type": name,
        "typename": kind,
        "identifier": f"{number:064x}",
        "fields": fields,
    }


def of(number: int) -> dict[str, Any]:
    """Return what stands for another object."""
    return {"type": "python", "value": number}


RECORDS = {
    "objects": [
        recorded(
            1, "datamaestro.data.File", id="a.train@acme", path={"type": "path", "value": "/a"}
        ),
        recorded(2, "datamaestro.data.ml.Supervised", id="a@acme", train=of(1)),
    ],
    "data": of(2),
}


def test_configurations_are_loaded() -> None:
    """With the identifiers that they had."""
    loaded = from_state_dict(RECORDS)
    assert isinstance(loaded, Supervised)
    assert isinstance(loaded, ConfigMixin)
    assert ("a.train@acme", Path("/a")) == (loaded.train.id, loaded.train.path)
    assert f"{2:064x}" == loaded.__identifier__().all.hex()


def test_data_objects_are_loaded() -> None:
    """Of the types themselves, as for a job."""
    loaded = from_state_dict(RECORDS, as_instance=True)
    assert (Supervised, File) == (type(loaded), type(loaded.train))
    assert Path("/a") == loaded.train.path


@pytest.mark.parametrize("as_instance", [True, False])
def test_nobody_has_to_import_anything_before(as_instance: bool) -> None:
    """Neither a job that waited, nor a program that looks at what is done."""
    program = f"""
import json
from experimaestro import from_state_dict
print(from_state_dict(json.loads({json.dumps(RECORDS)!r}), as_instance={as_instance}).train.id)
"""
    done = subprocess.run(
        [sys.executable, "-c", program], check=True, capture_output=True, text=True
    )
    assert "a.train@acme\n" == done.stdout


def test_what_is_no_data_is_loaded_as_ever() -> None:
    """Such as a class that is gone, which is an error."""
    gone = {"objects": [recorded(1, "datamaestro.data.Gone")], "data": of(1)}
    with pytest.raises(AttributeError, match="Gone"):
        from_state_dict(gone)
