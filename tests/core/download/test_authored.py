"""Resources that a definition's author makes by own code."""

from pathlib import Path
from typing import Any

import pytest

from datamaestro.context import Context
from datamaestro.data import Base, File, Folder
from datamaestro.definitions import Dataset, dataset
from datamaestro.download import FileResource, FilesCopy, FolderResource, Resource, ValueResource
from datamaestro.download.single import FileDownloader
from datamaestro.errors import DefinitionError, TransferError

ID = "org.example.authored"


class Copied(FileResource):
    """The text of other resources, in upper case; counts how often it is made."""

    made = 0

    def __init__(self, filename: str, *sources: Resource, **options: Any) -> None:
        super().__init__(filename, **options)
        self._dependencies += sources

    def _download(self, destination: Path) -> None:
        Copied.made += 1
        texts = [source.path.read_text() for source in self.dependencies]
        destination.write_text("".join(texts).upper())


@pytest.fixture(autouse=True)
def nothing_made() -> None:
    """Nothing has been made yet."""
    Copied.made = 0


@pytest.fixture
def text(tmp_path: Path) -> str:
    """Return the URL of a text."""
    place = tmp_path / "text.txt"
    place.write_text("one two\n")
    return place.as_uri()


def test_a_file_is_made_from_its_dependencies(text: str, context: Context) -> None:
    """Its code reads their paths; it is made once."""

    @dataset(id=ID)
    class Data(Dataset):
        TEXT = FileDownloader("text.txt", text)
        LOUD = Copied("loud.txt", TEXT)

        def config(self) -> File:
            return File(path=self.LOUD.path)

    for _ in range(2):
        assert "ONE TWO\n" == context.prepare(Data).path.read_text()
    assert 1 == Copied.made


def test_what_it_was_made_from_can_be_transient(text: str, context: Context) -> None:
    """It goes when all that is made from it is there, and is not fetched again for nothing."""

    @dataset(id=ID)
    class Data(Dataset):
        TEXT = FileDownloader("text.txt", text, transient=True)
        LOUD = Copied("loud.txt", TEXT)
        BOTH = Copied("both.txt", TEXT, LOUD)

        def config(self) -> Folder:
            return Folder(path=self.data_path)

    data = context.prepare(Data)
    assert ["both.txt", "loud.txt"] == sorted(path.name for path in data.path.iterdir())
    assert "ONE TWO\nONE TWO\n" == (data.path / "both.txt").read_text()
    assert context.plan(context.dataset(Data)).done


class Words(FolderResource):
    """A folder with a file for each word; breaks after the first where it is told so."""

    breaks = False

    def __init__(self, source: Resource, *, resumes: bool = False) -> None:
        super().__init__()
        self._dependencies.append(source)
        self.resumes = resumes
        self.found: list[str] = []

    @property
    def can_recover(self) -> bool:
        return self.resumes

    def _download(self, destination: Path) -> None:
        self.found = sorted(path.name for path in destination.iterdir())
        for word in self.dependencies[0].path.read_text().split():
            (destination / word).write_text(word)
            if Words.breaks:
                raise ValueError("no more words")


def test_a_folder_has_the_name_of_its_attribute(text: str, context: Context) -> None:
    """It is there, and empty, when its code begins."""

    @dataset(id=ID)
    class Data(Dataset):
        TEXT = FileDownloader("text.txt", text)
        words = Words(TEXT)

        def config(self) -> Folder:
            return Folder(path=self.words.path)

    data = context.prepare(Data)
    assert ("words", ["one", "two"]) == (
        data.path.name,
        sorted(p.name for p in data.path.iterdir()),
    )
    assert [] == Data.words.found


@pytest.mark.parametrize(("resumes", "found"), [(False, []), (True, ["one"])])
def test_what_can_go_on_finds_what_it_left(
    resumes: bool, found: list[str], text: str, context: Context, monkeypatch: pytest.MonkeyPatch
) -> None:
    """All else begins anew; in either case nothing incomplete is in its place."""

    @dataset(id=ID)
    class Data(Dataset):
        TEXT = FileDownloader("text.txt", text)
        words = Words(TEXT, resumes=resumes)

        def config(self) -> Folder:
            return Folder(path=self.words.path)

    monkeypatch.setattr(Words, "breaks", True)
    with pytest.raises(DefinitionError, match=r"makes words fails: ValueError: no more words"):
        context.prepare(Data)
    assert not Data.words.path.exists()
    monkeypatch.setattr(Words, "breaks", False)
    context.prepare(Data)
    assert found == Data.words.found


