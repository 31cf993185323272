"""Agreements: terms that a user has to accept before a data set is fetched."""

from __future__ import annotations

from typing import TypeVar

from datamaestro.annotations import said_of
from datamaestro.errors import DefinitionError
from datamaestro_hookspecs.cards import Terms

T = TypeVar("T")


class useragreement:  # noqa: N801 - reads as a decorator
    """Terms that a user has to accept; what has been accepted is recorded once for all.

    Args:
        message: what is to be accepted.
        id: under which that is recorded, where several data sets have the same terms; None: that
            of the data set.

    Example::

        @useragreement("Only for research, see https://example.org/terms.")
        @dataset(...)
        class Documents(Dataset): ...
    """

    def __init__(self, message: str, id: str | None = None) -> None:  # noqa: A002 - the public name
        if not isinstance(message, str) or not message.strip():
            raise DefinitionError(f"useragreement({message!r}) says nothing that can be accepted")
        self.message = message
        self.id = id or ""

    def __call__(self, target: T) -> T:
        """Say it of the definition below, or above."""
        said_of(target).terms.append(Terms(self.id, self.message))
        return target
