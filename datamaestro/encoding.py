"""Data objects as JSON."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

from attrs import fields

from datamaestro.data import Base
from datamaestro.errors import DefinitionError

if TYPE_CHECKING:
    from cattrs import Converter


def make_converter() -> Converter:
    """Return a converter of data objects to what JSON can say; paths become absolute text."""
    from cattrs.preconf.json import make_converter as make_json_converter

    converter = make_json_converter()
    converter.register_unstructure_hook(Path, lambda path: str(path.absolute()))
    converter.register_unstructure_hook_func(
        lambda kind: isinstance(kind, type) and issubclass(kind, Base),
        lambda data: {
            each.name: converter.unstructure(getattr(data, each.name))
            for each in fields(type(data))
        },
    )
    return converter


def to_json(data: Base) -> str:
    """Return one JSON document: each datum an object with its ``id`` and its fields.

    Raises:
        DefinitionError: something in it is nothing that JSON has.
    """
    try:
        return json.dumps(make_converter().unstructure(data), indent=2, allow_nan=False)
    except (TypeError, ValueError, RecursionError) as error:
        raise DefinitionError(
            f"{data.id}: JSON cannot say what is in it: {error}",
            hint="let its definition use text, numbers, lists, dicts and data",
        ) from error
