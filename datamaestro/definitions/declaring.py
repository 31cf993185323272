"""``@dataset``, and the base of the class form."""

from __future__ import annotations

import inspect
import typing
from abc import ABC, abstractmethod
from typing import Any, TypeVar, overload

from datamaestro.annotations import DATASET, said_of
from datamaestro.data import Base
from datamaestro.definitions.declared import DatasetWrapper, Facts
from datamaestro.definitions.naming import dataset_id
from datamaestro.errors import DefinitionError

if typing.TYPE_CHECKING:
    from collections.abc import Callable

C = TypeVar("C", bound=type)


class Dataset(ABC):
    """Base of the class form: resources are attributes, ``config()`` builds the data object.

    ``self.NAME.path`` is the final path of the resource ``NAME``.
    """

    @abstractmethod
    def config(self, *args: Any, **kwargs: Any) -> Base:
        """Return the data object.

        Its return annotation is the data set's type, unless ``@dataset(Type)`` says it.
        Resources that stand as decorators over the class are given by name.
        """


class dataset:  # noqa: N801 - reads as a decorator
    """Declare a data set.

    Args:
        base: type of its data; None: what the function or ``config()`` says it returns.
        id: None: module path below ``config`` and the name; empty: the module path alone; a
            word or ``.words``: in place of the name; with a dot inside: the whole id.
        url: home page.
        license: SPDX identifier where there is one, such as ``CC-BY-4.0``.
        citation: BibTeX.
        doi: of the data set, such as ``10.24432/C50P49``.

    Raises:
        DefinitionError: the id or the type cannot be found.
    """

    def __init__(
        self,
        base: type[Base] | None = None,
        *,
        id: str | None = None,  # noqa: A002 - the public name
        url: str = "",
        license: str = "",  # noqa: A002 - the public name
        citation: str = "",
        doi: str = "",
    ) -> None:
        if base is not None and not (inspect.isclass(base) and issubclass(base, Base)):
            raise DefinitionError(
                f"@dataset({base!r}): that is no type of data",
                hint="write @dataset() or @dataset(Type), with a subclass of datamaestro.data.Base",
            )
        self.base = base
        self.id = id
        self.facts = Facts(url=url, license=license, citation=citation, doi=doi)

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
        )
        if not inspect.isclass(target):
            return wrapper
        setattr(target, DATASET, wrapper)
        return target


def _declared_type(target: Any) -> type[Base]:
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
