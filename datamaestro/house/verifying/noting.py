"""Noting the sizes and times of files that were read and are right, where they are not on record.

Such files were copied, restored from a backup, or only touched. Nothing else goes by these times
than a quick verification, so it is no failure where they cannot be written.
"""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING

from datamaestro.errors import BusyError, StorageError
from datamaestro.store.lock import locked
from datamaestro.store.records import DatasetRecords
from datamaestro.store.soundness import read_records

if TYPE_CHECKING:
    from datamaestro.house.verifying.states import Verified
    from datamaestro_hookspecs.files import FileFacts


def to_note(found: Verified) -> dict[str, FileFacts]:
    """Return what is to be noted of a data set, by path; nothing where its records are damaged."""
    if found.damage or found.failure:
        return {}
    recorded = found.records.files
    return {
        path: file.facts
        for path, file in found.files.items()
        if file.facts is not None and path in recorded and file.facts is not recorded[path]
    }


def note(found: Verified) -> dict[str, FileFacts]:
    """Write what is to be noted of a data set to its records; return what was.

    Nobody is waited for, and what another process has changed meanwhile is left alone.
    """
    facts = to_note(found)
    if not facts:
        return {}
    holding, records = found.holding, found.records
    with (
        suppress(BusyError, StorageError),
        locked(holding.store.lock(holding), holding.identity, 0),
    ):
        if read_records(holding.store, holding) == records:
            files = {**records.files, **facts}
            DatasetRecords(holding.store, holding).rewrite(records.manifest.entries, files.values())
            return facts
    return {}
