"""The ways to move data sets, for commands and for programs.

::

    from datamaestro import Context
    from datamaestro.moving.ways import pull, push

    push(Context(), ["com.lecun.mnist"], "/media/disk/datamaestro")
    pull(Context(), ["com.lecun.mnist"], "me@cluster:")
"""

from __future__ import annotations

from contextlib import contextmanager
from typing import IO, TYPE_CHECKING, Any

from datamaestro.errors import ContentError, UsageError
from datamaestro.messages import warn
from datamaestro.moving.copying import Copying
from datamaestro.moving.here.local import LocalSide
from datamaestro.moving.here.unnamed import besides_others_here
from datamaestro.moving.offers import (
    check_offers,
    check_whole,
    chosen_by,
    nothing_found,
    nothing_there,
)
from datamaestro.moving.targets import check_source, check_target, refuse_same
from datamaestro_hookspecs.sides import Receiver, Source
from datamaestro_hookspecs.transports import Opening

if TYPE_CHECKING:
    import io
    from collections.abc import Callable, Iterator, Sequence
    from pathlib import Path

    from datamaestro.context import Context
    from datamaestro.moving.copying import Moved


def _unheard(moved: Moved) -> None:
    pass


def push(
    context: Context,
    references: Sequence[str] | str,
    target: Path | str,
    *,
    dry_run: bool = False,
    partial: bool = False,
    filters: Sequence[str] = (),
    pythonpath: str | None = None,
    tell: Callable[[Moved], None] = _unheard,
) -> list[Moved]:
    """Copy data sets, and those that they are made of, into another data directory.

    Only files travel that it lacks, or has different. What was interrupted is gone on with.

    Args:
        context: of the data directory that has them; its settings say how many files travel at once
            and how fast.
        references: ``id`` or ``id@repository``; none: all.
        target: a path, ``ssh://[user@]host[:port]/dir``, ``[user@]host:[dir]``, or what another
            transport serves.
        dry_run: only say what would travel.
        partial: also move data sets of which files on record are gone, as far as they are there.
        filters: expressions that all have to find a data set, as those of ``list --filter`` do; for
            what it is made of they do not count.
        pythonpath: the Python that has datamaestro on the other computer; None: it is looked for.
        tell: is called for each data set as soon as it is there.

    Returns:
        what has been moved of each data set.

    Raises:
        DatasetNotFound: there is no such data set.
        ContentError: a file is not what is on record of it, or gone; nothing of its data set is
            seen there.
        StorageError: the other data directory is full, or may not be written; or this one is not
            there, and all that is in it was asked for.
        BusyError: somebody else is at it there, and the wait timed out.
        TransferError: the connection is lost.
    """
    target, references = _text(target), _list(references)
    here = LocalSide(context)
    check_target(here, target)
    with here, _opened(context, target, pythonpath) as there:
        if not isinstance(there, Receiver):
            raise UsageError(f"nothing can be pushed to {target}")
        refuse_same(here, there, target)
        copying = Copying(here, there, context)
        return _copied(copying, references, filters, tell, dry_run=dry_run, partial=partial)


def pull(
    context: Context,
    references: Sequence[str] | str,
    source: Path | str,
    *,
    dry_run: bool = False,
    partial: bool = False,
    filters: Sequence[str] = (),
    pythonpath: str | None = None,
    follow_links: bool = False,
    tell: Callable[[Moved], None] = _unheard,
) -> list[Moved]:
    """Copy data sets, and those that they are made of, from another data directory.

    As :func:`push` does, the other way round; no repository needs to be installed here. Links that
    lead out of a directory of this computer are errors, unless they are to be followed. What is
    here already in another version, and not named itself, stays as it is, which a warning says.
    """
    source, references = _text(source), _list(references)
    check_source(source)
    opened = _opened(context, source, pythonpath, follow_links=follow_links)
    with LocalSide(context) as here, opened as there:
        if not isinstance(there, Source):
            raise UsageError(f"nothing can be pulled from {source}")
        refuse_same(here, there, source)
        copying = Copying(there, here, context)
        return _copied(
            copying, references, filters, tell, dry_run=dry_run, partial=partial, own=here
        )


