"""What built-in plugins do as soon as a package and the types of data have both been imported.

A dialect's package may look at types of data before anything asks for a dialect.
"""

from __future__ import annotations

import logging
import pkgutil
import sys
from importlib.abc import MetaPathFinder
from typing import TYPE_CHECKING, Any

from attrs import define

from datamaestro.plugins.builtins import WHEN_IMPORTED

if TYPE_CHECKING:
    from importlib.machinery import ModuleSpec

log = logging.getLogger("datamaestro")


def watch() -> None:
    """Call what is to be called, now or when the package is imported."""
    for package, dotted in WHEN_IMPORTED.items():
        if package in sys.modules:
            _call(dotted)
        else:
            sys.meta_path.insert(0, _Arrival(package, dotted))


def _call(dotted: str) -> None:
    """Call it, unless the package is of another version than it is made for; nobody needs it then.

    Whoever uses the dialect is told.
    """
    try:
        found = pkgutil.resolve_name(dotted)
    except ImportError as error:
        log.debug("%s cannot be called", dotted, exc_info=error)
    else:
        found()


@define(eq=False)
class _Arrival(MetaPathFinder):
    """Lets the others find a package, and sees it come."""

    package: str
    dotted: str

    def find_spec(self, name: str, path: Any = None, target: Any = None) -> ModuleSpec | None:
        """Return where the package is; of any other, nothing.

        Who asks may only want to know whether it is installed.
        """
        if name != self.package:
            return None
        spec = self._found_by_others(name, path, target)
        if spec is not None and spec.loader is not None:
            execute = spec.loader.exec_module

            def execute_and_call(module: Any) -> None:
                execute(module)
                if self in sys.meta_path:
                    sys.meta_path.remove(self)
                    _call(self.dotted)

            spec.loader.exec_module = execute_and_call  # type: ignore[method-assign]
        return spec

    def _found_by_others(self, *asked: Any) -> ModuleSpec | None:
        finders = (one for one in sys.meta_path if one is not self)
        found = (one.find_spec(*asked) for one in finders)
        return next((spec for spec in found if spec is not None), None)
