"""What is behind a URL, and whether what an earlier try has brought belongs to it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from attrs import evolve, frozen

from datamaestro.errors import TransferError
from datamaestro_hookspecs.downloaders import Facts

if TYPE_CHECKING:
    from datamaestro.engine.connection import Connection
    from datamaestro.engine.expected import Expected
    from datamaestro.engine.retries import Patience
    from datamaestro.store.partial import Partial


@frozen
class Content:
    """One version of what is behind a URL.

    Args:
        url: where it is.
        facts: when it was first opened.
        checkable: whether a digest of it is declared, so that parts that do not belong together
            are found out.
    """

    url: str
    facts: Facts
    checkable: bool

    @property
    def joinable(self) -> bool:
        """Whether parts that came at different times may be joined at all."""
        return self.facts.validator is not None or self.checkable

    @property
    def divisible(self) -> bool:
        """Whether several parts may be asked for at a time."""
        return self.joinable and self.facts.ranges and self.facts.size is not None

    def is_of(self, facts: Facts) -> bool:
        """Return whether what has these facts now may be joined to what came before."""
        return (
            self.joinable
            and facts.validator == self.facts.validator
            and (None in (facts.size, self.facts.size) or facts.size == self.facts.size)
        )

    def too_long(self) -> TransferError:
        """Return the error that more comes than was said."""
        reason = f"it goes on after the {self.facts.size:,} bytes that it is to have"
        return TransferError(self.url, reason, retry=True)


def open_content(
    connection: Connection, partial: Partial, patience: Patience, expected: Expected
) -> Content:
    """Open a connection where an earlier try has stopped, or at the beginning.

    Where all is there already, it is not opened. What does not belong to the content that is there
    now is removed.

    Args:
        connection: to be opened.
        partial: what an earlier try has brought.
        patience: with a server that cannot be reached.
        expected: what is declared.

    Raises:
        TransferError: it cannot be opened.
        ContentError: it is not what is expected; what had arrived is still there.
    """
    journal = partial.journal
    validator = journal.validator or None
    known = Content(connection.url, Facts(journal.size, validator), expected.checkable)
    if journal.length and journal.length == journal.size:
        return known
    start = journal.length if known.joinable else 0
    while True:
        try:
            facts = connection.open(start, validator=validator if start else None).facts
        except TransferError as error:
            if start and not error.retry:
                start = 0  # no part of it is to be had; perhaps the whole is
            else:
                patience.after(error, start)
            continue
        if start and connection.position == start and not known.is_of(facts):
            start = 0
            continue
        if connection.position == 0:
            facts = expected.accept(facts, begun=journal.length > 0)
            partial.forget()
        elif facts.size is None:
            facts = evolve(facts, size=journal.size)
        partial.identify(facts.validator or "", facts.size)
        return evolve(known, facts=facts)
