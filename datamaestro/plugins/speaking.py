"""Who speaks a dialect: which modules use its package, and which errors come of that."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datamaestro.errors import PluginError


def uses(module: str, package: str) -> bool:
    """Return whether an imported module has anything of a package under a name of its own."""
    names = vars(sys.modules[module]).values() if module in sys.modules else ()
    return any(
        _is_of(getattr(one, name, None), package)
        for one in list(names)
        for name in ("__module__", "__name__")
    )


def comes_of(error: BaseException, package: str) -> bool:
    """Return whether an error is that a package, or a name of it, cannot be imported."""
    return any(isinstance(one, ImportError) and _is_of(one.name, package) for one in causes(error))


def causes(error: BaseException) -> list[BaseException]:
    """Return an error, and what it comes of, one after the other."""
    found = [error]
    while (error := error.__cause__ or error.__context__ or error) not in found:
        found.append(error)
    return found


def left_out(error: PluginError) -> str:
    """Return the line that says why a dialect, and all that needs it, is left out."""
    hint = f" ({error.hint})" if error.hint else ""
    return f"{error.message}: what needs it is left out{hint}"


def _is_of(name: object, package: str) -> bool:
    return isinstance(name, str) and name.partition(".")[0] == package
