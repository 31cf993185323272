"""What something is made of has to be as it is on record, as far as size and time tell.

What is made is on record as right, whatever it was made of, so nobody would find out afterwards.
"""

from __future__ import annotations

import os
import stat
from itertools import islice
from typing import TYPE_CHECKING

from datamaestro.engine.references import all_needed
from datamaestro.errors import ContentError
from datamaestro.store.faults import storage_errors
from datamaestro.store.settled import read_settled
from datamaestro.store.soundness import disagreements
from datamaestro.store.trees import sha256_of
from datamaestro_hookspecs.places import NOWHERE

if TYPE_CHECKING:
    from pathlib import Path

    from datamaestro.engine.plan import Plan
    from datamaestro.plugins.services import Plugins
    from datamaestro.store.layout import Store
    from datamaestro_hookspecs.cards import Card, Definition
    from datamaestro_hookspecs.files import FileFacts


def require_untouched(definition: Definition, plan: Plan, store: Store, plugins: Plugins) -> None:
    """Make sure that what is on disk, and something is to be made of, is as it is on record.

    A file is only read where it has another time alone.

    Args:
        definition: of a data set.
        plan: what is to be made of it.
        store: the data directory.
        plugins: that do the work.

    Raises:
        ContentError: something is not as it is on record.
        BusyError: it is being written again and again.
        StorageError: it cannot be looked at.
    """
    steps = [step.resource for step in plan.steps.values()]
    made = [one for one in steps if one.derivation is not None and not one.links]
    if not made:
        return
    card = definition.card
    used = frozenset(name for one in made for name in (*one.inputs, *one.after))
    _check(card, used - plan.steps.keys(), store, card)
    if any(one.reference for one in card.resources):
        for other, _ in islice(all_needed(definition, store, plugins), 1, None):
            _check(other.card, None, store, card)


def _check(card: Card, names: frozenset[str] | None, store: Store, user: Card) -> None:
    """Check some resources of a data set, or all, for one that is made of them."""
    if names is not None and not names:
        return
    records = read_settled(store, card)
    entries, by_resource = records.manifest.entries, records.by_resource()
    doubted = disagreements(records, by_resource)
    for name in entries if names is None else sorted(names & entries.keys()):
        if entries[name].path == NOWHERE:
            continue
        why = doubted.get(name, "")
        for fact in by_resource[name] if not why else ():
            place = store.path(card, fact.path)
            with storage_errors(place):
                difference = _difference(fact, place)
            if difference:
                why = f"{fact.path}: {difference}"
                break
        if why:
            raise _refusal(card, name, why, store, user)


def _difference(fact: FileFacts, place: Path) -> str:
    """Return how a file or link is not as it is on record; empty where it is.

    Raises:
        OSError: it cannot be looked at.
    """
    try:
        if fact.link:
            is_same = place.is_symlink() and os.fspath(place.readlink()) == fact.link
            return "" if is_same else "it does not lead where it did"
        status = place.stat()
    except (FileNotFoundError, NotADirectoryError):
        return "it is missing"
    if not stat.S_ISREG(status.st_mode):
        return "it is no file"
    if status.st_size != fact.size:
        return f"it has {status.st_size:,} bytes, not {fact.size:,}"
    if status.st_mtime_ns != fact.mtime_ns and sha256_of(place) != fact.sha256:
        return "it has another content"
    return ""


def _refusal(card: Card, name: str, why: str, store: Store, user: Card) -> ContentError:
    from datamaestro.advice import command_for
    from datamaestro.store.holdings import name_on_record

    base, root = name_on_record(card.identity), store.of(card.repository, card.id).root
    options = () if store.keeps(card) else ("--data", str(root))
    whose = "" if card is user else f" of {base}"
    return ContentError(
        f"{user.identity} is made of {name}{whose}, which is not as it is on record: {why}",
        hint=f"first mend that: {command_for(options, 'repair', base)}",
    )
