"""Bodies of types of data in experimaestro's notation."""

from __future__ import annotations

import pickle
from abc import ABC, abstractmethod
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Generic, TypeVar

import attrs
import pytest
from attrs import define
from experimaestro import Config, Constant, Meta, Option, Param, PathGenerator, field

from datamaestro.data import UNSET, Base, File, Folder
from datamaestro.data.notation import plain_objects
from support.experiments import legacy as legacy_types

legacy: Any = legacy_types  # whose fields are not known where types are checked

if TYPE_CHECKING:
    from nowhere import Hidden  # type: ignore[import-not-found]

T = TypeVar("T")


def names(kind: type) -> list[str]:
    return [attribute.name for attribute in attrs.fields(kind)]


class Node(Base):
    """A body whose annotations are text, and name what is not there yet."""

    value: Param[int]
    parent: Param[Node | None]
    hidden: Param[Hidden]
    maybe_hidden: Meta[Hidden | None]
    several: Meta[list[Hidden]] = field(default_factory=list)
    nonsense: 1 / 0  # type: ignore[valid-type]


class Later(Base):
    other: Param["Named | None"]  # noqa: UP037 - both ways are in use


class Named(Base):
    name: Param[str]


def test_parameters_become_fields() -> None:
    """Each annotation of experimaestro's is a field; any other is left alone."""
    assert names(legacy.Store) == ["id", "count", "access", "path", "lookup_field"]
    assert "index_fields" in names(legacy.FixedStore)
    assert legacy.Store.index_fields == []


def test_it_is_the_same_class() -> None:
    """The body is changed in place: what has been said of the class stays true of it."""
    assert legacy.CSVTopics.__mro__[1] is legacy.Topics
    assert pickle.loads(pickle.dumps(legacy.CSVTopics)) is legacy.CSVTopics


def test_defaults() -> None:
    """All the ways in which a default can be written."""
    store = legacy.FixedStore(id="a", path="here")
    assert (store.count, store.access) == (None, legacy.Access.MMAP)
    assert (store.lookup_field, store.index_fields) == ("id", ["id"])
    topics = legacy.CSVTopics(path="here")
    assert (topics.separator, topics.lower, topics.limit) == ("\t", False, 10)
    assert (legacy.Tuned().sep, legacy.Tuned().size, legacy.Tuned().id) == ("\t", 3, "")
    assert legacy.Rerank().weights == [1.0]


def test_defaults_are_not_shared() -> None:
    """A list that is a default is each object's own."""
    one, other = legacy.Rerank(), legacy.Rerank()
    one.sources.append("a")
    one.weights.append(2.0)
    assert (other.sources, other.weights) == ([], [1.0])
    first, second = (legacy.FixedStore(path="here") for _ in range(2))
    first.index_fields.append("url")
    assert second.index_fields == ["id"]


def test_a_default_counts_when_the_field_is_written_again() -> None:
    """As for experimaestro, also where it has become a parameter, and where attrs wrote it."""
    assert legacy.ParamTopics(path="here").separator == "\t"

    @define(slots=False, kw_only=True, eq=False)
    class Written(Base):
        size: int = 3

    class Again(Written):
        size: Param[int]

    assert Again().size == 3


def test_what_has_no_value_yet_is_tolerated() -> None:
    """An incomplete object can be made, and be completed."""
    adhoc = legacy.Adhoc()
    assert adhoc.documents is UNSET
    adhoc.documents = legacy.Documents(id="documents")
    assert adhoc.documents.id == "documents"


def test_paths_are_paths() -> None:
    """Text becomes a path, also when it is set later; None stays None."""
    topics = legacy.CSVTopics(path="here")
    assert topics.path == Path("here")
    topics.path = "there"
    assert topics.path == Path("there")
    assert legacy.Results(detailed=None).detailed is None
    assert legacy.Results(detailed="all").detailed == Path("all")


def test_what_experimaestro_generates_has_no_value() -> None:
    """A path in the folder of a job is one only there."""
    made = legacy.Generated(value=1)
    assert (made.path, made.other) == (UNSET, UNSET)


