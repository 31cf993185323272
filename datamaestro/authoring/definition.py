"""The text of a definition, and of a test of it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from attrs import frozen

from datamaestro.authoring.contents import FOLDER
from datamaestro.authoring.naming import LOCAL, class_name
from datamaestro.authoring.source import call, docstring, docstring_fits, indented, quoted
from datamaestro.download.archive import ArchiveDownloader
from datamaestro.download.single import FileDownloader
from datamaestro_hookspecs.cards import Card

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from datamaestro.authoring.contents import Content
    from datamaestro_hookspecs.cards import ResourceCard

NAME = "DATA"
"""The attribute that a definition's file has."""

BASE = "datamaestro.data:Base"
UNSAID = {
    "license": 'license="…"  # an SPDX identifier, such as CC-BY-4.0',
    "citation": 'citation="…"  # BibTeX; or doi="…"',
}
"""What an author should say, as a comment."""

COLUMNS = 20
"""Columns of a table that a test names, at most."""


@frozen
class Source:
    """Where the file of a data set comes from, and what it is.

    Args:
        content: what it is.
        filename: of the file that is made from it, below the data set's folder; of an archive
            nothing, since that is a folder.
        url: where it is published; empty where it is fetched by hand.
        page: where it is to be had by hand; may be empty.
        size: in bytes; None where that is not known.
        sha256: hexadecimal; empty where that is not known.
    """

    content: Content
    filename: str
    url: str = ""
    page: str = ""
    size: int | None = None
    sha256: str = ""


@frozen
class Draft:
    """A definition that is to be written.

    Args:
        id: of the data set.
        repository: its name.
        name: one line.
        url: of the data set's page, or of the file; empty where nobody knows.
        description: paragraphs.
        license: SPDX identifier; empty where nobody knows.
        source: of its file; None where that is still to be said.
    """

    id: str
    repository: str
    name: str
    url: str = ""
    description: str = ""
    license: str = ""
    source: Source | None = None

    def card(self) -> Card:
        """Return the card of a data set with a file from a URL, as far as its file matters."""
        source = self.source
        resources: tuple[ResourceCard, ...] = ()
        if source is not None and source.url:
            file = (
                ArchiveDownloader(NAME, source.url)
                if source.content.archive
                else FileDownloader(source.filename, source.url, varname=NAME)
            )
            resources = (file.card(alone=True),)
        return Card(id=self.id, repository=self.repository, resources=resources)

    def facts(self) -> dict[str, object]:
        """Return what is known, as JSON can say it."""
        source = self.source
        return {
            "name": self.name,
            "url": self.url,
            "license": self.license,
            "type": source.content.type if source else BASE,
            "size": source and source.size,
            "sha256": source.sha256 if source else "",
        }

    def module(self) -> str:
        """Return the text of the module that defines it."""
        imports = _imports(self._needed())
        names = {name for _, found in imports for name in found}
        lines = [
            *docstring(f"The data set {self.id}."),
            "",
            *(f"from {module} import {', '.join(found)}" for module, found in imports),
            "",
            "",
            *self._decorator(),
            f"class {class_name(self.id, names)}(Dataset):",
            *indented(self._body()),
        ]
        return "\n".join(lines) + "\n"

    def test(self) -> str:
        """Return the text of a module that tests it."""
        word = re.sub(r"\W+", "_", self.id.rpartition(".")[2]).strip("_")
        content = None if self.source is None else self.source.content
        imports = ["from datamaestro import get_dataset"]
        checks: list[str] = []
        if content is not None:
            imports = [
                "import pytest",
                *imports,
                "from datamaestro.context import Context",
            ]
            checks = [
                "",
                "",
                f"def test_{word}_is_read() -> None:",
                '    """Its content is as expected, where `datamaestro prepare` has brought it."""',
                "    if not Context.instance().is_prepared(ID):",
                '        pytest.skip(f"{ID} is not on disk")',
                *indented(_check(content)),
            ]
        lines = [
            *docstring(f"The data set {self.id}."),
            "",
            "from __future__ import annotations",
            "",
            *imports,
            "",
            f"ID = {quoted(f'{self.id}@{self.repository}')}",
            "",
            "",
            f"def test_{word}_is_defined() -> None:",
            '    """Its data object can be made; that takes no file."""',
            "    assert get_dataset(ID).id == ID",
            *checks,
        ]
        return "\n".join(lines) + "\n"

    def _needed(self) -> Iterator[str]:
        """Iterate over what the module imports, ``module:name``."""
        yield "datamaestro.definitions:Dataset"
        yield "datamaestro.definitions:dataset"
        if self.source is None:
            yield BASE
            return
        content = self.source.content
        yield content.type
        yield self._downloader
        if content.transforms.endswith(")"):
            yield f"datamaestro.stream:{content.transforms.partition('(')[0]}"

    @property
    def _downloader(self) -> str:
        source = self.source
        if source is None or not source.url:
            return "datamaestro.download.manual:ManualFile"
        kind = "archive:Archive" if source.content.archive else "single:File"
        return f"datamaestro.download.{kind}Downloader"

    def _decorator(self) -> Iterator[str]:
        said = {"url": self.url, "license": self.license}
        yield "@dataset("
        yield f"    id={quoted(self.id)},"
        yield from (f"    {key}={quoted(text)}," for key, text in said.items() if text)
        if not (self.url or self.id.startswith(f"{LOCAL}.")):
            yield f'    # url="{_home(self.id)}",'
        yield from (f"    # {text}" for key, text in UNSAID.items() if not said.get(key))
        yield ")"

    def _body(self) -> Iterator[str]:
        named = bool(self.name.split()) and docstring_fits(self.name)
        yield from docstring(self.name if named else self.id, self.description)
        yield ""
        source = self.source
        kind = BASE if source is None else source.content.type
        name, given = kind.rpartition(":")[2], ""
        if source is None:
            yield f'# {NAME} = FileDownloader("data.csv", "https://…", size=…, sha256="…")'
        else:
            options = {"path": f"self.{NAME}.path", **source.content.options}
            given = ", ".join(
                f"{key}={quoted(value) if key != 'path' and isinstance(value, str) else value}"
                for key, value in options.items()
            )
            if source.url.startswith("file:"):
                yield "# This file is on one computer alone: say where it is published."
            downloader = self._downloader.rpartition(":")[2]
            yield from call(f"{NAME} = {downloader}(", list(_arguments(source)))
        yield ""
        yield f"def config(self) -> {name}:"
        yield '    """Return the data."""'
        yield f"    return {name}({given})"


