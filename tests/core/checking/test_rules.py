"""Each rule finds its mistake, and nothing else does."""

from __future__ import annotations

from pathlib import Path

import pytest

from datamaestro.checking.catalogue import NAMES
from support.checking import FILE, GOOD, SAID, check, rules

BODY = "    '''A name\n\n    And a description.\n    '''\n    return File(path=a)\n"
"""The rest of a definition that has one file, ``a``."""


def file(*, told: str = FILE, said: str = SAID, place: str = "a.txt", kind: str = "File") -> str:
    """Return a definition of one file."""
    return f"""
@filedownloader("{place}", {told}, varname="a")
@dataset({kind}, {said})
def one(a):
{BODY}"""


def two(first: str, second: str, *, folder: str = "") -> str:
    """Return a definition of two files, by their places."""
    return f"""
@filedownloader("{first}", {FILE}, varname="a")
@filedownloader("{second}", {FILE}, varname="b")
@dataset(File, {SAID})
def one(a, b):
{BODY}"""


def url(text: str) -> str:
    """Return what a downloader is told of a file at some URL."""
    return FILE.replace("https://example.org/a.txt", text)


def family(axis: str, body: str) -> str:
    """Return a family of one axis."""
    return f"""
from datamaestro.variants import Axis, AxesVariants

@dataset(id="", {SAID}, variants=AxesVariants({axis}))
class Family(Dataset):
    '''A name

    And a description.
    '''
    A = FileDownloader("a.txt", {FILE})

    def config(self, n) -> File:
{body}
"""


RETURN = "        return File(path=self.A.path)"

CASES = {
    "id-twice": GOOD + GOOD.replace("def good", "def other").replace("File, ", 'File, id="good", '),
    "id-case": GOOD + GOOD.replace("def good", "def other").replace("File, ", 'File, id="Good", '),
    "id-elsewhere": file(said=f'{SAID}, id="com.other.one"'),
    "id-upper-case": file(said=f'{SAID}, id="org.example.One"'),
    "no-type": file(kind="Base").replace("@filed", "from datamaestro.data import Base\n@filed", 1),
    "build-fails": file().replace("return File", "return 1 / 0, File"),
    "variant-fails": family("n=Axis([1, 2], default=1)", f"        1 / (2 - n)\n{RETURN}"),
    "reference-missing": f"""
from datamaestro.download.reference import reference
class Nowhere:
    identity = "org.example.nowhere@test"
    def prepare(self): return None

@dataset(id="", {SAID})
class One(Dataset):
    '''A name

    And a description.
    '''
    OTHER = reference(Nowhere())
    def config(self) -> File:
        return File(path="/")
""",
    "resource-fails": file(told=f'{FILE}, checker=HashCheck("x")'),
    "transform-fails": file(told=f'{FILE}, transforms=["no-such"]'),
    "no-digest": file(told='"https://example.org/a.txt", size=1'),
    "no-size": file(told=f'"https://example.org/a.txt", sha256="{"0" * 64}"'),
    "url-syntax": file(told=url("https://example.org/a file.txt")),
    "no-downloader": file(told=url("gopher://example.org/a.txt")),
    "url-secret": file(told=url("https://me:secret@example.org/a.txt")),
    "url-twice": file(told=f'{FILE}, urls=["https://example.org/a.txt"]'),
    "url-plain": file(told=url("http://example.org/a.txt")),
    "path-twice": two("a.txt", "a.txt"),
    "path-below-file": two("a.txt", "a.txt/b.txt"),
    "path-case": two("a.txt", "A.txt"),
    "path-portable": file(place="a:b.txt"),
    "no-name": file().replace("'''A name", "'''").replace("And a description.", ""),
    "no-description": file().replace("And a description.", ""),
    "no-page": file(said='license="MIT", doi="10.1234/x"'),
    "page-syntax": file(said=SAID.replace("https://", "")),
    "no-licence": file(said=SAID.replace('license="MIT",', "")),
    "licence-unknown": file(said=SAID.replace('"MIT"', '"free for research"')),
    "no-citation": file(said=SAID.replace(', doi="10.1234/x"', "")),
    "citation-syntax": file(said=f'{SAID}, citation="Jane Doe, 2020"'),
    "doi-syntax": file(said=SAID.replace("10.1234/x", "https://doi.org/10.1234/x")),
    "language-syntax": file(said=f'{SAID}, languages=["English"]'),
}
"""A definition with one mistake, by the rule that finds it."""

BESIDE = {"no-name": {"no-description"}, "id-case": {"id-upper-case"}}
"""What is found as well, since there cannot be the one without the other."""

ELSEWHERE = {
    *("repository-fails", "module-fails", "definition-fails", "id-ambiguous"),
    *("type-missing", "other-type", "reader-fails", "selector-differs"),
}
"""Rules whose mistakes a line or two cannot make; they have tests of their own."""


@pytest.mark.parametrize("rule", CASES)
def test_a_rule_finds_its_mistake(rule: str, site: Path) -> None:
    """And it alone, so that one mistake is one line."""
    assert {rule, *BESIDE.get(rule, ())} == set(rules(check(site, CASES[rule])))


def test_every_rule_is_tested() -> None:
    """Here, or in a module about what it is about."""
    assert NAMES == CASES.keys() | ELSEWHERE


def test_nothing_is_found_where_nothing_is_wrong(site: Path) -> None:
    """In a function, and in a family of several axes."""
    axes = "n=Axis([1, 2], default=1), k=Axis(type=int, default=5, in_id=False)"
    source = GOOD + family(axes, RETURN).replace("self, n", "self, n, k")
    checked = check(site, source)
    assert [] == list(checked.findings)
    assert 2 == checked.datasets
