"""Records are checked where they are made."""

from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from datamaestro_hookspecs.datatypes import DataType
from datamaestro_hookspecs.downloaders import Downloader
from datamaestro_hookspecs.errors import DefinitionError, PluginError
from datamaestro_hookspecs.repositories import Repository
from datamaestro_hookspecs.resolvers import Resolver
from datamaestro_hookspecs.transformers import Transformer

GOOD: list[tuple[Callable[..., Any], dict[str, Any]]] = [
    (Resolver, {"name": "hub", "prefix": "hub", "implementation": "a.b:C"}),
    (Repository, {"name": "acme", "implementation": "a.b:C"}),
    (Downloader, {"name": "s3", "schemes": ("s3",), "implementation": "a.b:C"}),
    (Transformer, {"name": "unlz4", "suffixes": (".lz4",), "implementation": "a.b:C"}),
    (DataType, {"name": "npy", "type": "a.b:T", "implementation": "a.b:C", "suffixes": (".npy",)}),
]
BAD: dict[str, list[Any]] = {
    "name": ["", "Upper", "a b", "é", None],
    "prefix": ["", "hub:", "Hub"],
    "implementation": ["a.b", "a.b:", ":C", "a b:C", "a.b:C()", None],
    "type": ["T", "a.b.T"],
    "schemes": [("S3",), ("s3://",), "s3", ["s3"]],
    "suffixes": [("lz4",), (".LZ4",), ".lz4", ("",)],
}


@pytest.mark.parametrize(("kind", "facts"), GOOD)
def test_a_record_is_frozen(kind: Callable[..., Any], facts: dict[str, Any]) -> None:
    """What a plugin said once stays said."""
    record = kind(**facts)
    assert 0 == record.priority
    with pytest.raises(AttributeError):
        record.name = "other"


@pytest.mark.parametrize(
    ("kind", "facts", "wrong", "value"),
    [
        (kind, facts, wrong, value)
        for kind, facts in GOOD
        for wrong in facts
        for value in BAD[wrong]
    ],
)
def test_a_mistake_shows_where_it_is_made(
    kind: Callable[..., Any], facts: dict[str, Any], wrong: str, value: object
) -> None:
    """The error names the record, the field and the value."""
    with pytest.raises(PluginError, match=f"{kind.__name__}.{wrong}: ") as caught:
        kind(**{**facts, wrong: value})
    assert 10 == caught.value.exit_code
    assert isinstance(caught.value, DefinitionError)


@given(st.text())
def test_a_name_is_accepted_or_refused_in_one_line(name: str) -> None:
    """No text whatever is a surprise."""
    try:
        told = Repository(name, "a.b:C").name
    except PluginError as error:
        told = str(error)
    assert 1 == len(told.splitlines())
