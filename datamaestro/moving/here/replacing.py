"""Replacing: another version that is at a receiver goes to its trash, from where it comes back."""

from __future__ import annotations

from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, NamedTuple

from datamaestro.errors import StorageError
from datamaestro.house.removing import removal_of
from datamaestro.house.trash.discarding import discard, failure_of
from datamaestro.house.trash.restoring import bring_back_all
from datamaestro.messages import warn
from datamaestro.sharing import make_folder
from datamaestro.store.manifest import is_there
from datamaestro.store.records import DatasetRecords
from datamaestro.store.taken import covers
from datamaestro_hookspecs.places import NOWHERE, WHOLE

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
    from pathlib import Path

    from datamaestro.moving.here.accepted import Accepted
    from datamaestro.store.holdings import Holding
    from datamaestro.store.made import Made

REASON = "another version was moved to its place"


def replaced(accepted: Accepted) -> list[str]:
    """Return the names of the resources of which there is another version, by the records.

    Args:
        accepted: what is to take the place.

    Raises:
        StorageError: the records cannot be read.
    """
    holding, offered = accepted.holding, accepted.resources.entries
    known = holding.manifest().entries
    coming = [new for name, new in offered.items() if new != known.get(name)]
    coming = [new for new in coming if new.path != NOWHERE]
    found = []
    for name, old in known.items():
        same = offered.get(name)
        if old.path == NOWHERE or (same is not None and same.result == old.result):
            continue
        around = any(covers(new, old.path) or covers(old, new.path) for new in coming)
        moved = any((new.path, new.result) == (old.path, old.result) for new in coming)
        if (same is not None or around) and not moved and is_there(holding.folder, old):
            found.append(name)
    return found


@contextmanager
def in_trash(holding: Holding, names: Sequence[str], made: Collection[Made]) -> Iterator[None]:
    """Move resources, if any, to the trash, their records first, while others are put in place.

    Where the block fails, all is as it was: that needs no room, which may be what there is none of.

    Args:
        holding: what there is of the data set, whose lock the caller has.
        names: of resources on record.
        made: what the block publishes.

    Raises:
        StorageError: they cannot be moved there.
    """
    store, tokens = holding.store, list[str]()
    records = DatasetRecords(store, holding)
    known = records.manifest().entries
    coming = _identified([one for one in made if known.get(one.name) != one.entry])
    try:
        with records.kept():
            with _kept(holding):
                for removal in [removal_of(holding, records, one, REASON) for one in names]:
                    (done,) = discard(store, [removal])
                    tokens.append(done.token)
                    if error := failure_of(store, [done]):
                        raise error
            try:
                yield
            except BaseException:
                _withdraw(holding, coming)
                raise
    except BaseException:
        for token in bring_back_all(store, tokens, marking=False):
            warn(f"what was there is in the trash still: datamaestro trash restore {token}")
        raise


class _Coming(NamedTuple):
    """Something that is to be published: where it is, and what it is, so that it can be told."""

    scratch: Path
    inode: int
    link: str


def _identified(made: Iterable[Made]) -> dict[str, _Coming]:
    """Return what is to be published, by the paths that it has then below the folder."""
    found = {}
    for one in made:
        for top in one.tops:
            scratch = one.scratch / top if one.entry.path == WHOLE else one.scratch
            with suppress(OSError):
                found[top] = _Coming(scratch, scratch.lstat().st_ino, one.entry.link)
    return found


def _withdraw(holding: Holding, coming: Mapping[str, _Coming]) -> None:
    """Move what was published of some things back to where it was, and nothing else."""
    for path, one in coming.items():
        place = holding.folder / path
        with suppress(OSError):
            if one.link and str(place.readlink()) == one.link:
                place.unlink()
            elif place.lstat().st_ino == one.inode:
                make_folder(one.scratch.parent)
                place.rename(one.scratch)


@contextmanager
def _kept(holding: Holding) -> Iterator[None]:
    """Say what to do where another version cannot go to the trash, such as from behind a link."""
    try:
        yield
    except StorageError as error:
        raise StorageError(
            f"another version of {holding.identity} cannot be moved to the trash of "
            f"{holding.store.root}: {error.message}",
            hint=f"move what is in {holding.folder} to another place, and run again",
        ) from error
