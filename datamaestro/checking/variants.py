"""Rules about families."""

from __future__ import annotations

from itertools import islice
from typing import TYPE_CHECKING, Any

from datamaestro.checking.rules import Found, rule
from datamaestro.definitions.family import variant_of
from datamaestro.errors import ActionNeeded, VariantError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from datamaestro.checking.subjects import Subject

MOST = 64
"""Variants of a family that are built."""


@rule("error")
def variant_fails(subject: Subject) -> Iterator[Found]:
    """A variant cannot be built; the first sixty-four are tried."""
    if subject.failure:
        return  # it is said of the family
    for chosen in islice(_variants(subject), MOST):
        try:
            subject.build(variant_of(subject.definition, chosen))
        except ActionNeeded:
            continue
        except (Exception, SystemExit) as error:  # noqa: BLE001 - a definition may raise anything
            if not isinstance(error, VariantError) or "missing required" not in str(error):
                yield Found(f"{_shown(chosen)}: {' '.join(str(error).split())}")


@rule("error")
def selector_differs(subject: Subject) -> Iterator[Found]:
    """What a variant's selector chooses is another variant, so its id does not name it."""
    variants = subject.variants
    for chosen in islice(_variants(subject), MOST):
        try:
            meant = variants.resolve(**chosen)
            selector = variants.format_selector(dict(meant))
            read = variants.resolve(**variants.parse_selector(selector))
            again = variants.format_selector(dict(read))
        except VariantError:
            continue  # what cannot be chosen needs no selector
        if again != selector:
            yield Found(f"{_shown(chosen)} is written {selector!r}, which chooses {again!r}")


def _variants(subject: Subject) -> Iterator[dict[str, Any]]:
    """Iterate over the choices of a family, the default one first."""
    if subject.variants is None:
        return
    yield {}
    yield from subject.variants.enumerate()


def _shown(chosen: dict[str, Any]) -> str:
    return ", ".join(f"{axis}={value}" for axis, value in chosen.items()) or "the default"


RULES = (variant_fails, selector_differs)
