"""Data objects as JSON with types, as datamaestro 1.16 printed them for experimaestro."""

from __future__ import annotations

import json
from enum import Enum
from pathlib import Path
from typing import Any

from attrs import fields

from datamaestro.data import UNSET, Base
from datamaestro.errors import DefinitionError
from datamaestro_plugins.experimaestro.identifiers import identifier_of


class XPMEncoder:
    """Each datum is an object with those of its fields that have a value, and its ``$type``."""

    def encode(self, data: Base) -> str:
        """Return one JSON document.

        Raises:
            DefinitionError: something in it is nothing that JSON has.
        """
        try:
            return json.dumps(data, default=_said, indent=2, allow_nan=False)
        except (TypeError, ValueError, RecursionError) as error:
            raise DefinitionError(
                f"{data.id}: JSON cannot say what is in it: {error}",
                hint="let its definition use text, numbers, lists, dicts and data",
            ) from error


def _said(value: object) -> Any:
    """Return what JSON has for a value that it does not know."""
    if isinstance(value, Path):
        return {"$type": "path", "$value": str(value.resolve())}
    if isinstance(value, Base):
        found = {one.name: getattr(value, one.name) for one in fields(type(value))}
        known = {name: item for name, item in found.items() if item is not UNSET}
        return {**known, "$type": identifier_of(type(value))}
    if isinstance(value, set | frozenset):
        return sorted(value, key=repr)
    if isinstance(value, Enum):
        return {name: item for name, item in vars(value).items() if not name.startswith("__")}
    raise TypeError(f"a value of the type {type(value).__qualname__}")