def test_what_was_begun_of_something_else_is_not_gone_on_with(
    text: str, tmp_path: Path, context: Context, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Part of it would be of that."""
    (tmp_path / "other").write_text("three four")

    def definition(url: str, name: str) -> Any:
        @dataset(id=ID)
        class Data(Dataset):
            TEXT = FileDownloader(name, url)
            words = Words(TEXT, resumes=True)

            def config(self) -> Folder:
                return Folder(path=self.words.path)

        return Data

    monkeypatch.setattr(Words, "breaks", True)
    with pytest.raises(DefinitionError, match="no more words"):
        context.prepare(definition(text, "text.txt"))
    monkeypatch.setattr(Words, "breaks", False)
    data = context.prepare(definition((tmp_path / "other").as_uri(), "other.txt"))
    assert ["four", "three"] == sorted(path.name for path in data.path.iterdir())
    assert not any((context.store.root / "partial").rglob("one"))


def test_files_are_copied_out_of_what_is_transient(text: str, context: Context) -> None:
    """Each gets its own path; other files are another recipe."""

    def definition(files: dict[str, str]) -> Any:
        @dataset(id=ID)
        class Data(Dataset):
            TEXT = FileDownloader("text.txt", text)
            words = Words(TEXT)
            words.transient = True
            files_ = FilesCopy(words, files)

            def config(self) -> Folder:
                return Folder(path=self.files_.path)

        return Data

    data = context.prepare(definition({"a/first.txt": "one"}))
    assert "one" == (data.path / "a/first.txt").read_text()
    assert not (data.path.parent / "words").exists()
    data = context.prepare(definition({"second.txt": "two"}))
    assert ["second.txt"] == [path.name for path in data.path.rglob("*")]


class Count(ValueResource):
    """A value for which a program has to be run once."""

    runs = 0

    def download(self, force: bool = False) -> None:
        Count.runs += 1

    def prepare(self) -> int:
        return 42


def test_a_value_has_no_file_and_is_fetched_once(context: Context) -> None:
    """What its program did is on record."""

    @dataset(id=ID)
    class Data(Dataset):
        COUNT = Count()

        def config(self) -> Base:
            return Base(id=str(self.COUNT.prepare()))

    Count.runs = 0
    assert not context.is_prepared(Data)
    assert ["42", "42"] == [context.prepare(Data).id for _ in range(2)]
    assert (1, True) == (Count.runs, context.is_prepared(Data))
    assert not context.dataset(Data).has_files()  # type: ignore[attr-defined]


class InPlace(Resource):
    """A resource in the style of earlier versions, which writes below its data set's folder."""

    succeeds = True

    def prepare(self) -> Path:
        assert self.dataset is not None
        return self.dataset.datapath / "deep" / self.name

    def download(self, force: bool = False) -> bool:
        place = self.prepare()
        place.mkdir(exist_ok=True)
        (place / "done").touch()
        (place / "text").write_text("made")
        return self.succeeds


def test_what_writes_into_its_place_is_published_all_the_same(context: Context) -> None:
    """While it is made, the data set's folder is another one; what fails leaves nothing."""

    @dataset(id=ID)
    class Data(Dataset):
        STORE = InPlace("store")

        def config(self) -> Folder:
            return Folder(path=self.STORE.path)

    InPlace.succeeds = False
    with pytest.raises(DefinitionError, match="store says that it could not be made"):
        context.prepare(Data)
    assert not Data.STORE.path.exists()
    InPlace.succeeds = True
    data = context.prepare(Data)
    assert ("made", context.store.root / "data/__custom__/org/example/authored/deep/store") == (
        (data.path / "text").read_text(),
        data.path,
    )


def test_what_code_reads_without_saying_so_is_made_before_it(text: str, context: Context) -> None:
    """Earlier versions made resources in the order of their declaration."""

    class Unsaid(FileResource):
        def _download(self, destination: Path) -> None:
            destination.write_text(Data.LOUD.path.read_text())

    @dataset(id=ID)
    class Data(Dataset):
        TEXT = FileDownloader("text.txt", text)
        LOUD = Copied("loud.txt", TEXT)
        LAST = Unsaid("last.txt")

        def config(self) -> File:
            return File(path=self.LAST.path)

    assert "ONE TWO\n" == context.prepare(Data).path.read_text()


def test_a_circle_is_refused_with_its_path(context: Context) -> None:
    """It names each resource on the way."""
    first = Copied("first.txt")
    second = Copied("second.txt", first)
    first.dependencies.append(second)

    @dataset(id=ID)
    class Data(Dataset):
        FIRST, SECOND = first, second

        def config(self) -> File:
            return File(path=self.FIRST.path)

    with pytest.raises(DefinitionError, match=r"(FIRST|SECOND) <- (FIRST|SECOND) <- "):
        context.prepare(Data)


def test_errors_of_an_authors_code_keep_their_kind(context: Context) -> None:
    """What could not be downloaded is not a broken definition."""

    class Unreachable(FileResource):
        def _download(self, destination: Path) -> None:
            raise TransferError("https://example.org/x", "no answer")

    @dataset(id=ID)
    class Data(Dataset):
        X = Unreachable("x.txt")

        def config(self) -> File:
            return File(path=self.X.path)

    with pytest.raises(TransferError, match=rf"{ID}@__custom__: cannot download"):
        context.prepare(Data)


def test_a_resource_of_no_data_set_has_no_place() -> None:
    """It says so."""
    with pytest.raises(DefinitionError, match="resource loud belongs to no data set yet"):
        _ = Copied("loud.txt").path


def test_a_resource_can_be_made_by_the_classmethod_of_earlier_versions() -> None:
    """Factories read well as decorators."""
    assert ("x", True) == (
        Copied.apply("x.txt", transient=True).name,
        Copied.apply("x.txt").has_files(),
    )
