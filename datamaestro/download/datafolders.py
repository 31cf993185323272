"""Paths that are known only when somebody has said where a folder is."""

from __future__ import annotations

from abc import ABC, abstractmethod
from pathlib import Path
from typing import TYPE_CHECKING, Any

from datamaestro.errors import ActionNeeded
from datamaestro.settings.folders import datafolders
from datamaestro.store.current import current_store

if TYPE_CHECKING:
    from collections.abc import Sequence

    from datamaestro.context import Context


class FolderNotSet(ActionNeeded, KeyError):
    """A data folder is not set.

    It is a KeyError, as earlier versions had it.

    Args:
        folder: its name.
    """

    def __init__(self, folder: str) -> None:
        super().__init__(
            f"the data folder {folder} is not set",
            hint=f"say where it is: datamaestro datafolders set {folder} PATH",
        )
        self.folder = folder


class PlaceNeeded(ActionNeeded):
    """What has to be on disk already was found nowhere; a person has to say where it is.

    Args:
        resource: its name.
        folders: the data folders that are not set.
        tried: the places where it is not.
    """

    def __init__(self, resource: str, folders: Sequence[str], tried: Sequence[Path]) -> None:
        what = f"{resource} cannot be downloaded, and has to be on disk already"
        if tried:
            what += f"; it is not at {' nor at '.join(map(str, tried))}"
        names = tuple(dict.fromkeys(folders))
        what += "".join(f"; the data folder {name} is not set" for name in names)
        commands = " or ".join(f"datamaestro datafolders set {name} PATH" for name in names)
        super().__init__(what, hint=commands or "put it there, or set its data folder anew")
        self.resource = resource
        self.folders = names
        self.tried = tuple(tried)


class ResolvablePath(ABC):
    """What is a path as soon as it is asked for."""

    @staticmethod
    def resolve(context: Any, path: Any) -> Path:
        """Return a path, whether it has to be resolved or not.

        Raises:
            ActionNeeded: nobody has said where it is.
        """
        return path(context) if isinstance(path, ResolvablePath) else Path(path)

    @abstractmethod
    def __call__(self, context: Any = None) -> Path:
        """Return the path.

        Raises:
            ActionNeeded: nobody has said where it is.
        """


class DatafolderPath(ResolvablePath):
    """A path below a folder of the user's, which is set once under a name.

    Where the user's folder is arranged in another way, the path itself may be set, too, under the
    name :attr:`whole`.

    Args:
        folderid: the folder's name, such as ``gov.nist.trec.tipster``.
        path: below it, such as ``Disk1/AP``.
    """

    def __init__(self, folderid: str, path: str) -> None:
        self.folderid = folderid
        self.path = path

    @property
    def whole(self) -> str:
        """Its own name, such as ``gov.nist.trec.tipster/Disk1/AP``."""
        return f"{self.folderid}/{self.path}"

    def __str__(self) -> str:
        return f"datafolder-path({self.folderid}):{self.path}"

    def __call__(self, context: Context | None = None) -> Path:
        """Return the path.

        Args:
            context: whose data directory has the settings; None: the one at work.

        Raises:
            FolderNotSet: nobody has said where the folder is.
        """
        store = current_store() if context is None else context.store
        known = datafolders(store.root)
        if self.whole in known:
            return known[self.whole]
        if self.folderid not in known:
            raise FolderNotSet(self.folderid)
        return known[self.folderid] / self.path
