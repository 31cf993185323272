"""A single file from a URL."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from datamaestro.download.resource import Resource
from datamaestro.errors import DefinitionError
from datamaestro_hookspecs.cards import ResourceCard, Source, Transform

if TYPE_CHECKING:
    from collections.abc import Iterable

    from datamaestro.utils import HashCheck

BLAKE2 = "blake2b"


class FileDownloader(Resource):
    """A file that is downloaded, checked, and expanded where it is compressed.

    Args:
        filename: below the data set's folder; its name up to the first dot is the resource's
            name where no other is given.
        url: where the file is published.
        size: in bytes, of the published file.
        transforms: names of transformations, in order; None: as the URL's suffix says; an empty
            list: none at all.
        checker: a digest that may be that of the published file or of the result.
        urls: further places of the same bytes, in order of preference.
        sha256: hexadecimal digest of the published file; ``sha512``, ``sha1``, ``md5`` and
            ``blake2`` (BLAKE2b, 64 bytes) likewise.
        result_sha256: hexadecimal digest of the result.
        varname: name of the resource.
        transient: removed as soon as everything made from it is there.
    """

    def __init__(
        self,
        filename: str,
        url: str,
        size: int | None = None,
        transforms: Iterable[str | Transform] | str | None = None,
        checker: HashCheck | None = None,
        *,
        urls: Iterable[str] = (),
        sha256: str | None = None,
        sha512: str | None = None,
        sha1: str | None = None,
        md5: str | None = None,
        blake2: str | None = None,
        result_sha256: str | None = None,
        varname: str | None = None,
        transient: bool = False,
    ) -> None:
        super().__init__(re.sub(r"\..*$", "", filename), varname=varname, transient=transient)
        published = {"sha256": sha256, "sha512": sha512, "sha1": sha1, "md5": md5, BLAKE2: blake2}
        self.filename = filename
        self.urls = (url, *([urls] if isinstance(urls, str) else urls))
        self.size = size
        self.transforms = transforms
        self.checker = checker
        self.published = published
        self.result_sha256 = result_sha256

    def card(self) -> ResourceCard:
        """Return what is declared.

        Raises:
            DefinitionError: something in it is not what it should be; this is told here, and not
                where it is written, so that a mistake costs one data set and not its module.
        """
        name = self.filename
        return ResourceCard(
            name=self.name,
            path=name,
            source=self.source(),
            transforms=_transforms(self.transforms),
            digests=_given({"sha256": self.result_sha256}),
            either={} if self.checker is None else _either(name, self.checker),
            transient=self.transient,
        )

    def source(self) -> Source:
        """Return where its bytes come from."""
        return Source(self.urls, self.size, _given(self.published))


filedownloader = FileDownloader
"""The name under which it decorates a function."""


def _transforms(
    given: Iterable[str | Transform] | str | None,
) -> tuple[Transform, ...] | None:
    if given is None:
        return None
    steps = [given] if isinstance(given, str) else given
    return tuple(step if isinstance(step, Transform) else Transform(step) for step in steps)


def _given(digests: dict[str, str | None]) -> dict[str, str]:
    return {algorithm: value for algorithm, value in digests.items() if value is not None}


def _either(filename: str, checker: HashCheck) -> dict[str, str]:
    from datamaestro.utils import HashCheck

    if not isinstance(checker, HashCheck):
        raise DefinitionError(f"{filename}: checker {checker!r} is not a HashCheck")
    return {checker.algorithm: checker.hashstr}
