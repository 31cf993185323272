"""What is lacking of an offer: resources to be made, and the files that have to be sent for it."""

from __future__ import annotations

from contextlib import ExitStack, suppress
from typing import TYPE_CHECKING

from datamaestro.store.faults import storage_errors
from datamaestro_hookspecs.offers import Wanted

if TYPE_CHECKING:
    from collections.abc import Iterable

    from datamaestro.moving.here.accepted import Accepted
    from datamaestro.moving.here.present import Present
    from datamaestro.moving.here.staging import Staging
    from datamaestro.store.descent import Descent
    from datamaestro_hookspecs.files import FileFacts


def to_make(accepted: Accepted, present: Present) -> list[str]:
    """Return the names of the resources that are not there as they are offered."""
    entries, files = accepted.resources.entries, accepted.files
    return [name for name, one in entries.items() if not present.has(one, name, files[name])]


def lacking(accepted: Accepted, present: Present, stagings: Iterable[Staging]) -> list[Wanted]:
    """Return the files that have to be sent, by path.

    Args:
        accepted: what is offered.
        present: what is there.
        stagings: where something may have been left of it.

    Raises:
        StorageError: something cannot be read.
    """
    wanted: list[Wanted] = []
    with ExitStack() as stack:
        opened: list[tuple[Staging, Descent]] = []
        for one in stagings:
            with suppress(OSError):  # it is not there, or another user's alone
                opened.append((one, stack.enter_context(one.opened())))
        for name in to_make(accepted, present):
            for facts in accepted.files[name]:
                if facts.link or present.find(facts) is not None:
                    continue
                left = _left(opened, facts)
                if left is None or left < facts.size:
                    wanted.append(Wanted(facts.path, facts.size, left or 0))
    return sorted(wanted, key=lambda one: one.path)


def _left(stagings: Iterable[tuple[Staging, Descent]], facts: FileFacts) -> int | None:
    """Return how much of a file has been left, at most; None where there is nothing of it."""
    most = None
    for staging, descent in stagings:
        with storage_errors(staging.writer.folder):
            left = staging.left(facts, descent)
        most = left if most is None else max(most, left or 0)
    return most
