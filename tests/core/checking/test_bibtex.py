"""Whether a text is BibTeX."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from datamaestro.checking.bibtex import fault_of

GOOD = [
    "@article{key, title = {A title}}",
    "@misc{a:b-c_1,title={A {T}itle},}",
    '@book{key, title = "A title", year = 1999 }',
    '@book{key, title = "in {"} braces", month = jan # " and " # feb}',
    "@inproceedings { key , author = {A, B},\n  pages = {1--2}\n}",
    "Cite as:\n@article{key, title = {A}}\n\n@misc{other}",
    '@string{acm = "ACM"} @article{key, publisher = acm}',
    r"@article{key, author = {G{\"o}del, K. \} }}",
]

BAD = {
    "": "it has no entry",
    "Jane Doe, A title, 2020": "it has no entry",
    "@comment{nothing}": "it has no entry",
    "@article{key, title = {A title}": "a brace of @article is not closed",
    "@article{title = {A title}}": "@article has no key",
    "@article{, title = {A title}}": "@article has no key",
    "@article{key title = {A title}}": "@article has no key",
    "@article{key, title {A title}}": "@article has something else than a field",
    "@article{key, title = {A} year = 1}": "@article has something else than a field, or no comma",
    "@article{key, title = }": "@article has no value for 'title'",
    '@article{key, title = "A}': "@article has no value for 'title'",
}


@pytest.mark.parametrize("text", GOOD)
def test_what_is_bibtex(text: str) -> None:
    """In all the ways in which values are written."""
    assert "" == fault_of(text)


@pytest.mark.parametrize("text", BAD)
def test_what_is_not(text: str) -> None:
    """It is said where it ends."""
    assert fault_of(text).startswith(BAD[text])


@given(st.text('@articlekey {}=,"#\\1\n', max_size=60))
def test_any_text_is_one_or_the_other(text: str) -> None:
    """Nothing makes it fail, or go on for ever."""
    assert isinstance(fault_of(f"@a{{k,{text}"), str)


value = st.from_regex(r"[^{}\\]*", fullmatch=True)
name = st.from_regex(r"[a-z][a-z0-9]*", fullmatch=True)


@given(name, st.dictionaries(name, value, min_size=1))
def test_whatever_stands_in_braces_is_a_value(key: str, fields: dict[str, str]) -> None:
    """As long as braces and backslashes are no part of it."""
    inside = ", ".join(f"{name} = {{{text}}}" for name, text in fields.items())
    assert "" == fault_of(f"@misc{{{key}, {inside}}}")
