"""The error tree."""

import re

import pytest

from datamaestro_hookspecs import errors

ALL = [
    kind
    for kind in vars(errors).values()
    if isinstance(kind, type) and issubclass(kind, errors.DatamaestroError)
]


@pytest.mark.parametrize("kind", ALL, ids=lambda kind: str(kind.__name__))
def test_the_tree_in_the_docstring_is_the_tree(kind: type[errors.DatamaestroError]) -> None:
    """Each class is drawn there, with its exit code where it has one of its own."""
    (line,) = re.findall(rf"^[ │├└─]*{kind.__name__}\b(.*)$", errors.__doc__ or "", re.MULTILINE)
    number = re.match(r"\s+(\d+)\b", line)
    own = "exit_code" in vars(kind)
    assert own is (number is not None)
    if number:
        assert int(number[1]) == kind.exit_code


def test_the_core_hands_on_every_error() -> None:
    """``datamaestro.errors`` has the same names."""
    from datamaestro import errors as core

    assert {kind.__name__ for kind in ALL} == set(core.__all__)


def test_an_error_is_one_line() -> None:
    """Whatever is in it; the next step stands in brackets."""
    error = errors.StorageError("cannot\nwrite  x", hint="free\nspace")
    assert "cannot write x (free space)" == str(error)


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("https://user:secret@example.org/a@b", "https://example.org/a@b"),
        ("https://example.org/?mail=a@b", "https://example.org/?mail=a@b"),
        ("s3://key:se#cr@et@bucket/x", "s3://bucket/x"),
        ("data:," + "x" * 1000, "data:," + "x" * 194 + "…"),
    ],
)
def test_a_url_is_shown_short_and_without_secrets(url: str, expected: str) -> None:
    """Errors and log lines tell no password, and fit the screen."""
    assert expected == errors.shown(url)
    assert expected in str(errors.TransferError(url, "gone"))


def test_errors_carry_their_facts() -> None:
    """A program need not read the message."""
    mismatch = errors.DigestMismatch("u", "md5", "aa", "bb")
    assert ("u", "md5", "aa", "bb") == (
        mismatch.url,
        mismatch.algorithm,
        mismatch.expected,
        mismatch.found,
    )
    assert "did you mean a or b?" in str(errors.DatasetNotFound("x", ("a", "b")))
