"""Limits: how far what arrives may expand, counted while it does."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING

from datamaestro.engine.expansion.refusal import Refused
from datamaestro_hookspecs.resources import HARMLESS

if TYPE_CHECKING:
    from collections.abc import Callable

    from _typeshed import WriteableBuffer

    from datamaestro_hookspecs.cards import Limits


class Meter:
    """Counts what one resource expands to.

    Args:
        limits: that are declared.
        arrived: says how many bytes have been used up of what arrives.
        check: raises if this is being stopped.
    """

    def __init__(
        self, limits: Limits, arrived: Callable[[], int], check: Callable[[], None]
    ) -> None:
        self.limits = limits
        self.arrived = arrived
        self.check = check
        self.members = 0
        self.size = 0

    def count_member(self) -> None:
        """Count one more member.

        Raises:
            Refused: there are too many.
        """
        self.check()
        self.members += 1
        if self.limits.members is not None and self.members > self.limits.members:
            self._refuse("has more than", self.limits.members, "members", "max_members")

    def count(self, size: int) -> None:
        """Count bytes of the result.

        Raises:
            Refused: there are too many.
        """
        self.check()
        self.size += size
        if self.limits.size is not None and self.size > self.limits.size:
            self._refuse("expands to more than", self.limits.size, "bytes", "max_size")
        if self.size > HARMLESS:
            self.check_ratio(self.size)

    def check_ratio(self, size: int) -> None:
        """Compare what something has expanded to with what has arrived.

        Raises:
            Refused: it is too much.
        """
        ratio = self.limits.ratio
        if ratio is not None and size > HARMLESS and size > ratio * self.arrived():
            self._refuse("expands to more than", ratio, "times its size", "max_ratio")

    def _refuse(self, what: str, limit: float, unit: str, name: str) -> None:
        raise Refused(
            f"it {what} {limit:,.10g} {unit}",
            hint=f"a bomb, or meant to be so? the latter is said by {name}= in its definition",
        )


class Metered(io.RawIOBase):
    """A stream whose bytes are counted as what one step expands to.

    Args:
        stream: whose bytes it gives.
        meter: to be told.
    """

    def __init__(self, stream: io.RawIOBase | io.BufferedIOBase, meter: Meter) -> None:
        super().__init__()
        self._stream = stream
        self._meter = meter
        self._count = 0

    def readable(self) -> bool:
        """Return True."""
        return True

    def readinto(self, buffer: WriteableBuffer) -> int:
        """Fill a part of the buffer; return the number of bytes, 0 at the end.

        Raises:
            Refused: there are too many.
        """
        count = self._stream.readinto(buffer)
        if count is None:
            raise ValueError("its stream gives nothing and does not end")
        self._count += count
        self._meter.check()
        self._meter.check_ratio(self._count)
        return count
