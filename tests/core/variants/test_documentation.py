"""What is said of axes."""

from datamaestro.variants import AxesVariants, Axis
from datamaestro.variants.documentation import attribute_docs

SIZES = list(range(20))


class CorpusVariants(AxesVariants):
    """A corpus.

    In two languages.
    """

    language = Axis(["de", "en"], description="not this one")
    """Of the *texts*,

    not of their titles."""

    threshold: Axis = Axis(type=float | None, default=None, elide_default=True)
    """Least similarity"""

    mode = Axis(default="fast", in_id=False, description="How it is loaded")
    NAMES = ("a", "b")
    if NAMES:
        """Not of an axis."""


class More(CorpusVariants):
    size = Axis(SIZES)
    """Number of texts"""


def test_docstrings_stand_below_axes() -> None:
    """Those of base classes, too; nearer ones go first."""
    expected = {
        "language": "Of the *texts*,\n\nnot of their titles.",
        "threshold": "Least similarity",
        "size": "Number of texts",
    }
    assert expected == attribute_docs(More)


def test_an_axis_is_described_by_its_docstring_or_its_description() -> None:
    """An argument has no docstring, also if it replaces an attribute that has one."""
    replaced = More(language=Axis(["fr"], description="Always French"), year=Axis(type=int))
    assert "Always French" == replaced.descriptions["language"]
    assert "" == replaced.descriptions["year"]
    assert "Number of texts" == replaced.descriptions["size"]


def test_a_class_without_source_has_no_docstrings() -> None:
    """Such as one made while running."""
    made = type("Made", (AxesVariants,), {"size": Axis(SIZES, description="Number")})
    assert isinstance(made, type)
    assert {"size": "Number"} == made().descriptions


def test_a_family_is_documented_with_its_axes() -> None:
    """Type, default, domain as far as it fits, and whether the axis is part of the name."""
    expected = """\
A corpus.

In two languages.

**Variants**:

- ``language`` : ``str`` *(required; one of de, en)*

  Of the *texts*,

  not of their titles.
- ``threshold`` : ``float | None`` *(default null; in the id unless it is the default)*

  Least similarity
- ``mode`` : ``str`` *(default fast; not in the id)*

  How it is loaded
- ``size`` : ``int`` *(required; one of 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, … (20 in all))*"""
    assert expected == CorpusVariants(size=Axis(SIZES)).document()


def test_a_family_of_arguments_has_only_its_axes_to_tell() -> None:
    """Not the text of the class that all families have."""
    assert "**Variants**:\n\n- ``a`` *(required)*" == AxesVariants(a=Axis()).document()
    assert "" == AxesVariants().document()
