"""The notation of variants, and where it stands in a name."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from datamaestro.errors import UsageError, VariantError
from datamaestro.variants import split_id_selector
from datamaestro.variants.selector import Fragment, Name, fragments, is_bare, parse_name, quote

TEXTS = st.text() | st.text(alphabet="ab,[]='\"\\ \n.@")
WORDS = st.from_regex(r"[\w-]+", fullmatch=True)
IDS = st.lists(WORDS, min_size=1, max_size=3).map(".".join)


@pytest.mark.parametrize(
    ("selector", "expected"),
    [
        ("", []),
        ("[ ]", []),
        ("[a=1,b=x y]", [Fragment("a", "1"), Fragment("b", "x y")]),
        ("a = 1 , b = 2 ,", [Fragment("a", "1"), Fragment("b", "2")]),
        ("[a=]", [Fragment("a", "")]),
        ("[a=b=c]", [Fragment("a", "b=c")]),
        ("[a=[1]]", [Fragment("a", "[1]")]),
        ("[a=it's,b=it's]", [Fragment("a", "it's"), Fragment("b", "it's")]),
        ('[a="x, y",b=1]', [Fragment("a", "x, y", quoted=True), Fragment("b", "1")]),
        ("[a='x, \"y\"']", [Fragment("a", 'x, "y"', quoted=True)]),
        (r"[a='it\'s']", [Fragment("a", "it's", quoted=True)]),
        (r'[a="\u00e9\n"]', [Fragment("a", "é\n", quoted=True)]),
    ],
)
def test_a_selector_is_axes_and_values(selector: str, expected: list[Fragment]) -> None:
    """Blanks around them do not count, nor do brackets around all; quotes keep what is in them."""
    assert expected == list(fragments(selector))


@pytest.mark.parametrize(
    ("selector", "named"),
    [
        ("[nonsense]", "'nonsense'"),
        ("[a=1,nonsense,b=2]", "'nonsense'"),
        ("[=1]", "'=1'"),
        ('[a="open]', "for a quote in it"),
        ('[a="x"y]', "for a quote in it"),
        ('[a= "open]', "for a quote in it"),
        (r'[a="C:\data"]', "for a backslash"),
        ("[a=1", "'[a=1' (expected axis=value)"),
    ],
)
def test_what_is_no_selector_is_refused(selector: str, named: str) -> None:
    """The error names the part that is wrong, and says what is expected."""
    with pytest.raises(VariantError, match=f"malformed selector fragment.*{re.escape(named)}"):
        list(fragments(selector))


@given(TEXTS)
def test_a_text_is_read_as_it_was_written(text: str) -> None:
    """Without quotes where that is enough; with them always."""
    assert [Fragment("k", text, quoted=True)] == list(fragments(f"[k={quote(text)}]"))
    if is_bare(text):
        assert [Fragment("k", text)] == list(fragments(f"[k={text},]"))


@pytest.mark.parametrize("text", ["", "a b", "a=b", "a[1]", "it's", "é", "C:\\data", "-1", "true"])
def test_quotes_are_rare(text: str) -> None:
    """What can be told apart needs none."""
    assert is_bare(text)


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("foo.bar", ("foo.bar", "")),
        ("  foo.bar ", ("foo.bar", "")),
        ("foo.bar[]", ("foo.bar", "")),
        ("foo.bar[name=x, b=true]", ("foo.bar", "name=x, b=true")),
        ("foo[name=x]@acme", ("foo@acme", "name=x")),
        ("foo@acme[name=x]", ("foo@acme", "name=x")),
        ("foo[name=x].train@acme", ("foo.train@acme", "name=x")),
        ('foo[name="a]@b"]@acme', ("foo@acme", 'name="a]@b"')),
        ("foo[name=x", ("foo[name=x", "")),
    ],
)
def test_a_name_is_split_from_its_selector(query: str, expected: tuple[str, str]) -> None:
    """Wherever the repository stands; what has no whole brackets has no selector."""
    assert expected == split_id_selector(query)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a.b", Name("a.b")),
        ("a.b@acme", Name("a.b", repository="acme")),
        ("a.b[k=v]", Name("a.b", "k=v")),
        ("a.b[k=v]@acme", Name("a.b", "k=v", "acme")),
        ("a.b@acme[k=v]", Name("a.b", "k=v", "acme")),
        ("a.b[k=v].train.images@acme", Name("a.b", "k=v", "acme", "train.images")),
        ("a.b[]", Name("a.b")),
        ("a.b[k=x@y]", Name("a.b", "k=x@y")),
        ("a.b[k=x]@y]", Name("a.b", "k=x]@y")),
    ],
)
def test_a_name_says_what_it_names(text: str, expected: Name) -> None:
    """Id, selector, repository, and a part behind the brackets."""
    assert expected == parse_name(text)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "a b",
        "a..b",
        "[k=v]",
        "a[k=v",
        "a]",
        "a@b@c",
        "a@b[k=v]@c",
        "a[k=v]x",
        "hf:a",
        "a@",
        "a ",
    ],
)
def test_what_is_no_name_is_refused(text: str) -> None:
    """The error shows it and says what is expected."""
    with pytest.raises(UsageError, match=re.escape(repr(text))):
        parse_name(text)


@given(IDS, TEXTS, WORDS, st.just("") | IDS)
def test_a_name_with_any_value_is_understood(
    name: str, text: str, repository: str, part: str
) -> None:
    """Whatever is in the brackets, in quotes or as it is."""
    behind = f".{part}" if part else ""
    for selector in (f"k={text}", f"k={quote(text)}"):
        full = f"{name}[{selector}]{behind}@{repository}"
        assert Name(name, selector, repository, part) == parse_name(full)
        assert (f"{name}{behind}@{repository}", selector) == split_id_selector(full)
