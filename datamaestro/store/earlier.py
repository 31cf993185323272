"""What earlier versions left beside the data of a data set: ``.state.json`` and the like."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from pathlib import Path

STATE = ".state.json"

OWN_FILES = {STATE, ".state.json.tmp", ".state.tmp", ".state.lock", ".downloads"}
"""What earlier versions put into the folder of a data set, besides its data."""

State = Literal["none", "partial", "complete", ""]


def earlier_state(folder: Path, resource: str) -> State:
    """Return what an earlier version says of a resource; empty where it says nothing.

    Args:
        folder: of the data set.
        resource: its name.

    Raises:
        OSError: what it says cannot be read.
    """
    if not (folder / STATE).is_file():
        return ""
    try:
        state = json.loads((folder / STATE).read_bytes())["resources"][resource]["state"]
    except (ValueError, KeyError, TypeError, RecursionError):
        return ""
    return state if state in ("none", "partial", "complete") else ""
