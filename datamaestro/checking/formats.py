"""What a file's first bytes say about its format."""

from __future__ import annotations

from typing import TYPE_CHECKING

from datamaestro.engine.expansion.formats import PAGES
from datamaestro.plugins.manager import DATATYPES, TRANSFORMERS, UNPACKERS
from datamaestro.plugins.serving import begins, ends, offset_of

if TYPE_CHECKING:
    from datamaestro.plugins.services import Plugins

MARK = b"\xef\xbb\xbf"
"""What a text in UTF-8 may begin with."""


def is_page(head: bytes) -> bool:
    """Return whether what begins so is a web page."""
    return head.removeprefix(MARK).lstrip()[:14].lower().startswith(PAGES)


def packing_fault(name: str, head: bytes, plugins: Plugins) -> str:
    """Return what is wrong with a file that is called like an archive or a compressed file.

    One that is packed in another way than its name says is expanded all the same, and a tar
    archive may begin with anything.

    Args:
        name: of the file as it is published.
        head: what it begins with.
        plugins: that know formats.
    """
    known = [one for family in (TRANSFORMERS, UNPACKERS) for one in plugins.provided(family)]
    magical = [one for one in known if one.record.magic]
    said = [one for one in magical if ends(name)(one) and not offset_of(one.record)]
    if not said or any(begins(head)(one) for one in magical):
        return ""
    return f"does not begin as what {said[0].record.name} expands, but with {head[:8]!r}"


def reading_fault(name: str, head: bytes, plugins: Plugins) -> str:
    """Return what is odd about a file that is called like one of a type of data.

    Args:
        name: of the file on disk, to which nothing is done on its way.
        head: what it begins with.
        plugins: that know types of data.
    """
    named = [one.record for one in plugins.provided(DATATYPES) if ends(name)(one)]
    if not named or any(not one.magic or head.startswith(one.magic) for one in named):
        return ""
    return f"it does not begin as {named[0].name} does, but with {head[:8]!r}"
