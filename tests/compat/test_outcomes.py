"""Outcomes of tests of earlier versions are compared."""

from pathlib import Path

from compat.outcomes import judge, outcomes_in

PASSED, FAILED, SKIPPED = ("passed", ""), ("failed", "KeyError: 1"), ("skipped", "it is private")


def test_what_has_to_pass() -> None:
    """What passes under the earlier version has to pass here; the rest may be as it will."""
    earlier = {"a": PASSED, "b": PASSED, "c": FAILED, "d": PASSED, "e": FAILED}
    here = {"a": PASSED, "b": FAILED, "c": FAILED, "e": PASSED}
    verdict = judge("tests", earlier, here)
    assert ["b is failed here: KeyError: 1", "d is absent here: "] == verdict.wrong
    assert {"passed": 3, "failed": 2} == verdict.earlier
    assert {"passed": 2, "failed": 2, "absent": 1} == verdict.here


def test_what_does_not_apply() -> None:
    """A test may be skipped here only where that is said, and is counted by its reason."""
    assert ["a is skipped here: it is private"] == judge("t", {"a": PASSED}, {"a": SKIPPED}).wrong
    verdict = judge("t", {"a": PASSED, "b": PASSED}, {"a": SKIPPED, "b": PASSED}, may_skip=True)
    assert [] == verdict.wrong
    assert {"it is private": 1} == verdict.inapplicable


def test_nothing_ran() -> None:
    """No test at all is no proof."""
    assert ["t: none passes under the earlier version"] == judge("t", {}, {}).wrong


def test_the_report(tmp_path: Path) -> None:
    """Outcomes are read as pytest writes them."""
    report = tmp_path / "report.xml"
    report.write_text(
        """<testsuites><testsuite>
        <testcase classname="acme.test_a.TestA" name="test_one" />
        <testcase classname="acme.test_a" name="test_two">
        <failure message="no&#10;more" /></testcase>
        <testcase classname="acme.test_a" name="test_three"><skipped message="why" /></testcase>
        <testcase classname="" name="acme.test_b"><error message="collection failure" /></testcase>
        </testsuite></testsuites>"""
    )
    assert {
        "acme.test_a.TestA::test_one": ("passed", ""),
        "acme.test_a::test_two": ("failed", "no"),
        "acme.test_a::test_three": ("skipped", "why"),
        "acme.test_b": ("failed", "collection failure"),
    } == dict(outcomes_in(report))
