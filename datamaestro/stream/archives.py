"""Members of archives; what stands after it in a chain is done to each of them.

An archive in an archive is reached by a chain, too::

    TarDownloader("docs", "https://example.org/all.zip", transforms=Unzip("docs.tar.gz") | Untar())
"""

from __future__ import annotations

from itertools import chain
from typing import TYPE_CHECKING

from datamaestro.stream.transform import Named
from datamaestro_hookspecs.cards import UNPACK

if TYPE_CHECKING:
    from collections.abc import Iterable

    from datamaestro_hookspecs.cards import Option


class Unpack(Named):
    """Takes members of an archive, in whatever format and compression; the others are not expanded.

    Args:
        files: names or patterns, in which ``*`` stands for all but slashes and ``**`` for all; a
            folder stands for what is below it; none: all members.
        subpath: take only what is below this folder, without its path.
        strip: number of folders that each name loses, after ``subpath``.
        options: that the format's plugin is told, such as ``password`` and ``encoding`` for zip.
    """

    name = UNPACK

    def __init__(
        self, *files: str | Iterable[str], subpath: str = "", strip: int = 0, **options: str | None
    ) -> None:
        named = [[each] if isinstance(each, str) else each for each in files]
        said: dict[str, Option] = {
            "files": tuple(chain.from_iterable(named)) or None,
            "subpath": subpath or None,
            "strip": strip or None,
        }
        super().__init__("", **said, **options)


class Untar(Unpack):
    """Takes members of a tar archive, also of a compressed one."""

    name = "untar"


class Unzip(Unpack):
    """Takes members of a zip archive."""

    name = "unzip"