def _arguments(source: Source) -> Iterator[str]:
    """Iterate over what is said of a file."""
    yield quoted(NAME if source.content.archive and source.url else source.filename)
    if source.url:
        yield quoted(source.url)
    else:
        yield quoted("it is not published, or not to everybody")
        if source.page:
            yield quoted(source.page)
    if source.size is not None:
        yield f"size={source.size:_}"
    if source.sha256:
        yield f"sha256={quoted(source.sha256)}"
    if source.content.transforms:
        yield f"transforms={source.content.transforms}"


def _check(content: Content) -> Iterator[str]:
    if content.type == FOLDER:
        yield "assert any(get_dataset(ID).path.iterdir())"
    elif content.columns and len(content.columns) <= COLUMNS:
        yield from call("columns = [", [quoted(name) for name in content.columns], "]")
        yield "assert get_dataset(ID).columns() == columns"
    else:
        yield "assert get_dataset(ID).path.is_file()"


def _imports(needed: Iterable[str]) -> list[tuple[str, list[str]]]:
    """Return the names to be imported by module, both sorted."""
    found: dict[str, set[str]] = {}
    for dotted in needed:
        module, _, name = dotted.rpartition(":")
        found.setdefault(module, set()).add(name)
    return [(module, sorted(found[module])) for module in sorted(found)]


def _home(dataset_id: str) -> str:
    """Return where a data set of an id might be published."""
    top, *words = dataset_id.split(".")
    return "/".join(["https:/", f"{words[0]}.{top}", *words[1:]])
