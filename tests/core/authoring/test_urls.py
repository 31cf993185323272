"""URLs are written as they can be used."""

import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from datamaestro.authoring.urls import is_url, url_of_file, written
from datamaestro.errors import UsageError


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("https://Example.org", "https://example.org/"),
        (" https://example.org/a b.csv?q=x y#top ", "https://example.org/a%20b.csv?q=x%20y"),
        ("https://example.org/a%20b", "https://example.org/a%20b"),
        ("https://bücher.example/é", "https://xn--bcher-kva.example/%C3%A9"),
        ("https://[::1]:8000/x", "https://[::1]:8000/x"),
        ("file:///home/me/a b.csv", "file:///home/me/a%20b.csv"),
        ("package:acme.files/iris.csv", "package:acme.files/iris.csv"),
    ],
)
def test_a_url_is_quoted(text: str, expected: str) -> None:
    """What is quoted stays; a fragment is no part of what is fetched."""
    assert expected == written(text)


@given(st.text(), st.text())
def test_any_text_becomes_a_url_or_is_refused(host: str, path: str) -> None:
    """It has nothing in it that has to be quoted, and is what it was made of."""
    try:
        found = written(f"https://{host}/{path}")
    except UsageError:
        return
    assert found.isascii()
    assert not re.search(r"[\x00-\x20\"<>\\^`{|}\x7f]", found)
    assert found == written(found)


@pytest.mark.parametrize(
    "text", ["https://", "https://a.org:port/", "https://[::1", "https://a b.org/", "http:///x"]
)
def test_what_is_no_url_is_refused(text: str) -> None:
    """Exit code 2."""
    with pytest.raises(UsageError):
        written(text)


def test_secrets_are_not_written_down() -> None:
    """Neither in the definition nor in the error, which says where they go."""
    with pytest.raises(UsageError, match="netrc") as raised:
        written("https://me:secret@example.org/x")
    assert "secret" not in str(raised.value)


def test_a_file_of_this_computer_has_a_url(tmp_path: Path) -> None:
    """One that is not there has none."""
    file = tmp_path / "a b.csv"
    file.touch()
    assert is_url(url_of_file(file))
    with pytest.raises(UsageError):
        url_of_file(tmp_path)
