"""Names are valid whatever they are made of."""

import re
from keyword import iskeyword
from pathlib import PurePosixPath

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from datamaestro.authoring.naming import (
    LONGEST_ID,
    checked_id,
    class_name,
    file_name,
    id_of_url,
    published_name,
    title_of,
)
from datamaestro.authoring.urls import written
from datamaestro.errors import UsageError
from datamaestro_hookspecs.cards import ID

PIECES = st.text(st.characters(exclude_categories=["Cs"]) | st.sampled_from("/.%20class?#:@"))


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("https://lecun.com/exdb/mnist/", "com.lecun.exdb.mnist"),
        ("https://www.example.org/data/iris.csv", "org.example.data.iris"),
        ("https://example.org:8443/Iris.tar.gz?download=1", "org.example.iris"),
        (
            "https://example.org/class/2024/20news-18828.csv",
            "org.example.class_._2024._20news_18828",
        ),
        ("https://example.org/a/../con/./b.csv", "org.example.a.con_.b"),
        ("https://example.org/caf%C3%A9/index.html", "org.example.cafe"),
        ("https://bücher.example/x", "example.bucher.x"),
        ("https://xn--bcher-kva.example/x", "example.bucher.x"),
        ("https://例え.jp/データ", "jp.r8jz45g"),
        (
            "https://github.com/zalandoresearch/fashion-mnist",
            "com.github.zalandoresearch.fashion_mnist",
        ),
        ("https://github.com/a/b/raw/refs/heads/main/data/c.csv", "com.github.a.b.data.c"),
        ("https://raw.githubusercontent.com/a/b/main/c.csv", "com.github.a.b.c"),
        ("https://huggingface.co/datasets/a/b/resolve/main/c.parquet", "co.huggingface.a.b.c"),
        ("https://zenodo.org/records/1234/files/c.zip?download=1", "org.zenodo._1234.c"),
        ("http://127.0.0.1:8000/data/iris.csv", "local.data.iris"),
        ("http://localhost/iris.csv", "local.iris"),
        ("file:///home/me/iris.csv", "local.iris"),
        ("package:acme.files/iris.csv", "local.iris"),
    ],
)
def test_an_id_is_domain_and_path(url: str, expected: str) -> None:
    """The domain from behind and without ``www``, the path without suffixes."""
    assert expected == id_of_url(url)


@given(PIECES, PIECES)
@example("a.b", "/".join(["long" * 20] * 20))
@example("", "\0")
def test_an_id_made_of_any_url_is_one(host: str, path: str) -> None:
    """Its words may be names of modules, and files can be called by it; or it is refused."""
    try:
        found = id_of_url(written(f"https://{host}/{path}"))
    except UsageError:
        return
    assert re.fullmatch(ID, found)
    assert found == checked_id(found)
    assert len(found) <= LONGEST_ID
    words = found.split(".")
    assert all(word.isascii() and word.isidentifier() and not iskeyword(word) for word in words)


@pytest.mark.parametrize(
    "url", ["https://example", "http://127.0.0.1/", "file:///", "https://%20/"]
)
def test_a_url_of_which_none_can_be_made_is_refused(url: str) -> None:
    """The error says that one may be given."""
    with pytest.raises(UsageError, match=r"org\.example\.iris"):
        id_of_url(url)


@pytest.mark.parametrize("text", ["", "iris", "a b.c", "a..b", ".a.b", "a/b", "a.b" * 80])
def test_what_is_no_id_is_refused(text: str) -> None:
    """As is one by which no file can be called."""
    with pytest.raises(UsageError):
        checked_id(text)


@given(st.from_regex(ID, fullmatch=True))
@example("a.b.class")
@example("a.dataset")
@example("a.none")
def test_a_class_has_a_name_of_its_own(dataset_id: str) -> None:
    """That is none of those that its module imports."""
    name = class_name(dataset_id, ["Dataset"])
    assert name.isidentifier()
    assert not iskeyword(name)
    assert name != "Dataset"


@given(st.text())
@example("../../etc/passwd")
@example("..\\x\\con.csv")
def test_a_file_has_a_harmless_name(text: str) -> None:
    """On any file system; or none."""
    name = file_name(text)
    assert PurePosixPath(name).name == name
    assert re.fullmatch(r"([A-Za-z0-9][A-Za-z0-9._-]*)?", name)
    assert len(name) < 120


@given(st.text())
def test_a_title_is_one_line(text: str) -> None:
    """Short, and without control characters."""
    title = title_of(text)
    assert title.isprintable()
    assert len(title) <= 40


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("iris", "Iris"),
        ("fashion_mnist", "Fashion mnist"),
        ("MNIST-v1.0", "MNIST v1.0"),
        ("...", ""),
    ],
)
def test_a_title_is_words(text: str, expected: str) -> None:
    """A dot stays in a number."""
    assert expected == title_of(text)


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("https://a.org/x/iris.csv?v=2", "iris.csv"),
        ("https://a.org/download?file=data/iris.csv", "iris.csv"),
        ("https://a.org/get.php?f=iris.csv.gz", "iris.csv.gz"),
        ("https://a.org/download?id=7", "download"),
        ("https://a.org/%2e%2e%2Firis.csv", "iris.csv"),
        ("https://a.org/", ""),
    ],
)
def test_the_name_of_a_file_is_in_its_url(url: str, expected: str) -> None:
    """In the path, or in the query where the path has none."""
    assert expected == published_name(url)
