"""What is offered is looked at before it is believed."""

from contextlib import suppress
from pathlib import Path

import pytest

from datamaestro.errors import ContentError
from datamaestro.moving.here.accepted import Accepted
from datamaestro.store.layout import Store
from datamaestro.store.manifest import Entry
from datamaestro.store.soundness import result_of
from datamaestro_hookspecs.files import FileFacts
from datamaestro_hookspecs.offers import Offer

SHA = "0" * 64


def offer(files: dict[str, str], dataset: str = "a.b@c", **resources: tuple[str, bool]) -> Offer:
    """Return an offer of some files and links, of resources at paths, folders or not."""
    facts = [FileFacts(path, 0, 0, "" if link else SHA, link) for path, link in files.items()]
    record = {}
    for name, (path, folder) in resources.items():
        inside = [one for one in facts if one.path.startswith(path if folder else f"{path}")]
        entry = Entry(path, "recipe", folder=folder)
        with suppress(ValueError):
            entry = entry._replace(result=result_of(entry, inside))
        record[name] = entry.as_facts()
    return Offer(dataset, record, tuple(facts))


GOOD = offer({"a/x": "", "a/l": "x", "b": ""}, A=("a", True), B=("b", False))


def test_what_agrees_with_itself_is_accepted(tmp_path: Path) -> None:
    """The files of each resource are known then."""
    accepted = Accepted.of(GOOD, Store(tmp_path))
    assert ["a/x", "a/l"] == [one.path for one in accepted.files["A"]]
    assert ["b"] == [one.path for one in accepted.files["B"]]
    assert "a.b@c" == accepted.holding.identity


def test_names_that_are_no_text_are_accepted(tmp_path: Path) -> None:
    """As the file system has them."""
    assert Accepted.of(offer({"b\udcff": ""}, B=("b\udcff", False)), Store(tmp_path))


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        (offer({"b": ""}, "no name", B=("b", False)), "full name"),
        (offer({"b": ""}, "../x@y", B=("b", False)), "full name"),
        (offer({"b": ""}, "x@../y", B=("b", False)), "full name"),
        (offer({"b": "", "c": ""}, B=("b", False)), "of no resource"),
        (offer({}, B=("b", False)), "B: its file is not on record"),
        (offer({"b": ""}, B=("b", False), C=("b", False)), "same place"),
        (offer({"a/b": ""}, A=("a", True), B=("a/b", False)), "B is inside of A"),
        (offer({"a/b": ""}, A=(".", True), B=("a", True)), "same place"),
        (offer({"a/l": "/etc/passwd"}, A=("a", True)), "outside"),
        (offer({"a/l": "../../x"}, A=("a", True)), "outside"),
        (offer({"a/l": "m/..", "a/m": "../a", "a/n": "l/../../x"}, A=("a", True)), "outside"),
        (offer({"b": ""}, B=("../b", False)), "not a path"),
        (offer({"a/l": "b\0c"}, A=("a", True)), "no name of a file"),
        (offer({"b\ud800": ""}, B=("b\ud800", False)), "no name of a file"),
        (offer({}, B=("b\ud800", True)), "no name of a file"),
        (Offer("a@b", {"A": {"path": "a"}}, ()), "recipe"),
        (Offer("a@b", {"A": []}, ()), "cannot be used"),
    ],
    ids=lambda one: one if isinstance(one, str) else "",
)
def test_anything_else_is_refused(tmp_path: Path, wrong: Offer, words: str) -> None:
    """In one line, which says what is wrong."""
    with pytest.raises(ContentError, match=words) as caught:
        Accepted.of(wrong, Store(tmp_path))
    assert 1 == len(str(caught.value).splitlines())
