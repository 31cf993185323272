"""Refusals: content that is as it was published, but is not to be taken."""

from __future__ import annotations

from typing import ClassVar

from datamaestro.errors import ContentError

LONGEST = 100
"""Characters of a name that are shown."""


def quoted(name: str) -> str:
    """Return a name as it is shown: on one line, and not too long for it."""
    return ascii(name) if len(name) <= LONGEST else f"{ascii(name[:LONGEST])[:-1]}...'"


class Refused(ContentError):
    """Something in what arrives is not to be taken.

    Attributes:
        keeps: whether what has arrived is kept for the next run, if it is as published: what is to
            be mended is the definition.
    """

    keeps: ClassVar[bool] = True


class MemberRefused(Refused):
    """A member of an archive is not to be unpacked.

    Args:
        name: of the member.
        why: not.
    """

    keeps = False

    def __init__(self, name: str, why: str) -> None:
        hint = "nothing of this archive is taken, since it may be meant to do harm"
        super().__init__(f"member {quoted(name)} {why}", hint=hint)
        self.name = name
