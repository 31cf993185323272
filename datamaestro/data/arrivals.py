"""What built-in plugins do as soon as a package and the types of data have both been imported.

A dialect's package may look at types of data before anything asks for a dialect.
"""

from __future__ import annotations

import importlib.util
import pkgutil
import sys
from importlib.abc import MetaPathFinder
from typing import TYPE_CHECKING, Any

from attrs import define

from datamaestro.plugins.builtins import WHEN_IMPORTED

if TYPE_CHECKING:
    from importlib.machinery import ModuleSpec


def watch() -> None:
    """Call what is to be called, now or when the package is imported."""
    for package, dotted in WHEN_IMPORTED.items():
        if package in sys.modules:
            pkgutil.resolve_name(dotted)()
        else:
            sys.meta_path.insert(0, _Arrival(package, dotted))


@define(eq=False)
class _Arrival(MetaPathFinder):
    """Lets the others find a package, and sees it come."""

    package: str
    dotted: str

    def find_spec(self, name: str, path: Any = None, target: Any = None) -> ModuleSpec | None:
        """Return where the package is; of any other, nothing."""
        if name != self.package:
            return None
        sys.meta_path.remove(self)
        spec = importlib.util.find_spec(name)
        if spec is not None and spec.loader is not None:
            execute = spec.loader.exec_module

            def execute_and_call(module: Any) -> None:
                execute(module)
                pkgutil.resolve_name(self.dotted)()

            spec.loader.exec_module = execute_and_call  # type: ignore[method-assign]
        return spec
