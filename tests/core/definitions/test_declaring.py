"""The two forms of a definition."""

from collections.abc import Mapping
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
from attrs import asdict

from datamaestro.data import Base, File
from datamaestro.data.image import IDXImage, LabelledImages
from datamaestro.data.ml import Supervised
from datamaestro.data.tensor import IDX
from datamaestro.definitions import Dataset, DatasetWrapper, dataset, datatags, datatasks
from datamaestro.download.derived import DerivedFile
from datamaestro.download.single import FileDownloader, filedownloader
from datamaestro.errors import DefinitionError
from datamaestro.utils import HashCheck

URL = "https://example.org/a.idx.gz"


@datatags("images")
@datatasks("classification")
class Pictures(LabelledImages):
    """A type with a tag and a task of its own."""


def wrapper(definition: Any) -> DatasetWrapper:
    found: DatasetWrapper = definition.__dataset__
    return found


def paths_of(definition: DatasetWrapper) -> Mapping[str, Path]:
    return {resource.name: Path("/data", resource.path) for resource in definition.card.resources}


def test_a_function_gets_paths_and_returns_fields() -> None:
    """The decorator form: the function takes a path per resource and may return a dict."""

    @filedownloader("images.idx", URL)
    @filedownloader("labels.idx", URL)
    @dataset(LabelledImages, id="org.example.digits")
    def digits(images: Path, labels: Path) -> dict[str, Base]:
        """Digits."""
        return {"images": IDXImage(path=images), "labels": IDX(path=labels)}

    built = digits.build(paths_of(digits))
    assert isinstance(built, LabelledImages)
    assert isinstance(built.images, IDXImage)
    assert Path("/data/images.idx") == built.images.path


def test_a_class_sees_its_resources_as_attributes() -> None:
    """The class form: ``self.NAME.path`` is the final path, and the name is the attribute's."""

    @dataset(id="org.example.digits")
    class Digits(Dataset):
        IMAGES = FileDownloader("images.idx", URL)

        def config(self) -> IDXImage:
            assert self.IMAGES.path == self.IMAGES.prepare()
            return IDXImage(path=self.IMAGES.path)

    built = wrapper(Digits).build(paths_of(wrapper(Digits)))
    assert isinstance(built, IDXImage)
    assert Path("/data/images.idx") == built.path
    assert ["IMAGES"] == [resource.name for resource in wrapper(Digits).card.resources]


def test_the_forms_mix() -> None:
    """Decorators over a class give ``config()`` paths by name, beside its attributes."""

    @filedownloader("labels.idx", URL)
    @dataset(id="org.example.digits")
    class Digits(Dataset):
        IMAGES = FileDownloader("images.idx", URL)

        def config(self, labels: Path) -> LabelledImages:
            return LabelledImages(images=IDXImage(path=self.IMAGES.path), labels=IDX(path=labels))

    built = wrapper(Digits).build(paths_of(wrapper(Digits)))
    assert isinstance(built, LabelledImages)
    assert isinstance(built.labels, IDX)
    assert Path("/data/labels.idx") == built.labels.path


def test_annotations_may_stand_below_the_dataset() -> None:
    """The order of decorators does not matter."""

    @dataset(id="org.example.digits")
    @datatags("digits")
    @filedownloader("images.idx", URL)
    def digits(images: Path) -> IDXImage:
        return IDXImage(path=images)

    assert ("digits",) == digits.card.tags
    assert ["images"] == [resource.name for resource in digits.card.resources]


def test_a_subclass_inherits_resources() -> None:
    """Attributes of a base class are resources of the definitions derived from it."""

    class Shared(Dataset):
        IMAGES = FileDownloader("images.idx", URL)

        def config(self) -> IDXImage:
            return IDXImage(path=self.IMAGES.path)

    @dataset(id="org.example.one")
    class One(Shared):
        pass

    @dataset(id="org.example.two")
    class Two(Shared):
        LABELS = FileDownloader("labels.idx", URL)

    assert {"IMAGES"} == set(wrapper(One).resources)
    assert {"IMAGES", "LABELS"} == set(wrapper(Two).resources)


def test_tags_and_tasks_are_inherited_from_types() -> None:
    """What is said of a type is said of its data sets, beside their own words."""

    @datatags("faces")
    @dataset(Pictures, id="org.example.faces")
    def faces() -> dict[str, Base]:
        return {}

    assert ("faces", "images") == faces.card.tags
    assert ("classification",) == faces.card.tasks


def test_a_card_says_what_was_declared() -> None:
    """The card has the facts of ``@dataset``, the docstring and the ancestors of the type."""

    @dataset(
        IDXImage,
        id="org.example.digits",
        url="https://example.org",
        homepage="https://example.org/project",
        license="CC-BY-4.0",
        citation="@misc{x}",
        doi="10.1/2",
        version="2",
        languages=["pt-BR", "en"],
    )
    def digits() -> IDXImage:
        """Digits.

        Many of them.
        """
        return IDXImage(path="x")

    card = digits.card
    facts = asdict(digits.facts)
    assert facts == {name: getattr(card, name) for name in facts}
    assert ("2", ("en", "pt-BR")) == (card.version, card.languages)
    assert ("Digits.", "Many of them.") == (card.name, card.description)
    assert "IDXImage" == card.type_name
    assert "datamaestro.data.image:IDXImage" == card.types[0]
    assert "datamaestro.data:Base" == card.types[-1]


def test_nested_data_have_ids() -> None:
    """Each datum is named by the path to it, and a name that is there stays."""

    @dataset(Supervised, id="org.example.split")
    def split() -> dict[str, Base]:
        return {
            "train": LabelledImages(images=IDXImage(path="i"), labels=IDX(path="l", id="mine")),
        }

    split.repository = "acme"
    built: Any = split.build({})
    assert "org.example.split@acme" == built.id
    assert "org.example.split.train.images@acme" == built.train.images.id
    assert "mine" == built.train.labels.id


