"""Unix archives (ar), such as Debian's packages and static libraries."""

import io
import os
from collections.abc import Iterator, Mapping

from datamaestro_hookspecs.cards import Option
from datamaestro_hookspecs.streams import Section, check_options
from datamaestro_hookspecs.unpackers import Member

MAGIC, END, HEADER = b"!<arch>\n", b"`\n", 60


class Unar:
    """Unpacks the common form, whose names have up to 16 characters."""

    def check(self, options: Mapping[str, Option]) -> None:
        """Refuse options, before anything is fetched: there are none."""
        check_options("unar", options)

    def members(self, stream: io.BufferedIOBase, options: object) -> Iterator[Member]:
        """Yield the files of an archive; raises where it is damaged or cut short."""
        if stream.read(len(MAGIC)) != MAGIC:
            raise ValueError("it is no ar archive")
        while header := stream.read(HEADER):
            if len(header) < HEADER or not header.endswith(END):
                raise ValueError("a header is damaged or cut short")
            content = Section(stream, int(header[48:58]))
            padding = content.left % 2
            yield Member(
                os.fsdecode(header[:16].rstrip().removesuffix(b"/")),
                content=content,
                executable=bool(int(header[40:48], 8) & 0o100),
                mtime=int(header[16:28]),
            )
            content.skip()
            stream.read(padding)
