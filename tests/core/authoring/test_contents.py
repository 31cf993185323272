"""What a file is, is told by its name and by what it begins with."""

import bz2
import gzip
import io
import lzma
import tarfile
import zipfile

import pytest

from datamaestro.authoring.contents import FILE, FOLDER, TABLE, Content, recognised
from datamaestro.plugins.registry import plugins

IDX = "datamaestro.data.tensor:IDX"
CSV = b"name,size\nx,1\ny,2\n"


def table(suffix: str, *columns: str, **options: object) -> Content:
    """Return a table with names of its columns."""
    return Content(TABLE, suffix, options={**options, "names_row": 0}, columns=columns)


NAMED = table(".csv", "name", "size")
TENSOR = b"\0\0\x08\1\0\0\0\1\7"


def tar(mode: str = "w") -> bytes:
    """Return an archive with a file."""
    found = io.BytesIO()
    with tarfile.open(fileobj=found, mode=mode) as archive:  # type: ignore[call-overload]
        archive.addfile(tarfile.TarInfo("x"))
    return found.getvalue()


def zipped() -> bytes:
    """Return an archive with a file."""
    found = io.BytesIO()
    with zipfile.ZipFile(found, "w") as archive:
        archive.writestr("x", "")
    return found.getvalue()


def plain(value: object) -> str:
    """Return a part of a test's name; archives have the time in them, which no name should have."""
    return value if isinstance(value, str) else "content"


def told(name: str, content: bytes, media_type: str = "") -> Content:
    return recognised(name, media_type, io.BytesIO(content), plugins())


@pytest.mark.parametrize(
    ("name", "content", "expected"),
    [
        ("x.csv", CSV, NAMED),
        ("x.CSV", CSV, NAMED),
        ("x.csv", b"\xef\xbb\xbf" + CSV, NAMED),
        ("x.csv", b"1.5,2\n3,4\n", Content(TABLE, ".csv")),
        ("x.csv", b"a;b\n1;2\n", table(".csv", "a", "b", delimiter=";")),
        ("x.tsv", b"a\tb\n", table(".tsv", "a", "b", delimiter="\t")),
        ("x.csv", b'"a\nb",c\n1,2\n', table(".csv", "a\nb", "c")),
        ("x.csv", b"a,b\n\xff\xfe\n", Content(FILE, ".csv")),
        ("x.csv", b"a\0b", Content(FILE, ".csv")),
        ("x.csv", b"", Content(FILE, ".csv")),
        ("x.idx", TENSOR, Content(IDX, ".idx")),
        ("x.idx", b"no tensor", Content(FILE, ".idx")),
        ("train-images-idx3-ubyte.gz", gzip.compress(TENSOR), Content(IDX, ".idx")),
        ("x.txt", b"words", Content(FILE, ".txt")),
        ("x.jsonl", b"{}\n{}\n", Content(FILE, ".jsonl")),
        ("x.parquet", b"PAR1", Content(FILE, ".parquet")),
        ("x.npz", zipped(), Content(FILE, ".npz")),
        ("x.csv.gz", gzip.compress(CSV), NAMED),
        ("x.csv.bz2", bz2.compress(CSV), NAMED),
        ("x.csv.xz", lzma.compress(CSV), NAMED),
        ("x.zip", zipped(), Content(FOLDER, archive=True)),
        ("x.tar", tar(), Content(FOLDER, archive=True)),
        ("x.tar.gz", tar("w:gz"), Content(FOLDER, archive=True)),
        ("x.tgz", tar("w:gz"), Content(FOLDER, archive=True)),
        ("x.tar.xz", tar("w:xz"), Content(FOLDER, archive=True)),
    ],
    ids=plain,
)  # fmt: skip
def test_a_name_says_what_it_is(name: str, content: bytes, expected: Content) -> None:
    """As long as the content can be that."""
    assert expected == told(name, content)


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (b"", Content()),
        (CSV, NAMED),
        (b"a\tb\n1\t2\n", table(".tsv", "a", "b", delimiter="\t")),
        (b'{"a": 1}\n{"a": 2}\n', Content(FILE, ".jsonl")),
        (b'{\n"a": 1}', Content(FILE, ".json")),
        (b"[1, 2]", Content(FILE, ".json")),
        (b"Some words, some lines.\nAnd more.\n", Content(FILE, ".txt")),
        (b"PAR1\0", Content(FILE, ".parquet")),
        (b"\x93NUMPY\1", Content(FILE, ".npy")),
        (TENSOR, Content(IDX, ".idx")),
        (b"\1\2\3\0", Content()),
        (zipped(), Content(FOLDER, archive=True)),
        (tar(), Content(FOLDER, archive=True)),
        (tar("w:gz"), Content(FOLDER, archive=True)),
    ],
    ids=plain,
)  # fmt: skip
@pytest.mark.parametrize("name", ["", "download", "get.php"])
def test_a_name_that_says_nothing_leaves_it_to_the_content(
    name: str, content: bytes, expected: Content
) -> None:
    """Programs of servers have names that do not matter."""
    assert expected == told(name, content)


def test_a_compression_without_a_suffix_is_expanded() -> None:
    """The definition says so, since no name does."""
    assert "Gunzip()" == told("download", gzip.compress(CSV)).transforms
    assert "Unxz()" == told("download", lzma.compress(CSV)).transforms
    assert TABLE == told("download", gzip.compress(CSV)).type


def test_a_suffix_that_is_not_in_the_path_is_not_seen_by_prepare() -> None:
    """So the definition says what it means."""
    file = io.BytesIO(gzip.compress(CSV))
    found = recognised("x.csv.gz", "", file, plugins(), path="/download")
    assert ("Gunzip()", TABLE) == (found.transforms, found.type)


def test_a_suffix_that_is_wrong_expands_nothing() -> None:
    """The definition says so, too."""
    assert "[]" == told("x.csv.gz", CSV).transforms
    assert ".csv" == told("x.csv.gz", CSV).suffix


@pytest.mark.parametrize(("media_type", "suffix"), [("text/csv", ".csv"), ("", ".txt")])
def test_a_server_says_what_it_is(media_type: str, suffix: str) -> None:
    """Where no suffix does."""
    assert suffix == told("download", b"a\n1\n", media_type).suffix


def test_the_beginning_is_enough() -> None:
    """Of what is compressed, too; a row that is cut is none."""
    table = b"name,size\n" + b"x,1\n" * 100_000
    assert NAMED == told("x.csv", table[: 1 << 16])
    noise = b"".join(b"%d,%d\n" % (number, number * 7919 % 99991) for number in range(200_000))
    assert NAMED == told("x.csv.gz", gzip.compress(b"name,size\n" + noise)[: 1 << 16])
