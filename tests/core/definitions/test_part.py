"""Parts of data sets, as users name them."""

from __future__ import annotations

from pathlib import Path

import pytest
from attrs import define
from hypothesis import given
from hypothesis import strategies as st

from datamaestro import get_dataset, prepare_dataset
from datamaestro.context import Context
from datamaestro.data import Base, File
from datamaestro.data.parts import walk
from datamaestro.definitions.part import Part
from datamaestro.errors import DatasetNotFound, UsageError, VariantError
from datamaestro.house.dependents import dependents
from support.repositories import define as define_repository
from support.searching import add_repository

MANY = """
from typing import Any
from attrs import define as attrs_define
from datamaestro.data import Base
from datamaestro.variants import AxesVariants, Axis

SOURCE = "package:datamaestro_plugins.demo/make_optdigits.py"

@attrs_define(slots=False, kw_only=True, eq=False)
class Many(Base):
    folds: Any = None
    named: Any = None

@filedownloader("made.py", SOURCE)
@dataset(Many, id="org.example.many")
def many(made):
    named = {"en us": File(path=made), "a.b": File(path=made), "x:y": (File(path=made),)}
    return {"folds": [File(path=made), File(path=made)], "named": named}

@dataset(id="org.example.many.folds.0", base=File)
class First(Dataset):
    MADE = FileDownloader("first.py", SOURCE)

    def config(self):
        return File(path=self.MADE.path)

@dataset(id="org.example.family", variants=AxesVariants(lang=Axis(["de", "en"])), base=Many)
class Family(Dataset):
    MADE = FileDownloader("made.py", SOURCE)

    def config(self, lang):
        return Many(named={lang: File(path=self.MADE.path)})
"""


def test_each_printed_id_of_what_is_built_in_names_the_same_object(context: Context) -> None:
    """With its repository and without, as long as somebody has the whole."""
    wholes = [context.prepare(one, download=False) for one in context.datasets()]
    data = [datum for whole in wholes for _, datum in walk(whole)]
    assert "com.lecun.mnist.train.images@image" in {datum.id for datum in data}
    for datum in data:
        assert datum is get_dataset(datum.id)
        assert datum is get_dataset(datum.id.partition("@")[0])


def test_elements_and_keys_are_named(site: Path) -> None:
    """By place and key, whatever is in a key; an id that is the same as a part's goes first."""
    define_repository(site, MANY)
    whole = get_dataset("org.example.many")
    assert whole.folds[1] is get_dataset("org.example.many.folds.1")
    assert whole.named["en us"] is get_dataset("org.example.many.named.en us@test")
    assert whole.named["a.b"] is get_dataset("org.example.many.named.a.b")
    assert whole.named["x:y"][0] is get_dataset("org.example.many.named.x:y.0@test")
    assert "first.py" == get_dataset("org.example.many.folds.0").path.name


def test_a_part_of_a_variant_stands_behind_its_selector(site: Path) -> None:
    """Also where the variant is chosen in Python."""
    define_repository(site, MANY)
    whole = get_dataset("org.example.family[lang=en]")
    part = get_dataset("org.example.family[lang=en].named.en")
    assert whole.named["en"] is part is get_dataset(part.id)
    assert part is get_dataset("org.example.family.named.en", variant={"lang": "en"})
    with pytest.raises(VariantError, match="lang"):
        get_dataset("org.example.family.named.en")
    with pytest.raises(DatasetNotFound, match=r"did you mean org\.example\.family\[lang=en\]"):
        get_dataset("org.example.family[lang=en].named.e")


def test_preparing_a_part_brings_the_whole(store: Path, context: Context) -> None:
    """And returns the part."""
    images = prepare_dataset("edu.uci.optdigits.images")
    assert (1797, 8, 8) == images.data().shape
    assert context.is_prepared("edu.uci.optdigits.labels")


