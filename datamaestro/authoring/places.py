"""Where the definitions and the tests of a repository stand."""

from __future__ import annotations

import difflib
import tomllib
from pathlib import Path
from typing import TYPE_CHECKING

from attrs import frozen

from datamaestro.definitions.naming import CONFIG
from datamaestro.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from datamaestro.plugins.services import Plugins

GROUP = "datamaestro.repositories"
INSTALLED = {"site-packages", "dist-packages"}
PROJECT = "pyproject.toml"
SOURCES = (".", "src")
"""Folders of a project in which its packages may be."""

HEIGHT = 3
"""Folders between a package and that of its project, at most."""


@frozen
class Place:
    """The source tree of a repository.

    Args:
        repository: its name.
        config: the folder of its definitions.
        tests: the folder of its tests; None where there is none.
    """

    repository: str
    config: Path
    tests: Path | None = None

    @property
    def is_installed(self) -> bool:
        """Whether it is an installed copy, which the next update replaces."""
        return not INSTALLED.isdisjoint(self.config.parts)

    def module(self, dataset_id: str) -> Path:
        """Return the file for the definition of an id.

        Raises:
            UsageError: a module or package is in its way, of which one would hide the other.
        """
        *above, last = dataset_id.split(".")
        path = self.config
        for word in above:
            path /= word
            _refuse_if_hidden(path.with_name(f"{word}.py"))
        if any((path / last).glob("*.py")):
            _refuse_if_hidden(path / last / "__init__.py", path / last)
        return path / f"{last}.py"

    def packages(self, module: Path) -> Iterator[tuple[Path, str]]:
        """Iterate over the ``__init__.py`` of folders that are to be made, and their texts."""
        for folder in module.parents:
            if folder == self.config.parent:
                break
            if not folder.exists():
                begins = ".".join(folder.relative_to(self.config).parts)
                whose = f"whose ids begin with {begins}" if begins else f"of {self.repository}"
                yield folder / "__init__.py", f'"""Data sets {whose}."""\n'

    def test(self, dataset_id: str) -> Path | None:
        """Return the file for the test of an id; None where there is no place for tests."""
        return self.tests and self.tests / f"test_{dataset_id.replace('.', '_')}.py"


def place_of(repository: str, plugins: Plugins) -> Place:
    """Return the place of a repository.

    Args:
        repository: its name, or the folder of the project that has it.
        plugins: that are loaded.

    Raises:
        UsageError: there is none, or its definitions are not modules.
    """
    known = plugins.repositories()
    if repository not in known:
        folder = Path(repository)
        if folder.is_dir():
            return _place_in(folder.absolute())
        near = difflib.get_close_matches(repository, known, n=1)
        hint = f"did you mean {near[0]}?" if near else f"known: {', '.join(sorted(known))}"
        raise UsageError(
            f"there is no repository {repository!r}, and no such folder",
            hint=f"{hint}; datamaestro create-repository makes one",
        )
    config = getattr(plugins.repository(repository), "configdir", None)
    if not isinstance(config, Path):
        raise UsageError(
            f"the repository {repository} has its definitions elsewhere than in modules",
            hint="--output - prints a definition",
        )
    return Place(repository, config, _tests_of(config.parent))


def _refuse_if_hidden(there: Path, what: Path | None = None) -> None:
    if there.exists() or what is not None:
        raise UsageError(
            f"{what or there} has definitions already, which a new module would hide",
            hint="add it there: --output - prints it",
        )


def _place_in(project: Path) -> Place:
    """Return the place of the one repository that a project has."""
    path = project / PROJECT
    try:
        found = tomllib.loads(path.read_text(encoding="utf-8"))
        points = found.get("project", {}).get("entry-points", {}).get(GROUP, {})
        ((name, target),) = points.items()
        module = target.partition(":")[0].split(".")
    except (OSError, ValueError, AttributeError) as error:  # not there, not TOML, or something else
        raise UsageError(
            f"{path} does not name one repository as an entry point of {GROUP}",
            hint="install the package, and give the repository's name",
        ) from error
    for source in SOURCES:
        package = project.joinpath(source, *module)
        if package.with_suffix(".py").is_file():
            package = package.parent
        if package.is_dir():
            return Place(name, package / CONFIG, _tests_of(package))
    raise UsageError(
        f"{project} has no package {'.'.join(module)}, which {PROJECT} names",
        hint="install it, and give the repository's name",
    )


def _tests_of(package: Path) -> Path | None:
    """Return the folder of the tests of a package's project; None where it has none."""
    for folder in package.parents[:HEIGHT]:
        if (folder / PROJECT).is_file():
            return folder / "tests" if (folder / "tests").is_dir() else None
    return None
