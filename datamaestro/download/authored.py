"""Resources that a definition's author makes by own code: files, folders and values.

::

    class Judged(FileResource):
        def __init__(self, judgements):
            super().__init__("judged.txt")
            self.judgements = judgements
            self._dependencies.append(judgements)

        def _download(self, destination):
            destination.write_text(first_column(self.judgements.path))
"""

from __future__ import annotations

import shutil
from abc import ABC, abstractmethod
from typing import TYPE_CHECKING, Any, ClassVar

from datamaestro.download.making import written_by
from datamaestro.download.published import name_of
from datamaestro.download.resource import Resource
from datamaestro_hookspecs.cards import NOWHERE, ResourceCard

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path


class Authored(Resource, ABC):
    """A file or a folder that the method ``_download`` of a subclass makes."""

    _makes_folder: ClassVar[bool]

    @property
    @abstractmethod
    def _relative(self) -> str:
        """Its path below the data set's folder."""

    @abstractmethod
    def _download(self, destination: Path) -> None:
        """Make it at a destination, from the paths of its dependencies."""

    @property
    def can_recover(self) -> bool:
        """Whether ``_download`` goes on with what it left when it was interrupted."""
        return False

    def card(self, *, alone: bool = False) -> ResourceCard:
        """Return what is declared."""
        return ResourceCard(
            name=self.name,
            path=self._relative,
            derivation=written_by(type(self)._download, resumes=self.can_recover),
            inputs=self.input_names(),
            transient=self.transient,
            folder=self._makes_folder,
        )

    def derive(self, output: Path, inputs: Mapping[str, Path]) -> None:
        """Make it."""
        self._download(output)


class FileResource(Authored):
    """A file that the method ``_download(destination)`` of a subclass writes.

    Args:
        filename: below the data set's folder; its name up to the first dot is the resource's
            name where no other is given.
        varname: name of the resource.
        transient: removed as soon as everything made from it is there.
    """

    _makes_folder = False

    def __init__(
        self, filename: str, *, varname: str | None = None, transient: bool = False
    ) -> None:
        super().__init__(varname, transient=transient, name=name_of(filename))
        self.filename = filename

    @property
    def _relative(self) -> str:
        """Its path below the data set's folder."""
        return self.filename


class FolderResource(Authored):
    """A folder that the method ``_download(destination)`` of a subclass fills.

    It has the resource's name; it is there, and empty, at first.
    """

    _makes_folder = True

    @property
    def _relative(self) -> str:
        """Its path below the data set's folder."""
        return self.name


class FilesCopy(FolderResource):
    """A folder of files that are copied out of another resource, such as a transient archive.

    Args:
        source: the folder in which they are.
        files: path in the source by the path that each has here.

    Example::

        ARCHIVE = ZipDownloader("archive", "https://example.org/all.zip", transient=True)
        FILES = FilesCopy(ARCHIVE, {"train.tsv": "judgements/train.tsv"})
    """

    def __init__(self, source: Resource, files: Mapping[str, str]) -> None:
        super().__init__()
        self.source = source
        self.files = dict(files)
        self._dependencies.append(source)

    def card(self, *, alone: bool = False) -> ResourceCard:
        """Return what is declared; other files are another recipe."""
        from attrs import evolve

        version = " ".join(f"{target}={origin}" for target, origin in sorted(self.files.items()))
        declared = super().card(alone=alone)
        return evolve(declared, derivation=written_by(type(self)._download, version))

    def _download(self, destination: Path) -> None:
        for target, origin in self.files.items():
            place = destination / target
            place.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(self.source.path / origin, place)


class ValueResource(Resource, ABC):
    """A value that a program makes, and keeps elsewhere if anywhere, such as a library's data set.

    ``download()`` of a subclass has the program bring to disk what it needs, once; ``prepare()``
    returns the value, also before that.
    """

    @abstractmethod
    def prepare(self) -> Any:
        """Return the value."""

    def card(self, *, alone: bool = False) -> ResourceCard:
        """Return what is declared."""
        return ResourceCard(
            name=self.name,
            path=NOWHERE,
            derivation=written_by(type(self).download),
            inputs=self.input_names(),
            transient=self.transient,
        )

    def derive(self, output: Path, inputs: Mapping[str, Path]) -> None:
        """Have what it needs brought to disk."""
        self.download()

    def has_files(self) -> bool:
        """Return False."""
        return False
