"""Data sets that no function or class declares."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any, ClassVar

import pytest

from datamaestro.context import Context
from datamaestro.data import Base, File
from datamaestro.definitions import AbstractDataset, DatasetAnnotation, datatags
from datamaestro.download.single import FileDownloader
from datamaestro.errors import DefinitionError
from datamaestro.repository import BaseRepository
from support.distributions import install


class Given(AbstractDataset):
    """A data set in the style of earlier versions, which brings itself to disk."""

    configtype: ClassVar[Any] = File
    downloads = 0
    succeeds = True

    def __init__(self, repository: Any, name: str) -> None:
        super().__init__(repository)
        self.id = f"given.{name}"
        self.url = "https://example.org"

    @property
    def description(self) -> str:
        return "What is given."

    def download(self, force: bool = False) -> bool:
        Given.downloads += 1
        return self.succeeds

    def prepare(self, download: bool = True) -> Any:  # type: ignore[override]
        data = super().prepare(download=download)
        data.extra = "more"
        return data

    def _prepare(self, download: bool = False) -> File:
        return File(path=Path("/given"))


class Whole(Given):
    """A data set that is made of another one."""

    configtype: ClassVar[Any] = Base

    def _prepare(self, download: bool = False) -> Any:
        data = Base()
        data.part = Given(self.repository, "part").prepare(download)  # type: ignore[attr-defined]
        return data


class Gifts(BaseRepository):
    """A repository whose data sets stand in no module."""

    NAMESPACE = "gifts"

    def modules(self) -> Iterator[list[AbstractDataset]]:
        yield [Given(self, "one"), Given(self, "two")]
        yield [Whole(self, "whole")]


@pytest.fixture(autouse=True)
def nothing_downloaded() -> None:
    """Nothing has been downloaded yet."""
    Given.downloads, Given.succeeds = 0, True


def test_its_attributes_are_on_its_card() -> None:
    """What subclasses say by attributes and properties is what is declared."""
    given = Given(Gifts(), "one")
    datatags("gifts")(given)
    card = given.card
    assert ("given.one@gifts", "What is given.", ("gifts",)) == (
        card.identity,
        card.description,
        card.tags,
    )
    assert ("File", "https://example.org") == (card.type_name, card.url)


def test_it_brings_itself_to_disk_once(context: Context) -> None:
    """Its ``download`` is called by the engine, and what it did is on record."""
    for _ in range(2):
        data = context.prepare(Given(Gifts(), "one"))
    assert (1, "given.one@gifts", "more") == (Given.downloads, data.id, data.extra)


def test_a_download_that_fails_is_told(context: Context) -> None:
    """Returning False is how earlier versions said so."""
    Given.succeeds = False
    with pytest.raises(DefinitionError, match=r"given\.one.* could not be downloaded"):
        context.prepare(Given(Gifts(), "one"))


def test_it_may_be_made_of_others(context: Context) -> None:
    """Each has its own id, and what its own ``prepare`` adds."""
    data = context.prepare(Whole(Gifts(), "whole"), download=False)
    assert ("given.whole@gifts", "given.part@gifts", "more") == (
        data.id,
        data.part.id,
        data.part.extra,
    )


def test_a_repository_is_searched_by_iteration() -> None:
    """Ids are found in whatever its modules give; a selector is overlooked."""
    found = Gifts().search("given.two[size=small]")
    assert found is not None
    assert "given.two" == found.id
    assert None is Gifts().search("given.three")
    assert 3 == len(list(Gifts()))


def test_a_repository_that_needs_a_context_is_made(site: Path) -> None:
    """Earlier versions gave it one."""
    source = """
        import datamaestro
        from datamaestro.definitions import AbstractDataset

        class Repository(datamaestro.Repository):
            NAMESPACE = "gifts"

            def __init__(self, context):
                super().__init__(context)
                self._modules = None

            def modules(self):
                yield []
        """
    points = {"datamaestro.repositories": {"gifts": "acme_gifts:Repository"}}
    install(site, "acme-gifts", {"acme_gifts.py": source}, points)
    assert [] == list(Context().repository("gifts").definitions())


def test_annotations_of_an_authors_own_are_given_the_data_set() -> None:
    """They say what they like about it."""

    class Aliased(DatasetAnnotation):
        def annotate(self, dataset: Any) -> None:
            dataset.aliases.add("another.name")

    assert ("another.name",) == Aliased()(Given(Gifts(), "one")).card.aliases


def test_a_resource_can_be_given_to_it(tmp_path: Path, context: Context) -> None:
    """As a decorator that is called with it."""

    class Plain(AbstractDataset):
        id = "org.example.plain"

        def _prepare(self) -> File:
            return File(path=self.resources["text"].path)

    (tmp_path / "text.txt").write_text("text")
    plain = FileDownloader("text.txt", (tmp_path / "text.txt").as_uri())(Plain())
    assert "text" == context.prepare(plain).path.read_text()
    assert (True, True) == (plain.has_files(), plain.is_prepared())


def test_what_does_not_say_what_its_data_are_is_told() -> None:
    """The id is named."""

    class Nothing(AbstractDataset):
        id = "org.example.nothing"

    with pytest.raises(DefinitionError, match=r"org\.example\.nothing does not say"):
        Nothing().prepare()
