"""What is found in definitions that a test writes."""

from __future__ import annotations

from pathlib import Path

from datamaestro.checking.definitions import Checked, check_definitions
from datamaestro.context import Context
from support.repositories import define

SAID = 'url="https://example.org", license="MIT", doi="10.1234/x"'
"""What ``@dataset`` is told where nothing is to be found in it."""

FILE = f'"https://example.org/a.txt", size=1, sha256="{"0" * 64}"'
"""What a downloader is told where nothing is to be found in it."""

GOOD = f"""
@filedownloader("a.txt", {FILE})
@dataset(File, {SAID})
def good(a):
    '''A name

    And a description.
    '''
    return File(path=a)
"""
"""A definition in which nothing is wrong."""


def check(
    site: Path, source: str, *, ignore: tuple[str, ...] = (), strict: bool = False
) -> Checked:
    """Install a repository ``test`` with one module of definitions, and check it."""
    define(site, source)
    context = Context()
    return check_definitions("test", context.store, context.plugins)


def rules(checked: Checked) -> list[str]:
    """Return the names of the rules that found something, each as often as it did."""
    return [one.rule for one in checked.findings]
