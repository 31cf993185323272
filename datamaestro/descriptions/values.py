"""Data objects as plain values, and back again.

Text, numbers, truth values, None and lists are themselves; all else is a dict that says its
``kind``. Paths are below the folder of a data set, so that they lead to its files wherever those
are.
"""

from __future__ import annotations

from enum import Enum
from pathlib import Path
from typing import TYPE_CHECKING, Any

from attrs import fields, frozen

from datamaestro.data import UNSET, Base, Generic
from datamaestro.descriptions.types import made_of, names_of
from datamaestro.store.holdings import Holding
from datamaestro_hookspecs.places import is_inside

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from datamaestro.store.layout import Store

DEEPEST = 50
"""Values within values; what is in itself is deeper."""

PLAIN = (bool, int, float, str)


class Unsayable(Exception):
    """There is no plain value for it."""


@frozen
class Folders:
    """The folders of a data set and of those that it is made of, in which its paths are.

    Args:
        store: the data directory.
        identity: of the data set, ``id@repository``.
        others: the identities of those that it is made of.
    """

    store: Store
    identity: str
    others: tuple[str, ...] = ()

    def folder(self, identity: str) -> Path:
        """Return the folder of a data set of that name, or of the variant's family."""
        return Holding.of(self.store, identity).folder

    def said(self, path: Path) -> dict[str, Any]:
        """Return what says a path."""
        for identity in (self.identity, *self.others):
            folder = self.folder(identity)
            if path.is_relative_to(folder):
                below = path.relative_to(folder).as_posix()
                of = "" if identity == self.identity else identity
                return {"kind": "path", "path": below, "of": of}
        return {"kind": "path", "path": str(path), "of": None}

    def made(self, said: Mapping[str, Any]) -> Path:
        """Return the path that is said.

        Raises:
            ValueError, TypeError, LookupError: it leads out of the folder.
        """
        path, of = said["path"], said["of"]
        if of is None:
            return Path(path)
        if of not in ("", *self.others) or not (path == "." or is_inside(path)):
            raise ValueError(f"{path!r} is not a path below a folder of {self.identity}")
        return self.folder(of or self.identity).joinpath(path)


def said(value: Any, folders: Folders, depth: int = 0) -> Any:
    """Return a value as a plain one; fields for which there is none are left out of their datum.

    Raises:
        Unsayable: there is none for the whole.
    """
    if depth > DEEPEST:
        raise Unsayable("it is in itself")
    if isinstance(value, Base):
        return _datum(value, folders, depth)
    if isinstance(value, Enum):
        return said(value.value, folders, depth + 1)
    if value is None or type(value) in PLAIN:
        return value if not isinstance(value, str) else _text(value, folders)
    if isinstance(value, Path):
        return folders.said(value)
    if type(value) is list:
        return [said(each, folders, depth + 1) for each in value]
    if type(value) is dict:
        pairs = [[said(each, folders, depth + 1) for each in pair] for pair in value.items()]
        return {"kind": "dict", "items": pairs}
    for name, kind in COLLECTIONS.items():
        if type(value) is kind:
            items: Iterable[Any] = value if kind is tuple else sorted(value, key=repr)
            return {"kind": name, "items": [said(each, folders, depth + 1) for each in items]}
    raise Unsayable(f"a value of the type {type(value).__qualname__}")


COLLECTIONS: dict[str, Any] = {"tuple": tuple, "set": set, "frozenset": frozenset}


def _text(text: str, folders: Folders) -> Any:
    """Return a text; where it is a path below a folder, what says that path."""
    path = Path(text)
    if not text or "\0" in text or not path.is_absolute() or str(path) != text:
        return text
    found = folders.said(path)
    return text if found["of"] is None else {**found, "kind": "text"}


def _datum(data: Base, folders: Folders, depth: int) -> dict[str, Any]:
    names = [each.name for each in fields(type(data))]
    known: dict[str, Any] = {}
    unset = []
    for name, value in {**_values(data), **{name: getattr(data, name) for name in names}}.items():
        try:
            known[name] = said(value, folders, depth + 1)
        except Unsayable:
            unset.append(name)
    own = {name: value for name, value in known.items() if name in names}
    values = {name: value for name, value in known.items() if name not in names}
    return {
        "kind": "data",
        "types": names_of(type(data)),
        "fields": own,
        "unset": [name for name in unset if name in names],
        "values": values,
    }


def _values(data: Base) -> Mapping[str, Any]:
    """Return what a datum without a type of its own has, besides its fields."""
    return vars(data) if isinstance(data, Generic) else {}


def made(plain: Any, folders: Folders, depth: int = 0) -> Any:
    """Return the value that a plain one says.

    Raises:
        ValueError, TypeError, LookupError: it says none; what is written may be damaged.
    """
    if depth > DEEPEST:
        raise ValueError("it goes on and on")
    if plain is None or isinstance(plain, PLAIN):
        return plain
    if isinstance(plain, list):
        return [made(each, folders, depth + 1) for each in plain]
    kind = plain["kind"]
    if kind in ("path", "text"):
        path = folders.made(plain)
        return path if kind == "path" else str(path)
    if kind == "dict":
        return dict(_made_all(plain["items"], folders, depth))
    if kind in COLLECTIONS:
        return COLLECTIONS[kind](_made_all(plain["items"], folders, depth))
    if kind != "data":
        raise ValueError(f"{kind!r} is no kind of values")
    inside = {
        which: {name: made(each, folders, depth + 1) for name, each in plain[which].items()}
        for which in ("fields", "values")
    }
    unset = dict.fromkeys(plain["unset"], UNSET)
    return made_of(plain["types"], {**inside["fields"], **unset}, inside["values"])


def _made_all(items: Iterable[Any], folders: Folders, depth: int) -> Iterator[Any]:
    return (made(each, folders, depth + 1) for each in items)
