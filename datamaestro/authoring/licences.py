"""Under which licence something is published, as far as it says that in the usual ways."""

from __future__ import annotations

import io
import re
from itertools import islice
from pathlib import PurePosixPath
from typing import TYPE_CHECKING

from datamaestro.authoring.contents import all_that_comes
from datamaestro.checking.licences import is_expression
from datamaestro.store.faults import storage_errors

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from datamaestro.plugins.services import Plugins
    from datamaestro_hookspecs.unpackers import Member

FILE = re.compile(r"(licen[cs]e|copying)([-_.]?data)?(\.(txt|md|rst))?", re.IGNORECASE)
"""The name of a file with a licence."""

LOOK = 8 << 20
"""Bytes of an archive in which one is looked for, once expanded."""

MEMBERS = 1000
"""Members of an archive among which one is looked for."""

LONGEST = 1 << 16
"""Bytes of a licence that are read."""

SHORT = 64
"""Characters of what may be an SPDX expression by itself."""

COMMONS = r"^\s*(?:creative commons )?attribution"

SIGNS = (
    (r"creativecommons\.org/licenses/(by(?:-nc)?(?:-sa|-nd)?)/(\d\.\d)", r"CC-\1-\2"),
    (r"creativecommons\.org/publicdomain/zero/(1\.0)", r"CC0-\1"),
    (r"opendatacommons\.org/licenses/(odbl|pddl)\b", r"\1-1.0"),
    (r"opendatacommons\.org/licenses/by\b", "ODC-By-1.0"),
    (r"spdx\.org/licenses/([\w.+-]+?)(?:\.html|\.json)?(?=[\s\"'<>)]|$)", r"\1"),
    (r"opensource\.org/licenses?/mit\b", "MIT"),
    (r"apache\.org/licenses/LICENSE-(2\.0)", r"Apache-\1"),
    (r"^\s*(?:the )?mit license\b", "MIT"),
    (r"^\s*apache license\s+version (2\.0)", r"Apache-\1"),
    (r"^\s*(?:creative commons )?cc0 (1\.0) universal", r"CC0-\1"),
    (rf"{COMMONS} (\d\.\d) (?:int|unp|gen)", r"CC-BY-\1"),
    (rf"{COMMONS}-sharealike (\d\.\d) (?:int|unp|gen)", r"CC-BY-SA-\1"),
    (rf"{COMMONS}-noncommercial (\d\.\d) (?:int|unp|gen)", r"CC-BY-NC-\1"),
    (r"^\s*(?:## )?odc open database license", "ODbL-1.0"),
)
"""What is found in texts and links, and which licence that means."""


def licence_of(text: str) -> str:
    """Return the SPDX identifier of the one licence that a text or a link names; else nothing.

    >>> licence_of("https://creativecommons.org/licenses/by-sa/4.0/deed.en")
    'CC-BY-SA-4.0'
    """
    from packaging.licenses import canonicalize_license_expression

    text = text.strip()
    found = {
        match.expand(meaning)
        for sign, meaning in SIGNS
        for match in re.finditer(sign, text, re.IGNORECASE)
    }
    if len(text) <= SHORT:
        found.add(text)
    known = {canonicalize_license_expression(one) for one in found if is_expression(one)}
    return known.pop() if len(known) == 1 else ""


def licence_in(path: Path, name: str, plugins: Plugins) -> str:
    """Return the licence that an archive has a file of, near its beginning; else nothing.

    Args:
        path: of the archive.
        name: of it, as it is published.
        plugins: that unpack it.
    """
    with storage_errors(path), path.open("rb") as file:
        try:
            for member in islice(_members(name, file, plugins), MEMBERS):
                if member.content is not None and FILE.fullmatch(PurePosixPath(member.name).name):
                    text = member.content.read(LONGEST).decode(errors="replace")
                    if found := licence_of(text):
                        return found
        except Exception:  # noqa: BLE001 - a library may raise anything where all is not read
            return ""
    return ""


def _members(name: str, file: io.BufferedReader, plugins: Plugins) -> Iterator[Member]:
    """Iterate over the members of an archive, as far as they are to be had at little cost."""
    head = file.peek(plugins.magic_size())
    stream: io.BufferedIOBase = file
    if (packer := plugins.transformer_of(head)) is not None:
        _, expanding = plugins.transformer(packer.name)
        stream = io.BytesIO(all_that_comes(expanding.open(file, {}), LOOK))
        head = stream.getvalue()[: plugins.magic_size()]
    record = plugins.unpacker_for(name, head)
    unpacker = None if record is None else plugins.unpacker(record.name)
    if unpacker is not None:
        record, work = unpacker
        if not record.seeks and stream is file:
            stream = io.BytesIO(file.read(LOOK))
        yield from work.members(stream, {})
