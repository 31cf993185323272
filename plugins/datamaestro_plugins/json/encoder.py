"""Data objects as JSON."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

from attrs import fields

from datamaestro.data import UNSET, Base
from datamaestro.errors import DefinitionError

if TYPE_CHECKING:
    from cattrs import Converter


class JsonEncoder:
    """Each datum is an object with its ``id`` and those of its fields that have a value."""

    def encode(self, data: Base) -> str:
        """Return one JSON document.

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
            if getattr(data, each.name) is not UNSET
        },
    )
    return converter