@pytest.mark.parametrize(
    ("returned", "message"),
    [(None, "returned NoneType"), ({"wrong": 1}, "its definition fails: TypeError")],
)
def test_a_definition_that_returns_something_else_is_broken(returned: Any, message: str) -> None:
    """The error names the definition, and is not a traceback."""

    @dataset(File, id="org.example.broken")
    def broken() -> Any:
        return returned

    with pytest.raises(DefinitionError, match=message):
        broken.build({})


def test_a_definition_without_a_type_is_refused() -> None:
    """Without a type and without a return annotation there is no data type."""
    with pytest.raises(DefinitionError, match="its type is not known"):

        @dataset(id="org.example.x")
        def untyped():  # type: ignore[no-untyped-def]
            return None


@pytest.mark.parametrize("bare", [lambda: None, dict, "File"])
def test_a_decorator_without_brackets_is_told(bare: Any) -> None:
    """``@dataset`` alone would take the function for a type."""
    with pytest.raises(DefinitionError, match=r"write @dataset\(\)"):
        dataset(bare)


def test_words_are_words() -> None:
    """A list in place of words shows where it is written."""
    with pytest.raises(DefinitionError, match="these are not words"):
        datatags(["a"])  # type: ignore[arg-type]


def test_a_parameter_has_to_be_an_identifier() -> None:
    """A file whose name is none needs another name."""
    with pytest.raises(DefinitionError, match="varname="):
        filedownloader("a-b.csv", URL)(lambda: None)
    assert "ab" == FileDownloader("a-b.csv", URL, varname="ab").card().name


def test_files_keep_the_order_in_which_they_are_declared() -> None:
    """As attributes and as decorators, read from top to bottom."""

    @filedownloader("c.txt", URL)
    @filedownloader("a.txt", URL)
    @dataset(id="org.example.ordered")
    class Ordered(Dataset):
        Z = FileDownloader("z.txt", URL)
        B = FileDownloader("b.txt", URL)

        def config(self, **paths: Path) -> File:
            return File(path=self.Z.path)

    assert ["Z", "B", "c", "a"] == [resource.name for resource in wrapper(Ordered).card.resources]


def test_decorators_of_a_base_class_are_inherited() -> None:
    """Like attributes."""

    @filedownloader("shared.txt", URL)
    class Shared(Dataset):
        def config(self, shared: Path) -> File:
            return File(path=shared)

    @dataset(id="org.example.heir")
    class Heir(Shared):
        pass

    built = wrapper(Heir).build(paths_of(wrapper(Heir)))
    assert isinstance(built, File)
    assert Path("/data/shared.txt") == built.path


def test_two_resources_of_one_name_are_refused() -> None:
    """An attribute and a varname, or a decorator: none is lost in silence."""

    @dataset(id="org.example.clash")
    class Clash(Dataset):
        A = FileDownloader("a.txt", URL, varname="B")
        B = FileDownloader("b.txt", URL)

        def config(self) -> File:
            return File(path=self.A.path)

    with pytest.raises(DefinitionError, match="resource B is declared twice"):
        _ = wrapper(Clash).card


def test_a_resource_declared_twice_is_refused() -> None:
    """Two resources of one name cannot both be meant."""
    with pytest.raises(DefinitionError, match="declared twice"):

        @filedownloader("a.txt", URL)
        @filedownloader("a.csv", URL)
        @dataset(File, id="org.example.x")
        def twice(a: Path) -> File:
            return File(path=a)


@pytest.mark.parametrize("filename", ["/etc/passwd", "../x", "a//b", "", "a/../../b"])
def test_a_file_stays_below_its_folder(filename: str) -> None:
    """A path that leads out of the data set's folder is refused."""
    with pytest.raises(DefinitionError, match="not a path below"):
        FileDownloader(filename, URL).card()


def test_a_digest_that_is_none_is_refused() -> None:
    """A digest of the wrong length or alphabet shows where it is written."""
    with pytest.raises(DefinitionError, match="not a sha256 digest"):
        FileDownloader("a", URL, sha256="abc").card()


def test_digests_are_those_of_the_published_file() -> None:
    """``sha256=`` and the like go to the source; ``result_sha256=`` to the result."""
    digest = sha256(b"x").hexdigest()
    card = FileDownloader("a", URL, 3, sha256=digest.upper(), result_sha256=digest).card()
    assert card.source
    assert ({"sha256": digest}, 3) == (card.source.digests, card.source.size)
    assert {"sha256": digest} == card.digests


def test_a_checker_may_be_of_either() -> None:
    """``checker=HashCheck(...)`` of older definitions says not which file it is of."""
    digest = "0" * 32
    assert {"md5": digest} == FileDownloader("a", URL, checker=HashCheck(digest)).card().either


def test_further_urls_follow_the_first() -> None:
    """``urls=`` are tried after ``url``."""
    card = FileDownloader("a", URL, urls=["https://b.org/a", "https://c.org/a"]).card()
    assert card.source
    assert card.source.urls == (URL, "https://b.org/a", "https://c.org/a")


def test_a_derived_file_names_its_inputs_and_function() -> None:
    """A derived file's card says what it is made from, by which function, in which version."""

    class Digits(Dataset):
        RAW = FileDownloader("raw.txt", URL, transient=True)
        MADE = DerivedFile("made.txt", Path.write_text, RAW, version="2")

        def config(self) -> File:
            return File(path=self.MADE.path)

    card = Digits.MADE.card()
    assert ("RAW",) == card.inputs
    assert card.derivation
    assert "2" == card.derivation.version
