"""Errors travel as what they are."""

import pytest

from datamaestro import errors
from datamaestro.errors import DatamaestroError, DatasetNotFound, HostError
from datamaestro.remote.errors import error_said, said_of


def test_an_error_has_its_facts_on_the_other_side() -> None:
    """And says where it was raised."""
    found = error_said(said_of(DatasetNotFound("x", ("y",))), "there")
    assert isinstance(found, DatasetNotFound)
    assert ("there: no data set 'x'", "x", ("y",)) == (found.message, found.reference, found.near)


def test_an_error_says_where_it_was_whatever_its_paths_are() -> None:
    """A host may be called like a folder; what says it already says it once."""
    for text in ("/scratch/gpu is full", "gpu: /scratch/gpu is full"):
        found = error_said({"error": "StorageError", "message": text}, "gpu")
        assert "gpu: /scratch/gpu is full" == str(found)


@pytest.mark.parametrize("kind", errors.__all__)
def test_an_error_without_its_facts_is_one(kind: str) -> None:
    """With nothing in their place."""
    found = error_said({"error": kind, "message": "bad"}, "there")
    assert isinstance(found, DatamaestroError)
    assert "there: bad" == str(found)
    if isinstance(found, HostError):
        assert ("", False, None) == (found.host, found.retry, found.after)
