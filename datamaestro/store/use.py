"""When data sets were last used, as the time of an empty file says."""

from __future__ import annotations

import os
from contextlib import suppress
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datamaestro.store.layout import Named, Store

NEW = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC


def note_use(store: Store, named: Named) -> None:
    """Note that a data set is used now, where it is on record and that can be written.

    Nobody waits for it, nor hears of it where the data directory is another's.
    """
    path = store.used(named)
    try:
        os.utime(path, follow_symlinks=False)
    except FileNotFoundError:
        with suppress(OSError):
            if store.manifest(named).exists():
                from datamaestro.sharing import share

                os.close(os.open(path, NEW, 0o666))
                share(path)
    except OSError:
        return


def last_use(store: Store, named: Named) -> float | None:
    """Return when a data set was last used, in seconds since 1970; None where nobody knows."""
    try:
        return store.used(named).stat().st_mtime
    except OSError:
        return None
