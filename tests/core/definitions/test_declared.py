"""What ``@dataset`` makes: how it is used, and what it is told besides an id and a type."""

import gc
import pickle
from pathlib import Path
from typing import Any

import pytest

from datamaestro.annotations.agreement import useragreement
from datamaestro.context import Context
from datamaestro.data import Base, File
from datamaestro.data.image import LabelledImages
from datamaestro.definitions import Dataset, dataset, datatags, hook, metadata, metadataset
from datamaestro.download.single import FileDownloader, filedownloader
from datamaestro.errors import DefinitionError, TermsNeeded, TransferError, VariantError
from datamaestro.settings.agreements import accept
from datamaestro.variants import AxesVariants, Axis
from support.distributions import install

ID = "org.example.declared"

REPOSITORY = """
    import datamaestro

    class Repository(datamaestro.Repository):
        NAMESPACE = "acme"
    """


def make_file(**options: Any) -> Any:
    """Return a data set of one file that is nowhere."""

    @filedownloader("x.txt", "file:///nowhere/x.txt")
    @dataset(File, id=ID, **options)
    def data(x: Path) -> dict[str, Any]:
        """The name

        And what it is.
        """
        return {"path": x}

    return data


def test_it_has_what_earlier_versions_had_on_it() -> None:
    """Programs look at these."""
    data = make_file(url="https://example.org", doi="10.1/x", timestamp="2024", size="2.9GB")
    assert ("The name", "And what it is.", "https://example.org", "10.1/x") == (
        data.name,
        data.description,
        data.url,
        data.doi,
    )
    assert (File, set(), True, False) == (
        data.configtype,
        data.tags,
        data.has_files(),
        data.is_prepared(),
    )
    assert ("2024", 2_900_000_000) == (data.card.timestamp, data.card.size)


@pytest.mark.parametrize("size", ["much", "-3"])
def test_a_size_that_is_none_is_refused(size: str) -> None:
    """It is told where it is written."""
    with pytest.raises(DefinitionError, match="no number of bytes"):
        make_file(size=size)


def test_an_alias_is_another_id(site: Path) -> None:
    """It is found by each, and has one identity."""
    source = """
        from datamaestro.data import Base
        from datamaestro.definitions import dataset

        @dataset(Base, aliases=["org.old.name"])
        def new():
            return Base()
        """
    modules = {
        "acme_new/__init__.py": REPOSITORY,
        "acme_new/config/__init__.py": "",
        "acme_new/config/org.py": source,
    }
    points = {"datamaestro.repositories": {"acme": "acme_new:Repository"}}
    install(site, "acme-new", modules, points)
    assert "org.new@acme" == Context().dataset("org.old.name").card.identity
    assert "org.new@acme" == Context().prepare("org.old.name@acme").id
    assert ["org.new"] == [one.id for one in Context().repository("acme").definitions()]  # type: ignore[attr-defined]


def test_the_data_object_is_the_same_as_long_as_somebody_has_it(context: Context) -> None:
    """Afterwards it is made anew; another data directory has its own."""
    data = make_file()
    first = data.prepare()
    assert first is data.prepare()
    assert first is context.prepare(data, download=False)
    assert first is not Context("/elsewhere").prepare(data, download=False)
    first.path = Path("changed")
    del first
    gc.collect()
    assert "x.txt" == data().path.name


def test_data_know_their_data_set(context: Context) -> None:
    """So they can bring themselves to disk; a copy finds it by its id."""
    digits = context.prepare("edu.uci.optdigits", download=False)
    assert not digits.images.is_prepared()
    assert digits.images is digits.images.prepare()
    assert digits.labels.is_prepared()
    copy = pickle.loads(pickle.dumps(digits.images))
    found = copy.__datamaestro_dataset__
    assert "edu.uci.optdigits@demo" == found.card.identity
    assert {"id": "edu.uci.optdigits.images@demo", "name": found.card.name} == {
        key: copy.dataset_information()[key] for key in ("id", "name")
    }


def test_data_of_no_data_set_have_nothing_to_bring() -> None:
    """They are there, and prepared."""
    data = File(path=Path("x"), id="made.by.hand")
    assert (True, None, "") == (
        data.prepare().is_prepared(),
        data.__datamaestro_dataset__,
        data.dataset_information()["name"],
    )


def test_a_part_of_another_data_set_is_looked_up_later(tmp_path: Path) -> None:
    """It is named by attributes, and called for its value."""

    @dataset(LabelledImages, id=ID)
    def data() -> dict[str, Any]:
        return {"images": Base(id="i"), "labels": File(path=tmp_path / "labels")}

    part: Any = data.labels.path
    assert f"[{ID}].labels.path" == repr(part)
    assert tmp_path / "labels" == part()
    with pytest.raises(AttributeError, match="nothing"):
        _ = data.nothing()


def test_a_metadata_set_shares_the_type_of_its_data() -> None:
    """It is no data set itself; a type is checked."""

    @metadataset(File)
    def texts(data: Path) -> None:
        """Texts."""

    @dataset(texts, id=ID)
    class Text(Dataset):
        X = FileDownloader("x.txt", "file:///nowhere/x.txt")

        def config(self) -> Any:
            return {"path": self.X.path}

    assert File is vars(Text)["__dataset__"].configtype
    with pytest.raises(DefinitionError, match=r"@metadataset.*no type of data"):
        metadataset(dict)  # type: ignore[arg-type]


