"""Data sets that are handed over where nothing of their repository is installed."""

from __future__ import annotations

import json
import shutil
import sys
from pathlib import Path
from typing import Any

import pytest

from datamaestro.context import Context
from datamaestro.data import Base, File
from datamaestro.data.parts import walk
from datamaestro.data.tensor import IDX
from datamaestro.descriptions.describing import describe, describe_held
from datamaestro.errors import (
    DatasetNotFound,
    DefinitionError,
    PluginError,
    VariantError,
)
from datamaestro.plugins.registry import forget_plugins
from datamaestro.store.descriptions import write_description
from datamaestro.store.holdings import Holding
from support.repositories import define

DIGITS = "edu.uci.optdigits"


@pytest.fixture
def published(tmp_path: Path) -> Path:
    """Return a file that can be downloaded."""
    file = tmp_path / "published.txt"
    file.write_text("a b")
    return file


@pytest.fixture
def elsewhere(tmp_path: Path) -> Path:
    """Return another data directory, of a computer without the repository."""
    return tmp_path / "elsewhere"


def moved(store: Path, elsewhere: Path, monkeypatch: pytest.MonkeyPatch, plugin: str) -> Context:
    """Copy a data directory, take the plugin of a repository away, and return a context there."""
    shutil.copytree(store, elsewhere)
    shutil.rmtree(store)
    monkeypatch.setenv("DATAMAESTRO_PLUGINS", f"-{plugin}")
    forget_plugins()
    return Context(elsewhere, offline=True)


def printed(context: Context, data: Base) -> Any:
    """Return the JSON document of a data object, with paths below the data directory."""
    text = context.plugins.encoder("normal").encode(data)
    return json.loads(text.replace(str(context.store.root), "STORE"))


