"""Which holdings a user means."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING

from datamaestro.errors import DatasetNotFound, StorageError, UsageError
from datamaestro.house.absent import WHERE, absent
from datamaestro.store.faults import storage_errors
from datamaestro.store.holdings import holdings
from datamaestro.store.search_path import SearchPath, store_of

if TYPE_CHECKING:
    from collections.abc import Iterable

    from datamaestro.settings import Settings
    from datamaestro.store.holdings import Holding
    from datamaestro.store.layout import Store


def held(store: Store, references: Iterable[str], *, begun: bool = False) -> list[Holding]:
    """Return the holdings that ``id`` or ``id@repository`` name; all, where nothing is named.

    A selector or a part names the whole, since its files are on record together.

    Args:
        store: the data directory.
        references: that a user has typed.
        begun: whether what is named may be on no record, if something has arrived of it.

    Raises:
        DatasetNotFound: nothing of that name is on record.
        UsageError: a reference names no data set, or holdings of several repositories.
        StorageError: the data directory cannot be looked at.
    """
    known = list(holdings(store))
    references = list(references)
    if not references:
        return known

    from datamaestro.variants.selector import parse_name

    found: list[Holding] = []
    for reference in references:
        name = parse_name(reference)
        there = _longest([one for one in known if name.repository in ("", one.repository)], name.id)
        if begun and name.id not in [one.id for one in there]:
            there = _begun(store, name.repository, name.id) or there
        if not there:
            _refuse_unseen(store, name.repository)
            raise DatasetNotFound(reference, hint=_why_not(store, known, name.id))
        if len(there) > 1:
            names = ", ".join(one.identity for one in there)
            raise UsageError(f"{reference!r} is in several repositories", hint=f"one of {names}")
        found += there
    return list(dict.fromkeys(found))


def _refuse_unseen(store: Store, repository: str) -> None:
    """Raise where a data set may be on record in a folder that cannot be looked at.

    Raises:
        StorageError: its records may be there.
    """
    with storage_errors(store.root):
        for path, why in store.unseen().items():
            if repository in ("", path.name):
                hint = "change its permissions, or ask its owner to"
                raise StorageError(f"cannot look at {path}: {why}", hint=hint)


def held_here(
    settings: Settings, references: Iterable[str], command: str, *, begun: bool = False
) -> list[Holding]:
    """Return the holdings that references name in the user's own data directory.

    Args:
        settings: that name it, and shared ones, which are only read.
        references: as for :func:`held`.
        command: that changes them.
        begun: as for :func:`held`.

    Raises:
        DatasetNotFound: nothing of that name is on record.
        UsageError: a reference names no data set, or holdings of several repositories.
        StorageError: the data directory cannot be looked at; or it is a shared one that has it.
    """
    own, *others = store_of(settings).stores
    try:
        return held(own, references, begun=begun)
    except DatasetNotFound as error:
        for shared in others:
            if _has(shared, error.reference):
                raise _only_read(error.reference, shared, command) from None
        raise


def _has(store: Store, reference: str) -> bool:
    with suppress(DatasetNotFound, StorageError):
        return bool(held(store, [reference]))
    return False


def _only_read(reference: str, shared: Store, command: str) -> StorageError:
    """Return the error of a data set in a shared data directory, where nothing is changed."""
    import shlex

    line = shlex.join(["datamaestro", "--data", str(shared.root), command, reference])
    message = f"{reference} is in {shared.root}, which is only read"
    return StorageError(message, hint=f"its keeper: {line}")


def refuse_parts(references: Iterable[str], chosen: Iterable[Holding]) -> None:
    """Refuse what names less than a data set, or is a longer id: the whole may not be meant.

    Raises:
        UsageError: one does.
    """
    ids = {one.id for one in chosen}
    for reference in references:
        if reference.partition("@")[0] not in ids:
            whole = max((one for one in ids if reference.startswith(one)), key=len)
            raise UsageError(
                f"{reference} is no data set, but at most a part of {whole}",
                hint=f"to remove the whole: datamaestro remove {whole}",
            )


def held_anywhere(store: Store, references: Iterable[str]) -> list[Holding]:
    """Return the holdings that references name; of a search path, those of each of its directories.

    Raises:
        DatasetNotFound: nothing of that name is on record.
        UsageError: a reference names no data set, or holdings of several repositories.
        StorageError: a data directory cannot be looked at.
    """
    wanted = held(store, references)
    if not isinstance(store, SearchPath):
        return wanted
    names = {one.identity for one in wanted}
    found = [one for one in holdings(store.own) if one.identity in names]
    for shared in store.shared:
        with suppress(StorageError):  # which has been told
            found += [one for one in holdings(shared) if one.identity in names]
    return found


def _begun(store: Store, repository: str, dataset_id: str) -> list[Holding]:
    """Return the holdings of an id of which something has arrived."""
    from datamaestro.house.orphans.traces import find_traces
    from datamaestro.house.possessions import has_arrived
    from datamaestro.store.holdings import Holding

    if absent(store):
        return []
    return [
        Holding(store, dataset_id, name)
        for name, traces in sorted(find_traces(store).items())
        if repository in ("", name)
        and dataset_id in traces.ids
        and has_arrived(Holding(store, dataset_id, name))
    ]


def _why_not(store: Store, known: Iterable[Holding], dataset_id: str) -> str:
    """Return why nothing is on record of an id."""
    if why := absent(store):
        return f"{why}; {WHERE}"

    from difflib import get_close_matches

    near = get_close_matches(dataset_id, [one.id for one in known], n=1)
    if near:
        return f"nothing of it is on record in {store.root}; did you mean {near[0]}?"
    return f"nothing of it is on record in {store.root}; see: datamaestro list"


def _longest(known: Iterable[Holding], dataset_id: str) -> list[Holding]:
    """Return the holdings of an id, else of the longest that it begins with."""
    by_id: dict[str, list[Holding]] = {}
    for one in known:
        by_id.setdefault(one.id, []).append(one)
    words = dataset_id.split(".")
    for length in range(len(words), 0, -1):
        found = by_id.get(".".join(words[:length]))
        if found:
            return found
    return []
