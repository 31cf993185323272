"""The context, and the functions that stand for it."""

import sys
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

import datamaestro
from datamaestro import get_dataset, prepare_dataset
from datamaestro.context import Context, find_dataset
from datamaestro.data import Base, Folder
from datamaestro.data.ml import Supervised
from datamaestro.definitions import Dataset, dataset
from datamaestro.download.custom import custom_download
from datamaestro.errors import DatasetNotFound, TransferError
from support.dialects import add_dialect

DIGITS = "edu.uci.optdigits"


def test_a_data_set_is_prepared_in_a_directory(tmp_path: Path) -> None:
    """A path says where; what definitions call back uses the same one."""
    digits = prepare_dataset(DIGITS, tmp_path / "elsewhere")
    assert digits.images.path.is_relative_to(tmp_path / "elsewhere")
    assert (1797, 8, 8) == digits.images.data().shape


def test_a_data_object_names_its_data_set() -> None:
    """So it can be prepared later, or again."""
    digits = get_dataset(DIGITS)
    assert not digits.images.path.exists()
    prepare_dataset(digits)
    assert digits.images.path.exists()


def test_a_definition_is_found_by_its_id() -> None:
    """Nothing is built for that."""
    assert f"{DIGITS}@demo" == find_dataset(DIGITS).card.identity
    with pytest.raises(DatasetNotFound):
        find_dataset("edu.uci.nothing")


def test_the_context_at_work_is_the_one_that_is_found(tmp_path: Path) -> None:
    """Code of definitions asks for it."""
    found = []

    @dataset(Base, id="org.example.asking")
    def data() -> Base:
        found.append(Context.instance())
        return Base()

    context = Context(tmp_path / "elsewhere")
    context.prepare(data, download=False)
    assert [context] == found
    assert Context.instance() is not context


def test_nothing_is_fetched_now_where_somebody_defers_it(
    site: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Unless it is asked for."""
    add_dialect(site)
    monkeypatch.setitem(sys.modules, "acme_notation", ModuleType("acme_notation"))
    assert not prepare_dataset(DIGITS).images.path.exists()
    assert prepare_dataset(DIGITS, download=True).images.path.exists()


def test_a_file_is_fetched_for_a_program(tmp_path: Path, context: Context) -> None:
    """It goes when the program is done with it, and stays where that fails."""
    place = tmp_path / "x.txt.gz"
    place.write_bytes(b"as it is published")
    with context.downloadURL(place.as_uri(), size=18) as file:
        path = file.path
        assert b"as it is published" == path.read_bytes()
    assert not path.exists()

    def fail() -> None:
        with context.downloadURL(place.as_uri()):
            raise RuntimeError

    with pytest.raises(RuntimeError):
        fail()
    assert path.exists()
    with context.downloadURL(place.as_uri()) as file:
        assert path == file.path
    with pytest.raises(TransferError):
        context.downloadURL((tmp_path / "nothing").as_uri())


def test_public_names_are_there_when_they_are_asked_for() -> None:
    """Others are not."""
    assert all(hasattr(datamaestro, name) for name in datamaestro.__all__)
    assert not hasattr(datamaestro, "nothing")


def test_code_that_makes_resources_sees_the_context_at_work(tmp_path: Path) -> None:
    """Although it is called in another thread."""
    found: list[Any] = []

    def fill(context: Context, root: Path, *, force: bool = False) -> None:
        found.append((context, Context.instance()))
        (root / "x").touch()

    @dataset(id="org.example.filled")
    class Data(Dataset):
        IT = custom_download("it", fill)

        def config(self) -> Folder:
            return Folder(path=self.IT.path)

    context = Context(tmp_path / "elsewhere", offline=True)
    context.prepare(Data)
    assert [(context, context)] == found


class Kept(Base):
    """Data that a library keeps in a cache of its own."""

    def fetch_elsewhere(self) -> None:
        """Note that it was asked."""
        ASKED.append(self.id)


ASKED: list[str] = []


def test_what_is_kept_elsewhere_is_brought_there() -> None:
    """By whoever prepares the data set; not offline, and not where it may wait."""

    @dataset(id="org.example.kept")
    class Data(Dataset):
        def config(self) -> Supervised[Kept, Kept, Kept]:
            return Supervised(train=Kept(), test=Kept())

    ASKED.clear()
    prepare_dataset(Data, download=False)
    Context(offline=True).prepare(Data)
    assert [] == ASKED
    prepare_dataset(Data).download()
    assert 2 * ["org.example.kept.train@__custom__", "org.example.kept.test@__custom__"] == ASKED
