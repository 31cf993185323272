"""What records check when they are made, so that a mistake shows where it was made."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from datamaestro_hookspecs.errors import PluginError

if TYPE_CHECKING:
    from collections.abc import Callable

    from attrs import Attribute

    Check = Callable[[Any, "Attribute[str]", str], None]

DOTTED = re.compile(r"[^\W\d]\w*(\.[^\W\d]\w*)*:[^\W\d]\w*(\.[^\W\d]\w*)*")


def matches(pattern: str, what: str) -> Check:
    """Return an attrs validator: the value is a string that matches the whole pattern."""
    compiled = re.compile(pattern)

    def check(record: Any, attribute: Attribute[str], value: str) -> None:
        if not isinstance(value, str) or not compiled.fullmatch(value):
            raise PluginError(
                f"{type(record).__name__}.{attribute.name}: {value!r} is not {what}",
                hint="mend the plugin",
            )

    return check


def each(check: Check) -> Callable[[Any, Attribute[Any], tuple[str, ...]], None]:
    """Return an attrs validator: the value is a tuple whose every item passes ``check``."""

    def check_all(record: Any, attribute: Attribute[Any], values: tuple[str, ...]) -> None:
        if not isinstance(values, tuple):
            raise PluginError(
                f"{type(record).__name__}.{attribute.name}: {values!r} is not a tuple",
                hint="mend the plugin",
            )
        for value in values:
            check(record, attribute, value)

    return check_all


def magic(record: Any, attribute: Attribute[Any], values: tuple[bytes, ...]) -> None:
    """Refuse what is no tuple of bytes, none of them empty."""
    if not isinstance(values, tuple) or not all(isinstance(one, bytes) and one for one in values):
        raise PluginError(
            f"{type(record).__name__}.{attribute.name}: {values!r} is not a tuple of bytes",
            hint="mend the plugin",
        )


name = matches(r"[a-z][a-z0-9_-]*", "a name (lower case, digits, - and _)")
scheme = matches(r"[a-z][a-z0-9+.-]*", "a URL scheme in lower case, without ://")
suffix = matches(r"\.[a-z0-9][a-z0-9._-]*", "a suffix in lower case with its dot")
dotted = matches(DOTTED.pattern, "a dotted path of the form package.module:Name")
