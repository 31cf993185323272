"""Data sets that are made of other data sets."""

from pathlib import Path
from typing import Any

import pytest
from attrs import define

from datamaestro.context import Context
from datamaestro.data import Base, File
from datamaestro.definitions import Dataset, dataset
from datamaestro.download import FileResource, Resource, reference
from datamaestro.download.derived import DerivedFile
from datamaestro.download.single import FileDownloader, filedownloader
from datamaestro.errors import DatasetNotFound, DefinitionError, TransferError


@define(slots=False, kw_only=True, eq=False)
class Pair(Base):
    """Two data."""

    one: Base
    other: Base | None = None


@pytest.fixture
def text(tmp_path: Path) -> Path:
    """Return the path of a text, as it is published."""
    place = tmp_path / "text.txt"
    place.write_text("one two\n")
    return place


@pytest.fixture
def Text(text: Path) -> Any:  # noqa: N802 - a class
    """Return a data set of one file."""

    @dataset(id="org.example.text")
    class Text(Dataset):
        TEXT = FileDownloader("text.txt", text.as_uri())

        def config(self) -> File:
            return File(path=self.TEXT.path)

    return Text


def test_a_referenced_data_set_is_brought_along(Text: Any, context: Context) -> None:  # noqa: N803
    """Its files are its own, and so is its id."""

    @dataset(id="org.example.pair")
    class Both(Dataset):
        TEXT = reference(Text)

        def config(self) -> Pair:
            return Pair(one=self.TEXT.config())

    assert not context.is_prepared(Both)
    data = context.prepare(Both)
    assert "one two\n" == data.one.path.read_text()
    assert ("org.example.pair@__custom__", "org.example.text@__custom__") == (data.id, data.one.id)
    assert context.is_prepared(Both)
    data.one.path.unlink()
    assert not context.is_prepared(Both)


def test_a_reference_can_be_an_id(context: Context) -> None:
    """It is looked up when it is needed; what nobody has is told then."""

    @dataset(id="org.example.pair")
    class Both(Dataset):
        DIGITS = reference("edu.uci.optdigits")

        def config(self) -> Pair:
            return Pair(one=self.DIGITS.config())

    assert (1797, 8, 8) == context.prepare(Both).one.images.data().shape

    @dataset(id="org.example.lost")
    class Lost(Dataset):
        DIGITS = reference("edu.uci.nowhere")

        def config(self) -> Pair:
            return Pair(one=self.DIGITS.config())

    with pytest.raises(DatasetNotFound, match=r"edu\.uci\.nowhere"):
        context.prepare(Lost)


def test_a_function_is_given_the_data_object(text: Path, context: Context) -> None:
    """A reference stands as a decorator, too."""

    @filedownloader("text.txt", text.as_uri())
    @dataset(File, id="org.example.text")
    def first(text: Path) -> dict[str, Any]:
        return {"path": text}

    @reference(first, varname="first")
    @dataset(Pair, id="org.example.pair")
    def both(first: File) -> dict[str, Any]:
        return {"one": first}

    assert "one two\n" == context.prepare(both).one.path.read_text()


class Length(FileResource):
    """The length of a text; counts how often it is made."""

    made = 0

    def __init__(self, text: Resource) -> None:
        super().__init__("length.txt")
        self.text: Any = text
        self._dependencies.append(text)

    def _download(self, destination: Path) -> None:
        Length.made += 1
        destination.write_text(str(len(self.text.config().path.read_text())))


def of_length(text: Any, *, transient: bool = False) -> Any:
    """Return a data set that is made from another one."""

    @dataset(id="org.example.length")
    class Data(Dataset):
        TEXT = reference(text, transient=transient)
        LENGTH = Length(TEXT)

        def config(self) -> File:
            return File(path=self.LENGTH.path)

    return Data


def test_what_is_made_from_a_reference_is_made_again_when_that_changes(
    Text: Any,  # noqa: N803
    text: Path,
    context: Context,
) -> None:
    """The content decides, not the time."""
    Length.made = 0
    data = of_length(Text)
    assert "8" == context.prepare(data).path.read_text()
    context.prepare(data)
    assert 1 == Length.made
    text.write_text("other words\n")
    (context.store.root / "data/__custom__/org/example/text/text.txt").unlink()
    assert "12" == context.prepare(data).path.read_text()


def test_a_transient_reference_is_brought_only_where_something_is_made_from_it(
    Text: Any,  # noqa: N803
    text: Path,
    context: Context,
) -> None:
    """Once that is there, the other data set is not needed."""
    data = of_length(Text, transient=True)
    context.prepare(data)
    text.unlink()
    (context.store.root / "data/__custom__/org/example/text/text.txt").unlink()
    assert "8" == context.prepare(data).path.read_text()
    with pytest.raises(TransferError, match=r"text\.txt"):
        context.prepare(of_length(Text))


def test_a_derived_file_is_given_the_data_object(Text: Any, context: Context) -> None:  # noqa: N803
    """Its function takes paths of files and data of references."""

    def longer(output: Path, text: File) -> None:
        output.write_text(text.path.read_text() * 2)

    @dataset(id="org.example.longer")
    class Data(Dataset):
        TEXT = reference(Text)
        LONGER = DerivedFile("longer.txt", longer, TEXT)

        def config(self) -> File:
            return File(path=self.LONGER.path)

    assert "one two\none two\n" == context.prepare(Data).path.read_text()


def test_data_sets_that_need_each_other_are_refused_with_the_path(context: Context) -> None:
    """It names each on the way."""

    @dataset(id="org.example.hen")
    class Hen(Dataset):
        EGG = reference("later")

        def config(self) -> Pair:
            return Pair(one=Base())

    @dataset(id="org.example.egg")
    class Egg(Dataset):
        HEN = reference(Hen)

        def config(self) -> Pair:
            return Pair(one=Base())

    Hen.EGG.reference = Egg
    with pytest.raises(DefinitionError, match=r"org\.example\.hen@__custom__ <- org\.example\.egg"):
        context.prepare(Hen)


def test_data_that_are_built_of_each_other_are_refused(context: Context) -> None:
    """Building them would never end."""

    @dataset(id="org.example.hen")
    class Hen(Dataset):
        EGG = reference("later")

        def config(self) -> Pair:
            return Pair(one=self.EGG.config())

    @dataset(id="org.example.egg")
    class Egg(Dataset):
        HEN = reference(Hen)

        def config(self) -> Pair:
            return Pair(one=self.HEN.config())

    Hen.EGG.reference = Egg
    with pytest.raises(DefinitionError, match=r"need each other: org\.example\.hen@__custom__ <-"):
        context.prepare(Hen, download=False)


@pytest.mark.parametrize("nothing", [None, 3, File])
def test_what_is_no_data_set_is_refused(nothing: Any, context: Context) -> None:
    """The resource is named."""
    with pytest.raises(DefinitionError, match=r"names no data set|is no data set"):
        _ = reference(nothing, varname="x").target
