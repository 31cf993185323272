"""Calling a function by its dotted name."""

from __future__ import annotations

import inspect
import io
import pkgutil
from typing import TYPE_CHECKING, Any

from datamaestro_hookspecs.errors import DefinitionError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from datamaestro_hookspecs.cards import Option


class Call:
    """Calls the function that the option ``function`` names, ``package.module:name``."""

    def check(self, options: Mapping[str, Option]) -> None:
        """Look at options before anything is fetched.

        Raises:
            DefinitionError: there is no such function.
        """
        _found(options)

    def open(
        self, stream: io.BufferedIOBase, options: Mapping[str, Option]
    ) -> io.RawIOBase | io.BufferedIOBase:
        """Return what the function returns; of a class, what an object of it returns.

        Raises:
            DefinitionError: there is no such function, or it does not return a stream of bytes.
        """
        function = _found(options)
        work: Any = function() if inspect.isclass(function) else function
        changed = work(stream)
        if not isinstance(changed, io.RawIOBase | io.BufferedIOBase):
            name = options["function"]
            raise DefinitionError(f"{name} returned {changed!r}, not a stream of bytes")
        return changed


def _found(options: Mapping[str, Option]) -> Any:
    """Return the function that is named."""
    name = str(options.get("function"))
    try:
        return pkgutil.resolve_name(name)
    except (ImportError, AttributeError, ValueError) as error:
        why = "" if "<" in name else f": {error}"
        raise DefinitionError(
            f"the transformation {name} is not to be found{why}",
            hint="it has to stand in a module under a name, not inside a function or a script",
        ) from error
