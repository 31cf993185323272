"""The axes of a family as plain values, for its card."""

from __future__ import annotations

from typing import TYPE_CHECKING

from datamaestro.variants.kinds import label
from datamaestro.variants.space import AxesVariants
from datamaestro_hookspecs.cards import AxisCard

if TYPE_CHECKING:
    from datamaestro.variants.axis import Axis
    from datamaestro.variants.space import Variants


def axes_of(space: Variants | None) -> tuple[AxisCard, ...]:
    """Return the axes of a family; none where there is none, or it has another scheme."""
    if not isinstance(space, AxesVariants):
        return ()
    said = space.descriptions
    return tuple(_card(name, axis, said[name]) for name, axis in space.axes.items())


def _card(name: str, axis: Axis, description: str) -> AxisCard:
    return AxisCard(
        name=name,
        values=None if axis.domain is None else tuple(map(axis.text_of, axis.domain)),
        type=label(axis.type) or "",
        default=axis.text_of(axis.default) if axis.has_default else None,
        description=description,
        in_id=axis.in_id,
    )
