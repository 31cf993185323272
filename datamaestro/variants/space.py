"""The variants of a family: what any scheme has to say, and the usual one, of axes."""

from __future__ import annotations

import inspect
import itertools
import re
from abc import ABC, abstractmethod
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, ClassVar

from datamaestro.errors import VariantError
from datamaestro.variants.axis import MISSING, Axis
from datamaestro.variants.documentation import attribute_docs, documented
from datamaestro.variants.kinds import plain
from datamaestro.variants.selector import KEY, fragments
from datamaestro.variants.wording import did_you_mean, listed, shown

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

VariantFactory = Callable[..., Any]
"""What makes the data object of a variant, given its values by name of the axis."""


class Variants(ABC):
    """The variants of a family, and how they are named.

    :class:`AxesVariants` is the usual one; others, such as presets with names, derive from this.
    """

    @abstractmethod
    def resolve(self, /, **kwargs: Any) -> dict[str, Any]:
        """Return a variant's values, of all axes, given those that were chosen.

        Raises:
            ValueError: there is no such variant.
        """

    @abstractmethod
    def parse_selector(self, selector: str) -> dict[str, Any]:
        """Return what a selector, with brackets or without, chooses; nothing if it is empty.

        Raises:
            ValueError: it cannot be understood.
        """

    @abstractmethod
    def format_selector(self, kwargs: dict[str, Any]) -> str:
        """Return the one selector of a variant, with brackets, or nothing.

        It is given what :meth:`resolve` returned, or what was chosen. It is the same however the
        variant was chosen, and :meth:`parse_selector` understands it.

        Raises:
            ValueError: there is no such variant.
        """

    @abstractmethod
    def enumerate(self) -> Iterator[dict[str, Any]]:
        """Iterate over the values of the variants, as far as they can be counted."""

    def matches(self, query: str) -> bool:
        """Return whether a text is in one of the values, in whatever case."""
        return any(_finds(query, variant.values()) for variant in self.enumerate())

    def document(self) -> str:
        """Return what is to be known of the variants, as text in reST: the docstring."""
        return inspect.cleandoc(type(self).__doc__ or "")


def _finds(query: str, values: Any) -> bool:
    return any(query.lower() in plain(value).lower() for value in values if value is not None)


