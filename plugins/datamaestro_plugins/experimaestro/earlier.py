"""What datamaestro 1.16 had experimaestro write down: jobs that wait, and results of others.

There, a type of data is a class of experimaestro's, recorded under its own name.
"""

from __future__ import annotations

import functools
from typing import TYPE_CHECKING, Any

from experimaestro.core.objects import config as loading

from datamaestro.data import Base

if TYPE_CHECKING:
    from collections.abc import Callable

    Lookup = Callable[[Any, str], Any]


def install() -> None:
    """Let experimaestro load these, too."""
    if not hasattr(loading.getqualattr, "__wrapped__"):
        loading.getqualattr = loadable(loading.getqualattr)


def loadable(lookup: Lookup) -> Lookup:
    """Return what finds a recorded class, which of a type of data is the one generated for it."""

    @functools.wraps(lookup)
    def find(module: Any, qualname: str) -> Any:
        found = lookup(module, qualname)
        if not isinstance(found, type) or not issubclass(found, Base):
            return found
        from datamaestro_plugins.experimaestro.bridge import generated_for
        from datamaestro_plugins.experimaestro.instances import DataConfig

        return found if issubclass(found, DataConfig) else generated_for(found)

    return find
