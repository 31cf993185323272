"""One axis of a family."""

from __future__ import annotations

from enum import Enum
from typing import Any, Final

from attrs import define, field

from datamaestro.errors import VariantError
from datamaestro.variants.kinds import NULLS, convert, kinds_of, label, plain, read, same
from datamaestro.variants.selector import Fragment, is_bare, quote
from datamaestro.variants.wording import did_you_mean, listed, shown


class Missing(Enum):
    """The type of :data:`MISSING`."""

    MISSING = "missing"

    def __repr__(self) -> str:
        return "MISSING"


MISSING: Final = Missing.MISSING
"""The default of an axis that has none; None is one."""

SCALARS = (str, int, float, bool)


def _copied(domain: list[Any] | None) -> list[Any] | None:
    if domain is None:
        return None
    if not isinstance(domain, list):
        raise TypeError(f"the domain of an axis is a list of values or None, not {shown(domain)}")
    return list(domain)


@define(eq=False)
class Axis:
    """One axis of a family: its values, and which one counts where nothing is said.

    Args:
        domain: the values; None: all that ``type`` takes.
        type: a class that text is made into, ``Optional`` of one, or a union, of which the first
            that takes the text counts. Where nothing is said: that of all values in the domain, or
            of the default, if it is text, a number or a truth value; else text stays text.
        default: the value where none is chosen; without it, one has to be.
        description: one line or more; a docstring below the attribute goes before it.
        elide_default: whether the axis is left out of selectors while it has its default, so that
            a family may gain it without its variants' names changing.
        in_id: False: left out of selectors whatever its value, since it does not change the data,
            such as how they are loaded.

    Raises:
        TypeError: the domain is no list.
        VariantError: the default is needed, or not in the domain.

    Example::

        size = Axis([100, 1000], default=1000, description="Number of documents")
    """

    domain: list[Any] | None = field(default=None, converter=_copied)
    type: Any = field(default=None, kw_only=True)
    default: Any = field(default=MISSING, kw_only=True)
    description: str = field(default="", kw_only=True)
    elide_default: bool = field(default=False, kw_only=True)
    in_id: bool = field(default=True, kw_only=True)

    def __attrs_post_init__(self) -> None:
        if self.elide_default and not self.has_default:
            raise VariantError("Axis(elide_default=True) needs a default")
        if self.has_default and not self._has(self.default):
            raise self._refusal(self.default).within("Axis(default=…)")
        if self.type is None:
            self.type = _type_of(self.domain, self.default)

    @property
    def enumerable(self) -> bool:
        """Whether it has a finite number of values."""
        return self.domain is not None

    @property
    def has_default(self) -> bool:
        """Whether a value need not be chosen."""
        return self.default is not MISSING

    @property
    def expected(self) -> str:
        """Its values in words, such as ``one of de, en`` or ``any int``."""
        if self.domain is not None:
            return f"one of {listed(self._texts())}"
        return f"any {label(self.type) or 'text'}"

    def coerce(self, raw: object) -> Any:
        """Return what a text stands for in a selector; another value as one of its type.

        Raises:
            VariantError: it stands for nothing.
        """
        return self.read(Fragment("", raw)) if isinstance(raw, str) else self._converted(raw)

    def validate(self, value: object) -> None:
        """Refuse a value that is not in the domain.

        Raises:
            VariantError: it is not.
        """
        if not self._has(value):
            raise self._refusal(value)

    def canonical(self, value: object) -> Any:
        """Return the one value that stands for all that are equal to it; as declared, if it is.

        Raises:
            VariantError: it is not of the axis.
        """
        if self._declared(value):
            return self._declared(value)[0]
        found = self._converted(value)
        self.validate(found)
        return next(iter(self._declared(found)), found)

    def read(self, fragment: Fragment) -> Any:
        """Return the value that a selector gives; what was declared goes first.

        Of two that are the same as text, such as 1 and ``"1"``, quotes mean the text.

        Raises:
            VariantError: it is not of the axis' type.
        """
        text, quoted = fragment.text, fragment.quoted
        if quoted and self._takes(text):
            return text
        if not quoted and text.lower() in NULLS and text not in self._texts():
            return None
        known = [each for each in self._known() if plain(each) == text]
        found = [each for each in known if not (quoted and each is None)]
        if found:
            return min(found, key=lambda each: isinstance(each, str))
        try:
            return read(text, kinds_of(self.type))
        except ValueError:
            raise self._refusal(text) from None

    def write(self, value: object) -> str:
        """Return a value as it stands in a selector: without quotes, if it is read so.

        Raises:
            VariantError: nothing is read as this value.
        """
        text = plain(value)
        if is_bare(text) and self._reads(Fragment("", text), value):
            return text
        if self._reads(Fragment("", text, quoted=True), value):
            return quote(text)
        raise VariantError(
            f"no selector can say {shown(value)}",
            hint="its type has to take str(value), or the axis gets in_id=False",
        )

    def text_of(self, value: object) -> str:
        """Return a value as it stands in a selector, or, where none can say it, as text."""
        try:
            return self.write(value)
        except VariantError:
            return plain(value)

    def is_shown(self, value: object) -> bool:
        """Return whether selectors show the axis when it has this value."""
        return self.in_id and not (self.elide_default and same(value, self.default))

    def _reads(self, fragment: Fragment, value: object) -> bool:
        try:
            return same(self.canonical(self.read(fragment)), value)
        except VariantError:
            return False

    def _converted(self, value: object) -> Any:
        try:
            return convert(value, kinds_of(self.type))
        except ValueError:
            raise self._refusal(value) from None

    def _declared(self, value: object) -> list[Any]:
        """Return what was declared and is equal to a value."""
        return [each for each in self._known() if same(each, value)]

    def _has(self, value: object) -> bool:
        return self.domain is None or bool(self._declared(value))

    def _takes(self, text: str) -> bool:
        """Return whether text itself is a value."""
        if self.domain is not None:
            return text in self.domain
        kinds = kinds_of(self.type)
        return not kinds or str in kinds

    def _known(self) -> list[Any]:
        """Return the values that were declared: the domain, or else the default."""
        if self.domain is not None:
            return self.domain
        return [self.default] if self.has_default else []

    def _texts(self) -> list[str]:
        return [plain(member) for member in self.domain or ()]

    def _refusal(self, value: object) -> VariantError:
        if self.domain is None:
            return VariantError(f"value {shown(value)} is not of type {label(self.type)}")
        texts = self._texts()
        what = f"value {shown(value)} not in axis domain [{listed(texts)}]"
        return VariantError(what, hint=did_you_mean(plain(value), texts))


def _type_of(domain: list[Any] | None, default: object) -> Any:
    """Return the type that is meant where none is declared."""
    if domain is None:
        return type(default) if type(default) in SCALARS else None
    types = {type(member) for member in domain if member is not None}
    return types.pop() if len(types) == 1 else None
