"""How names and terms of searches may go on."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import click
import pytest
from click.shell_completion import ShellComplete

from datamaestro.cli.completion.held import held_names
from datamaestro.cli.completion.names import names
from datamaestro.cli.completion.terms import terms
from datamaestro.cli.completion.values import complete_name
from datamaestro.cli.group import cli
from datamaestro.index.database import index_path
from datamaestro.index.suggestions import MANY, Suggestions, suggested
from support.on_record import hold
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
    "-tag:bl": ["-tag:blue flowers"],
    "-nam": ["-name:"],
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


@pytest.mark.parametrize(
    ("word", "expected"),
    [("-tag:bl", ["-tag:blue flowers"]), ("--lim", ["--limit"]), ("-siz", ["-size:"])],
)
def test_after_a_minus_sign_is_a_term_of_a_search(
    flowers: Path, word: str, expected: list[str]
) -> None:
    """After two, an option."""
    found = ShellComplete(cli, {}, "datamaestro", "X").get_completions(["search"], word)
    assert expected == [item.value for item in found]


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


def test_names_of_what_is_on_disk(store: Path) -> None:
    """Without an index; those that a data directory has on record, which need not be there."""
    assert [] == held_names("") == held_names("org", "/none")
    hold(store, "org.example.words", {"a": b"x"})
    hold(store, "org.other", {"a": b"x"})
    assert ["org.example.words", "org.other"] == held_names("org.") == held_names("", str(store))
    assert ["org.other@test"] == held_names("org.other@")
    assert [] == held_names("org.other@a")


def test_what_only_is_on_disk_is_completed_too(store: Path) -> None:
    """Such as what has come from another computer; also with another data directory."""
    hold(store, "org.example.words", {"a": b"x"})
    context = click.Context(cli)
    (item,) = complete_name(context, cli.params[0], "org.")
    assert "org.example.words" == item.value
    context.params["data"] = "/none"
    assert [] == complete_name(context, cli.params[0], "org.")
