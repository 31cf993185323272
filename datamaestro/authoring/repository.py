"""A package with a repository of data sets, from which an author starts."""

from __future__ import annotations

import hashlib
import json
import re
from importlib.resources import files
from importlib.util import find_spec
from string import Template
from typing import TYPE_CHECKING

from attrs import frozen

from datamaestro.authoring.files import write_new
from datamaestro.authoring.source import quoted
from datamaestro.errors import UsageError
from datamaestro.version import __version__

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator
    from importlib.resources.abc import Traversable
    from pathlib import Path

PREFIX = "datamaestro-"
"""Before the name of a repository, in that of its distribution."""

NAME = r"[a-z][a-z0-9]*([-_][a-z0-9]+)*"
RULE = (
    "small letters and digits in words joined by - or _, beginning with a letter, such as flowers"
)

LONGEST = 50
"""Characters of a name."""

TEMPLATE, DOT, PACKAGE = ".template", "dot_", "PACKAGE"
"""What names of the skeleton have for something else: nothing, a dot, the package."""

EXAMPLE = "colours.csv"
"""The file of the skeleton's example."""


@frozen
class NewRepository:
    """A repository that is to be made.

    Args:
        name: by which data sets name it, ``id@name``.
        description: one line.
        author: such as ``Jane Doe <jane@example.org>``; empty: left to the author.
    """

    name: str
    description: str = ""
    author: str = ""

    @property
    def distribution(self) -> str:
        """The name under which it is installed."""
        return f"{PREFIX}{self.name}"

    @property
    def package(self) -> str:
        """The name by which it is imported."""
        return self.distribution.replace("-", "_")

    def files(self) -> dict[str, str]:
        """Return the text of each of its files, by path."""
        skeleton = dict(_files(files("datamaestro.authoring").joinpath("skeleton")))
        example = next(text for path, text in skeleton.items() if path.endswith(EXAMPLE))
        description = self.description or f"The data sets of {self.name}"
        words = {
            "name": self.name,
            "distribution": self.distribution,
            "package": self.package,
            "least": __version__.partition(".")[0],
            "description": description,
            "description_toml": _toml(description),
            "description_python": quoted(description),
            "author_python": quoted(self.author),
            "authors_toml": _authors(self.author),
            "size": str(len(example)),
            "sha256": hashlib.sha256(example.encode()).hexdigest(),
        }
        return {
            path.replace(PACKAGE, self.package): Template(text).substitute(words)
            for path, text in skeleton.items()
        }


def new_repository(
    name: str, description: str = "", author: str = "", taken: Collection[str] = ()
) -> NewRepository:
    """Return a repository that is to be made; its name may have the prefix of distributions.

    Args:
        name: of it.
        description: a line; may be empty.
        author: such as ``Jane Doe <jane@example.org>``; may be empty.
        taken: the names of the repositories that there are.

    Raises:
        UsageError: its name is none, or taken; or a text is not one line.
    """
    found = NewRepository(name.removeprefix(PREFIX), description.strip(), author.strip())
    if not re.fullmatch(NAME, found.name) or len(found.name) > LONGEST:
        raise UsageError(f"{name!r} is no name of a repository", hint=f"it has to be {RULE}")
    if found.name in taken:
        raise UsageError(f"there is a repository {found.name} already", hint="choose another name")
    if find_spec(found.package) is not None:
        raise UsageError(f"there is a package {found.package} already", hint="choose another name")
    for what, text in (("--description", found.description), ("--author", found.author)):
        if not text.isprintable():
            raise UsageError(f"{what} has to be one line of text, not {text!r}")
    return found


def write_repository(new: NewRepository, folder: Path) -> None:
    """Write the files of a repository.

    Args:
        new: the repository.
        folder: that is made for it; it may be there, if it is empty.

    Raises:
        UsageError: the folder has something in it, or is none.
        StorageError: a file cannot be written.
    """
    if folder.exists() and not (folder.is_dir() and not any(folder.iterdir())):
        raise UsageError(
            f"{folder} is there already, and is left as it is",
            hint="choose another folder with --output",
        )
    write_new({folder / path: text for path, text in new.files().items()})


def _files(folder: Traversable, path: str = "") -> Iterator[tuple[str, str]]:
    """Iterate over the paths and texts of the skeleton's files."""
    for one in sorted(folder.iterdir(), key=lambda one: one.name):
        name = f"{path}{re.sub(f'^{DOT}', '.', one.name)}"
        if one.is_dir():
            yield from _files(one, f"{name}/")
        elif name.endswith(TEMPLATE):
            yield name.removesuffix(TEMPLATE), one.read_text(encoding="utf-8")


def _authors(author: str) -> str:
    """Return the line of ``pyproject.toml`` that names an author."""
    if not author:
        return ""
    found = re.fullmatch(r"([^<>]+?)\s*<([^<>@\s]+@[^<>@\s]+)>", author)
    facts = {"name": found[1], "email": found[2]} if found else {"name": author}
    inside = ", ".join(f"{key} = {_toml(text)}" for key, text in facts.items())
    return f"\nauthors = [{{ {inside} }}]"


def _toml(text: str) -> str:
    """Return a string of TOML, of a text that can be printed."""
    return json.dumps(text, ensure_ascii=False)
