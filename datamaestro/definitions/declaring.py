"""``@dataset``, and the base of the class form."""

from __future__ import annotations

import inspect
import typing
from abc import ABC, abstractmethod
from typing import Any, ClassVar, TypeVar, overload

from datamaestro.annotations import DATASET, said_of
from datamaestro.data import Base
from datamaestro.definitions.declared import DatasetWrapper, Facts
from datamaestro.definitions.naming import dataset_id
from datamaestro.errors import DefinitionError
from datamaestro.settings import parse_rate

if typing.TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from pathlib import Path

    from datamaestro.variants import Variants

C = TypeVar("C", bound=type)
T = TypeVar("T")


class DataPath:
    """What ``data_path`` is, of a class that ``@dataset`` stands above, and of its objects."""

    def __get__(self, instance: object, owner: type) -> Path:
        found = vars(owner).get(DATASET)
        if found is None:
            raise AttributeError(f"{owner.__name__} is no data set: @dataset does not stand above")
        path: Path = found.datapath
        return path


class Dataset(ABC):
    """Base of the class form: resources are attributes, ``config()`` builds the data object.

    ``self.NAME.path`` is the final path of the resource ``NAME``.
    """

    data_path: ClassVar[Any] = DataPath()
    """The folder of the data set, also of the class: ``Flowers.data_path``."""

    @abstractmethod
    def config(self, *args: Any, **kwargs: Any) -> Base:
        """Return the data object.

        Its return annotation is the data set's type, unless ``@dataset(Type)`` says it.
        Resources that stand as decorators over the class are given by name.
        """


META = "__metadataset__"
"""Where a function or class keeps what ``@metadataset`` said of it."""


class metadataset:  # noqa: N801 - reads as a decorator
    """What several definitions share, which is no data set itself: the type of their data.

    Args:
        base: type of their data.

    Example::

        @metadataset(TrainingText)
        def WikiText(data): ...

        @dataset(WikiText, id=".2")
        class WikiText2(Dataset): ...
    """

    def __init__(self, base: type[Base]) -> None:
        self.base = _checked_type(base, "metadataset")

    def __call__(self, target: T) -> T:
        """Say it of the definition below, or above."""
        setattr(target, META, self)
        return target


class dataset:  # noqa: N801 - reads as a decorator
    """Declare a data set.

    Args:
        base: type of its data, or what ``@metadataset`` stands above; None: what the function or
            ``config()`` says it returns.
        id: None: module path below ``config`` and the name; empty: the module path alone; a
            word or ``.words``: in place of the name; with a dot inside: the whole id.
        url: where it is published.
        homepage: the page of what it comes from, where that is another one.
        license: SPDX identifier where there is one, such as ``CC-BY-4.0``.
        citation: BibTeX.
        doi: of the data set, such as ``10.24432/C50P49``.
        version: as its publisher calls it.
        timestamp: of the version, of data that change.
        languages: of its texts, as BCP 47 tags, such as ``["en", "pt-BR"]``.
        size: of all its files, in bytes or such as ``"2.9GB"``.
        variants: the axes of a family (:mod:`datamaestro.variants`), which ``config()`` is given.
        aliases: other ids by which it is found.
        as_prepare: whether the function is called with the data set, and sets up resources itself.

    Raises:
        DefinitionError: the id or the type cannot be found.
    """

    def __init__(
        self,
        base: Any = None,
        *,
        id: str | None = None,  # noqa: A002 - the public name
        url: str | None = None,
        homepage: str = "",
        license: str = "",  # noqa: A002 - the public name
        citation: str = "",
        doi: str | None = None,
        version: str = "",
        timestamp: str | bool | None = None,
        languages: str | Iterable[str] = (),
        size: int | str | None = None,
        variants: Variants | type[Variants] | None = None,
        aliases: Iterable[str] = (),
        as_prepare: bool = False,
    ) -> None:
        meta = getattr(base, META, None)
        found = meta.base if isinstance(meta, metadataset) else base
        self.base = None if found is None else _checked_type(found, "dataset")
        self.id = id
        self.facts = Facts(
            url=url or "",
            homepage=homepage,
            license=license,
            citation=citation,
            doi=doi or "",
            version=version,
            timestamp=str(timestamp or ""),
            languages=tuple(sorted({languages} if isinstance(languages, str) else {*languages})),
            size=_bytes_of(size),
        )
        self.variants = _space_of(variants)
        self.aliases = set(aliases)
        self.as_prepare = as_prepare

    @overload
    def __call__(self, target: C) -> C: ...  # type: ignore[overload-overlap]
    @overload
    def __call__(self, target: Callable[..., Any]) -> DatasetWrapper: ...
    def __call__(self, target: Any) -> Any:
        """Declare the function or class below; a class stays what it is."""
        if DATASET in vars(target):
            raise DefinitionError(f"{target.__module__}.{target.__name__}: @dataset stands twice")
        wrapper = DatasetWrapper(
            target=target,
            base=self.base or _declared_type(target),
            id=dataset_id(target.__module__, target.__name__, self.id),
            facts=self.facts,
            said=said_of(target),
            variants=self.variants,
            aliases=set(self.aliases),
            as_prepare=self.as_prepare,
        )
        setattr(target, DATASET, wrapper)
        return target if inspect.isclass(target) else wrapper


def _checked_type(base: Any, word: str) -> type[Base]:
    if not (inspect.isclass(base) and issubclass(base, Base)):
        raise DefinitionError(
            f"@{word}({base!r}): that is no type of data",
            hint=f"write @{word}() or @{word}(Type), with a subclass of datamaestro.data.Base",
        )
    return base


def _space_of(variants: Any) -> Variants | None:
    from datamaestro.variants import Variants

    if inspect.isclass(variants) and issubclass(variants, Variants):
        return variants()
    if variants is not None and not isinstance(variants, Variants):
        raise TypeError(f"@dataset(variants={variants!r}): these are no Variants")
    return variants


def _bytes_of(size: int | str | None) -> int | None:
    """Return the bytes that a text such as ``2.9GB`` says."""
    if size is None or isinstance(size, int):
        return size
    try:
        found = parse_rate(size)
    except ValueError:
        raise DefinitionError(f"@dataset(size={size!r}): that is no number of bytes") from None
    return None if found is None else round(found)


def _declared_type(target: Any) -> type[Base]:
    if inspect.isclass(target) and issubclass(target, Base):
        return target
    function = getattr(target, "config", None) if inspect.isclass(target) else target
    where = f"{target.__module__}.{target.__name__}"
    try:
        found = typing.get_type_hints(function).get("return")
    except (NameError, TypeError) as error:
        raise DefinitionError(f"{where}: its type is not known: {error}") from error
    found = typing.get_origin(found) or found
    if not (inspect.isclass(found) and issubclass(found, Base)):
        raise DefinitionError(
            f"{where}: its type is not known",
            hint="say @dataset(Type), or what the function returns: -> Type",
        )
    return found
