"""What earlier versions left beside the data of a data set: ``.state.json`` and the like."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

STATE = ".state.json"

OWN_FILES = {STATE, ".state.json.tmp", ".state.tmp", ".state.lock", ".downloads"}
"""What earlier versions put into the folder of a data set, besides its data."""

COMPLETE, STATES = "complete", ("none", "partial", "complete")
"""What they say of a resource."""


def earlier_states(folder: Path) -> Mapping[str, str]:
    """Return what an earlier version says of resources, by name; nothing of some.

    Args:
        folder: of the data set.

    Raises:
        OSError: what it says cannot be read.
    """
    if not (folder / STATE).is_file():
        return {}
    try:
        told = json.loads((folder / STATE).read_bytes())["resources"].items()
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        return {}
    states = {name: one.get("state") for name, one in told if isinstance(one, dict)}
    return {name: state for name, state in states.items() if state in STATES}
