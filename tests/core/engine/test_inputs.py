"""What something is made of, by way of data sets that are made of others alone."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from datamaestro.context import Context
from datamaestro.data import File
from datamaestro.definitions import Dataset, dataset
from datamaestro.download.derived import DerivedFile
from datamaestro.download.reference import reference
from datamaestro.download.single import FileDownloader

calls: list[str] = []


def shout(output: Path, other: Any) -> None:
    calls.append(other.path.read_text())
    output.write_text(calls[-1].upper())


def published(place: Path, name: str = "base") -> Any:
    """Return a data set that is a file."""

    class Published(Dataset):
        A = FileDownloader(place.name, place.as_uri())

        def config(self) -> File:
            return File(path=self.A.path)

    return dataset(id=f"org.example.{name}")(Published)


def loud(*others: Any) -> Any:
    """Return a data set that is made of the first of some others, by way of two more."""
    between = others[0]
    for number in range(2):

        class Between(Dataset):
            OTHER = reference(between)
            SECOND = reference(others[-1])

            def config(self) -> File:
                data: File = self.OTHER.config()
                return data

        between = dataset(id=f"org.example.between{number}")(Between)

    class Loud(Dataset):
        OTHER = reference(between)
        LOUD = DerivedFile("loud.txt", shout, OTHER)

        def config(self) -> File:
            return File(path=self.LOUD.path)

    return dataset(id="org.example.loud")(Loud)


@pytest.fixture
def places(tmp_path: Path) -> tuple[Path, Path]:
    """Return two files; nothing has been made of them yet."""
    calls.clear()
    one, two = tmp_path / "one", tmp_path / "two"
    one.write_text("one")
    two.write_text("two")
    return one, two


def test_it_is_made_once(places: tuple[Path, Path]) -> None:
    """As long as what it is made of stays as it is."""
    for _ in range(3):
        assert "ONE" == Context().prepare(loud(published(places[0]))).path.read_text()
    assert ["one"] == calls
    assert Context().is_prepared(loud(published(places[0])))


def test_it_is_made_again_when_what_is_behind_has_changed(places: tuple[Path, Path]) -> None:
    """However far that is."""
    for place in (*places, places[0]):
        found = Context().prepare(loud(published(place))).path.read_text()
        assert place.read_text().upper() == found


def test_it_is_made_again_when_another_is_behind(places: tuple[Path, Path]) -> None:
    """Both may be on disk already."""
    one, two = published(places[0]), published(places[1], "other")
    for chosen in ((one, two), (two, one), (one, two), (one,)):
        found = Context().prepare(loud(*chosen)).path.read_text()
        assert Context().prepare(chosen[0]).path.read_text().upper() == found
