"""The index, made current: what has changed is compiled, and the file replaced."""

from __future__ import annotations

import logging
import sqlite3
from contextlib import suppress
from typing import TYPE_CHECKING

from datamaestro.garbage import no_collections
from datamaestro.index.compiled import compile_repository
from datamaestro.index.compiled_descriptions import compile_descriptions
from datamaestro.index.database import empty_index, index_path, load_index, open_index, save
from datamaestro.index.described import PREFIX, current_descriptions
from datamaestro.index.listing import UNCLEAR, Damaged, Listing
from datamaestro.index.offers import keys_now, may_be_known, offers_of
from datamaestro.index.quick import SURVEY, current_numbers
from datamaestro.index.rows import (
    environment_number,
    insert_repository,
    insert_survey,
    remove_environments,
    remove_repositories,
)

if TYPE_CHECKING:
    from datamaestro.index.keys import Keys, Offer
    from datamaestro.plugins.services import Plugins
    from datamaestro.store.layout import Store

log = logging.getLogger("datamaestro")

UNTRUSTED = ""
"""The key of what is compiled again each time."""


def refreshed_listing(
    plugins: Plugins, store: Store | None = None, *, anew: bool = False
) -> Listing:
    """Return what the index says, after compiling what has changed.

    Args:
        plugins: that provide the repositories.
        store: the data directory, where a search finds what is described there, too.
        anew: compile everything, since what is there is damaged.

    Raises:
        Damaged: what is there cannot be understood.
    """
    keys = keys_now()
    offers = offers_of(plugins)
    as_it_is = None if anew else _as_it_is(keys, plugins, offers, store)
    if as_it_is is not None:
        return as_it_is
    connection = empty_index() if anew else _load()
    try:
        return _refresh(connection, keys, plugins, offers, store)
    except BaseException as error:
        connection.close()
        if isinstance(error, UNCLEAR) and not anew:
            raise Damaged(f"{type(error).__name__}: {error}") from error
        raise


def _as_it_is(
    keys: Keys, plugins: Plugins, offers: list[Offer], store: Store | None
) -> Listing | None:
    """Return what the file says; None where something has changed, which costs reading it all."""
    try:
        connection = open_index()
    except sqlite3.Error:
        return None
    known: dict[Offer, int] = {}
    with suppress(*UNCLEAR):
        surveyed = connection.execute(SURVEY, (keys.environment, keys.survey)).fetchone()
        if surveyed or not may_be_known(plugins, keys):
            known = current_numbers(connection, keys, offers)
        if len(known) == len(offers):
            numbers = [known[offer] for offer in offers]
            described = current_descriptions(connection, keys, numbers, store)
            if described is not None:
                return Listing(connection, numbers, described)
    connection.close()
    return None


def _refresh(
    connection: sqlite3.Connection,
    keys: Keys,
    plugins: Plugins,
    offers: list[Offer],
    store: Store | None,
) -> Listing:
    """Make an index current, and save it."""
    connection.execute("BEGIN")
    known = current_numbers(connection, keys, offers)
    environment = environment_number(connection, keys.environment)
    stale = [offer for offer in offers if offer not in known]
    fresh = _compile(connection, environment, keys, plugins, stale)
    gone = _remove_others(connection, environment, plugins, offers)
    surveyed = _survey(connection, environment, keys, plugins, offers)
    numbers = [(known | fresh)[offer] for offer in offers]
    described, told = 0, False
    if store is not None:
        described, told = compile_descriptions(connection, environment, keys, numbers, store)
    remove_environments(connection, environment)
    connection.execute("COMMIT")
    if fresh or gone or surveyed or told:
        _save(connection, plugins, costly=bool(fresh or described))
    return Listing(connection, numbers, described)


def _load() -> sqlite3.Connection:
    try:
        return load_index()
    except sqlite3.Error as error:
        log.debug("there is no index of the catalogue in %s: %s", index_path(), error)
        return empty_index()


def _compile(
    connection: sqlite3.Connection,
    environment: int,
    keys: Keys,
    plugins: Plugins,
    stale: list[Offer],
) -> dict[Offer, int]:
    """Compile repositories, and return their numbers.

    The keys are made before anything is imported: who changes a file meanwhile makes another key.
    """
    made = {offer: _keys_of(offer, keys) for offer in stale}
    found = {}
    with no_collections():
        for offer in stale:
            compiled = compile_repository(plugins, offer.name)
            key = made[offer][compiled.is_flawed]
            found[offer] = insert_repository(connection, environment, offer, key, compiled)
    return found


def _keys_of(offer: Offer, keys: Keys) -> tuple[str, str]:
    """Return the keys of a repository in which all works, and in which something does not."""
    if keys.is_loaded_late(offer):
        return UNTRUSTED, UNTRUSTED
    good, flawed = (keys.repository(offer, flawed=flawed) for flawed in (False, True))
    return good or UNTRUSTED, flawed or UNTRUSTED


def _remove_others(
    connection: sqlite3.Connection, environment: int, plugins: Plugins, offers: list[Offer]
) -> bool:
    """Remove repositories that are no longer installed; those that are switched off stay."""
    names = {offer.name for offer in offers}
    off = {one.module for one in plugins.manager.switched_off}
    rows = connection.execute(
        "SELECT number, name, provider FROM repositories WHERE environment = ?", (environment,)
    ).fetchall()
    gone = [
        number
        for number, name, provider in rows
        if name not in names and provider not in off and not name.startswith(PREFIX)
    ]
    remove_repositories(connection, gone)
    return bool(gone)


def _survey(
    connection: sqlite3.Connection,
    environment: int,
    keys: Keys,
    plugins: Plugins,
    offers: list[Offer],
) -> bool:
    """Write which repositories there are; return whether that was not known."""
    known = connection.execute(SURVEY, (keys.environment, keys.survey)).fetchone()
    if known is not None or not may_be_known(plugins, keys):
        return False
    insert_survey(connection, environment, keys.survey, offers)
    return True


def _save(connection: sqlite3.Connection, plugins: Plugins, *, costly: bool) -> None:
    """Write the file; where that fails, all works without, only slower.

    Args:
        connection: to the index.
        plugins: that warn.
        costly: whether it is worth a warning.
    """
    try:
        save(connection)
    except (OSError, sqlite3.Error) as error:
        reason = getattr(error, "strerror", None) or str(error)
        message = f"the index of the catalogue cannot be kept in {index_path().parent}: {reason}"
        if costly:
            plugins.warn(f"{message} (searches stay slow; XDG_CACHE_HOME names another place)")
        else:
            log.debug("%s", message)