def export_bundle(
    context: Context,
    references: Sequence[str] | str,
    file: Path | str | IO[bytes],
    *,
    partial: bool = False,
    filters: Sequence[str] = (),
    tell: Callable[[Moved], None] = _unheard,
) -> list[Moved]:
    """Write data sets, and those that they are made of, into one bundle, for :func:`import_bundle`.

    The same data give the same bytes.

    Args:
        context: of the data directory that has them.
        references: ``id`` or ``id@repository``; none: all.
        file: path of the bundle, which ends with ``.tar`` or ``.tar.zst``, and is not there before
            it is complete; or what it is written to, as it is.
        partial: also write data sets of which files on record are gone, as far as they are there.
        filters: expressions that all have to find a data set, as those of ``list --filter`` do; for
            what it is made of they do not count.
        tell: is called for each data set as soon as it is written.

    Returns:
        what has been written of each data set.

    Raises:
        DatasetNotFound: there is no such data set.
        ContentError: a file is not what is on record of it, or gone.
        StorageError: the bundle cannot be written.
        UsageError: there is nothing to write, or the name of the bundle does not say how.
        PluginError: there is no library that compresses.
    """
    from datamaestro.moving.bundles.files import written
    from datamaestro.moving.bundles.packing import Packer, relocatable

    done = []
    with LocalSide(context) as here, written(file) as (stream, name):
        chosen = chosen_by(filters, here, _list(references))
        if chosen is None:
            hint = "so there is nothing to write; see: datamaestro list --filter …"
            raise UsageError(nothing_found(here), hint=hint)
        offers = here.offers(sorted(set(chosen)))
        if not offers:
            raise UsageError(nothing_there(here), hint="so there is nothing to write")
        if not partial:
            check_whole(offers, here)
        offers = [relocatable(offer) for offer in offers]
        packer = Packer(stream, name, offers)
        for moved in Copying(here, packer, context).copy(offers):
            tell(moved)
            done.append(moved)
        packer.finish()
    return done


def import_bundle(
    context: Context,
    file: Path | str | io.BufferedIOBase,
    *,
    dry_run: bool = False,
    tell: Callable[[Moved], None] = _unheard,
) -> list[Moved]:
    """Take all data sets of a bundle that :func:`export_bundle` has written.

    Neither a network nor a repository is needed. None of them is seen before all are checked.

    Args:
        context: of the data directory to which they go.
        file: path of the bundle, or what it is read from, once.
        dry_run: only say what would be taken, from the index of the bundle.
        tell: is called for each data set.

    Returns:
        what has been taken of each data set.

    Raises:
        ContentError: it is no bundle, damaged or cut short.
        StorageError: it cannot be read, or the data directory cannot be written.
        PluginError: no plugin expands it.
    """
    from datamaestro.moving.bundles.files import read
    from datamaestro.moving.bundles.unpacking import Unpacker

    done = []
    with LocalSide(context) as here, read(file) as (stream, name):
        there = Unpacker(stream, name, context.plugins)
        copying, offers = Copying(there, here, context, once=True), there.offers()
        together = copying.copy_together(offers, there.finish)
        with _naming(name):
            for moved in copying.foresee(offers) if dry_run else together:
                tell(moved)
                done.append(moved)
    return done


@contextmanager
def _naming(bundle: str) -> Iterator[None]:
    """Let errors about what is in a bundle name it."""
    try:
        yield
    except ContentError as error:
        if bundle in error.message:
            raise
        raise ContentError(f"{bundle}: {error.message}", hint=error.hint) from error


def _copied(
    copying: Copying,
    references: Sequence[str],
    filters: Sequence[str],
    tell: Callable[[Moved], None],
    *,
    dry_run: bool,
    partial: bool,
    own: LocalSide | None = None,
) -> list[Moved]:
    source = copying.source
    chosen = chosen_by(filters, source, references)
    if chosen is None:
        warn(nothing_found(source))
        return []
    offers, done = list(source.offers(chosen)), []
    check_offers(offers, chosen, source.name)
    if not offers:
        warn(nothing_there(source))
    if not partial:
        check_whole(offers, source)
    if own is not None:
        offers = list(besides_others_here(offers, chosen, own, source.name))
    for moved in copying.foresee(offers) if dry_run else copying.copy(offers):
        tell(moved)
        done.append(moved)
    return done


def _text(side: Path | str) -> str:
    """Return a target or source as text; a path is none but a path, whatever is in it."""
    return side if isinstance(side, str) else str(side.absolute())


def _list(references: Sequence[str] | str) -> Sequence[str]:
    return [references] if isinstance(references, str) else references


@contextmanager
def _opened(
    context: Context, target: str, python: str | None, *, follow_links: bool = False
) -> Iterator[Any]:
    """Open the other side."""
    settings = context.settings
    opening = Opening(
        target,
        settings.rate,
        settings.timeout,
        python,
        settings.lock_timeout,
        follow_links=follow_links,
    )
    with context.plugins.transport(target).open(opening) as side:
        yield side
