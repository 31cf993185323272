"""Mending: what is wrong is set aside, and only what is then missing is put into its place.

A folder of which some files have been set aside keeps its record, but for the recipe, so that it is
made again. Whoever makes it, now or after a failure, finds that what is there has been verified.
"""

from __future__ import annotations

import itertools
import os
from contextlib import suppress
from typing import TYPE_CHECKING

from datamaestro.sharing import make_folder, share
from datamaestro.store.regular import read_regular
from datamaestro.store.renaming import move
from datamaestro_hookspecs.places import WHOLE

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

    from datamaestro.store.layout import Named, Store
    from datamaestro.store.made import Made
    from datamaestro.store.manifest import Entry, FileFacts

MENDED = ""
"""The recipe of a folder of which something has been set aside, since it was wrong."""

TRIES = 3
"""Folders that are tried for what is set aside, where one cannot be made."""


def set_aside(store: Store, named: Named, path: str) -> Path | None:
    """Move what is wrong to where it can be looked at; return where that is, if it was there.

    Folders in which nothing is left go.

    Args:
        store: the data directory.
        named: the data set.
        path: of a file, a link or a folder, below the data set's folder. Where it is behind a link,
            that is moved itself, and nothing that is elsewhere is.

    Raises:
        OSError: it cannot be moved.
    """
    top, place = store.data(named), store.path(named, path)
    above = [one for one in place.parents if one.is_relative_to(top) and one != top]
    place = next((one for one in reversed(above) if one.is_symlink()), place)
    path = place.relative_to(top).as_posix()
    kept = _free(store, named, path)
    try:
        move(place, kept)
    except (FileNotFoundError, NotADirectoryError):
        for folder in kept.relative_to(store.partial(named)).parents[:-1]:
            with suppress(OSError):  # something else is in it
                (store.partial(named) / folder).rmdir()
        return None
    for folder in above:
        with suppress(OSError):
            folder.rmdir()
    return kept


def keep_copy(store: Store, named: Named, record: Path) -> Path | None:
    """Copy a damaged record to where it can be looked at; return where that is.

    Raises:
        OSError: it cannot be copied.
    """
    kept = _free(store, named, record.name)
    with suppress(FileNotFoundError):
        kept.write_bytes(read_regular(record))
        share(kept)
        return kept
    return None


def _free(store: Store, named: Named, path: str) -> Path:
    """Return a place for what was wrong where nothing is; the folders above it are made.

    Raises:
        OSError: they cannot be made.
    """
    for number in itertools.count(1):
        place = store.wrong(named, path if number == 1 else f"{number}/{path}")
        try:
            make_folder(place.parent)
        except OSError:
            if number > TRIES:
                raise
            continue  # a file that was set aside before may be in the way
        if not os.path.lexists(place):
            break
    return place


def _is_mended(old: Entry | None, made: Entry) -> bool:
    """Return whether what was made is, to the last byte, what has been there before."""
    return (
        old is not None
        and old.recipe == MENDED
        and old.folder
        and made.folder
        and (old.path, old.result) == (made.path, made.result)
    )


def mend(
    store: Store,
    named: Named,
    made: Made,
    old: Entry | None,
    files: Callable[[], Mapping[str, FileFacts]],
) -> list[FileFacts] | None:
    """Put into a folder only what is missing there; None where that does not do.

    Args:
        store: the data directory.
        named: the data set.
        made: the whole folder.
        old: what is on record of it.
        files: returns what is on record of files, by path below the data set's folder.

    Raises:
        OSError: something cannot be moved.
    """
    if not _is_mended(old, made.entry):
        return None
    start, known = "" if made.entry.path == WHOLE else f"{made.entry.path}/", files()
    facts = [fact._replace(path=f"{start}{fact.path}") for fact in made.below]
    places = {fact.path: store.path(named, fact.path) for fact in facts}
    missing = {path for path, place in places.items() if not os.path.lexists(place)}
    folder = store.data(named)
    above = {parent for path in missing for parent in places[path].parents} - {*folder.parents}
    blocked = any(
        (one.is_symlink() and one != folder) or (one.exists() and not one.is_dir()) for one in above
    )
    if blocked or not known.keys() >= places.keys() - missing:
        return None
    share(made.scratch, folder)
    for path in missing:
        make_folder(places[path].parent)
        move(made.scratch / path.removeprefix(start), places[path])
    made.discard()
    return [fact if fact.path in missing else known[fact.path] for fact in facts]
