"""The variants of a family."""

import re
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from datamaestro.errors import UsageError, VariantError
from datamaestro.variants import AxesVariants, Axis, Variants


class CorpusVariants(AxesVariants):
    """A corpus in two languages"""

    language = Axis(["de", "en"])
    clean = Axis([False, True], default=True)
    threshold = Axis(type=float | None, default=None)


CORPUS = CorpusVariants()


def test_axes_are_attributes_or_arguments() -> None:
    """Or both; an argument goes before an attribute of its name."""
    size, language = Axis([1]), Axis(["fr"])
    assert ["language", "clean", "threshold"] == list(CORPUS.axes)
    assert CorpusVariants.language is CORPUS.axes["language"]
    assert {"size": size} == AxesVariants(size=size).axes
    both = CorpusVariants(language=language, size=size)
    assert ["language", "clean", "threshold", "size"] == list(both.axes)
    assert language is both.axes["language"]


def test_axes_are_inherited() -> None:
    """Those of base classes come first; what replaces one by something else takes it away."""

    class Mixin:
        size = Axis(type=int)

    class Larger(Mixin, CorpusVariants):
        clean = None  # type: ignore[assignment]
        year = Axis(type=int)

    assert ["language", "threshold", "size", "year"] == list(Larger().axes)


def test_the_axes_that_are_handed_out_are_a_copy() -> None:
    """Whoever changes them does not change the family."""
    CORPUS.axes.clear()
    assert CORPUS.axes


def test_what_cannot_be_an_axis_is_refused() -> None:
    """Neither another object, nor a name that no selector or attribute can have."""
    with pytest.raises(TypeError, match="axis size: 3 is no Axis"):
        AxesVariants(size=3)  # type: ignore[arg-type]
    with pytest.raises(VariantError, match="'a=b' cannot be the name"):
        AxesVariants(**{"a=b": Axis()})
    with pytest.raises(VariantError, match=r"document.*give the axis by name"):
        type("Bad", (AxesVariants,), {"document": Axis()})
    names = {"document": Axis(), "self": Axis(), "top-k": Axis()}
    text = "[document=a,self=b,top-k=c]"
    assert text == AxesVariants(**names).format_selector(AxesVariants(**names).parse_selector(text))


def test_a_variant_has_a_value_on_each_axis() -> None:
    """That which was chosen, or the default."""
    expected = {"language": "en", "clean": True, "threshold": None}
    assert expected == CORPUS.resolve(language="en")
    expected = {"language": "de", "clean": False, "threshold": 0.5}
    assert expected == CORPUS.resolve(clean="false", language="de", threshold="0.5")


@pytest.mark.parametrize(
    ("chosen", "message"),
    [
        ({}, r"missing required variant axis: 'language', one of de, en (choose it: [language=…])"),
        (
            {"languag": "en"},
            "unknown variant axes: 'languag' (value 'en'); known: language, clean,",
        ),
        ({"languag": "en"}, "(did you mean language?)"),
        ({"language": "fr"}, "variant axis 'language': value 'fr' not in axis domain [de, en]"),
        (
            {"language": "en", "threshold": "x"},
            "variant axis 'threshold': value 'x' is not of type float | None",
        ),
    ],
)
def test_what_is_no_variant_is_refused(chosen: dict[str, Any], message: str) -> None:
    """The error has axis, value and domain; it is a ValueError, too, and one of usage."""
    with pytest.raises(ValueError, match=re.escape(message)) as caught:
        CORPUS.resolve(**chosen)
    assert isinstance(caught.value, UsageError)
    assert 2 == caught.value.exit_code


@pytest.mark.parametrize(
    ("selector", "message"),
    [
        ("[size=1]", "unknown variant axis: 'size' (value '1'); known: language, clean, threshold"),
        ("[language]", "malformed selector fragment: 'language'"),
        ("[language=de,language=en]", "variant axis 'language': 'en' is its second value"),
        ("[clean=maybe]", "variant axis 'clean': value 'maybe' not in axis domain [false, true]"),
    ],
)
def test_a_selector_that_chooses_nothing_is_refused(selector: str, message: str) -> None:
    """With axis, value and domain."""
    with pytest.raises(VariantError, match=re.escape(message)):
        CORPUS.parse_selector(selector)


@pytest.mark.parametrize("selector", ["", "[]", "[  ]"])
def test_an_empty_selector_chooses_nothing(selector: str) -> None:
    """The defaults count."""
    assert {} == CORPUS.parse_selector(selector)


def test_there_is_one_selector_for_each_variant() -> None:
    """Axes in alphabetical order, defaults too, whatever was said and how."""
    expected = "[clean=true,language=en,threshold=0.5]"
    for said in ("threshold=0.5,language=en", "[ language = en , threshold = 5e-1, clean=yes ]"):
        assert expected == CORPUS.format_selector(CORPUS.parse_selector(said))
    chosen = {"language": "en", "threshold": 0.5, "clean": 1}
    assert expected == CORPUS.format_selector(chosen)
    assert expected == CORPUS.format_selector(CORPUS.resolve(**chosen))


