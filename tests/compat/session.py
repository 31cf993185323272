"""Compare the packages written for datamaestro 1.16 under it and here: what ``nox -s compat`` runs.

::

    python -m compat.session python/of/the/environment/of/1.16 folder

This Python has this project, the other one has datamaestro 1.16.1, and both have the packages.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TypeVar

from attrs import frozen

from compat.compare import compare, listed, load, reasons
from compat.outcomes import Outcomes, Verdict, judge, run_tests
from compat.own_tests import PACKAGE
from compat.table import table

T = TypeVar("T")
OURS = Path(__file__).parent

TESTED = ("datamaestro_image", "datamaestro_ir", "datamaestro_ml", "datamaestro_text")

LEFT_OUT = {
    "datamaestro_ir/test/test_limit.py::test_limit_small_end_to_end": "it needs the Internet",
    "datamaestro_ir/test/test_limit.py::test_limit_trec_run_compatibility": "it needs the Internet",
    "datamaestro_ir/test/test_documented.py": "its documentation is not installed",
    "datamaestro_text/test/test_documented.py": "its documentation is not installed",
}
"""Tests of the packages that are not run, and why."""


@frozen
class Side:
    """One of the two environments.

    Args:
        name: ``1.16`` or ``here``.
        python: program.
        folder: for what is written.
    """

    name: str
    python: str
    folder: Path

    def variables(self) -> dict[str, str]:
        """Return the environment variables: nothing of the user's, but a world of its own."""
        kept = {name: value for name, value in os.environ.items() if not _is_setting(name)}
        return {
            **kept,
            "HOME": str(self.folder / "home"),
            "DATAMAESTRO_DIR": str(self.folder / "data"),
            "PYTHONPATH": str(OURS.parent),
        }

    def site(self) -> Path:
        """Return the folder of its packages."""
        code = "import sysconfig; print(sysconfig.get_path('purelib'))"
        command = [self.python, "-c", code]
        return Path(subprocess.run(command, check=True, capture_output=True, text=True).stdout[:-1])

    def collect(self) -> Path:
        """Write down what the data sets are, and return the file."""
        document = self.folder / "datasets.json"
        command = [self.python, str(OURS / "collect.py"), str(document)]
        done = subprocess.run(
            command,
            check=False,
            env=self.variables(),
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
        )
        if done.returncode:
            raise SystemExit(f"{self.name}: {done.stderr}")
        return document

    def own_tests(self, tests: Path, options: Sequence[str] = ()) -> Outcomes:
        """Run the tests that datamaestro 1.16.1 ships."""
        report = self.folder / "own.xml"
        return run_tests(
            self.python, [*options, str(tests)], tests.parent, report, self.variables()
        )

    def package_tests(self) -> Outcomes:
        """Run the tests that the packages ship."""
        site, report = self.site(), self.folder / "packages.xml"
        folders = [str(site / package / "test") for package in TESTED]
        without = [f"--deselect={test}" for test in LEFT_OUT if "::" in test]
        without += [f"--ignore={site / test}" for test in LEFT_OUT if "::" not in test]
        return run_tests(self.python, [*without, *folders], site, report, self.variables())


def _is_setting(name: str) -> bool:
    return name.startswith(("DATAMAESTRO_", "XDG_", "PYTEST_", "IR_DATASETS_"))


def both(work: Callable[[Side], T], sides: Sequence[Side]) -> tuple[T, T]:
    """Return what is made of each of two sides, which are worked on at the same time."""
    with ThreadPoolExecutor() as pool:
        earlier, here = pool.map(work, sides)
    return earlier, here


def tests_of(side: Side, folder: Path) -> Path:
    """Return the tests that datamaestro 1.16.1 ships, as a package of another name."""
    target = folder / PACKAGE
    shutil.rmtree(target, ignore_errors=True)
    shutil.copytree(side.site() / "datamaestro" / "test", target)
    return target


def main(earlier_python: str, work: str) -> int:
    """Compare everything, print it, and return the exit code."""
    folder = Path(work).resolve()
    sides = [
        Side("1.16", str(Path(earlier_python).absolute()), folder / "earlier"),
        Side("here", sys.executable, folder / "here"),
    ]
    for side in sides:
        shutil.rmtree(side.folder, ignore_errors=True)
        (side.folder / "home").mkdir(parents=True)
    documents = both(Side.collect, sides)
    tests = tests_of(sides[0], folder)
    plugin = {"1.16": [], "here": ["-p", "compat.own_tests"]}
    own = both(lambda side: side.own_tests(tests, plugin[side.name]), sides)
    packages = both(Side.package_tests, sides)
    return print_all(
        documents,
        [
            judge("tests of datamaestro 1.16.1", *own, may_skip=True),
            judge("tests of the packages", *packages),
        ],
    )


def print_all(documents: Sequence[Path], verdicts: Sequence[Verdict]) -> int:
    """Print the details, then the tables, then what is to be mended; return the exit code."""
    earlier, here = map(load, documents)
    comparison = compare(earlier, here)
    wrong = reasons(comparison, earlier) + [line for one in verdicts for line in one.wrong]
    lines = [
        *listed(comparison),
        *notes(verdicts),
        *map(versions, documents),
        comparison.report(),
        report(verdicts),
        *(f"failed: {line}" for line in wrong),
    ]
    print(*lines, sep="\n")  # noqa: T201 - the result
    return 1 if wrong else 0


def versions(document: Path) -> str:
    """Return the versions with which a document was written."""
    return ", ".join(map(" ".join, json.loads(document.read_text())["versions"].items()))


def notes(verdicts: Sequence[Verdict]) -> Iterator[str]:
    """Iterate over lines about tests that do not count."""
    for verdict in verdicts:
        for why, number in sorted(verdict.inapplicable.items()):
            yield f"  {number} not applicable: {why}"
    for test, why in LEFT_OUT.items():
        yield f"  not run: {test}: {why}"


def report(verdicts: Sequence[Verdict]) -> str:
    """Return a table of what became of the tests."""
    head = ["tests", "passed 1.16", "here", "not applicable", "failed 1.16", "here"]
    rows = [
        [
            verdict.name,
            verdict.earlier["passed"],
            verdict.here["passed"],
            verdict.inapplicable.total(),
            verdict.earlier["failed"],
            verdict.here["failed"],
        ]
        for verdict in verdicts
    ]
    return table(head, rows)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1], sys.argv[2]))
