"""Outcomes of tests that run under two versions."""

from __future__ import annotations

import subprocess
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import TypeAlias
from xml.etree import ElementTree

from attrs import define, field

Outcomes: TypeAlias = Mapping[str, tuple[str, str]]
"""Of each test, ``passed``, ``failed`` or ``skipped``, and the first line of why."""


@define
class Verdict:
    """What became of the tests here.

    Args:
        name: of the tests.
        earlier: how many have each outcome under the earlier version.
        here: the same, here.
        inapplicable: how many are skipped here alone, for each reason.
        wrong: what is to be mended.
    """

    name: str
    earlier: Counter[str] = field(factory=Counter)
    here: Counter[str] = field(factory=Counter)
    inapplicable: Counter[str] = field(factory=Counter)
    wrong: list[str] = field(factory=list)


def judge(name: str, earlier: Outcomes, here: Outcomes, *, may_skip: bool = False) -> Verdict:
    """Compare outcomes: what passes under the earlier version has to pass here.

    Args:
        name: of the tests.
        earlier: there.
        here: here.
        may_skip: whether tests may be skipped here, for a reason.
    """
    verdict = Verdict(name)
    for test, (there, _) in earlier.items():
        outcome, why = here.get(test, ("absent", ""))
        verdict.earlier[there] += 1
        verdict.here[outcome] += 1
        if there != "passed" or outcome == "passed":
            continue
        if outcome == "skipped" and may_skip:
            verdict.inapplicable[why] += 1
        else:
            verdict.wrong.append(f"{test} is {outcome} here: {why}")
    if not verdict.earlier["passed"]:
        verdict.wrong.append(f"{name}: none passes under the earlier version")
    return verdict


def run_tests(
    python: str, tests: Sequence[str], root: Path, report: Path, environment: Mapping[str, str]
) -> Outcomes:
    """Run tests with the Python of an environment, and return their outcomes.

    Args:
        python: program.
        tests: arguments of pytest.
        root: folder from which tests are named.
        report: file that pytest writes; what it prints is put beside it.
        environment: variables.
    """
    options = ["-c", "/dev/null", "--rootdir", str(root), "-p", "no:cacheprovider", "-q"]
    command = [python, "-m", "pytest", *options, f"--junitxml={report}", *tests]
    report.unlink(missing_ok=True)
    with report.with_suffix(".log").open("w") as log:
        subprocess.run(
            command,
            check=False,  # some fail under both versions
            cwd=report.parent,
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=subprocess.STDOUT,
        )
    if not report.exists():
        raise SystemExit(report.with_suffix(".log").read_text())
    return dict(outcomes_in(report))


def outcomes_in(report: Path) -> Iterator[tuple[str, tuple[str, str]]]:
    """Iterate over the outcomes that pytest wrote in JUnit's format."""
    for case in ElementTree.parse(report).iter("testcase"):
        name = "::".join(filter(None, (case.get("classname"), case.get("name"))))
        ends = {end.tag: end.get("message", "") for end in case}
        for tag, outcome in (("failure", "failed"), ("error", "failed"), ("skipped", "skipped")):
            if tag in ends:
                yield name, (outcome, "".join(ends[tag].splitlines()[:1]))
                break
        else:
            yield name, ("passed", "")
