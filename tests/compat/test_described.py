"""Data sets of existing packages are handed over as described, with those packages and without."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest

from datamaestro.context import Context
from datamaestro.definitions.family import selected, variant_of
from datamaestro.descriptions import types
from datamaestro.descriptions.definition import Described
from datamaestro.descriptions.describing import describe
from datamaestro.errors import DatamaestroError
from datamaestro.store.descriptions import description_from

for _package in ("datamaestro_ir", "datamaestro_text"):
    pytest.importorskip(_package, reason="the packages of earlier versions are not installed")

MANY = 100
"""Data sets that are described at least."""


def pairs(context: Context) -> Iterator[tuple[Any, Any]]:
    """Iterate over definitions, a variant of each family, and what stands in for them."""
    for definition in context.datasets():
        if definition.card.repository == "irds":  # thousands, all of one kind
            continue
        try:
            description = describe(context, definition)
        except DatamaestroError:  # of a module that cannot be imported
            continue
        text = description.as_text().encode()
        there = Described(description_from(text, description), context.store)
        for variant in description.variants[:1]:
            selector = variant["selector"]
            yield _variant(definition, selector), _variant(there, selector)


def _variant(definition: Any, selector: str) -> Any:
    return selected(definition, selector) if selector else variant_of(definition, None)


@pytest.mark.parametrize("installed", [True, False])
def test_what_is_described_is_the_same(
    context: Context, installed: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The same document is printed; where types are not installed, others stand in for them."""
    encode = context.plugins.encoder("normal").encode
    found = type_of = types.type_of
    if not installed:
        found = lambda name: type_of(name) if name.startswith("datamaestro.") else None  # noqa: E731
    number = 0
    for definition, there in pairs(context):
        before = json.loads(encode(context.prepare(definition, download=False)))
        with monkeypatch.context() as patch:
            patch.setattr(types, "type_of", found)
            after = json.loads(encode(context.prepare(there, download=False)))
        assert before == after
        number += 1
    assert number > MANY
