"""What went wrong, in a few words."""

from __future__ import annotations

import re
import time
from email.utils import parsedate_to_datetime


def short_reason(error: BaseException) -> str:
    """Return the innermost reason of a chain of wrapped errors, on one line.

    requests wraps what urllib3 wraps what the socket says; only the last is worth reading.
    """
    inner = getattr(error, "reason", None) or next(
        (argument for argument in error.args if isinstance(argument, BaseException)), None
    )
    if isinstance(inner, BaseException) and inner is not error:
        return short_reason(inner)
    if isinstance(error, OSError) and error.strerror:
        return error.strerror
    text = re.sub(r"\[Errno -?\d+\] ", "", " ".join(str(error).split()))
    if type(error).__module__.startswith("urllib3"):
        text = text.rpartition(": ")[2]  # before it stands the connection, as Python shows it
    return text or type(error).__name__


def retry_after(header: str | None) -> float | None:
    """Return the seconds that a ``Retry-After`` header asks to wait, in either of its forms."""
    if not header:
        return None
    if header.isdecimal():
        return float(header)
    try:
        return max(0.0, parsedate_to_datetime(header).timestamp() - time.time())
    except (ValueError, OverflowError):
        return None