def test_what_is_mixed_in_gives_its_fields() -> None:
    """Its methods work; a field may be set after construction; own fields come first."""
    topics = legacy.OutsideTopics(id="a")
    assert topics.irds is UNSET
    topics.irds = "antique"
    assert (list(topics.topics()), topics.irds) == (["loaded antique"], "antique")
    assert legacy.OutsideTopics.__xpmid__() == "outside.OutsideTopics"
    assert isinstance(topics, legacy.Outside)
    assert legacy.OutsideDocuments(count=3, irds="beir").count == 3


def test_a_type_of_data_is_no_config() -> None:
    """Else experimaestro would take its objects for configurations, and refuse them."""

    class Direct(Base, Config):
        value: Param[int]

    assert not issubclass(legacy.OutsideTopics, Config)
    assert not issubclass(Direct, Config)
    kind: Any = Direct
    assert kind(value=3).value == 3


class Both(Config):
    """Used as a configuration and mixed in."""

    value: Param[int]


def test_a_mixin_in_use_stays_a_config() -> None:
    """What has been used as a configuration of its own goes on as one."""
    assert Both.C(value=3).value == 3

    class Mixed(Base, Both):
        other: Param[int]

    assert issubclass(Both, Config)
    assert Both.C(value=4).value == 4
    with plain_objects():
        assert Mixed.C(value=1, other=2).value == 1


def test_fields_of_several_ancestors() -> None:
    """A body that says nothing has the fields of all of its ancestors; so do diamonds."""
    assert names(legacy.Lines) == ["id", "path"]

    class Diamond(legacy.CSVTopics, legacy.OutsideTopics):
        pass

    assert set(names(Diamond)) == {"id", "path", "separator", "lower", "limit", "irds"}
    assert Diamond(path="a", irds="b").irds == "b"


def test_abstract_types_stay_abstract() -> None:
    """What has to be written still has to be written."""
    with pytest.raises(TypeError, match="abstract"):
        legacy.Topics()


def test_what_has_been_cached_and_iterated() -> None:
    """Cached properties, generic types and iteration are those of any class."""
    store = legacy.FixedStore(path="here")
    assert store.where == "here:id"
    store.path = Path("there")
    assert store.where == "here:id"
    assert legacy.Generated[int](value=1).value == 1


def test_what_can_be_understood_of_text_is() -> None:
    """Names that are not known do not matter; what is no type is no field."""
    assert names(Node) == ["id", "value", "parent", "hidden", "maybe_hidden", "several"]
    kind: Any = Node
    node = kind(value=1)
    assert (node.parent, node.hidden, node.maybe_hidden, node.several) == (None, UNSET, None, [])
    assert names(Later) == ["id", "other"]


def test_bodies_of_plain_attrs_are_left_alone() -> None:
    """Their author decorates them, before which nothing is known of their fields."""

    class Undecorated(Folder):
        size: int = 3

    assert names(Undecorated) == ["id", "path"]
    decorated = define(slots=False, kw_only=True, eq=False)(Undecorated)
    assert decorated is Undecorated
    assert decorated(path="here").size == 3

    @define(slots=False, kw_only=True, eq=False)
    class Nothing(File, Folder):
        pass

    assert names(Nothing) == ["id", "path"]


def test_an_author_may_decorate_on_top() -> None:
    """A legacy body under ``@define`` has its fields once."""

    @define(slots=False, kw_only=True, eq=False)
    class Doubly(Base):
        value: Param[int] = 3

    assert names(Doubly) == ["id", "value"]
    assert Doubly(value=4).value == 4


def test_an_init_of_the_author() -> None:
    """It is called first, without values, as experimaestro does."""
    started = legacy.Started(value=3)
    assert (started.started, started.value) == (True, 3)


def test_all_kinds_of_notation() -> None:
    """Param, Meta, Option, Constant, and anything else that experimaestro annotates with."""

    class All(Base, ABC, Generic[T]):
        one: Param[T]
        two: Meta[str] = "b"
        three: Option[str] = "c"
        four: Constant[str] = "d"
        five: Annotated[str, *Param[str].__metadata__] = "e"
        six: Meta[Path] = field(default_factory=PathGenerator("f"))
        plain: str = "no field"

        @abstractmethod
        def act(self) -> Any: ...

    class Acting(All[int]):
        def act(self) -> Any:
            return self.one

    assert names(Acting) == ["id", "one", "two", "three", "four", "five", "six"]
    kind: Any = Acting
    assert kind(one=1).act() == 1
