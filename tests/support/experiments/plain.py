"""Types of data of plain attrs, with all sorts of fields."""

from __future__ import annotations

import datetime
from collections.abc import Mapping, Sequence
from enum import Enum
from pathlib import Path
from typing import TYPE_CHECKING, Any, Generic, TypeVar

from attrs import Factory, define, field, frozen

from datamaestro.data import Base, File
from datamaestro.data.tensor import IDX

if TYPE_CHECKING:
    from decimal import Decimal

T = TypeVar("T", bound=Base)


class Colour(Enum):
    """What an image has."""

    GREY = "grey"
    RGB = "rgb"


@frozen
class Box:
    """No data, but what data have."""

    width: int
    corners: tuple[int, ...] = ()


def in_order(items: set[Any]) -> str:
    """Return a set as text, the same in each process."""
    return f"{type(items).__name__}({sorted(items)})"


@define(slots=False, kw_only=True, eq=False)
class Everything(Base):
    """All sorts of fields."""

    number: int
    ratio: float
    text: str
    truth: bool
    colour: Colour
    path: Path
    sizes: tuple[int, ...]
    pair: tuple[str, float]
    names: set[str] = field(repr=in_order)
    fixed: frozenset[int] = field(repr=in_order)
    steps: Sequence[int]
    by_number: dict[int, str]
    table: Mapping[str, list[tuple[int, int]]]
    box: Box
    when: datetime.datetime
    part: IDX
    parts: list[File]
    more: tuple[File, ...]
    named: dict[str, File]
    anything: Any
    either: int | str | None
    nothing: str | None = None
    validation: IDX | None = None
    usual: list[str] = Factory(lambda: ["a"])
    note: str = field(default="", metadata={"identity": False})
    computed: int = field(init=False)

    def __attrs_post_init__(self) -> None:
        self.computed = 2 * self.number


@frozen(slots=False, kw_only=True, eq=False)
class Frozen(Base):
    """One that nobody changes."""

    number: int


@define(kw_only=True, eq=False)
class Slotted(Base):
    """One with slots."""

    number: int
    _hidden: int = 3


@define(slots=False, kw_only=True, eq=False)
class Pair(Base, Generic[T]):
    """Two of a kind."""

    first: T
    second: T | None = None


@define(slots=False, kw_only=True, eq=False)
class Fussy(Base):
    """One that does not take everything."""

    number: int = field()

    @number.validator
    def _positive(self, _: object, value: int) -> None:
        if value <= 0:
            raise ValueError(f"{value} is not positive")


@define(slots=False, kw_only=True, eq=False)
class Puzzling(Base):
    """A type that is known only where types are checked."""

    price: Decimal


@define(slots=False, kw_only=True, eq=False)
class Loose(Base):
    """Anything."""

    value: Any = None


def everything(folder: Path) -> Everything:
    """Return an object with a value in each field, with paths in a folder."""
    return Everything(
        id="everything",
        number=3,
        ratio=0.5,
        text="text",
        truth=True,
        colour=Colour.RGB,
        path=folder / "here",
        sizes=(1, 2),
        pair=("a", 1.5),
        names={"b", "a"},
        fixed=frozenset({3, 1}),
        steps=[1, 2],
        by_number={1: "one"},
        table={"a": [(1, 2)]},
        box=Box(3, (1, 2)),
        when=datetime.datetime(2026, 1, 2, tzinfo=datetime.UTC),
        part=IDX(id="part", path=folder / "part"),
        parts=[File(id="one", path=folder / "one")],
        more=(File(id="two", path=folder / "two"),),
        named={"three": File(id="three", path=folder / "three")},
        anything={"a": [1, None, "b"]},
        either="or",
        note="a note",
    )
