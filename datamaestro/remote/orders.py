"""What is said to a command on another computer while it works: an order is a JSON line."""

from __future__ import annotations

import json
import os
from contextlib import suppress
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator

CHUNK = 1 << 16

INTERRUPT, TERMINATE = "interrupt", "terminate"
"""What a command may be told by a signal."""


def order(**said: Any) -> bytes:
    """Return the line that says something."""
    return json.dumps(said).encode() + b"\n"


def orders(descriptor: int) -> Iterator[dict[str, Any]]:
    """Iterate over what is said, until nobody says anything more; what is no order is passed over.

    Args:
        descriptor: where it is heard; nothing is read ahead of it but in this iterator.
    """
    begun: list[bytes] = []
    with suppress(OSError):
        while data := os.read(descriptor, CHUNK):
            begun.append(data)
            if b"\n" not in data:
                continue
            *lines, rest = b"".join(begun).split(b"\n")
            begun = [rest]
            for line in lines:
                with suppress(ValueError):
                    said = json.loads(line)
                    if isinstance(said, dict):
                        yield said