class AxesVariants(Variants):
    """Variants that differ on axes, one independent of the other.

    Axes are attributes of a subclass, which inherits those of its base classes, or arguments by
    name; or both.

    Raises:
        TypeError: an argument is no axis.
        VariantError: an axis has a name that it cannot have.

    Example::

        class CorpusVariants(AxesVariants):
            language = Axis(["de", "en"])
            size = Axis(type=int, default=1000)


        AxesVariants(language=Axis(["de", "en"]), size=Axis(type=int, default=1000))
    """

    _class_axes: ClassVar[dict[str, Axis]] = {}

    def __init_subclass__(cls, **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        found: dict[str, Axis] = {}
        for ancestor in reversed(cls.__mro__):
            for name, value in vars(ancestor).items():
                if isinstance(value, Axis):
                    found[name] = value
                else:
                    found.pop(name, None)
        for name in found:
            if hasattr(AxesVariants, name):
                raise VariantError(
                    f"{cls.__qualname__}.{name}: an attribute of all variants has that name",
                    hint=f"give the axis by name: AxesVariants({name}=Axis(…))",
                )
        cls._class_axes = found

    def __init__(self, /, **axes: Axis) -> None:
        for name, axis in axes.items():
            if not isinstance(axis, Axis):
                raise TypeError(f"axis {name}: {shown(axis)} is no Axis")
            if not re.fullmatch(KEY, name):
                raise VariantError(f"{name!r} cannot be the name of an axis")
        self._axes = {**self._class_axes, **axes}

    @property
    def axes(self) -> dict[str, Axis]:
        """The axes by name, those of base classes first; a copy."""
        return dict(self._axes)

    @property
    def descriptions(self) -> dict[str, str]:
        """What is said of each axis: its docstring or its description; empty where nothing is."""
        docs = attribute_docs(type(self))
        own = {name for name, axis in self._axes.items() if self._class_axes.get(name) is axis}
        return {
            name: (docs.get(name) if name in own else None) or axis.description
            for name, axis in self._axes.items()
        }

    def resolve(self, /, **kwargs: Any) -> dict[str, Any]:
        """Return the value on each axis, defaults included; equal choices give the same.

        Raises:
            VariantError: an axis is not there, has no such value, or needs one.
        """
        unknown = {name: value for name, value in kwargs.items() if name not in self._axes}
        if unknown:
            raise self._unknown("axes", unknown)
        return {name: self._value(name, kwargs.get(name, MISSING)) for name in self._axes}

    def _value(self, name: str, given: object) -> Any:
        axis = self._axes[name]
        if given is MISSING and not axis.has_default:
            raise VariantError(
                f"missing required variant axis: {name!r}, {axis.expected}",
                hint=f"choose it: [{name}=…]",
            )
        try:
            return axis.canonical(axis.default if given is MISSING else given)
        except VariantError as error:
            raise error.within(_axis(name)) from None

    def parse_selector(self, selector: str) -> dict[str, Any]:
        """Return the values that a selector, with brackets or without, gives.

        Raises:
            VariantError: it cannot be understood, or speaks of an axis twice or that is not there.
        """
        found: dict[str, Any] = {}
        for fragment in fragments(selector):
            name = fragment.key
            if name not in self._axes:
                raise self._unknown("axis", {name: fragment.text})
            if name in found:
                raise VariantError(f"{_axis(name)}: {shown(fragment.text)} is its second value")
            try:
                found[name] = self._axes[name].read(fragment)
            except VariantError as error:
                raise error.within(_axis(name)) from None
        return found

    def format_selector(self, kwargs: Mapping[str, Any]) -> str:
        """Return the one selector of a variant: axes in alphabetical order, defaults included.

        Left out are axes with ``in_id=False``, and with ``elide_default`` while they have their
        default; if nothing is left, the brackets, too.

        Raises:
            VariantError: there is no such variant, or a selector cannot say it.
        """
        values = sorted(self.resolve(**kwargs).items())
        written = [self._written(name, value) for name, value in values]
        inside = ",".join(filter(None, written))
        return f"[{inside}]" if inside else ""

    def _written(self, name: str, value: object) -> str:
        axis = self._axes[name]
        try:
            return f"{name}={axis.write(value)}" if axis.is_shown(value) else ""
        except VariantError as error:
            raise error.within(_axis(name)) from None

    def enumerate(self) -> Iterator[dict[str, Any]]:
        """Iterate over the variants, the last axis changing first.

        An axis without a domain has its default, or is not there if it has none.
        """
        choices = self._choices()
        for values in itertools.product(*choices.values()):
            yield dict(zip(choices, values, strict=True))

    def matches(self, query: str) -> bool:
        """Return whether a text is in a value of one of the axes, in whatever case."""
        return any(_finds(query, values) for values in self._choices().values())

    def _choices(self) -> dict[str, list[Any]]:
        return {
            name: [axis.default] if axis.domain is None else axis.domain
            for name, axis in self._axes.items()
            if axis.enumerable or axis.has_default
        }

    def document(self) -> str:
        """Return the docstring of the subclass and a list of the axes, as text in reST."""
        own = "" if type(self) is AxesVariants else super().document()
        return documented(own, self._axes, self.descriptions)

    def _unknown(self, what: str, given: Mapping[str, object]) -> VariantError:
        known = list(self._axes)
        said = ", ".join(f"{name!r} (value {shown(value)})" for name, value in given.items())
        hint = did_you_mean(next(iter(given)), known)
        return VariantError(f"unknown variant {what}: {said}; known: {listed(known)}", hint=hint)


def _axis(name: str) -> str:
    return f"variant axis {name!r}"
