"""Accounts of what is on disk: how much each data set has, from where, since when, and what lacks.

They are told from records alone; no definition is imported, and no file of data is looked at but
the top of each resource.
"""

from __future__ import annotations

from contextlib import suppress
from functools import partial
from typing import TYPE_CHECKING, NamedTuple

from datamaestro.engine.inputs import with_references
from datamaestro.engine.plan import make_plan
from datamaestro.errors import DatamaestroError
from datamaestro.index.facts import as_card, completed
from datamaestro.store.descriptions import read_description
from datamaestro.store.faults import storage_errors
from datamaestro.store.manifest import Manifest, is_there, understood
from datamaestro.store.regular import read_regular
from datamaestro.store.totals import totals_of
from datamaestro.store.use import last_use
from datamaestro_hookspecs.places import NOWHERE

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from datamaestro.index.facts import Facts
    from datamaestro.store.descriptions import Description
    from datamaestro.store.holdings import Holding

COMPLETE, PARTIAL, UNKNOWN, DAMAGED = STATES = ("complete", "partial", "unknown", "damaged")
"""Nothing is missing; something is; nobody can say what belongs to it; its records are damaged."""


class Account(NamedTuple):
    """What is on disk of one data set.

    Args:
        id: of it, or of the family.
        repository: that defines it.
        size: bytes of the contents of its files on record.
        files: how many those are, symbolic links too.
        used: when it was last used, or made, in seconds since 1970; None where nobody knows.
        sources: the computer that it was copied from; then the hosts of the URLs of its files.
        state: one of :data:`STATES`.
        missing: the names of resources that are not there as they are declared.
        problem: why that is so, where it is unknown or damaged.
        folder: of its data.
        directory: the data directory that has it.
    """

    id: str
    repository: str
    size: int = 0
    files: int = 0
    used: float | None = None
    sources: tuple[str, ...] = ()
    state: str = UNKNOWN
    missing: tuple[str, ...] = ()
    problem: str = ""
    folder: str = ""
    directory: str = ""

    @property
    def identity(self) -> str:
        """The full name, ``id@repository``."""
        return f"{self.id}@{self.repository}"


def accounts(found: Iterable[Holding], cards: Mapping[str, Facts]) -> Iterator[Account]:
    """Iterate over what is on disk of data sets; those of which nothing is on record are left out.

    Args:
        found: the data sets.
        cards: what definitions that are installed say, by identity.
    """
    for holding in found:
        account = account_of(holding, cards.get(holding.identity))
        if account is not None:
            yield account


def account_of(holding: Holding, card: Facts | None) -> Account | None:
    """Return what is on disk of one data set; None where nothing is on record.

    Args:
        holding: the data set.
        card: what its definition says; None where there is none.
    """
    account = Account(
        holding.id,
        holding.repository,
        folder=str(holding.folder),
        directory=str(holding.store.root),
    )
    try:
        files, size = totals_of(holding.store.sidecar(holding))
        account = account._replace(files=files, size=size)
        manifest, made = _manifest(holding)
    except DatamaestroError as error:
        return account._replace(state=UNKNOWN, problem=error.message)
    except ValueError as error:
        return account._replace(state=DAMAGED, problem=str(error))
    if not manifest.entries:
        return None
    description = read_description(holding.store, holding)
    account = account._replace(
        used=max(made, last_use(holding.store, holding) or made),
        sources=_sources(manifest, description),
    )
    if _lacks_files(holding, manifest, files):
        problem = "not all of its files are on record, though its resources are"
        return account._replace(state=DAMAGED, problem=problem)
    state, missing, problem = _state(holding, manifest, card, description)
    return account._replace(state=state, missing=missing, problem=problem)


def lacking(holding: Holding, manifest: Manifest, card: Facts | None) -> tuple[str, ...]:
    """Return the names of resources of which nothing is on record, though they are declared.

    Args:
        holding: the data set.
        manifest: of it.
        card: what its definition says, for where it has no description; None where there is none.
    """
    description = read_description(holding.store, holding)
    _, missing, _ = _state(holding, manifest, None if description else card, description)
    return tuple(name for name in missing if name not in manifest.entries)


def _lacks_files(holding: Holding, manifest: Manifest, files: int) -> bool:
    """Return whether the sidecar has fewer files than the manifest needs, as where it was cut.

    Each resource that is a file is one; of folders, at least one, if anything is in any of them.
    """
    entries = [one for one in manifest.entries.values() if one.path != NOWHERE]
    least = len({one.path for one in entries if not one.folder})
    if files or least:
        return files < least
    places = [holding.store.path(holding, one.path) for one in entries]
    with suppress(OSError):  # which is seen elsewhere
        return any(place.is_dir() and any(place.iterdir()) for place in places)
    return False


def _manifest(holding: Holding) -> tuple[Manifest, float]:
    """Return the manifest of a data set, and when it was written.

    Raises:
        StorageError: it cannot be read.
        ValueError: it is damaged, or missing although there is its sidecar.
    """
    path = holding.store.manifest(holding)
    with storage_errors(path):
        try:
            return understood(read_regular(path), path), path.stat().st_mtime
        except FileNotFoundError:
            if holding.store.sidecar(holding).exists():
                raise ValueError("its manifest is missing") from None
            return Manifest(), 0  # somebody has just removed it
        except ValueError as error:
            raise ValueError(f"its manifest cannot be understood: {error}") from error


def _state(
    holding: Holding, manifest: Manifest, card: Facts | None, description: Description | None
) -> tuple[str, tuple[str, ...], str]:
    """Return the state, what is missing, and why that is not known."""
    try:
        if card is None and description is not None:
            card = completed(description.card)
        if card is None:
            return UNKNOWN, (), f"no repository {holding.repository} that is installed has it"
        named = as_card(card)
        with storage_errors(holding.folder):
            known = with_references(named, holding.store, manifest)
            missing = tuple(make_plan(named, known, partial(is_there, holding.folder)).steps)
    except DatamaestroError as error:
        return UNKNOWN, (), error.message
    except (LookupError, TypeError, AttributeError, ValueError) as error:
        return UNKNOWN, (), f"what is said of it cannot be understood: {error}"
    return (PARTIAL if missing else COMPLETE), missing, ""


def _sources(manifest: Manifest, description: Description | None) -> tuple[str, ...]:
    """Return from where files came; of URLs without a host, such as of a disk, their schemes."""
    origin = [description.origin] if description is not None and description.origin else []
    hosts = sorted({_host(entry.url) for entry in manifest.entries.values() if entry.url})
    return tuple(dict.fromkeys([*origin, *hosts]))


def _host(url: str) -> str:
    from urllib.parse import urlsplit

    try:
        parts = urlsplit(url)
        return parts.hostname or parts.scheme
    except ValueError:
        return url.partition(":")[0]
