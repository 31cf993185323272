"""Finding what is described of an id in a data directory, where no repository has it."""

from __future__ import annotations

import logging
import re
from contextlib import suppress
from typing import TYPE_CHECKING

from datamaestro.descriptions.definition import Described
from datamaestro.errors import DatamaestroError, DatasetNotFound, DefinitionError
from datamaestro.index.alike import alike
from datamaestro.index.listing import one_of_several
from datamaestro.store.descriptions import content_of, read_description
from datamaestro.store.holdings import Holding
from datamaestro.store.layout import DESCRIPTION

if TYPE_CHECKING:
    from datamaestro.store.descriptions import Description
    from datamaestro.store.layout import Store

log = logging.getLogger("datamaestro")


def described(store: Store, name: str, shortest: int = 1) -> tuple[Described, str] | None:
    """Return what is described of the longest id that a name begins with, and what is behind it.

    Args:
        store: the data directory.
        name: ``id``, ``id.path``, ``id@repository`` or ``id.path@repository``.
        shortest: how many words the id has at least.

    Returns:
        None where nothing is described.

    Raises:
        DefinitionError: what is described cannot be understood.
    """
    wanted, _, chosen = name.partition("@")
    words = wanted.split(".")
    for length in range(len(words), shortest - 1, -1):
        if all(re.fullmatch(r"[\w-]+", word) for word in words[:length]):
            found = _described(store, ".".join(words[:length]), chosen)
            if found is not None:
                return found, ".".join(words[length:])
    return None


def _described(store: Store, dataset_id: str, chosen: str) -> Described | None:
    repositories = sorted(path.parent.name for path in store.described(dataset_id))
    found = []
    for repository in repositories:
        description = read_description(store, Holding(store, dataset_id, repository))
        if description is not None and chosen in ("", repository):
            found.append(Described(description, store))
    if len(found) > 1:
        log.warning("%s", one_of_several(dataset_id, [one.repository_name for one in found]))
    return found[0] if found else None


def _by_alias(store: Store, name: str) -> Described | None:
    """Return what is described under an alias, for which all descriptions are looked through."""
    alias, _, chosen = name.partition("@")
    written = f'"{alias}"'.encode()
    for one in store.stores:
        for path in sorted((one.root / "state").glob(f"*/*{DESCRIPTION}")):
            named = Holding(one, path.name.removesuffix(DESCRIPTION), path.parent.name)
            with suppress(OSError):
                if chosen in ("", named.repository) and written in content_of(path):
                    description = read_description(one, named)
                    if description is not None and alias in _aliases(description):
                        return Described(description, store)
    return None


def _aliases(description: Description) -> list[object]:
    found = description.card.get("aliases")
    return found if isinstance(found, list) else []


def in_place_of(
    error: DatamaestroError, store: Store, name: str, shortest: int = 1
) -> tuple[Described, str]:
    """Return what is described of a name, or alias, where the catalogue gave an error.

    Raises:
        DatamaestroError: the same, where nothing is described; it may then also name ids that look
            like the name, and that are.
    """
    if not isinstance(error, DatasetNotFound | DefinitionError):
        raise error
    found = described(store, name, shortest)
    if found is None:
        alias = _by_alias(store, name)
        if alias is None:
            raise _with_alike(error, store, name)
        found = alias, ""
    if not isinstance(error, DatasetNotFound):
        log.warning("%s is used as it is described, since %s", found[0].card.identity, error)
    return found


def _with_alike(error: DatamaestroError, store: Store, name: str) -> DatamaestroError:
    """Return the error for a name that names nothing, with described ids that look like it."""
    if not isinstance(error, DatasetNotFound):
        return error
    wanted, _, chosen = name.partition("@")
    known = set(error.near)
    with suppress(OSError):
        for repository, dataset_id in store.descriptions():
            if chosen in ("", repository) and dataset_id != wanted:  # of that, nothing can be used
                known.add(f"{dataset_id}@{chosen}" if chosen else dataset_id)
    near = alike(name if chosen else wanted, known)
    return error if near == error.near else DatasetNotFound(error.reference, near, error.advice)
