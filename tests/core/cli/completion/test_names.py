"""How names and terms of searches may go on."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from datamaestro.cli.completion.names import names
from datamaestro.cli.completion.terms import terms
from datamaestro.index.database import index_path
from datamaestro.index.suggestions import MANY, Suggestions, suggested
from support.searching import add_repository, search

C = "com.acme.corpus"


def completed(word: str, by: Callable[[str, Suggestions], list[str]] = names) -> list[str]:
    return suggested(lambda known: by(word, known))


NAMES = {
    "com.acme.i": ["com.acme.iris"],
    "com.acme.iris.": ["com.acme.iris.test", "com.acme.iris.train"],
    "com.acme.iris.tr": ["com.acme.iris.train"],
    "com.acme.iris@": ["com.acme.iris@flowers"],
    "com.acme.iris.train@f": ["com.acme.iris.train@flowers"],
    "com.acme.iris@x": [],
    "iri": ["com.acme.iris"],
    "com.a": ["com.acme.corpus", "com.acme.iris"],
    "acm": [],  # several, which would take the place of what was typed
    C: [C, f"{C}[lang=", f"{C}[size="],
    f"{C}[": [f"{C}[lang=", f"{C}[size="],
    f"{C}[s": [f"{C}[size="],
    f"{C}[lang=": [f"{C}[lang=de]", f"{C}[lang=de,", f"{C}[lang=en]", f"{C}[lang=en,"],
    f"{C}[lang=d": [f"{C}[lang=de]", f"{C}[lang=de,"],
    f"{C}[size=": [f"{C}[size=10,"],
    f"{C}[size=2": [f"{C}[size=2,"],
    f"{C}[lang=de,": [f"{C}[lang=de,size="],
    f"{C}[lang=de,size=1": [f"{C}[lang=de,size=10]", f"{C}[lang=de,size=1]"],
    f"{C}[lang=de,lang=": [],
    f"{C}[size='": [],
    f"{C}[nothing=": [],
    f"{C}[lang=de]": [f"{C}[lang=de]", f"{C}[lang=de].test", f"{C}[lang=de].train"],
    f"{C}[lang=de].tr": [f"{C}[lang=de].train"],
    f"{C}[lang=de].train@": [f"{C}[lang=de].train@flowers"],
    f"{C}@flowers[la": [f"{C}@flowers[lang="],
    "com.acme.iris[": [],
    "no.such.thing.": [],
}


def test_names(flowers: Path) -> None:
    """Ids, axes that are left and their values, parts as far as types tell, repositories."""
    assert NAMES == {word: completed(word) for word in NAMES}


TERMS = {
    "ta": ["tag:", "task:"],
    "tag:bl": ["tag:blue flowers"],
    "tag:PL": ["tag:plants"],
    "task:": ["task:image classification", "task:ranking"],
    "type:Tw": ["type:Two"],
    "repo:f": ["repo:flowers"],
    "id:com.acme.i": ["id:com.acme.iris"],
    "com.acme.i": ["com.acme.iris"],
    "is:g": ["is:gated"],
    "license:CC-BY-S": ["license:CC-BY-SA-3.0"],
    "name:x": [],
    "nothing:x": [],
}


def test_terms(flowers: Path) -> None:
    """Fields, and their values, in whatever case."""
    assert TERMS == {word: completed(word, terms) for word in TERMS}


MANY_SETS = """
from datamaestro.data import File
from datamaestro.definitions import dataset

for number in range({}):
    def one(): ...
    one.__name__ = "set"
    globals()[f"set{{number}}"] = dataset(
        File, id=f"org.many.{{'ab'[number % 2]}}.n{{number}}", url="https://example.org"
    )(one)
"""


def test_of_many_only_the_next_words_are_shown(site: Path, tmp_path: Path) -> None:
    """So that a key press does not show thousands."""
    add_repository(site, "many", org__many=MANY_SETS.format(2 * MANY + 2))
    search(tmp_path, "many")
    assert ["org."] == completed("or")
    assert ["org.many."] == completed("org.")
    assert ["org.many.a.", "org.many.b."] == completed("org.many.")
    assert MANY > len(completed("org.many.a.n1")) > 10


@pytest.mark.parametrize("content", [None, b"", b"no database"])
def test_without_an_index_there_is_nothing(content: bytes | None) -> None:
    """Nor with one that is damaged."""
    if content is not None:
        index_path().parent.mkdir(parents=True)
        index_path().write_bytes(content)
    assert [] == completed("com")
