"""The store in use, for code that is called back by the core and has no other way to know it."""

from __future__ import annotations

from contextlib import contextmanager
from contextvars import ContextVar
from typing import TYPE_CHECKING

from datamaestro.settings import load_settings
from datamaestro.store.search_path import store_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from datamaestro.store.layout import Store

_store: ContextVar[Store | None] = ContextVar("datamaestro_store", default=None)


def current_store() -> Store:
    """Return the store that a context uses at this moment, else the one that the settings name."""
    return _store.get() or store_of(load_settings())


@contextmanager
def using(store: Store) -> Iterator[None]:
    """Let a store be the current one meanwhile, in this thread."""
    token = _store.set(store)
    try:
        yield
    finally:
        _store.reset(token)
