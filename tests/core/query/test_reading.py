"""How a query is read."""

import re

import pytest
from hypothesis import event, example, given
from hypothesis import strategies as st

from datamaestro.errors import UsageError
from datamaestro.query import parse_query
from datamaestro.query.fields import FIELDS, OTHER_NAMES, STATES
from datamaestro.query.tree import PATTERN, QUOTED, Group, Query, Term, joined, negated

WORDS = (
    *(
        '"',
        "/",
        "-",
        "(",
        ")",
        " ",
        "\\",
        ":",
        ".",
        "a",
        "b c",
        "^a$",
        "[)]",
        "\n",
        "é",
        "..",
        "\0",
    ),
    *("OR", " OR ", " AND ", " NOT ", *(f"{field}:" for field in [*FIELDS, *OTHER_NAMES])),
    *(
        "size:>1GB",
        "size:1..2kB",
        "is:downloaded",
        "x:",
        "1:",
        "size",
        "<",
        "=1",
        "(?i)",
        "(a|b)",
        "\ud800",
    ),
)
WRITTEN = st.lists(st.sampled_from(WORDS), max_size=12).map("".join) | st.text(max_size=30)


@given(WRITTEN)
@example("a (tag:x OR -type:y) z")
@example('(1:"b OR c) "d"')
@example("tag:(a/) /b\\/ c/")
def test_any_text_is_read_and_written_again_or_refused(text: str) -> None:
    """What is written is read as the same tree; what is refused says where."""
    try:
        found = parse_query(text)
    except UsageError as error:
        said = str(error)
        event("refused")
    else:
        said = "of the query"
        assert found == parse_query(str(found))
    assert re.search("of the query|the query's end", said)


@st.composite
def terms(draw: st.DrawFn) -> Term:
    """Return any term, in the form that reading gives it."""
    text = draw(st.text(st.characters(exclude_categories=["Cs"]), max_size=8))
    plain = sorted(name for name in FIELDS if not FIELDS[name].as_pattern)
    return draw(
        st.sampled_from(
            [
                *(Term(name, text, QUOTED) for name in ("", "id", "tag", "task", "repo")),
                *(Term(name, text) for name in plain),
                *(Term("is", state) for state in STATES),
                Term("", "word"),
                Term("id", r"^a(b|/c)\d$", PATTERN),
                Term("size", ">=1.5GiB"),
            ]
        )
    )


def _groups(within: st.SearchStrategy[Query]) -> st.SearchStrategy[Query]:
    several = st.lists(within, min_size=2, max_size=4)
    return st.builds(joined, st.sampled_from(["AND", "OR"]), several) | within.map(negated)


@given(st.recursive(terms(), _groups, max_leaves=8))
def test_any_tree_is_written_and_read_again(tree: Query) -> None:
    """Whatever stands in values."""
    assert tree == parse_query(str(tree))


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("", ""),
        ("mnist", "mnist"),
        ("a b  c", "a b c"),
        ("a AND b", "a b"),
        ("a OR b c", "a OR b c"),
        ("a (b OR c)", "a (b OR c)"),
        ("NOT a", "-a"),
        ("--a NOT NOT b", "a b"),
        ("-(a b)", "-(a b)"),
        ("Tag:x licence:mit", "tag:/x/ license:mit"),
        ("tag:^x$", "tag:/^x$/"),
        ("tag:/a/b/", r"tag:/a\/b/"),
        ('type:"Base"', "type:Base"),
        (r'"a \"b\" \\"', r'"a \"b\" \\"'),
        ("^com", "id:/^com/"),
        ("(a|b)", "id:/a|b/"),
        ("(a|b)$ (?:c)", "id:/(a|b)$/ id:/(?:c)/"),
        ("tag:(a|b c)d", "tag:/(a|b c)d/"),
        ('(tag:"(" OR b)', 'tag:"(" OR b'),
        ("or and not", "or and not"),
        ("is:DOWNLOADED", "is:downloaded"),
        ("size > 1MB b", "size:>1MB b"),
        ("(Size:>= 1 gb OR size<2 s1)", "size:>=1gb OR size:<2 s1"),
        ("a <unk> b->c [x=1] (?<=b)c", "a <unk> b->c id:/[x=1]/ id:/(?<=b)c/"),
    ],
)
def test_a_query_is_read(query: str, expected: str) -> None:
    """As it is written in short."""
    assert expected == str(parse_query(query))


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        (["machine translation", "x"], "machine translation x"),
        (["tag:machine translation"], 'tag:"machine translation" OR tag:/machine/ translation'),
        (["-task:machine translation"], '-task:"machine translation"'),
        (['tag:"a b"', "-c"], 'tag:"a b" -c'),
        (["(a", "OR", "b)", "c"], "(a OR b) c"),
        (["tag:a tag:b"], "tag:/a/ tag:/b/"),
    ],
)
def test_arguments_of_a_shell_are_read(arguments: list[str], expected: str) -> None:
    """One after the other, also where the shell has taken quotes away."""
    assert expected == str(parse_query(arguments))


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        (
            "a tags:x",
            "'tags:x' (character 3 of the query): there is no field tags (did you mean tag:",
        ),
        ("a tag:(", "'tag:(' (character 3 of the query): '(' is not a regular expression"),
        ("a{99999999999999999999}", "is not a regular expression"),
        ("(" * 5000, "is not a regular expression"),
        ('x "a', "'\"a' (character 3 of the query): there is no \" that ends this"),
        ("/a/b", "there is no / that ends this"),
        ("a OR", "the query's end: something is missing beside OR"),
        ("OR a", "something is missing beside OR"),
        ("a AND OR b", "something is missing here"),
        ("NOT", "the query's end: something is missing here"),
        ("a )", "')' (character 3 of the query): nothing is closed"),
        ("()", "there is nothing between the parentheses"),
        ("a - b", "a minus sign stands right before what must not match"),
        ("(" * 50 + "a" + ")" * 50, "more than 40 parentheses in each other"),
        ("a " * 401, "'a' (character 801 of the query): there are more than 400 terms"),
        ("a" * 10_001, "a query has at most 10,000 characters"),
        ("size:big", "'big' is no number of bytes"),
        ("size:1e999", "too many bytes"),
        (
            "x sizee>1",
            "'sizee>1' (character 3 of the query): there is no field sizee (did you mean",
        ),
        ("usd > 30d", "'usd' (character 1 of the query): there is no field usd"),
        ("id=3", "id is nothing to compare (write id:)"),
        ("x > 1MB", "there is no field x"),
        ("> 1MB", "'>' (character 1 of the query): there is no field before this"),
        ("size >", "'' is no number of bytes"),
        ("is:download", "nothing is 'download' (did you mean is:downloaded?"),
    ],
)
def test_a_slip_is_told_and_where(query: str, expected: str) -> None:
    """Rather than answered by finding nothing."""
    with pytest.raises(UsageError) as caught:
        parse_query(query)
    assert expected in str(caught.value)


def test_groups_have_no_groups_of_their_kind() -> None:
    """So that trees that are written alike are alike."""
    one, two = Term("", "one"), Term("", "two")
    assert Group("OR", (one, two, one)) == joined("OR", [one, joined("OR", [two, one])])
