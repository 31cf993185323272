"""Targets that are none: a data set, a bundle, or a host, where a directory was meant."""

from __future__ import annotations

import logging
import os
from typing import TYPE_CHECKING

from datamaestro.errors import UsageError
from datamaestro.file_urls import path_of
from datamaestro.messages import escaped
from datamaestro_hookspecs.transports import PATH, scheme_of

if TYPE_CHECKING:
    from datamaestro.moving.here.local import LocalSide

OWN = ("data", "state", "partial", "trash")
"""The folders of a data directory in which nothing else may be."""

log = logging.getLogger("datamaestro")


def check_target(here: LocalSide, target: str) -> None:
    """Make sure that a target which is a bare name is meant to be a directory.

    Raises:
        UsageError: it is a data set, or a bundle.
    """
    refuse_file(target, f"a bundle is written by: datamaestro export ID... -o {target}")
    if scheme_of(target) != PATH or "/" in target or os.path.exists(target):  # noqa: PTH110 - see below
        return
    if not here.has(target):
        name = escaped(target)
        log.warning(
            "%s is a new data directory, in this folder (a host is written %s:)", name, name
        )
        return
    raise UsageError(
        f"TARGET is missing: {target} is a data set",
        hint=f"name a directory or a host after it; ./{target} if it is to be a new directory",
    )


def check_source(source: str) -> None:
    """Make sure that a source which is a bare name is no host whose colon was forgotten.

    Raises:
        UsageError: nothing of that name is here; or it is a bundle.
    """
    refuse_file(source, f"its data sets are taken by: datamaestro import {source}")
    is_bare = scheme_of(source) == PATH and "/" not in source
    if is_bare and not os.path.exists(source):  # noqa: PTH110 - see below
        hint = f"a host is written {source}:"
        raise UsageError(f"there is no data directory {source} in this folder", hint=hint)


def refuse_same(here: LocalSide, there: object, name: str) -> None:
    """Refuse to move anything from a data directory to itself, or into its own folders.

    Raises:
        UsageError: both sides are one, or one is in the other.
    """
    if not isinstance(there, type(here)):
        return
    if here.is_at(there):
        raise UsageError(f"{name} is the data directory in use itself", hint="name another one")
    for inner, outer in ((there, here), (here, there)):
        if _is_within(inner, outer):
            raise UsageError(
                f"{inner.name} is among what the data directory {outer.name} keeps",
                hint="name another one",
            )


def _is_within(inner: LocalSide, outer: LocalSide) -> bool:
    """Return whether a data directory is where another one has data sets, records or the like."""
    place = os.path.realpath(inner.context.store.root)
    root = os.path.realpath(outer.context.store.root)
    return any(place == (own := f"{root}/{each}") or place.startswith(f"{own}/") for each in OWN)


def refuse_file(target: str, hint: str) -> None:
    """Refuse a file where a data directory is expected.

    Raises:
        UsageError: it is one, or is named like a bundle and is not there.
    """
    if scheme_of(target) != PATH or "\0" in target:
        return
    path = path_of(target)
    # whoever may not look there is told by what comes next; not all versions of pathlib go on
    is_there = os.path.exists(path)  # noqa: PTH110
    is_file = os.path.isfile(path)  # noqa: PTH113
    if is_file or (not is_there and path.endswith((".tar", ".tar.zst"))):
        raise UsageError(f"{target} is a file, and no data directory", hint=hint)
