"""The plugin for tests of an earlier version ends those that use what is not there."""

import ast
import sys
from types import ModuleType
from typing import Any

import pytest

from compat import own_tests
from compat.own_tests import StandIn, imports, names_in, provide


@pytest.fixture
def acme(monkeypatch: pytest.MonkeyPatch) -> Any:
    """Return a module, in which nothing stands in for anything yet."""
    module = ModuleType("datamaestro.acme")
    module.there = 1  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, module.__name__, module)
    monkeypatch.setattr(own_tests, "missing", [])
    return module


def test_names_that_are_imported() -> None:
    """All names of datamaestro are found, wherever they are imported."""
    source = """
    from datamaestro.acme import A, _b as b
    from os import path
    def test():
        from datamaestro import C
    """
    assert [("datamaestro.acme", "A"), ("datamaestro.acme", "_b"), ("datamaestro", "C")] == list(
        imports(ast.parse(source.replace("\n    ", "\n")))
    )


def test_what_is_there(acme: Any) -> None:
    """What is there is left as it is."""
    provide("datamaestro.acme", "there")
    assert 1 == acme.there
    assert [] == own_tests.missing


def test_what_is_not_there(acme: Any) -> None:
    """Use of what is not there skips a test where it is private, and else makes it fail."""
    for name in ("_own", "Public"):
        provide("datamaestro.acme", name)
    with pytest.raises(pytest.skip.Exception, match="it uses _own, which"):
        acme._own(1)
    with pytest.raises(pytest.skip.Exception):
        isinstance(1, acme._own)
    with pytest.raises(pytest.fail.Exception, match=r"datamaestro\.acme has no Public"):
        acme.Public.attribute  # noqa: B018 - that is the use
    assert not hasattr(acme.Public, "_pytestfixturefunction")


def test_names_that_a_test_uses() -> None:
    """Names are found in functions inside a test, too."""

    def test() -> Any:
        return [lambda: StandIn]

    assert {"StandIn"} <= set(names_in(test.__code__))
