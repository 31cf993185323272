"""What a definition is called."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from datamaestro.definitions.naming import dataset_id, split_camel_case, split_docstring
from datamaestro.errors import DefinitionError


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("ProcessedMNIST", "processed.mnist"),
        ("MyData", "my.data"),
        ("MNIST", "mnist"),
        ("simple", "simple"),
        ("TrainTexttripleFull", "train.texttriple.full"),
        ("Cifar10Small", "cifar10.small"),
        ("fashion_mnist", "fashion_mnist"),
    ],
)
def test_camel_case_is_split_by_dots(name: str, expected: str) -> None:
    """Words in CamelCase become words joined by dots, in lower case."""
    assert expected == split_camel_case(name)


@given(st.from_regex(r"[A-Za-z][A-Za-z0-9_]{0,20}", fullmatch=True))
def test_splitting_only_adds_dots(name: str) -> None:
    """Splitting a name changes nothing but its case, and never leaves an empty word."""
    split = split_camel_case(name)
    assert name.lower() == split.replace(".", "")
    assert all(split.split("."))


@pytest.mark.parametrize(
    ("module", "name", "given_id", "expected"),
    [
        ("acme.config.com.lecun", "mnist", None, "com.lecun.mnist"),
        ("acme.config.com.lecun", "ProcessedMNIST", None, "com.lecun.processed.mnist"),
        ("acme.config.Com.Lecun", "mnist", None, "com.lecun.mnist"),
        ("acme.config.com.lecun", "anything", "", "com.lecun"),
        ("acme.config.com.lecun", "anything", "digits", "com.lecun.digits"),
        ("acme.config.com.lecun", "anything", ".8.topics", "com.lecun.8.topics"),
        ("acme.config.com.lecun", "anything", "org.example.other", "org.example.other"),
        ("script", "anything", "org.example.other", "org.example.other"),
    ],
)
def test_an_id_follows_the_module_path(
    module: str, name: str, given_id: str | None, expected: str
) -> None:
    """An id is the module path below ``config`` plus the name, unless ``id=`` says otherwise."""
    assert expected == dataset_id(module, name, given_id)


def test_a_definition_outside_config_needs_a_whole_id() -> None:
    """Outside a ``config`` package there is no path to derive an id from."""
    with pytest.raises(DefinitionError, match="give the whole id"):
        dataset_id("script", "digits", None)


@pytest.mark.parametrize("bad", ["a..b", "a.b@c", "a.b/c", "a. b"])
def test_an_id_is_words_joined_by_dots(bad: str) -> None:
    """What could not be typed as a reference, or left its folder, is refused."""
    with pytest.raises(DefinitionError, match=re.escape(bad)):
        dataset_id("acme.config", "x", bad)


def test_a_docstring_gives_name_and_description() -> None:
    """The first paragraph, on one line, is the name; the rest is the description."""
    assert ("The name on two lines", "First.\n\n  Second.") == split_docstring(
        """The name
        on two lines

        First.

          Second.
        """
    )


def test_no_docstring_gives_nothing() -> None:
    """A definition without a docstring has an empty name."""
    assert ("", "") == split_docstring(None)
