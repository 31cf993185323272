"""A wrong data type does not keep the contract."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from attrs import evolve

from datamaestro.data import File
from datamaestro.testing import DataTypeContract
from datamaestro_hookspecs.datatypes import DataType
from datamaestro_hookspecs.errors import ContentError


class Right:
    """Reads files of three words and a dot; each of those below does one thing wrong."""

    def open(self, data: File) -> list[str]:
        return data.path.read_text().removesuffix(".").split()

    def check(self, path: Path) -> None:
        if not self.passes(path.read_text()):
            raise ContentError(f"{path} does not end with a dot")

    def passes(self, text: str) -> bool:
        return text.endswith(".")


class LosesAWord(Right):
    def open(self, data: File) -> list[str]:
        return super().open(data)[:-1]


class RefusesAll(Right):
    def passes(self, text: str) -> bool:
        return False


class WritesWhatItChecks(Right):
    def check(self, path: Path) -> None:
        super().check(path)
        path.write_text("another text.")


class LooksAtTheBeginning(Right):
    def passes(self, text: str) -> bool:
        return text.startswith("t")


class LooksAtTheEnd(Right):
    def passes(self, text: str) -> bool:
        return not text.endswith("e")


class AcceptsNothing(Right):
    def passes(self, text: str) -> bool:
        return not text or super().passes(text)


class RaisesAsItPleases(Right):
    def check(self, path: Path) -> None:
        if not self.passes(path.read_text()):
            raise ValueError(path)


@pytest.fixture
def data(tmp_path: Path) -> File:
    path = tmp_path / "three.words"
    path.write_text("these are three.")
    return File(path=path)


class TestRight(DataTypeContract):
    record = DataType(
        "words", "datamaestro.data:File", f"{Right.__module__}:Right", (".words",), (b"the",)
    )

    def assert_content(self, content: Any) -> None:
        assert ["these", "are", "three"] == content


class TestForgiving(TestRight):
    """An author says where a part of a file, or an empty file, is such a file, too."""

    record = evolve(TestRight.record, implementation=f"{Right.__module__}:Forgiving")
    refuses_truncated = False
    refuses_empty = False


class Forgiving(Right):
    def passes(self, text: str) -> bool:
        return True


CAUGHT = [
    ("test_content_is_read", LosesAWord),
    ("test_good_file_passes", RefusesAll),
    ("test_good_file_passes", WritesWhatItChecks),
    ("test_truncated_file_is_refused", LooksAtTheBeginning),
    ("test_truncated_file_is_refused", LooksAtTheEnd),
    ("test_truncated_file_is_refused", RaisesAsItPleases),
    ("test_empty_file_is_refused", AcceptsNothing),
    ("test_empty_file_is_refused", RaisesAsItPleases),
]

WRONG_RECORDS = [
    ("test_record_names_the_type", {"type": "datamaestro.data:Folder"}),
    ("test_record_names_the_type", {"type": "datamaestro.data:read"}),
    ("test_record_describes_the_file", {"suffixes": (".text",)}),
    ("test_record_describes_the_file", {"magic": (b"a", b"b")}),
]


@pytest.mark.parametrize(("test", "wrong"), CAUGHT)
def test_wrong_data_type_is_caught(
    test: str, wrong: type[Right], data: File, tmp_path: Path
) -> None:
    """What a data type does wrong, the contract notices."""
    contract = TestRight()
    contract.reader = wrong()
    with pytest.raises((AssertionError, ContentError, ValueError, pytest.fail.Exception)):
        call(getattr(contract, test), data=data, tmp_path=tmp_path)


@pytest.mark.parametrize(("test", "wrong"), WRONG_RECORDS)
def test_wrong_record_is_caught(test: str, wrong: dict[str, Any], data: File) -> None:
    """What a record says wrong, the contract notices."""

    class Contract(TestRight):
        record = evolve(TestRight.record, **wrong)

    with pytest.raises(AssertionError):
        call(getattr(Contract(), test), data=data)


def test_every_test_of_the_contract_is_tried() -> None:
    """No test of the contract is left out above."""
    tests = {name for name in vars(DataTypeContract) if name.startswith("test_")}
    assert {test for test, _ in [*CAUGHT, *WRONG_RECORDS]} == tests


def call(test: Callable[..., None], **fixtures: object) -> None:
    """Call a test with the fixtures that it asks for."""
    test(**{name: fixtures[name] for name in inspect.signature(test).parameters})