def test_what_was_made_is_handed_over_elsewhere(
    context: Context, store: Path, elsewhere: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Without network and repository: the same document, the same types, and its content."""
    before = context.prepare(DIGITS)
    document = printed(context, before)
    there = moved(store, elsewhere, monkeypatch, "demo")
    after = there.prepare(DIGITS)
    assert document == printed(there, after)
    assert [type(one) for _, one in walk(before)] == [type(one) for _, one in walk(after)]
    assert (1797, 8, 8) == after.images.data().shape
    assert elsewhere / "data/demo/edu/uci/optdigits/images.idx" == after.images.path
    assert there.is_prepared(DIGITS)


def test_parts_are_handed_over(
    context: Context, store: Path, elsewhere: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """By their names; what is none is said."""
    context.prepare(DIGITS)
    there = moved(store, elsewhere, monkeypatch, "demo")
    part = there.prepare(f"{DIGITS}.images")
    assert f"{DIGITS}.images@demo" == part.id
    assert isinstance(part, IDX)
    assert part.id == there.prepare(f"{DIGITS}.images@demo").id
    with pytest.raises(DatasetNotFound):
        there.prepare(f"{DIGITS}.nothing")
    with pytest.raises(DatasetNotFound):
        there.prepare("edu.uci")


FAMILY = """
from attrs import define as attrs_define
from datamaestro.data import Base
from datamaestro.variants import AxesVariants, Axis

SOURCE = "package:datamaestro_plugins.demo/make_optdigits.py"

@attrs_define(slots=False, kw_only=True, eq=False)
class Reviews(File):
    language: str
    size: int
    label: dict = None
    opened: object = None

@dataset(
    Reviews,
    id="org.example.family",
    variants=AxesVariants(
        lang=Axis(["de", "en"]),
        size=Axis([10, 100], default=10, elide_default=True),
        loud=Axis([True, False], default=True, in_id=False),
    ),
)
class Family(Dataset):
    MADE = FileDownloader("made.py", SOURCE)

    def config(self, lang, size, loud):
        opened = open if lang == "en" else None
        label = {1: ("a", None)}
        return Reviews(
            path=self.MADE.path, language=lang, size=size, label=label, opened=opened
        )
"""


def test_variants_are_handed_over(
    site: Path, store: Path, elsewhere: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """However they are chosen; a type that is not installed keeps its name and its fields."""
    define(site, FAMILY)
    context = Context()
    before = context.prepare("org.example.family[lang=de]")
    document = printed(context, before)
    description = describe(context, "org.example.family")
    write_description(context.store, description)
    shutil.rmtree(site)
    there = moved(store, elsewhere, monkeypatch, "repository-of-test")
    after = there.prepare("org.example.family[lang=de]")
    assert document == printed(there, after)
    assert "org.example.family[lang=de]@test" == after.id
    assert (File, "Reviews") == (type(after).__bases__[0], type(after).__name__)
    assert ("de", 10, {1: ("a", None)}) == (after.language, after.size, after.label)
    assert 100 == there.prepare("org.example.family[size=100, lang=en]@test").size
    assert 100 == there.prepare("org.example.family", variant={"lang": "en", "size": 100}).size
    assert "de" == there.prepare("org.example.family[loud=no,lang='de']").language
    with pytest.raises(VariantError):
        there.prepare("org.example.family")
    with pytest.raises(VariantError):
        there.prepare("org.example.family[lang=fr]")


def test_what_is_on_disk_is_described_as_it_was_made(context: Context, store: Path) -> None:
    """Where its definition says something else now; else as that says it, with all variants."""
    context.prepare(DIGITS)
    holding = Holding(context.store, DIGITS, "demo")
    now = describe(context, DIGITS)
    write_description(context.store, now._replace(card={**now.card, "name": "earlier"}))
    assert now == describe_held(context, holding)
    earlier = now._replace(card={**now.card, "resources": []})
    write_description(context.store, earlier)
    assert earlier == describe_held(context, holding)
    context.store.description(holding).unlink()
    assert now == describe_held(context, holding)
    assert describe_held(context, Holding(context.store, "org.none", "demo")) is None


def test_an_alias_names_what_is_described(context: Context) -> None:
    """As it does where the repository is installed."""
    description = describe(context, DIGITS)
    card = {**description.card, "repository": "gone", "aliases": ["org.example.digits"]}
    write_description(context.store, description._replace(card=card))
    assert f"{DIGITS}@gone" == context.dataset("org.example.digits").card.identity
    assert f"{DIGITS}@gone" == context.dataset("org.example.digits@gone").card.identity
    for other in ("org.example.digits@demo", "org.example.digits.images", "Digits", "image"):
        with pytest.raises(DatasetNotFound):
            context.dataset(other)


def test_what_is_not_described_is_said(context: Context, store: Path) -> None:
    """A card alone does to list a data set, and not to hand it over."""
    description = describe(context, DIGITS)._replace(variants=())
    card = {**description.card, "repository": "gone"}
    write_description(context.store, description._replace(card=card))
    assert f"{DIGITS}@gone" == context.dataset(f"{DIGITS}@gone").card.identity
    with pytest.raises(PluginError, match="not described here"):
        context.prepare(f"{DIGITS}@gone")


def test_what_is_missing_is_fetched_where_no_code_is_needed(
    published: Path, site: Path, store: Path, elsewhere: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What an author's code makes is refused before anything is fetched."""
    define(
        site,
        f"""
        def upper(output, path):
            output.write_text(path.read_text().upper())

        @dataset(id="org.example.plain")
        class Plain(Dataset):
            MADE = FileDownloader("made.txt", "{published.as_uri()}")

            def config(self) -> File:
                return File(path=self.MADE.path)

        @dataset(id="org.example.derived")
        class Derived(Dataset):
            RAW = FileDownloader("raw.txt", "{published.as_uri()}")
            MADE = DerivedFile("made.txt", upper, RAW)

            def config(self) -> File:
                return File(path=self.MADE.path)
        """,
    )
    context = Context()
    places = [context.prepare(f"org.example.{name}").path for name in ("plain", "derived")]
    for place in places:
        place.unlink()
    shutil.rmtree(site)
    moved(store, elsewhere, monkeypatch, "repository-of-test")
    there = Context(elsewhere)
    assert "a b" == there.prepare("org.example.plain").path.read_text()
    with pytest.raises(DefinitionError, match="code of a package that is not here"):
        there.prepare("org.example.derived")


def test_what_is_made_as_it_is_described_where_it_is_shared_is_described_here_too(
    tmp_path: Path, published: Path, site: Path, elsewhere: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Else it would not be found again, as its records are here then."""
    define(
        site,
        f"""
        @dataset(id="org.example.plain")
        class Plain(Dataset):
            MADE = FileDownloader("made.txt", "{published.as_uri()}")

            def config(self) -> File:
                return File(path=self.MADE.path)
        """,
    )
    shared = Context(tmp_path / "shared")
    shared.prepare("org.example.plain").path.unlink()
    monkeypatch.setenv("DATAMAESTRO_SHARED", str(shared.store.root))
    shutil.rmtree(site)
    forget_plugins()
    for _ in range(2):
        made = Context(elsewhere).prepare("org.example.plain").path
        assert elsewhere / "data/test/org/example/plain/made.txt" == made


def test_an_installed_definition_goes_first(context: Context) -> None:
    """What is described is only used where there is none, or it is broken."""
    context.prepare(DIGITS)
    description = describe(context, DIGITS)
    card = {**description.card, "name": "Something else"}
    write_description(context.store, description._replace(card=card))
    assert "Something else" != context.dataset(DIGITS).card.name


def test_a_broken_repository_is_stood_in_for(
    published: Path, site: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """And its mistake is told."""
    source = f"""
        @filedownloader("made.txt", "{published.as_uri()}")
        @dataset(File, id="org.example.plain")
        def plain(made):
            return File(path=made)
    """
    define(site, source)
    Context().prepare("org.example.plain")
    (site / "repository_of_test/config/org/example.py").write_text("this is no Python")
    forget_plugins()
    for name in [name for name in sys.modules if name.startswith("repository_of_test")]:
        del sys.modules[name]
    assert "a b" == Context().prepare("org.example.plain").path.read_text()
    assert "is used as it is described, since" in caplog.text


def test_a_data_set_made_of_another_is_handed_over(
    site: Path, store: Path, elsewhere: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its paths lead to the folder of the other one, which may have been there before."""
    define(
        site,
        """
        from datamaestro.data import Base
        from datamaestro.download.reference import reference
        from attrs import define as attrs_define

        @attrs_define(slots=False, kw_only=True, eq=False)
        class Pair(Base):
            one: File
            other: Path

        @filedownloader("made.py", "package:datamaestro_plugins.demo/make_optdigits.py")
        @dataset(File, id="org.example.one")
        def one(made):
            return File(path=made)

        @dataset(id="org.example.two", base=Pair)
        class Two(Dataset):
            FIRST = reference(one)

            def config(self) -> Pair:
                first = self.FIRST.config()
                return Pair(one=first, other=first.path)
        """,
    )
    Context().prepare("org.example.one")
    document = printed(Context(), Context().prepare("org.example.two"))
    shutil.rmtree(site)
    there = moved(store, elsewhere, monkeypatch, "repository-of-test")
    assert document == printed(there, there.prepare("org.example.two"))
    assert there.is_prepared("org.example.two")
    described = describe(there, "org.example.two")
    assert ("org.example.two", "test") == (described.id, described.repository)