def test_what_is_known_of_a_part_is_that_of_its_whole(context: Context) -> None:
    """Its card, its plan and what it needs."""
    part = context.dataset("edu.uci.optdigits.labels")
    assert isinstance(part, Part)
    assert "edu.uci.optdigits@demo" == part.card.identity
    assert "edu.uci.optdigits.labels@demo" == part.identity
    assert context.dataset("edu.uci.optdigits") is part.whole
    assert [part.whole] == context.needed(part.identity)
    assert {} == context.open_terms(part.identity)


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ("edu.uci.optdigits.image", r"did you mean edu\.uci\.optdigits\.images@demo"),
        ("edu.uci.optdigits.zzz", r"edu\.uci\.optdigits@demo has images, labels\)"),
        ("edu.uci.optdigits.images.zzz@demo", "no data set"),
        ("edu.uci.optdigits@image", "no data set"),
    ],
)
def test_a_part_that_is_not_there_is_told_with_those_that_are(
    wrong: str, said: str, context: Context
) -> None:
    """Nothing is fetched for that."""
    for ask in (context.dataset, context.prepare):
        with pytest.raises(DatasetNotFound, match=said):
            ask(wrong)
    assert not context.store.root.exists()


def test_a_data_set_may_be_made_of_a_part_of_another(site: Path) -> None:
    """All of that one is brought to disk."""
    define_repository(
        site,
        """
        from datamaestro.download.reference import reference

        @dataset(id="org.example.referring", base=File)
        class Referring(Dataset):
            IMAGES = reference("edu.uci.optdigits.images")

            def config(self):
                return File(path=self.IMAGES.config().path)
        """,
    )
    assert prepare_dataset("org.example.referring").path.is_file()
    assert Context().is_prepared("edu.uci.optdigits")


MADE_OF_A_PART = """
from datamaestro.download.reference import reference

def count(output, images):
    output.write_text(images.path.name)

@dataset(id="org.example.counted")
class Counted(Dataset):
    IMAGES = reference("edu.uci.optdigits.images", transient={transient})
    COUNT = DerivedFile("count.txt", count, IMAGES)

    def config(self) -> File:
        return File(path=self.COUNT.path)
"""


@pytest.mark.parametrize("transient", [True, False])
def test_what_is_made_from_a_part_is_current(transient: bool, site: Path) -> None:
    """It is given the part; the whole is known as what it is made from."""
    define_repository(site, MADE_OF_A_PART.format(transient=transient))
    definition = Context().dataset("org.example.counted")
    assert "images.idx" == Context().prepare(definition).path.read_text()
    assert Context().is_prepared(definition)
    resource = definition.card.resources[0]
    assert ("edu.uci.optdigits@demo", "images") == (resource.reference, resource.part)
    cards = {definition.card.identity: {"resources": [{"reference": resource.reference}]}}
    assert {"edu.uci.optdigits@demo": ["org.example.counted@test"]} == (
        dependents(cards, {"edu.uci.optdigits@demo"})
    )


def test_a_data_set_that_fails_to_be_looked_up_elsewhere_hides_no_part(
    site: Path, context: Context
) -> None:
    """A broken repository costs a line, not the part."""
    add_repository(site, "broken", edu__uci="1 / 0")
    assert get_dataset("edu.uci.optdigits.images").path.name == "images.idx"


@define(slots=False, kw_only=True, eq=False)
class Tree(Base):
    """A datum with others inside."""

    children: object


KEYS = st.text(min_size=1).filter(lambda text: not set(text) & set("[]@") and text[0] != ".")
TREES = st.recursive(
    st.builds(lambda: File(path="x")),
    lambda inner: st.builds(
        lambda children: Tree(children=children),
        st.lists(inner, max_size=3) | st.dictionaries(KEYS, inner, max_size=3) | inner,
    ),
    max_leaves=6,
)


@given(TREES, st.sampled_from(["", "@test"]))
def test_any_path_is_read_as_it_was_written(data: Base, at: str) -> None:
    """Whatever the keys are, but for brackets and ``@``, and a dot in front."""
    from datamaestro.variants.selector import parse_name

    for path, datum in walk(data):
        name = parse_name(f"org.example.tree{path}{at}")
        behind = f".{name.part}" if name.part else ""
        assert f"org.example.tree{path}{at}" == f"{name.id}{behind}{at}"
        if path:
            part = Part(None, path.removeprefix("."))  # type: ignore[arg-type]
            found = part.inside(data)
            same = [each for where, each in walk(data) if where == path]
            assert found is same[0]
            assert datum in same


@pytest.mark.parametrize("wrong", ["a..b", "a b.c", "a.[x]", "a.b.x[k=v] y", "a.b c[k=v]"])
def test_what_is_no_name_is_refused(wrong: str, context: Context) -> None:
    """It says what is expected."""
    with pytest.raises(UsageError, match="does not name a data set"):
        context.dataset(wrong)
