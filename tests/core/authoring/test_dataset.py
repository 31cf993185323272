"""What an author says is understood, or refused."""

from pathlib import Path

import pytest

from datamaestro.authoring.dataset import Wish, wish_of
from datamaestro.errors import UsageError


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Work in a folder with a file."""
    (tmp_path / "iris.csv").touch()
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_an_id_or_a_url_or_both() -> None:
    """The id is made of the URL where it is not given."""
    url = "https://example.org/iris.csv"
    assert Wish("org.example.iris") == wish_of(["org.example.iris"])
    assert Wish("org.example.iris", url) == wish_of([url])
    assert Wish("com.acme.iris", url, name="Iris") == wish_of(["com.acme.iris", url], name="Iris")


@pytest.mark.parametrize("text", ["iris.csv", "./iris.csv"])
def test_a_file_has_a_url(text: str, folder: Path) -> None:
    """Of this computer alone."""
    assert Wish("local.iris", (folder / "iris.csv").as_uri()) == wish_of([text])


@pytest.mark.parametrize(
    "words",
    [
        ("a b",),
        ("iris",),
        ("no/file.csv",),
        ("a.b", "no/file.csv"),
        ("a.b", "."),
        ("a/b", "https://example.org/x"),
        ("https://me:secret@example.org/x",),
    ],
)
def test_what_cannot_be_meant_is_refused(words: tuple[str, ...]) -> None:
    """Exit code 2, without a secret in the message."""
    with pytest.raises(UsageError) as raised:
        wish_of(words)
    assert "secret" not in str(raised.value)


@pytest.mark.parametrize("said", [{"name": "a\nb"}, {"license": "a\x1b[0m"}, {"name": "x" * 90}])
def test_a_text_is_one_line(said: dict[str, str]) -> None:
    """Without control characters."""
    with pytest.raises(UsageError, match="line"):
        wish_of(["a.b"], **said)
