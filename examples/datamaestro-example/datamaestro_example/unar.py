"""Unix archives (ar), such as Debian's packages and static libraries."""

import io
import os
from collections.abc import Iterator

from datamaestro_hookspecs.streams import Section
from datamaestro_hookspecs.unpackers import Member

MAGIC, END, HEADER = b"!<arch>\n", b"`\n", 60


class Unar:
    """Unpacks the common form, whose names have up to 16 characters; takes no options."""

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
