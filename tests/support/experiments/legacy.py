"""Types of data in experimaestro's notation, which datamaestro 1.16 understands as well.

``python -m support.experiments.legacy`` prints the identifiers of :func:`samples`, with either.
"""

# ruff: noqa: RUF012, UP006, UP035, UP045 - all ways of writing types are in use

import warnings
from abc import ABC, abstractmethod
from collections.abc import Iterator
from enum import Enum
from functools import cached_property
from pathlib import Path
from typing import Annotated, Any, Dict, Generic, Iterable, List, Optional, TypeVar

from experimaestro import Choices, Config, Constant, PathGenerator, field, pathgenerator

from datamaestro.data import Base, File
from datamaestro.data.ml import Supervised
from datamaestro.definitions import Meta, Option, Param

T = TypeVar("T")


class Access(Enum):
    """How to read."""

    FILE = 0
    MMAP = 1


class Documents(Base):
    """Optional without a default."""

    count: Meta[Optional[int]]

    @property
    def documentcount(self) -> int:
        return self.count or 0


class Store(Documents, ABC):
    """An enumeration as a default; an attribute that is no field; a method that caches."""

    access: Meta[Access] = field(default=Access.MMAP, ignore_default=True)
    path: Param[Path]
    lookup_field: Param[str]
    index_fields: List[str] = []

    @cached_property
    def where(self) -> str:
        return f"{self.path}:{self.lookup_field}"

    @abstractmethod
    def convert(self, line: str) -> str: ...


class FixedStore(Store):
    """Constants in place of parameters."""

    lookup_field: Constant[str] = "id"
    index_fields: Constant[List[str]] = ["id"]

    def convert(self, line: str) -> str:
        return line


class Topics(Base, ABC):
    @abstractmethod
    def topics(self) -> Iterator[str]: ...

    def count(self) -> int:
        return 3


class CSVTopics(Topics):
    path: Meta[Path]
    separator: Meta[str] = "\t"
    lower: Param[bool] = False
    limit: Param[int] = field(default=10)

    def topics(self) -> Iterator[str]:
        return iter(self.path.read_text().split(self.separator))


class ParamTopics(CSVTopics):
    """A field that is written again, as a parameter and without a default."""

    separator: Param[str]


class Outside(Config):
    """Mixed into types of data; its value is set afterwards."""

    irds: Option[str]

    @classmethod
    def __xpmid__(cls) -> str:
        return f"outside.{cls.__qualname__}"

    @cached_property
    def loaded(self) -> str:
        return f"loaded {self.irds}"


class OutsideTopics(Topics, Outside):
    def topics(self) -> Iterator[str]:
        return iter([self.loaded])


class OutsideDocuments(Documents, Outside):
    pass


class Named(Base):
    """A name of its own, which its subclasses do not have."""

    __xpmid__ = "some.Other.name"

    value: Param[float]


class MoreNamed(Named):
    more: Param[Dict[str, int]]


class Measure(Config):
    k: Param[int]


class Results(Base):
    metrics: Param[List[Measure]]
    detailed: Param[Optional[Path]]


class Adhoc(Base):
    documents: Param[Documents]
    topics: Param[Topics]


class Rerank(Adhoc):
    sources: Param[List[Topics]] = field(default_factory=list)
    weights: Param[List[float]] = field(default_factory=lambda: [1.0], ignore_default=True)


class Samples(Base, Iterable[str]):
    def __iter__(self) -> Iterator[str]:
        raise NotImplementedError


class Lines(Samples, File):
    """Two ancestors with fields, and nothing to add."""

    def __iter__(self) -> Iterator[str]:
        return iter(self.path.read_text().splitlines())


class Generated(Base, Generic[T]):
    value: Param[T]
    path: Annotated[Path, pathgenerator("here.txt")]
    other: Meta[Path] = field(default_factory=PathGenerator("there.txt"))


class Stemmed(File):
    stemmer: Annotated[str, Choices(["porter", "none"])] = field(
        default="porter", ignore_default=True
    )


class Tuned(Base):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)
        sep: Meta[str] = field(ignore_default="\t")
        size: Param[int] = field(ignore_default=3)
    id: Param[str] = ""


class Checked(Base):
    value: Param[int]

    def __validate__(self) -> None:
        if self.value < 0:
            raise ValueError(f"{self.value} is less than nothing")

    def __post_init__(self) -> None:
        self.doubled = 2 * self.value


class Started(Base):
    """An ``__init__`` without values, as experimaestro has it."""

    value: Param[int]

    def __init__(self) -> None:
        self.started = True


def samples(folder: Path) -> dict[str, Any]:
    """Return data objects, or configurations of such, with paths in a folder."""
    topics = CSVTopics.C(id="topics", path=folder / "topics")
    outside = OutsideTopics.C(id="outside")
    outside.irds = "antique"
    documents = OutsideDocuments.C(id="documents", count=3)
    documents.irds = "beir"
    return {
        "documents": Documents.C(id="documents"),
        "counted": Documents.C(id="documents", count=7),
        "fixed store": FixedStore.C(id="store", path=folder / "store"),
        "topics": topics,
        "topics, all set": CSVTopics.C(
            id="topics", path=folder / "topics", separator=",", lower=True, limit=3
        ),
        "topics, set to defaults": CSVTopics.C(
            id="topics", path=folder / "topics", separator=",", lower=False, limit=10
        ),
        "parameters": ParamTopics.C(id="topics", path=folder / "topics", separator=","),
        "parameters, default": ParamTopics.C(id="topics", path=folder / "topics"),
        "mixed in": outside,
        "mixed in twice": documents,
        "named": Named.C(id="named", value=1),
        "named, more": MoreNamed.C(id="named", value=0.5, more={"b": 1, "a": 2}),
        "results": Results.C(id="results", metrics=[Measure.C(k=3)], detailed=folder / "all"),
        "adhoc": Adhoc.C(id="adhoc", documents=documents, topics=outside),
        "rerank": Rerank.C(id="adhoc", documents=documents, topics=topics, sources=[topics]),
        "rerank, weights": Rerank.C(id="r", documents=documents, topics=topics, weights=[2.0]),
        "rerank, usual": Rerank.C(id="r", documents=documents, topics=topics, weights=[1.0]),
        "lines": Lines.C(id="lines", path=folder / "lines"),
        "stemmed": Stemmed.C(id="stemmed", path=folder / "index", stemmer="none"),
        "stemmed as usual": Stemmed.C(id="stemmed", path=folder / "index"),
        "tuned": Tuned.C(size=4),
        "tuned as usual": Tuned.C(sep=","),
        "checked": Checked.C(id="checked", value=3),
        "supervised": Supervised.C(id="s", train=topics, test=outside),
    }


if __name__ == "__main__":
    from support.experiments import legacy

    for name, sample in legacy.samples(Path("/data")).items():
        print(f'    "{name}": "{sample.__xpm__.identifier.all.hex()}",')  # noqa: T201
