"""Descriptions: what is said of a data set where its repository need not be installed.

One is a file of two lines: a digest, then what it is the digest of, as JSON. So whatever happens to
it is seen, and it is left alone then.
"""

from __future__ import annotations

import hashlib
import json
from typing import TYPE_CHECKING, Any, NamedTuple

from datamaestro.messages import escaped, warn
from datamaestro.store.regular import read_regular

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from datamaestro.store.layout import Named, Store

FORMAT = 1

LARGEST = 1 << 24
"""Bytes of a description. JSON may take thirty times as much memory before it is found out to be
something else."""


class Description(NamedTuple):
    """What is said of a data set, as plain values.

    Args:
        card: as the index has it (:func:`datamaestro.index.documents.card_to_json`).
        variants: the data object of each variant that is known, as
            :mod:`datamaestro.descriptions.describing` says it; of what is no family, the only one.
        origin: the computer that it was copied from; empty where it was made here.
    """

    card: Mapping[str, Any]
    variants: tuple[Mapping[str, Any], ...] = ()
    origin: str = ""

    @property
    def id(self) -> str:
        """Of the data set."""
        name: str = self.card["id"]
        return name

    @property
    def repository(self) -> str:
        """That defines it."""
        name: str = self.card["repository"]
        return name

    @property
    def identity(self) -> str:
        """The full name, ``id@repository``."""
        return f"{self.id}@{self.repository}"

    def as_text(self) -> str:
        """Return it as it is written, the digest first.

        Raises:
            TypeError, ValueError: there is something in it that JSON has no form for.
        """
        body = json.dumps(self._asdict())
        head = {"format": FORMAT, "sha256": hashlib.sha256(body.encode()).hexdigest()}
        return f"{json.dumps(head)}\n{body}\n"


def description_from(content: bytes, named: Named) -> Description:
    """Return the description that some bytes are, of a data set of that name.

    Raises:
        ValueError: they are none, or another data set's.
    """
    try:
        head, body, rest = content.split(b"\n")
        said = json.loads(head)
        if said != {"format": FORMAT, "sha256": hashlib.sha256(body).hexdigest()} or rest:
            raise ValueError("its digest is another one")
        found = Description(**json.loads(body))
        kinds = [(found.card, dict), (found.variants, list), (found.origin, str)]
        if not all(isinstance(value, kind) for value, kind in kinds):
            raise TypeError("it says something else")
        if (found.id, found.repository) != (named.id, named.repository):
            raise ValueError(f"it is of {found.identity}")
        return found._replace(variants=tuple(dict(one) for one in found.variants))
    except (ValueError, TypeError, LookupError, RecursionError) as error:
        raise ValueError(str(error) or type(error).__name__) from error


def content_of(path: Path) -> bytes:
    """Return what the file of a description has.

    Raises:
        OSError: it cannot be read, is no file, or is too large for a description.
    """
    return read_regular(path, LARGEST)


def unusable(path: Path, error: BaseException) -> str:
    """Return the line that says why a description is none, whatever names it and the error have."""
    reason = getattr(error, "strerror", None) or str(error) or type(error).__name__
    return escaped(f"{path} cannot be used ({reason})")


def read_description(store: Store, named: Named) -> Description | None:
    """Return what is said of a data set; None where nothing is, or it cannot be understood."""
    path = store.description_seen(named.repository, named.id)
    try:
        return description_from(content_of(path), named)
    except FileNotFoundError:
        return None
    except (OSError, ValueError) as error:
        warn(unusable(path, error))
        return None


def write_description(store: Store, description: Description) -> None:
    """Replace what is said of a data set.

    Raises:
        StorageError: it cannot be written.
        TypeError, ValueError: there is something in it that JSON has no form for, or too much.
    """
    from datamaestro.store.replacing import replace

    text = description.as_text()
    if len(text) > LARGEST:
        raise ValueError(f"its description has more than {LARGEST:,} bytes")
    replace(store.description(description), text, lasting=False)