def test_a_family_gains_an_axis_and_names_stay() -> None:
    """One that is left out while it has its default, or always; with nothing left, no brackets."""
    grown = AxesVariants(
        language=Axis(["de", "en"], default="en", elide_default=True),
        mode=Axis(["fast", "slow"], in_id=False),
    )
    assert "" == grown.format_selector({"mode": "slow"})
    assert "[language=de]" == grown.format_selector({"mode": "fast", "language": "de"})
    assert {"language": "en", "mode": "slow"} == grown.resolve(mode="slow")


def test_what_no_selector_can_say_is_refused_only_where_it_has_to() -> None:
    """An axis that is never in a selector takes anything."""
    with pytest.raises(VariantError, match=r"variant axis 'k': no selector can say \['a'\]"):
        AxesVariants(k=Axis()).format_selector({"k": ["a"]})
    assert "" == AxesVariants(k=Axis(in_id=False)).format_selector({"k": ["a"]})


def test_variants_are_enumerated() -> None:
    """The product of all domains; an axis without one has its default, or is not there."""
    assert [
        {"language": language, "clean": clean, "threshold": None}
        for language in ("de", "en")
        for clean in (False, True)
    ] == list(CORPUS.enumerate())
    assert [{}] == list(AxesVariants().enumerate())
    assert [{"a": 1}] == list(AxesVariants(a=Axis([1]), b=Axis(type=int)).enumerate())


def test_a_family_is_found_by_its_values() -> None:
    """In whatever case; None is no value to look for, and axes are looked at one by one."""
    assert CORPUS.matches("EN")
    assert not CORPUS.matches("fr")
    assert not CORPUS.matches("null")
    assert not CORPUS.matches("none")
    many = AxesVariants(**{f"axis{number}": Axis(list(range(100))) for number in range(50)})
    assert not many.matches("x")


class Presets(Variants):
    """Sizes with names."""

    SIZES = {"small": 1, "large": 100}  # noqa: RUF012 - a constant

    def resolve(self, **kwargs: Any) -> dict[str, Any]:
        return {"preset": kwargs["preset"], "size": self.SIZES[kwargs["preset"]]}

    def parse_selector(self, selector: str) -> dict[str, Any]:
        return {"preset": selector.strip("[]")}

    def format_selector(self, kwargs: dict[str, Any]) -> str:
        return f"[{kwargs['preset']}]"

    def enumerate(self) -> Iterator[dict[str, Any]]:
        return ({"preset": name, "size": None} for name in self.SIZES)


def test_variants_need_not_have_axes() -> None:
    """Four methods make a scheme; the rest follows."""
    presets = Presets()
    assert presets.matches("LARGE")
    assert not presets.matches("medium")
    assert "Sizes with names." == presets.document()
    with pytest.raises(TypeError, match="abstract"):
        Variants()  # type: ignore[abstract]


TEXTS = st.text() | st.text(alphabet="ab,[]='\" ") | st.sampled_from(["null", "true", "1"])
NUMBERS = st.floats(allow_nan=False)
SCALARS = st.none() | st.booleans() | st.integers() | NUMBERS | TEXTS
OPEN: list[tuple[Axis, st.SearchStrategy[Any]]] = [
    (Axis(), TEXTS),
    (Axis(type=str), TEXTS),
    (Axis(type=int, default=None), st.none() | st.integers()),
    (Axis(type=float | None, default=0, elide_default=True), st.none() | NUMBERS),
    (Axis(type=bool, default=False), st.booleans()),
]


@st.composite
def variants(draw: st.DrawFn) -> tuple[AxesVariants, dict[str, Any]]:
    """Draw a family with axes of any kind, and a value on each."""
    axes, chosen = {}, {}
    for name in draw(st.sets(st.sampled_from("abcdef"))):
        domain = draw(st.lists(SCALARS, min_size=1, max_size=4))
        elided = Axis(domain, default=domain[0], elide_default=True)
        closed = [(Axis(domain), st.sampled_from(domain)), (elided, st.sampled_from(domain))]
        axes[name], values = draw(st.sampled_from(closed + OPEN))
        chosen[name] = draw(values)
    return AxesVariants(**axes), chosen


@given(variants())
def test_a_selector_says_which_variant_it_is(drawn: tuple[AxesVariants, dict[str, Any]]) -> None:
    """What was written is read, is the same variant, and is written the same once more."""
    space, chosen = drawn
    selector = space.format_selector(chosen)
    read = space.parse_selector(selector)
    assert space.resolve(**chosen) == space.resolve(**read)
    assert selector == space.format_selector(read)
    assert read == {name: space.resolve(**chosen)[name] for name in read}
