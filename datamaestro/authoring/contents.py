"""What a file is: told by its suffix, by what its server says, and by what it begins with."""

from __future__ import annotations

import csv
import io
from contextlib import suppress
from typing import TYPE_CHECKING

from attrs import evolve, frozen

from datamaestro.authoring.heads import ENOUGH
from datamaestro.authoring.naming import PAGE, SUFFIX
from datamaestro.authoring.source import quoted
from datamaestro.engine.expansion.flow import Flow
from datamaestro.engine.expansion.formats import without_suffix
from datamaestro.plugins.manager import DATATYPES, UNPACKERS
from datamaestro.plugins.serving import begins, ends

if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import IO

    from datamaestro.plugins.services import Plugins

FILE, FOLDER, TABLE = (
    "datamaestro.data:File",
    "datamaestro.data:Folder",
    "datamaestro.data.csv:Generic",
)
MAGIC = {b"PAR1": ".parquet", b"\x93NUMPY": ".npy", b"\x89HDF\r\n\x1a\n": ".h5", b"%PDF-": ".pdf"}
"""What files begin with that no plugin reads, and their suffixes."""

MEDIA = {
    "text/csv": ".csv",
    "text/tab-separated-values": ".tsv",
    "application/json": ".json",
    "application/jsonl": ".jsonl",
    "application/x-ndjson": ".jsonl",
    "application/vnd.apache.parquet": ".parquet",
}
"""Suffixes of media types."""

STEPS = {
    "gunzip": "Gunzip()",
    "bunzip2": "Bunzip2()",
    "unxz": "Unxz()",
    "unzstd": "Unzstd()",
}
"""What definitions write for transformers; for those of other plugins, their names."""

DELIMITERS = ",\t;|"
ROWS = 10
"""Rows that are looked at."""


@frozen
class Content:
    """What a file is, as it is declared.

    Args:
        type: dotted path of the type of its data.
        suffix: of the file that is made from it; empty where that has none.
        archive: whether it is one, so that a folder is made.
        transforms: source text of what is done to its bytes; empty where its name says it.
        options: further arguments of its type, as source text.
        columns: their names, where it is a table that has them.
    """

    type: str = FILE
    suffix: str = ""
    archive: bool = False
    transforms: str = ""
    options: Mapping[str, object] = {}
    columns: tuple[str, ...] = ()


def recognised(
    name: str, media_type: str, file: IO[bytes], plugins: Plugins, *, path: str | None = None
) -> Content:
    """Return what a file is.

    Args:
        name: of it, as it is published.
        path: of its URL, whose suffix alone has it expanded where nothing is said; None: the name.
        media_type: as its server says; empty where nobody does.
        file: it, or its beginning.
        plugins: whose compressions, archives and types are known.
    """
    reader = io.BufferedReader(file)  # type: ignore[type-var]
    try:
        return _recognised(Flow(PAGE.sub("", name), reader), path, media_type, plugins)
    finally:
        reader.detach()  # whoever has opened the file closes it


def _recognised(flow: Flow, path: str | None, media_type: str, plugins: Plugins) -> Content:
    """Return what a file is whose name is that of its content alone."""
    name = flow.name
    if _is_archive(flow, plugins):
        return Content(FOLDER, archive=True)
    suffixed = plugins.transformer_for(name)
    found = plugins.transformer_of(flow.head(plugins.magic_size()))
    implied = plugins.transformer_for(name if path is None else path) is not None
    transforms = "[]" if implied and found is None else ""
    if suffixed is not None:
        flow = Flow(without_suffix(name, suffixed), flow.stream)
    if found is not None and (suffixed is not None or not SUFFIX.search(name)):
        transforms = "" if implied else STEPS.get(found.name, f"Named({quoted(found.name)})")
        _, work = plugins.transformer(found.name)
        expanded = all_that_comes(work.open(flow.stream, {}), ENOUGH)
        flow, media_type = Flow(flow.name, io.BufferedReader(io.BytesIO(expanded))), ""
        if _is_archive(flow, plugins):
            return Content(FOLDER, archive=True)
    return evolve(_of_type(flow, media_type, plugins), transforms=transforms)


def _is_archive(flow: Flow, plugins: Plugins) -> bool:
    """Return whether it is to be unpacked: many a format is an archive that is not meant to be."""
    records = plugins.provided(UNPACKERS)
    if any(map(ends(flow.name), records)):
        return True
    magic = begins(flow.head(plugins.magic_size()))
    return not SUFFIX.search(flow.name) and any(map(magic, records))


def _of_type(flow: Flow, media_type: str, plugins: Plugins) -> Content:
    """Return what the content of a file is that is neither an archive nor compressed."""
    head = flow.head(ENOUGH)
    has_suffix = SUFFIX.search(flow.name)
    suffix = has_suffix[0].lower() if has_suffix else MEDIA.get(media_type, _suffix_of(head))
    records = [one.record for one in plugins.provided(DATATYPES)]
    for record in records:
        told = suffix in record.suffixes if suffix else bool(record.magic)
        if told and (not record.magic or head.startswith(record.magic)):
            content = Content(record.type, suffix or next(iter(record.suffixes), ""))
            return _table(content, head) if record.type == TABLE else content
    return Content(suffix=suffix)


def _suffix_of(head: bytes) -> str:
    """Return the suffix that a file should have; empty where that cannot be told."""
    for magic, suffix in MAGIC.items():
        if head.startswith(magic):
            return suffix
    lines = [line for line in _lines(head)[:ROWS] if line.strip()]
    if not lines:
        return ""
    if lines[0].lstrip()[:1] in ("{", "["):
        several = len(lines) > 1 and all(line.startswith("{") for line in lines)
        return ".jsonl" if several else ".json"
    for delimiter, suffix in ((",", ".csv"), ("\t", ".tsv")):
        counts = {line.count(delimiter) for line in lines}
        if len(lines) > 1 and len(counts) == 1 and counts != {0}:
            return suffix
    return ".txt"


def _table(content: Content, head: bytes) -> Content:
    """Return a table with its delimiter and the names of its columns; a file if it is none."""
    lines = _lines(head)[:ROWS]
    if not lines:
        return evolve(content, type=FILE)
    delimiter = "\t" if content.suffix == ".tsv" else max(DELIMITERS, key=lines[0].count)
    rows: list[list[str]] = []
    with suppress(csv.Error):
        rows = list(csv.reader(lines, delimiter=delimiter))
    names = tuple(rows[0]) if rows else ()
    options: dict[str, object] = {} if delimiter == "," else {"delimiter": delimiter}
    if names and all(names) and len(set(names)) == len(names) and not any(map(_number, names)):
        return evolve(content, options=options | {"names_row": 0}, columns=names)
    return evolve(content, options=options)


def _lines(head: bytes) -> list[str]:
    """Return the lines that are there whole; none where it is no text."""
    if len(head) >= ENOUGH:
        head = head[: head.rfind(b"\n") + 1]
    try:
        text = head.decode("utf-8-sig")
    except UnicodeDecodeError:
        return []
    return [] if "\0" in text else list(io.StringIO(text, newline=""))


def _number(text: str) -> bool:
    try:
        float(text)
    except ValueError:
        return False
    return True


def all_that_comes(stream: io.RawIOBase | io.BufferedIOBase, most: int) -> bytes:
    """Return what a stream gives until it ends, or breaks since its beginning is all there is."""
    found = b""
    while len(found) < most:
        try:
            block = stream.read(most - len(found))
        except Exception:  # noqa: BLE001 - a library may raise anything where bytes are missing
            break
        if not block:
            break
        found += block
    return found
