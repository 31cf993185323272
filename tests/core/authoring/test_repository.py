"""A package that an author starts from."""

import ast
import tomllib
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from datamaestro.authoring.repository import NewRepository, new_repository, write_repository
from datamaestro.errors import UsageError
from support.linting import complaints

LINES = st.text(st.characters(exclude_categories=("C", "Z")) | st.just(" "))


@given(description=LINES, author=LINES)
def test_texts_are_what_was_said(description: str, author: str) -> None:
    """In ``pyproject.toml`` and in the class, whatever is in them."""
    files = NewRepository("flowers", description, author).files()
    project = tomllib.loads(files["pyproject.toml"])["project"]
    tree = ast.parse(files["datamaestro_flowers/__init__.py"])
    body = next(node for node in tree.body if isinstance(node, ast.ClassDef)).body
    said = {
        node.targets[0].id: ast.literal_eval(node.value)
        for node in body
        if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name)
    }
    assert author == said["AUTHOR"]
    assert said["DESCRIPTION"] == project["description"] == description or not description


@pytest.mark.parametrize(
    ("author", "expected"),
    [
        ("Jane Doe <jane@example.org>", [{"name": "Jane Doe", "email": "jane@example.org"}]),
        ("Jane Doe", [{"name": "Jane Doe"}]),
        ("Jane <no address>", [{"name": "Jane <no address>"}]),
        ("", None),
    ],
)
def test_an_author_has_a_name_and_perhaps_an_address(author: str, expected: object) -> None:
    """As ``pyproject.toml`` has them; nobody is named where nobody was."""
    files = NewRepository("flowers", author=author).files()
    assert expected == tomllib.loads(files["pyproject.toml"])["project"].get("authors")


@pytest.mark.parametrize("name", ["flowers", "datamaestro-flowers", "wild-flowers", "a1_b2"])
def test_a_name_is_words(name: str) -> None:
    """With the prefix of distributions or without it."""
    assert name.removeprefix("datamaestro-") == new_repository(name).name


@pytest.mark.parametrize(
    "name", ["", "Flowers", "1a", "a b", "../a", "a/b", "a.b", "-a", "a--b", "ä", "a\n", "a" * 51]
)
def test_other_names_are_refused_with_the_rule(name: str) -> None:
    """Exit code 2."""
    with pytest.raises(UsageError, match="beginning with a letter"):
        new_repository(name)


@pytest.mark.parametrize("name", ["plugins", "hookspecs"])
def test_a_package_that_is_there_is_not_made_again(name: str) -> None:
    """It would hide the other one, such as datamaestro's own."""
    with pytest.raises(UsageError, match="choose another name"):
        new_repository(name)


def test_a_text_is_one_line() -> None:
    """The error says which one is not."""
    with pytest.raises(UsageError, match="--author"):
        new_repository("flowers", "", "Jane\nDoe")


def test_a_folder_that_is_not_empty_is_left_alone(tmp_path: Path) -> None:
    """One that is empty will do."""
    folder = tmp_path / "made"
    folder.mkdir()
    write_repository(NewRepository("flowers"), folder)
    before = sorted(folder.rglob("*"))
    with pytest.raises(UsageError, match="there already"):
        write_repository(NewRepository("trees"), folder)
    assert before == sorted(folder.rglob("*"))


def test_ruff_has_nothing_to_say(tmp_path: Path) -> None:
    """Neither with this project's rules nor with its defaults."""
    write_repository(NewRepository("flowers", 'Data sets of "flowers"', "J. O'Doe"), tmp_path)
    assert "" == complaints(tmp_path)