def test_metadata_says_tags_and_tasks_at_once() -> None:
    """Of a type, its data sets inherit them."""

    @metadata(tags="images", tasks=["classification", "counting"])
    class Pictures(Base):
        pass

    @datatags("small")
    @dataset(Pictures, id=ID)
    def data() -> Pictures:
        return Pictures()

    assert (("images", "small"), ("classification", "counting")) == (
        data.card.tags,
        data.card.tasks,
    )


def test_resources_can_be_set_up_by_the_function_itself(tmp_path: Path, context: Context) -> None:
    """It is called with its data set, before and when the data are made."""
    (tmp_path / "x.txt").write_text("text")

    @dataset(File, id=ID, as_prepare=True)
    def data(dataset: Any, options: Any) -> dict[str, Any]:
        resource = FileDownloader("x.txt", (tmp_path / "x.txt").as_uri())
        return {"path": resource.setup(dataset, options)}

    assert "text" == context.prepare(data).path.read_text()


def test_the_folder_of_a_data_set_is_known_to_its_class(context: Context) -> None:
    """Other definitions read files of it."""

    @dataset(id=ID)
    class Data(Dataset):
        def config(self) -> Base:
            return Base(id=str(self.data_path))

    folder = context.store.root / "data/__custom__/org/example/declared"
    assert (folder, str(folder)) == (Data.data_path, context.prepare(Data).id)
    with pytest.raises(AttributeError, match="@dataset does not stand above"):
        _ = Dataset.data_path


# Hooks


def test_hooks_are_called_at_their_moments(context: Context) -> None:
    """Before data are made; before something is fetched, and not when all is there."""
    calls: list[str] = []

    @hook("pre-use")
    def used(dataset: Any, word: str) -> None:
        calls.append(f"{word} {dataset.id}")

    @hook("pre-download")
    def fetched(dataset: Any) -> None:
        calls.append("fetched")

    @used("used")
    @fetched()
    @dataset(File, id=ID)
    def data() -> dict[str, Any]:
        return {"path": Path("x")}

    context.prepare(data)
    assert [f"used {ID}"] == calls
    calls.clear()
    lacking = fetched()(make_file())
    with pytest.raises(TransferError):
        context.prepare(lacking)
    assert ["fetched"] == calls


def test_a_hook_that_fails_is_told(context: Context) -> None:
    """With the moment and the reason; nothing is fetched then."""

    @hook("pre-download")
    def failing(dataset: Any) -> None:
        raise RuntimeError("no such program")

    data = failing()(make_file())
    with pytest.raises(DefinitionError, match=f"{ID}: its pre-download hook: no such program"):
        context.prepare(data)


def test_a_moment_has_to_be_one() -> None:
    """The two that there are are named."""
    with pytest.raises(DefinitionError, match="pre-use, pre-download"):
        hook("post-mortem")


# Terms


def test_terms_have_to_be_accepted_before_something_is_fetched(context: Context) -> None:
    """What has been accepted is recorded for this user, once for all data sets with these terms."""
    terms = useragreement("Only for research.", id="org.example.terms")

    @terms
    @dataset(Base, id=ID)
    def data() -> Base:
        return Base()

    @terms
    @dataset(Base, id="org.example.another")
    def another() -> Base:
        return Base()

    assert ID in context.prepare(data, download=False).id
    with pytest.raises(TermsNeeded, match="Only for research") as caught:
        context.prepare(data)
    assert (7, True) == (caught.value.exit_code, f"accept {ID}@__custom__" in caught.value.hint)
    assert ["Only for research."] == [one.message for one in context.open_terms(data).values()]
    assert isinstance(context.forecast(data).problem, TermsNeeded)
    accept("org.example.terms")
    context.prepare(data)
    context.prepare(another)
    assert {} == context.open_terms(data)


def test_terms_have_the_id_of_their_data_set_where_they_have_no_other() -> None:
    """Also where they stand below ``@dataset``."""

    @useragreement("Above.")
    @dataset(Base, id=ID)
    @useragreement("Below.")
    def data() -> Base:
        return Base()

    assert [(ID, "Below."), (ID, "Above.")] == [(one.id, one.message) for one in data.card.terms]
    with pytest.raises(DefinitionError, match="nothing that can be accepted"):
        useragreement(" ")


# Families


class Sizes(AxesVariants):
    """What the family has."""

    size = Axis(["small", "large"])
    shuffled = Axis([False, True], default=False, elide_default=True)


def make_family() -> Any:
    """Return a family of data sets."""

    @dataset(id=ID, variants=Sizes)
    class Family(Dataset):
        def config(self, *, size: str, shuffled: bool) -> File:
            return File(path=self.data_path / f"{size}-{shuffled}")

    return vars(Family)["__dataset__"]


def test_a_variant_has_the_familys_folder_and_an_id_of_its_own(context: Context) -> None:
    """Values that need not be said are left out of it."""
    family = make_family()
    data = context.prepare(family, variant={"size": "small"})
    assert (f"{ID}[size=small]@__custom__", "small-False") == (data.id, data.path.name)
    other = family.prepare(variant_kwargs={"size": "small", "shuffled": True})
    assert f"{ID}[shuffled=true,size=small]@__custom__" == other.id
    assert data is family.prepare(variant_kwargs={"size": "small"})
    assert family.datapath == data.path.parent


def test_a_variant_that_is_not_there_is_told(context: Context) -> None:
    """The axis is named, and what it may be."""
    with pytest.raises(VariantError, match=r"size.*small.*large"):
        context.prepare(make_family(), variant={"size": "huge"})
    with pytest.raises(VariantError, match=r"missing required variant axis.*size"):
        context.prepare(make_family())
    with pytest.raises(TypeError, match="no Variants"):
        dataset(Base, id=ID, variants="bogus")  # type: ignore[arg-type]
