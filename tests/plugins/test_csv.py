"""Tables whose values are separated by a character."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from datamaestro.data.csv import Generic, Matrix
from datamaestro.errors import ContentError
from datamaestro.testing import DataTypeContract
from datamaestro_plugins.csv import datamaestro_datatypes


def written(path: Path, text: str, **facts: Any) -> Any:
    """Return a matrix in a file."""
    place = path / "table.csv"
    place.write_text(text)
    return Matrix(path=place, **facts)


def test_columns_are_named_by_a_row(tmp_path: Path) -> None:
    """Lines before the rows are no rows; without such a row there are no names."""
    place = tmp_path / "table.tsv"
    place.write_text('a comment\n1\t2\nname\t"in two\nlines"\n')
    table = Generic(path=place, delimiter="\t", ignore=1, names_row=1)
    assert ["name", "in two\nlines"] == table.columns()
    assert None is Generic(path=place).columns()
    with pytest.raises(ContentError, match="has no row 7"):
        Generic(path=place, names_row=7).columns()


def test_numbers_are_an_array(tmp_path: Path) -> None:
    """float64, (rows, columns); names are empty where there are none."""
    names, values = written(tmp_path, "1,2.5\n-3,1e3\n").data()
    assert ([], [[1, 2.5], [-3, 1000]], np.float64) == (names, values.tolist(), values.dtype)


def test_a_target_is_apart(tmp_path: Path) -> None:
    """It stays among the names."""
    names, values, targets = written(
        tmp_path, "3,2\nx,y,z\n1,2,3\n4,5,6\n", ignore=1, names_row=0, target="y"
    ).data()
    assert (["x", "y", "z"], [[1, 3], [4, 6]], [2, 5]) == (
        names,
        values.tolist(),
        targets.tolist(),
    )


@pytest.mark.parametrize(
    ("text", "facts", "problem"),
    [
        ("1,2\n3,x\n", {}, r"line 2: could not convert string to float: 'x'"),
        ("1,2\n3\n", {}, "line 2 has 1 values, not 2"),
        ("a,b\n1,2\n", {"names_row": 0, "target": "c"}, "has no column 'c'"),
        ("2,2\n1,2\n", {"size_row": 0}, r"says that it has \[2, 2\] values"),
    ],
)
def test_what_is_no_such_table_is_told(
    text: str, facts: dict[str, Any], problem: str, tmp_path: Path
) -> None:
    """With the line where it shows."""
    with pytest.raises(ContentError, match=problem):
        written(tmp_path, text, **facts).data()


def test_a_size_that_is_right_is_accepted(tmp_path: Path) -> None:
    """It is no row of values."""
    assert [[1, 2]] == written(tmp_path, "1,2\n1,2\n", size_row=0).data()[1].tolist()


def test_other_texts_than_utf_8_are_told(tmp_path: Path) -> None:
    """A mark at the beginning is no part of the first value."""
    place = tmp_path / "table.csv"
    place.write_bytes(b"\xef\xbb\xbf1\n")
    assert [[1]] == Matrix(path=place).data()[1].tolist()
    place.write_bytes(b"1\n\xff\n")
    with pytest.raises(ContentError, match="line"):
        Matrix(path=place).data()


@given(st.lists(st.lists(st.floats(allow_nan=False), min_size=2, max_size=2), min_size=1))
def test_any_numbers_come_back(tmp_path_factory: pytest.TempPathFactory, rows: list[Any]) -> None:
    """As Python writes them."""
    text = "".join(f"{one!r},{other!r}\n" for one, other in rows)
    table = written(tmp_path_factory.mktemp("table"), text)
    assert rows == table.data()[1].tolist()


class TestCSV(DataTypeContract):
    record = datamaestro_datatypes()[0]
    refuses_truncated = False
    refuses_empty = False

    @pytest.fixture
    def data(self, tmp_path: Path) -> Generic:
        path = tmp_path / "table.csv"
        path.write_text("x,y\n1,2\n")
        return Generic(path=path, names_row=0)

    def assert_content(self, content: Any) -> None:
        assert ["x", "y"] == content.columns

    def test_what_is_no_text_is_refused(self, tmp_path: Path) -> None:
        """Such as an archive that a server gave in its place."""
        self._refuses(tmp_path / "x" / "table.csv", b"PK\x03\x04\0\0")
