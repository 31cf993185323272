"""A folder from an archive."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, ClassVar, Unpack

from attrs import evolve

from datamaestro.download.published import Facts, Published, checked_by, selected
from datamaestro.errors import DefinitionError
from datamaestro.stream.archives import Unpack as Unpacking
from datamaestro.stream.archives import Untar, Unzip
from datamaestro.stream.transform import steps_of
from datamaestro_hookspecs.cards import WHOLE, ResourceCard

if TYPE_CHECKING:
    from collections.abc import Iterable

    from datamaestro.stream.transform import Step
    from datamaestro.utils import HashCheck


ZIP = r"\.zip"
TAR = r"\.tar(\.\w+)?|\.t(gz|bz2?|xz|zst)"
"""Suffixes of archives, as regular expressions."""


class ArchiveDownloader(Published):
    """A folder of what is in an archive, in whatever format a plugin unpacks.

    It is the data set's folder where that has no other resource, and else one in it, which has
    the archive's name. What the archive refuses to say safely is refused (``docs/definitions.md``).

    Args:
        varname: name of the resource.
        url: where the archive is published.
        subpath: take only what is below this folder, without its path.
        checker: digest of the published file.
        files: names or patterns of the members that are taken, in which ``*`` stands for all but
            slashes and ``**`` for all; a folder stands for what is below it; None: all.
        size: in bytes, of the published file.
        transforms: what is done to each file; or, where an archive lies in an archive, the whole
            chain, such as ``Unzip("docs.tar.gz") | Untar()``, which then says what is taken.
        strip: number of folders that each name loses, after ``subpath``.
        unwrap: whether a single folder, with nothing beside it, gives way to what is in it; None:
            it does, unless ``strip`` is given.
        path: of the folder, below the data set's folder; ``"."`` is that itself.
        options: that the format's plugin is told, such as ``password`` and ``encoding`` for zip.
        facts: what else is said of the published file, such as ``sha256``
            (:class:`~datamaestro.download.published.Facts`).
    """

    unpacking: ClassVar[type[Unpacking]] = Unpacking
    """What unpacks it."""

    suffix: ClassVar[str] = rf"{ZIP}|{TAR}"
    """What the folder's name has not, of the archive's, as a regular expression."""

    def __init__(
        self,
        varname: str,
        url: str,
        subpath: str | None = None,
        checker: HashCheck | None = None,
        files: Iterable[str] | None = None,
        *,
        size: int | None = None,
        transforms: Step | Iterable[Step] = (),
        strip: int = 0,
        unwrap: bool | None = None,
        path: str | None = None,
        options: dict[str, str] | None = None,
        **facts: Unpack[Facts],
    ) -> None:
        super().__init__(varname, url, size, varname, **facts)
        self.checker = checker
        self.transforms = transforms
        self.subpath = subpath or ""
        self.strip = strip
        self.files = files
        self.options = options or {}
        self.unwrap = strip == 0 if unwrap is None else unwrap
        self.place = path

    def card(self, *, alone: bool = False) -> ResourceCard:
        """Return what is declared.

        Args:
            alone: whether the data set has no other resource.

        Raises:
            DefinitionError: something in it is not what it should be.
        """
        source = self.source()
        checked, problem = checked_by(self.published_name, self.checker)
        digests = {**checked, **source.digests}
        chain = steps_of(self.transforms)
        if not any(step.name in UNPACKING for step in chain):
            files = selected(self.name, self.files)
            first = self.unpacking(*files, subpath=self.subpath, strip=self.strip, **self.options)
            chain = first.steps() + chain
        else:
            self._refuse_selection()
        return ResourceCard(
            name=self.name,
            path=self._default_path(alone) if self.place is None else self.place,
            source=evolve(source, digests=digests),
            transforms=chain,
            transient=self.transient,
            folder=True,
            unwrap=self.unwrap,
            limits=self.limits(),
            problem=problem,
        )

    def _refuse_selection(self) -> None:
        """Refuse what would be overlooked beside a chain that says itself what is taken."""
        for name in ("files", "subpath", "strip", "options"):
            if getattr(self, name):
                raise DefinitionError(
                    f"resource {self.name}: {name}= would be overlooked",
                    hint="its chain says what is taken",
                )

    def _default_path(self, alone: bool) -> str:
        """Return the path where none is said; as earlier versions have it on disk."""
        if alone:
            return WHOLE
        return re.sub(rf"({self.suffix})$", "", self.published_name) or self.name


class ZipDownloader(ArchiveDownloader):
    """A folder of what is in a zip archive."""

    unpacking = Unzip
    suffix = ZIP


class TarDownloader(ArchiveDownloader):
    """A folder of what is in a tar archive, also in a compressed one."""

    unpacking = Untar
    suffix = TAR


UNPACKING = {kind.name for kind in (Unpacking, Untar, Unzip)}
"""Steps of a chain that say themselves what is taken."""

archivedownloader = ArchiveDownloader
zipdownloader = ZipDownloader
tardownloader = TarDownloader
"""The names under which they decorate a function."""
