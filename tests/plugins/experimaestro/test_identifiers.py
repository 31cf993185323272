"""Identifiers are those of datamaestro 1.16, and the same everywhere."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from datamaestro.data import Base, File
from datamaestro.data.ml import FolderBased
from datamaestro.data.notation import plain_objects
from datamaestro.data.tensor import IDX
from datamaestro_plugins.experimaestro.identifiers import identifier_of
from support.experiments import legacy as legacy_types
from support.experiments import plain

legacy: Any = legacy_types  # whose fields are not known where types are checked

MEASURED = {
    "documents": "221653b04a8266d29938f8eda055802fd500b5f202999f2969ed87783bb42666",
    "counted": "221653b04a8266d29938f8eda055802fd500b5f202999f2969ed87783bb42666",
    "fixed store": "2e347f01c84c220c51b933ed035770cc21f2bc34deb9e96a8eedcfddd61ba4d3",
    "topics": "5cff21f6907ca85a74f5569ea84d869827d107c918255651fbd62b92822db413",
    "topics, all set": "178570df382f3b06df76fe10c3cd8ab93e8d16eea4b00592bdff1e99c3b0f83f",
    "topics, set to defaults": "5cff21f6907ca85a74f5569ea84d869827d107c918255651fbd62b92822db413",
    "parameters": "4b303b64ad2496b8ff13e5489ab4b45b97196ab5b36472ec30243259c3a007ae",
    "parameters, default": "5ccaac71e967fa774009ec27fc6f6ff73e1c97fba158e0fd22c6ae5ffa02d4bb",
    "mixed in": "42a1f0409d24c97b612006d9cabb0fb31550f2e9dc59520bb835b58c9a99192b",
    "mixed in twice": "b89c2945fc4061b73211aba76d754b51b94ee305b22b555de9e2ec137425643e",
    "named": "c3f0402908248a3a577d70206368a8bbc5edbf3d9c0ef287632529e78deb2dc7",
    "named, more": "d4a55f8a85ddbdbf881907d053fff9a2112d5398a5a070d017f1bf0c65d7d616",
    "results": "58c01551acdcc2a299dbf19d9296a9ee2ebcb6c4b4b4cf5dcda47b54627dc6f4",
    "adhoc": "12011716b36910bc9ee10ec1737024f9a2e09dde4bf7a711f80283b58953b096",
    "rerank": "914b8428e8104f624cbe4ac8d1c0c8e9be5be71cbf4447d8ccc06f79342d7bca",
    "rerank, weights": "cd7ec456f96dd318be4becde939486dfc5e9c2586444a4f7a5d2cdf54c843d6b",
    "rerank, usual": "a52e44446c798c00eb9c390eae0629dea9d95d9af1ba68978fa30552a6a91a4f",
    "lines": "59828c88c829a8691e09193a13a3fc19cb66a92da7436bd72d418489ac39cc29",
    "stemmed": "8da860da264f962f3feb5291d2609136c1ebdbe49ea19531e324e1a7507687a5",
    "stemmed as usual": "7f1b524d4bc86f2e3e54af581e92283461dbe09f9d6e4f0fcf68fdd2142ab43c",
    "tuned": "1d851872df6e21aa998d4b125fac99d2ce5e408b627ee9336cc51e02c55e5492",
    "tuned as usual": "30c19901a500d53769025ad7e3d315ffee13aca3c8b7f55e867d372fa2748ad0",
    "checked": "d155f6efb89ef241da26f3afc724c36b868c34c18931feb8d13ba44594903835",
    "supervised": "551b97831744ce077c025605f30ac4fcd025ebaeed7f93e7fd9e1dab629acb88",
}
"""What ``python -m support.experiments.legacy`` prints with datamaestro 1.16.1 and experimaestro
2.7.0, where the types are configurations themselves."""


def identifiers(samples: dict[str, Base]) -> dict[str, str]:
    return {name: str(sample.__identifier__()) for name, sample in samples.items()}  # type: ignore[attr-defined]


def test_data_objects_have_the_identifiers_of_1_16(tmp_path: Path) -> None:
    """Whatever the paths are."""
    with plain_objects():
        samples = legacy.samples(tmp_path)
    assert all(isinstance(sample, Base) for sample in samples.values())
    assert identifiers(samples) == MEASURED


def test_configurations_have_the_identifiers_of_1_16(tmp_path: Path) -> None:
    """As in scripts, where ``Type.C(...)`` makes configurations."""
    assert identifiers(legacy.samples(tmp_path)) == MEASURED


def test_the_types_of_the_core_have_the_identifiers_of_1_16(tmp_path: Path) -> None:
    """Measured likewise: ``File.C(id="a", path=...)``, and so on."""
    assert identifier_of(IDX) == "datamaestro.data.tensor.idx"
    samples: dict[str, Base] = {
        "File": File(id="a", path=tmp_path),
        "IDX": IDX(id="a", path=tmp_path),
        "FolderBased": FolderBased(id="a", path=tmp_path, classes=["a"]),
    }
    assert identifiers(samples) == {
        "File": "40289a001329889cf0ff527a0346538f30f445cd62f1b1e71f3549d2bea90511",
        "IDX": "5aa60358964bcd08a2bc2bcd3786dfb6d3f15c684878fb275133ac28e4a25c0c",
        "FolderBased": "9054ddca73ca125b7439320ae5bffb28b8f22a667b8508f7dd70edecf5a117cb",
    }


def test_all_sorts_of_fields_do_not_depend_on_paths(tmp_path: Path) -> None:
    """Nor does what is no identity."""
    one, other = plain.everything(tmp_path / "a"), plain.everything(tmp_path / "b")
    other.note = "another note"
    assert identifiers({"a": one}) == identifiers({"a": other})


@pytest.mark.parametrize("change", [{"number": 4}, {"names": {"a"}}, {"box": plain.Box(4)}])
def test_what_data_are_changes_their_identifier(change: dict[str, object], tmp_path: Path) -> None:
    """By any field that is no path."""
    one, other = plain.everything(tmp_path), plain.everything(tmp_path)
    for name, value in change.items():
        setattr(other, name, value)
    assert identifiers({"a": one}) != identifiers({"a": other})


def test_a_new_field_with_a_default_changes_no_identifier() -> None:
    """So that a type of data can grow."""
    shorter, longer = plain.Loose(id="a"), plain.Loose(id="a", value=None)
    assert identifiers({"a": shorter}) == identifiers({"a": longer})


def test_equal_sets_have_equal_identifiers(tmp_path: Path) -> None:
    """In each process, whatever the order of their items is there."""
    code = (
        "import experimaestro; from pathlib import Path; from support.experiments import plain; "
        "print(plain.everything(Path('/a')).__xpm__.identifier.all.hex())"
    )
    for seed in ("1", "2"):
        told = {"PYTHONHASHSEED": seed, "PYTHONPATH": ":".join(sys.path)}
        environment = {**os.environ, **told}
        done = subprocess.run(
            [sys.executable, "-c", code],
            env=environment,
            capture_output=True,
            text=True,
            check=True,
        )
        assert done.stdout.strip() == identifiers({"a": plain.everything(tmp_path)})["a"]
