"""Records: items of different types in one."""

import pickle

import pytest
from attrs import define

from datamaestro.record import Item, Record, record_type


@define
class Text(Item):
    """A text."""

    text: str


@define
class Title(Text):
    """A text that is a title."""

    language: str


@define
class Number(Item):
    """A number."""

    number: int


def test_an_item_is_found_by_its_type() -> None:
    """Or by a more general one; what is not there is told."""
    record = Record(Title("t", "en"), Number(1))
    assert ("t", 1) == (record[Text].text, record[Number].number)
    assert record[Text] is record[Title]
    assert (None, False) == (Record(Text("t")).get(Title), record.has(Item))
    with pytest.raises(KeyError, match="no Title, but Text"):
        Record(Text("t"))[Title]


def test_a_record_has_one_item_of_a_type() -> None:
    """Unless a later one is to take its place."""
    with pytest.raises(RuntimeError, match="one Text"):
        Record(Text("a"), Title("b", "en"))
    assert "b" == Record(Text("a"), Text("b"), override=True)[Text].text


def test_a_type_says_which_items_there_are() -> None:
    """Neither more nor fewer."""
    kind = record_type(Text).sub(Title, Number)
    assert (True, False) == (kind.has(Title), record_type(Text).has(Title))
    assert "t" == kind(Title("t", "en"), Number(1))[Text].text
    for items in ([Title("t", "en")], [Text("t"), Number(1)]):
        with pytest.raises(KeyError):
            kind(*items)
    with pytest.raises(KeyError, match="has no Number"):
        record_type(Text)(Text("t"), Number(1))


def test_types_are_compared() -> None:
    """More special items are items of the more general type, too."""
    special, general = record_type(Title, Number), record_type(Text, Number)
    assert (True, False, False) == (
        special.contains(general),
        general.contains(special),
        general.contains(record_type(Text)),
    )


def test_a_record_is_changed_by_making_another() -> None:
    """And it can be sent to other processes."""
    record = Record(Text("a"))
    changed = pickle.loads(pickle.dumps(record.update(Text("b"), Number(1))))
    assert ("a", "b", 1) == (record[Text].text, changed[Text].text, changed[Number].number)
    assert repr(Text("a")) in repr(record)
