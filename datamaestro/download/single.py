"""A single file from a URL."""

from __future__ import annotations

from typing import TYPE_CHECKING, Unpack

from datamaestro.download.published import Facts, Published, checked_by, name_of, selected
from datamaestro.stream.archives import Unpack as Unpacking
from datamaestro.stream.compress import Expand
from datamaestro.stream.transform import steps_of
from datamaestro_hookspecs.cards import ResourceCard

if TYPE_CHECKING:
    from collections.abc import Iterable

    from datamaestro.stream.transform import Step
    from datamaestro.utils import HashCheck
    from datamaestro_hookspecs.cards import Transform


class FileDownloader(Published):
    """A file that is downloaded, checked, and expanded where it is compressed.

    Args:
        filename: below the data set's folder; its name up to the first dot is the resource's
            name where no other is given.
        url: where the file is published.
        size: in bytes, of the published file.
        transforms: what is done to the bytes, such as ``Gunzip() | Filter("^en")``
            (:mod:`datamaestro.stream`), or names of plugins' transformations; None: as the URL's
            suffix says, which never unpacks an archive; an empty list: nothing at all.
        checker: a digest that may be that of the published file or of the result.
        result_sha256: hexadecimal digest of the result.
        varname: name of the resource.
        facts: what else is said of the published file, such as ``sha256``
            (:class:`~datamaestro.download.published.Facts`).
    """

    def __init__(
        self,
        filename: str,
        url: str,
        size: int | None = None,
        transforms: Step | Iterable[Step] | None = None,
        checker: HashCheck | None = None,
        *,
        result_sha256: str | None = None,
        varname: str | None = None,
        **facts: Unpack[Facts],
    ) -> None:
        super().__init__(name_of(filename), url, size, varname, **facts)
        self.filename = filename
        self.transforms = transforms
        self.checker = checker
        self.result_sha256 = result_sha256

    def card(self, *, alone: bool = False) -> ResourceCard:
        """Return what is declared.

        Raises:
            DefinitionError: something in it is not what it should be; this is told here, and not
                where it is written, so that a mistake costs one data set and not its module.
        """
        either, problem = checked_by(self.filename, self.checker)
        return ResourceCard(
            name=self.name,
            path=self.filename,
            source=self.source(),
            transforms=self.chain(),
            digests={} if self.result_sha256 is None else {"sha256": self.result_sha256},
            either=either,
            problem=problem,
            transient=self.transient,
            limits=self.limits(),
        )

    def chain(self) -> tuple[Transform, ...] | None:
        """Return what is done to the bytes."""
        return None if self.transforms is None else steps_of(self.transforms)


class ConcatDownloader(FileDownloader):
    """All files of an archive, one after the other, in one file.

    Args:
        filename: as for :class:`FileDownloader`.
        url: where the archive is published: tar, zip or any other that a plugin unpacks.
        transforms: what is done to each of its files; None: what is compressed is expanded.
        files: names or patterns of those that are taken, in the archive's order; None: all.
        subpath: take only what is below this folder.
        size: in bytes, of the archive.
        checker: as for :class:`FileDownloader`.
        result_sha256: likewise.
        varname: likewise.
        facts: as for :class:`FileDownloader`.
    """

    def __init__(
        self,
        filename: str,
        url: str,
        transforms: Step | Iterable[Step] | None = None,
        *,
        files: Iterable[str] | None = None,
        subpath: str = "",
        size: int | None = None,
        checker: HashCheck | None = None,
        result_sha256: str | None = None,
        varname: str | None = None,
        **facts: Unpack[Facts],
    ) -> None:
        super().__init__(
            filename,
            url,
            size,
            transforms,
            checker,
            result_sha256=result_sha256,
            varname=varname,
            **facts,
        )
        self.files = files
        self.subpath = subpath

    def chain(self) -> tuple[Transform, ...]:
        """Return what is done to the bytes: files are taken out, and each is transformed."""
        each = Expand() if self.transforms is None else self.transforms
        files = selected(self.name, self.files)
        return Unpacking(*files, subpath=self.subpath).steps() + steps_of(each)


filedownloader = FileDownloader
concatdownload = ConcatDownloader
"""The names under which they decorate a function."""

SingleDownload = FileDownloader
"""What :class:`FileDownloader` was called in earlier versions."""
