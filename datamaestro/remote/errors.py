"""Errors that travel: one that is raised on another computer is raised here as what it is."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from datamaestro import errors
from datamaestro.advice import meant_for
from datamaestro.errors import DatamaestroError, StorageError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from datamaestro.remote.frames import Message

PLAIN = (str, int, float, bool, type(None))
"""What facts of an error may be."""

UNSAID = {"near": (), "missing": (), "retry": False, "after": None}
"""What facts of an error are that are not said, where that is not an empty text."""


def said_of(error: BaseException) -> dict[str, Any]:
    """Return the message that says an error."""
    if isinstance(error, OSError) and not isinstance(error, DatamaestroError):
        what = f"{error.filename}: {error.strerror}" if error.filename else str(error)
        error = StorageError(what)
    if not isinstance(error, DatamaestroError):
        said = f"unexpected {type(error).__name__}: {error}"
        return {"error": "DatamaestroError", "message": said, "hint": "", "facts": {}}
    facts = {name: value for name, value in vars(error).items() if _is_plain(value)}
    del facts["message"], facts["hint"]
    kind = next(one.__name__ for one in type(error).__mro__ if one.__name__ in errors.__all__)
    return {"error": kind, "message": error.message, "hint": error.hint, "facts": facts}


def _is_plain(value: object) -> bool:
    return isinstance(value, PLAIN) or (
        isinstance(value, tuple) and all(isinstance(one, PLAIN) for one in value)
    )


def error_said(message: Message, host: str, options: Sequence[str] = ()) -> DatamaestroError:
    """Return the error that a message says, which may say anything.

    Args:
        message: of :func:`said_of`.
        host: where it was raised; the error says so.
        options: that have a command act there.
    """
    from inspect import signature

    kind = getattr(errors, str(message.get("error")), None)
    if not (isinstance(kind, type) and issubclass(kind, DatamaestroError)):
        kind = DatamaestroError
    error = kind.__new__(kind)
    text, hint = str(message.get("message")), str(message.get("hint") or "")
    DatamaestroError.__init__(error, text, hint=meant_for(hint, options))
    facts = message.get("facts")
    for name, value in facts.items() if isinstance(facts, dict) else ():
        if name.isidentifier() and not hasattr(DatamaestroError, name) and name not in vars(error):
            setattr(error, name, tuple(value) if isinstance(value, list) else value)
    for one in kind.__mro__[: kind.__mro__.index(DatamaestroError)]:
        for name in signature(one).parameters.keys() - vars(error).keys():
            setattr(error, name, UNSAID.get(name, ""))
    if not error.message.startswith(f"{host}: "):  # which its paths may have in them by chance
        error.message = f"{host}: {error.message}"
    return error
