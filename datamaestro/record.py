"""Records: items of different types in one, each found by its type.

::

    class Text(Item): ...
    class Title(Text): ...

    Page = record_type(Title)
    Page(Title("…"))[Text]  # the title, which is a text

Packages written for earlier versions use them; in new code, a ``TypedDict`` does.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeVar

if TYPE_CHECKING:
    from collections.abc import Iterable

T = TypeVar("T", bound="Item")


class Item:
    """Base of the types of items."""

    @classmethod
    def __get_base__(cls) -> type[Item]:
        """Return the most general type of this item, of which a record has one."""
        ancestors = [one for one in cls.__mro__ if issubclass(one, Item) and one is not Item]
        return ancestors[-1] if ancestors else cls


class Record:
    """One item of each of several types.

    Args:
        items: the items; or one dict of items by their most general type, which is used as it is.
        override: whether a later item takes the place of an earlier one of its type.

    Raises:
        RuntimeError: two items have the same most general type.
    """

    items: dict[type[Item], Any]

    def __init__(self, *items: Any, override: bool = False) -> None:
        if len(items) == 1 and isinstance(items[0], dict):
            self.items = items[0]
            return
        self.items = {}
        for item in items:
            base = item.__get_base__()
            if base in self.items and not override:
                raise RuntimeError(f"a record has one {base.__qualname__}, not two")
            self.items[base] = item

    def __repr__(self) -> str:
        shown = (
            f"{key.__module__}.{key.__qualname__}: {item!r}" for key, item in self.items.items()
        )
        return f"{{{', '.join(shown)}}}"

    def __getitem__(self, kind: type[T]) -> T:
        item = self.items.get(kind.__get_base__())
        if not isinstance(item, kind):
            known = ", ".join(one.__qualname__ for one in self.items)
            raise KeyError(f"the record has no {kind.__qualname__}, but {known or 'nothing'}")
        return item

    def get(self, kind: type[T]) -> T | None:
        """Return the item of a type; None where there is none."""
        try:
            return self[kind]
        except KeyError:
            return None

    def has(self, kind: type[Item]) -> bool:
        """Return whether there is an item of a type, as far as its most general type tells."""
        return kind.__get_base__() in self.items

    def update(self, *items: Item, target: RecordType | None = None) -> Record:
        """Return a record in which some items are others, or are added."""
        return Record({**self.items, **{item.__get_base__(): item for item in items}})


class RecordType:
    """Which types of items a record has."""

    def __init__(self, *item_types: type[Item]) -> None:
        self.item_types = frozenset(item_types)
        self.mapping = {kind.__get_base__(): kind for kind in item_types}

    def __repr__(self) -> str:
        return f"Record({', '.join(sorted(kind.__name__ for kind in self.item_types))})"

    def __call__(self, *items: Item) -> Record:
        """Return a record of this type.

        Raises:
            KeyError: an item is missing, or is one too many.
        """
        return self.validate(Record(*items))

    def contains(self, other: RecordType) -> bool:
        """Return whether records of this type have what those of another one have, and no more."""
        return len(self.item_types) == len(other.item_types) and all(
            kind.__get_base__() in self.mapping and self.has(kind) for kind in other.item_types
        )

    def has(self, kind: type[Item]) -> bool:
        """Return whether records of this type have an item of some type.

        Raises:
            KeyError: they have none of its most general type.
        """
        return issubclass(self.mapping[kind.__get_base__()], kind)

    def sub(self, *item_types: type[Item]) -> RecordType:
        """Return a type of records with more special, or more, types of items."""
        return RecordType(*{**self.mapping, **_by_base(item_types)}.values())

    def validate(self, record: Record) -> Record:
        """Return a record that is one of this type.

        Raises:
            KeyError: it is none.
        """
        for kind in self.item_types:
            record[kind]
        more = record.items.keys() - self.mapping.keys()
        if more:
            raise KeyError(f"{self} has no {', '.join(one.__qualname__ for one in more)}")
        return record


def _by_base(kinds: Iterable[type[Item]]) -> dict[type[Item], type[Item]]:
    return {kind.__get_base__(): kind for kind in kinds}


def record_type(*item_types: type[Item]) -> RecordType:
    """Return a type of records."""
    return RecordType(*item_types)
