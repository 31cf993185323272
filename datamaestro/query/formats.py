"""The formats that a data set's files are in, and were published in, by their names.

The rule: of each file's name, or pattern of names, the suffix, and where that is one of a
compression the one before it, too (``a.csv.gz`` is in ``gz`` and ``csv``); files are what is
declared to be downloaded, what becomes of them, and what is taken out of archives. A suffix is
letters and digits with at least a letter; those of servers' programs count for nothing.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from datamaestro_hookspecs.cards import Card, ResourceCard

COMPRESSIONS = {"gz", "bz2", "xz", "zst", "lz4", "lzma", "z", "br"}

SHORT = {"tgz": "tar.gz", "tbz": "tar.bz2", "tbz2": "tar.bz2", "txz": "tar.xz", "tzst": "tar.zst"}
"""Suffixes that stand for two."""

SAME = {
    "gzip": "gz",
    "bzip2": "bz2",
    "zstd": "zst",
    "jpeg": "jpg",
    "tiff": "tif",
    "htm": "html",
    "yml": "yaml",
    "jsonlines": "jsonl",
    "ndjson": "jsonl",
    "hdf5": "h5",
    "hdf": "h5",
}
"""Suffixes, and other words, for a format that has another one, too."""

PROGRAMS = {"php", "asp", "aspx", "jsp", "cgi", "do"}

SUFFIX = r"(?=[0-9]*[a-z])[a-z0-9]{1,10}"


def format_name(suffix: str) -> str:
    """Return what a format is called whose suffix, in small letters, may be another one."""
    return SAME.get(suffix, suffix)


def formats_of(card: Card) -> tuple[str, ...]:
    """Return the formats of a data set's files, sorted."""
    found: set[str] = set()
    for resource in card.resources:
        for name in _names(resource):
            found.update(_formats(name))
    return tuple(sorted(found))


def _names(resource: ResourceCard) -> Iterator[str]:
    from urllib.parse import unquote, urlsplit

    yield resource.path
    if resource.source is not None:
        yield from (unquote(urlsplit(url).path) for url in resource.source.urls)
    for transform in resource.transforms or ():
        taken = transform.options.get("files") or ()
        yield from (taken,) if isinstance(taken, str) else taken  # type: ignore[misc]


def _formats(name: str) -> Iterator[str]:
    """Iterate over the formats of a file, the outermost first.

    >>> list(_formats("data/a.b.csv.gz"))
    ['gz', 'csv']
    """
    stem, *suffixes = name.rpartition("/")[2].lower().split(".")
    suffixes = ".".join(SHORT.get(suffix, suffix) for suffix in suffixes).split(".")
    for suffix in reversed(suffixes if stem or len(suffixes) > 1 else ()):
        found = format_name(suffix)
        if not re.fullmatch(SUFFIX, found) or found in PROGRAMS:
            return
        yield found
        if found not in COMPRESSIONS:
            return
