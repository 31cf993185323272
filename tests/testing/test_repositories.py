"""A repository is tested in one line."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from datamaestro.errors import UsageError
from datamaestro.testing import check_repository
from support.checking import GOOD
from support.repositories import define

WARNED = GOOD.replace("size=1, ", "")


@pytest.mark.parametrize("repository", ["image", "demo"])
def test_what_is_built_in_passes(repository: str) -> None:
    """Warnings included."""
    check_repository(repository, strict=True)


def test_a_repository_is_named_or_given(site: Path) -> None:
    """By its name, its class, or itself."""
    define(site, GOOD)
    check_repository("test", strict=True)
    kind = sys.modules["repository_of_test"].Repository
    check_repository(kind, strict=True)
    check_repository(kind(), strict=True)


def test_every_error_has_a_line(site: Path) -> None:
    """So that one run of the tests says all."""
    define(site, WARNED.replace("def good", "def one") + WARNED)
    with pytest.raises(AssertionError) as caught:
        check_repository("test", strict=True)
    assert (
        "2 errors in the definitions of test:\n"
        "  test: org.example.good: a: error: it has no size= (no-size)\n"
        "  test: org.example.one: a: error: it has no size= (no-size)"
    ) == str(caught.value)


def test_warnings_pass_unless_they_are_not_to(site: Path) -> None:
    """And so does what is ignored."""
    define(site, WARNED)
    check_repository("test")
    check_repository("test", strict=True, ignore=["no-size"])


def test_what_does_not_exist_is_refused() -> None:
    """A test that checks nothing must not pass."""
    with pytest.raises(UsageError, match="no repository 'flower'"):
        check_repository("flower")
    with pytest.raises(UsageError, match=r"no rule 'no-siez'.*did you mean no-size"):
        check_repository("image", ignore=["no-siez"])
