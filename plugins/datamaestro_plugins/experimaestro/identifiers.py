"""What experimaestro calls a type of data; nothing of experimaestro is imported for it."""

from __future__ import annotations

import inspect
from typing import Any


def identifier_of(kind: type) -> str:
    """Return the name of a type in experimaestro's identifiers: its ``__xpmid__``, or its place.

    As for experimaestro, a text counts for the class in whose body it stands, what a class method
    says for its subclasses, too.
    """
    said: Any = getattr(kind, "__xpmid__", None)
    if inspect.ismethod(said):
        return str(said()).lower()
    if "__xpmid__" in vars(kind):
        return str(said).lower()
    return f"{kind.__module__}.{kind.__qualname__}".lower()
