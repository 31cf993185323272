"""Traces: what there is of each id below ``state/`` and ``partial/``, whoever has it."""

from __future__ import annotations

import fcntl
import os
import re
from contextlib import suppress
from typing import TYPE_CHECKING

from attrs import define, field

from datamaestro.store.descent import open_below, open_top
from datamaestro.store.faults import storage_errors
from datamaestro.store.layout import DESCRIPTION, LOCK, MANIFEST, SIDECAR, USE, VERIFYING
from datamaestro.store.writers import PREFIX, Writer
from datamaestro_hookspecs.cards import ID

if TYPE_CHECKING:
    from collections.abc import Iterator

    from datamaestro.store.layout import Named, Store

RECORDS = (SIDECAR, MANIFEST, DESCRIPTION, USE, VERIFYING)
"""How the names of records end that may be traces; a mark of what was removed is none."""

SCRATCH = re.compile(r"\.(?P<name>.+)\.[0-9a-f]{16}")
"""The name of a record that was being written; see :mod:`datamaestro.store.replacing`."""

IS_ID = re.compile(ID).fullmatch


@define
class Traces:
    """What there is of an id.

    Args:
        repository: that has it, or had it.
        id: of the data set.
        records: paths of them, by what their names end with; of scratch files, by their names.
        partial: path of the folder for what is arriving; empty where there is none.
    """

    repository: str
    id: str
    records: dict[str, str] = field(factory=dict)
    partial: str = ""

    @property
    def identity(self) -> str:
        """The full name, ``id@repository``."""
        return f"{self.id}@{self.repository}"


@define
class RepositoryTraces:
    """What there is of the ids of a repository.

    Args:
        name: of the repository.
        ids: by id.
        hidden: why some of it cannot be seen; empty where all can.
    """

    name: str
    ids: dict[str, Traces] = field(factory=dict)
    hidden: str = ""

    def of(self, dataset_id: str) -> Traces:
        """Return what there is of an id."""
        return self.ids.setdefault(dataset_id, Traces(self.name, dataset_id))


def ids_above(dataset_id: str) -> Iterator[str]:
    """Iterate over the ids in whose folders that of another one is, the innermost first.

    >>> list(ids_above("org.example.one"))
    ['org.example', 'org']
    """
    while dataset_id := dataset_id.rpartition(".")[0]:
        yield dataset_id


def find_traces(store: Store) -> dict[str, RepositoryTraces]:
    """Return what there is of each repository below ``state/`` and ``partial/``, by its name.

    Raises:
        StorageError: the data directory cannot be looked at.
    """
    found: dict[str, RepositoryTraces] = {}
    with storage_errors(store.root), open_top(store.root) as top:
        for place in ("state", "partial"):
            for name in _folders(top, place):
                traces = found.setdefault(name, RepositoryTraces(name))
                try:
                    _look(top, place, traces)
                except OSError as error:
                    reason = error.strerror or str(error)
                    traces.hidden = f"{place}/{name} cannot be looked at: {reason}"
    return found


def _folders(top: int, place: str) -> list[str]:
    """Return the names of folders at a place, and of links, which may stand for some."""
    with suppress(FileNotFoundError), open_below(top, place) as folder, os.scandir(folder) as all_:
        found = [one.name for one in all_ if one.is_symlink() or one.is_dir(follow_symlinks=False)]
        return sorted(found)
    return []


def _look(top: int, place: str, traces: RepositoryTraces) -> None:
    where = f"{place}/{traces.name}"
    with open_below(top, where) as folder, os.scandir(folder) as all_:
        for entry in all_:
            path = f"{where}/{entry.name}"
            if entry.is_dir(follow_symlinks=False):
                if place == "partial" and IS_ID(entry.name):
                    traces.of(entry.name).partial = path
            elif place == "state":
                scratch = SCRATCH.fullmatch(entry.name)
                name = scratch["name"] if scratch else entry.name
                ending = next((one for one in RECORDS if name.endswith(one)), "")
                if ending and IS_ID(name.removesuffix(ending)):
                    key = entry.name if scratch else ending
                    traces.of(name.removesuffix(ending)).records[key] = path


def arriving(store: Store, named: Named) -> Traces:
    """Return what there is of one id below ``partial/`` alone, which says who is at work."""
    partial = store.partial(named)
    path = partial.relative_to(store.root).as_posix() if partial.is_dir() else ""
    return Traces(named.repository, named.id, partial=path)


def at_work(store: Store, traces: Traces) -> str:
    """Return who may be making the files of an id at this moment; empty where nobody can be."""
    if not traces.partial:
        return ""
    folder = store.root / traces.partial
    if not os.access(folder, os.R_OK | os.X_OK) or _is_held(folder / LOCK):
        return "another process may be preparing it"
    return writing(store, traces)


def writing(store: Store, traces: Traces) -> str:
    """Return who may be making the files of an id, as far as its writers tell; else empty."""
    for writer in writers_of(store, traces):
        owner, _ = writer.read()
        if owner is not None and owner.has_ended() is not True:
            return f"{owner} may be preparing it"
    return ""


def undecided(store: Store, traces: Traces) -> Iterator[tuple[str, str]]:
    """Iterate over paths of writers of which nobody here can tell whether they have ended, and why.

    Such are those of another host, which may be switched off.
    """
    for writer in writers_of(store, traces):
        owner, _ = writer.read()
        if owner is not None and owner.has_ended() is None:
            path = f"{traces.partial}/{writer.folder.name}"
            yield path, f"{owner} made it, and nobody can tell from here whether that has ended"


def writers_of(store: Store, traces: Traces) -> Iterator[Writer]:
    """Iterate over the writers of an id, those too that are only just beginning."""
    if not traces.partial:
        return
    folder = store.root / traces.partial
    with suppress(OSError):
        for name in sorted(os.listdir(folder)):  # noqa: PTH208 - names, not paths
            if name.startswith((PREFIX, f".{PREFIX}")):
                yield Writer(folder / name)


def _is_held(lock: os.PathLike[str]) -> bool:
    """Return whether a process has a lock file locked, as far as locks tell, or may have it."""
    try:
        descriptor = os.open(lock, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
    except FileNotFoundError:
        return False
    except OSError:
        return True
    try:
        fcntl.flock(descriptor, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    except OSError:
        return False
    finally:
        os.close(descriptor)
    return False
