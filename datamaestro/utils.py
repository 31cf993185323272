"""Small public helpers for definitions."""

from __future__ import annotations

import hashlib
from abc import ABC, abstractmethod
from typing import TYPE_CHECKING, Any

from datamaestro.errors import ContentError

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path


class FileChecker(ABC):
    """Says whether a file is what it should be."""

    @abstractmethod
    def check(self, path: Path) -> None:
        """Check a file.

        Raises:
            ContentError: it is not what it should be.
        """


class HashCheck(FileChecker):
    """A digest of a file, as published or as expanded.

    Args:
        hashstr: hexadecimal digest.
        hasherfn: of hashlib.
    """

    def __init__(self, hashstr: str, hasherfn: Callable[..., Any] = hashlib.md5) -> None:
        self.hashstr = hashstr
        self.hasherfn = hasherfn

    @property
    def algorithm(self) -> str:
        """The digest's name, as hashlib has it."""
        return str(self.hasherfn().name)

    def check(self, path: Path) -> None:
        """Check a file.

        Raises:
            ContentError: its digest is another one.
        """
        with path.open("rb") as file:
            found = hashlib.file_digest(file, self.hasherfn).hexdigest()
        if found != self.hashstr.lower():
            raise ContentError(f"{path} has {self.algorithm} {found}, not {self.hashstr}")
