"""What packages of earlier versions give is compared, and no difference is overlooked."""

import copy
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from compat.compare import compare, main, reasons, without_identifier

IMAGES = "image/com.lecun.mnist"
FAMILY = "image/org.example.family[size=2]"
DIGEST = "0123456789abcdef" * 4


def datum(kind: str, name: str, **fields: Any) -> dict[str, Any]:
    return {"datum": kind, "id": name, "identifier": DIGEST, "fields": fields}


def entry(name: str, **outcome: Any) -> dict[str, Any]:
    facts = {
        "id": name,
        "name": "Digits",
        "description": "Written by hand.",
        "url": "http://yann.lecun.com/",
        "tags": ["images"],
        "tasks": ["classification"],
        "type": "acme.Supervised",
    }
    return {"repository": "image", "variant": False, "facts": facts, **outcome}


def document() -> dict[str, Any]:
    images = datum("acme.IDX", "mnist.train.images", path={"path": "$DATAMAESTRO_DIR/a.idx"})
    pair = {"list": [images, {"enum": "acme.Split.TRAIN"}]}
    mnist = datum("acme.Supervised", "mnist", train=pair, options={"dict": {"depth": 8}})
    return {
        IMAGES: entry("com.lecun.mnist", data=mnist),
        FAMILY: {**entry("org.example.family"), "variant": True, "data": datum("acme.IDX", "f")},
        "image/org.example.broken": entry("org.example.broken", error="TypeError: no arguments"),
    }


def found_in(here: dict[str, Any]) -> list[tuple[str, str]]:
    """Return facet and place of each difference from the document."""
    return [(one.facet, one.place) for one in compare(document(), here).differences]


def test_identical_documents() -> None:
    """Identical documents have no difference, and each facet of what is prepared counts."""
    result = compare(document(), document())
    assert [] == result.differences
    assert {"image": (2, 1)} == result.earlier == result.here
    assert {("image", "prepared"): 1, ("image", "same"): 1} == result.variants
    assert {1} == set(result.identical.values())
    assert ["image", "2", "2", "1", "1", *["1"] * 10, "1", "of", "1"] == (
        result.report().splitlines()[1].split()
    )


def change_type(data: dict[str, Any]) -> None:
    data["datum"] = "acme.Other"


def change_id(data: dict[str, Any]) -> None:
    data["id"] = "com.lecun.mnist@image"


def change_identifier(data: dict[str, Any]) -> None:
    data["fields"]["train"]["list"][0]["identifier"] = "f" * 64


def change_path(data: dict[str, Any]) -> None:
    data["fields"]["train"]["list"][0]["fields"]["path"] = {"path": "$DATAMAESTRO_DIR/b.idx"}


def change_enum(data: dict[str, Any]) -> None:
    data["fields"]["train"]["list"][1] = {"enum": "acme.Split.TEST"}


def change_value(data: dict[str, Any]) -> None:
    data["fields"]["options"]["dict"]["depth"] = 16


def change_kind(data: dict[str, Any]) -> None:
    data["fields"]["train"] = {"tuple": data["fields"]["train"]["list"]}


def add_field(data: dict[str, Any]) -> None:
    data["fields"]["test"] = None


def leave_field_out(data: dict[str, Any]) -> None:
    del data["fields"]["options"]["dict"]["depth"]


@pytest.mark.parametrize(
    ("change", "difference"),
    [
        (change_type, ("type", "data")),
        (change_id, ("id", "data")),
        (change_identifier, ("identifier", "data.train.0")),
        (change_path, ("path", "data.train.0.path")),
        (change_enum, ("structure", "data.train.1")),
        (change_value, ("structure", "data.options.depth")),
        (change_kind, ("structure", "data.train")),
        (add_field, ("structure", "data.test")),
        (leave_field_out, ("structure", "data.options.depth")),
    ],
)
def test_each_difference_of_data(
    change: Callable[[dict[str, Any]], None], difference: tuple[str, str]
) -> None:
    """Each kind of difference in a data object is found, at its place, and nothing else."""
    here = document()
    change(here[IMAGES]["data"])
    assert [difference] == found_in(here)


@pytest.mark.parametrize("fact", ["id", "name", "description", "url", "tags", "tasks", "type"])
def test_each_difference_of_facts(fact: str) -> None:
    """Each fact that is declared is compared, also where the data object cannot be made."""
    for key in (IMAGES, FAMILY, "image/org.example.broken"):
        here = document()
        here[key]["facts"][fact] = "other"
        assert [(fact, "")] == found_in(here)


def test_facts_that_are_not_there_earlier() -> None:
    """A fact that the earlier version cannot tell is not compared."""
    earlier = document()
    del earlier[IMAGES]["facts"]["description"]
    assert [] == compare(earlier, document()).differences


def test_what_is_missing() -> None:
    """A data set that is not listed here is a difference, and is missing in the numbers."""
    here = document()
    del here[IMAGES]
    assert [("prepared", "")] == found_in(here)
    result = compare(document(), here)
    assert ["image, here: (1, 0) data sets are listed and prepared, not (2, 1)"] == (
        result.unexpected({"image": (2, 1)}, {"image": (2, 1)})
    )
    assert 0 == result.identical["image", "structure"]


def test_what_fails_here_alone() -> None:
    """A data set, or a variant, that can be prepared by the earlier version alone is found."""
    for key in (IMAGES, FAMILY):
        here = document()
        del here[key]["data"]
        here[key]["error"] = "TypeError: no"
        (difference,) = compare(document(), here).differences
        assert (key, "prepared", "TypeError: no") == (
            difference.entry,
            difference.facet,
            difference.here,
        )


def test_what_is_better_here() -> None:
    """What the earlier version cannot prepare, or does not have, may be otherwise here."""
    here = document()
    here["image/org.example.broken"] = entry("org.example.broken", data=datum("acme.IDX", "b"))
    here["demo/edu.uci.optdigits"] = {**entry("edu.uci.optdigits"), "repository": "demo"}
    assert [] == found_in(here)


def test_no_identifiers() -> None:
    """Identifiers that could not be computed do not count as the same."""
    earlier = document()
    earlier[IMAGES]["data"]["identifier"] = "KeyError: 'path'"
    assert [IMAGES] == without_identifier(earlier)
    result = compare(earlier, copy.deepcopy(earlier))
    assert f"{IMAGES} has no identifier under 1.16" in reasons(result, earlier)


def test_the_command(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The command prints both sides of a difference, and fails; of many it prints the first."""
    earlier, here = document(), document()
    for number in range(30):
        earlier[f"image/n{number}"] = entry(f"n{number}", data=datum("acme.IDX", "one"))
        here[f"image/n{number}"] = entry(f"n{number}", data=datum("acme.IDX", "two"))
    for name, entries in (("earlier", earlier), ("here", here)):
        (tmp_path / name).write_text(json.dumps({"entries": entries}))
    assert 1 == main(str(tmp_path / "earlier"), str(tmp_path / "here"))
    printed = capsys.readouterr().out
    assert "image/n0: id of data\n    1.16: 'one'\n    here: 'two'\n" in printed
    assert "... and 10 more\n" in printed
    assert "failed: 30 differences of data sets" in printed
