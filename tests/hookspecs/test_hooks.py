"""The hooks: each is documented with its exact signature, and has a test."""

import inspect
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from datamaestro.plugins.manager import SPECIFICATIONS as FAMILIES

ROOT = Path(__file__).parents[2]
HOOKS: list[Callable[..., Any]] = [
    function
    for family in FAMILIES
    for name, function in vars(family).items()
    if name.startswith("datamaestro_") and inspect.isfunction(function)
]


def signature(hook: Callable[..., Any]) -> str:
    """Return a hook's first line as it stands in the source."""
    first = inspect.getsource(hook).partition("def ")[2].partition(":\n")[0]
    return f"def {first}"


def test_each_family_has_one_hook() -> None:
    """To know one family is to know all."""
    assert len(FAMILIES) == len(HOOKS)


@pytest.mark.parametrize("hook", HOOKS, ids=lambda hook: str(hook.__name__))
def test_a_hook_is_documented(hook: Callable[..., Any]) -> None:
    """``docs/hooks.md`` has a heading for it, and its exact signature."""
    page = (ROOT / "docs/hooks.md").read_text()
    assert re.search(rf"^## .*`{hook.__name__}`", page, re.MULTILINE)
    assert signature(hook) in page


@pytest.mark.parametrize("hook", HOOKS, ids=lambda hook: str(hook.__name__))
def test_a_hook_says_when_it_is_called_and_shows_an_example(hook: Callable[..., Any]) -> None:
    """The specification is enough to write an implementation."""
    text = inspect.getdoc(hook) or ""
    assert text.startswith("Called ")
    assert "@hookimpl" in text
    assert re.search(r"Added in version \d", text)


@pytest.mark.parametrize("hook", HOOKS, ids=lambda hook: str(hook.__name__))
def test_a_hook_is_tested(hook: Callable[..., Any]) -> None:
    """Some test implements it."""
    others = [path for path in (ROOT / "tests").rglob("*.py") if path != Path(__file__)]
    others += (ROOT / "examples").rglob("*.py")
    assert any(f"def {hook.__name__}(" in path.read_text() for path in others)
