"""Which data set a datum belongs to."""

import gc

from attrs import define

from datamaestro.context import Context
from datamaestro.data import File
from datamaestro.data.owners import _known, belongs_to, dataset_of


@define(slots=False, kw_only=True)
class Equal(File):
    """A type whose objects are equal when their fields are, and so have no hash."""


def test_a_datum_is_known_by_itself_and_not_by_what_it_is_equal_to(context: Context) -> None:
    """And only as long as somebody has it."""
    digits, mnist = context.dataset("edu.uci.optdigits"), context.dataset("com.lecun.mnist")
    one, other = Equal(path="x"), Equal(path="x")
    belongs_to(one, digits)
    belongs_to(other, mnist)
    assert (digits, mnist) == (dataset_of(one), dataset_of(other))
    assert None is dataset_of(Equal(path="x"))
    key = id(one)
    assert key in _known
    del one
    gc.collect()
    assert key not in _known


def test_an_id_tells_in_another_process(context: Context) -> None:
    """A part's begins with that of its data set."""
    part = File(path="x", id="com.lecun.mnist.train.images@image")
    found = dataset_of(part)
    assert found is not None
    assert "com.lecun.mnist@image" == found.card.identity
    assert None is dataset_of(File(path="x", id="no.such.thing"))
