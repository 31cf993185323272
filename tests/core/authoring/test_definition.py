"""What is written is Python that declares what was found out, whatever that is."""

import ast
import sys
from pathlib import Path
from types import ModuleType

import pytest
from attrs import evolve
from hypothesis import given, settings
from hypothesis import strategies as st

from datamaestro.authoring.contents import FILE, FOLDER, TABLE, Content
from datamaestro.authoring.definition import Draft, Source
from datamaestro.authoring.source import SURROGATES
from datamaestro.data.csv import Generic
from datamaestro.definitions.declared import DatasetWrapper
from datamaestro.definitions.section import as_definition
from datamaestro.download.published import Published
from support.linting import complaints

HOSTILE = st.text(st.characters() | st.sampled_from("\"'\\\n\r\t\0{}#$"))
IDS = st.from_regex(r"[a-z_][a-z0-9_-]{0,8}(\.[a-z0-9_-]{1,8}){1,3}", fullmatch=True)
SHA256 = "0" * 64

TABLE_CONTENT = Content(TABLE, ".tsv", options={"delimiter": "\t", "names_row": 0}, columns=("a",))
TABLE_SOURCE = Source(TABLE_CONTENT, "x.tsv", "https://example.org/x.tsv", size=1234, sha256=SHA256)
ARCHIVE = Source(Content(FOLDER, archive=True), "x", "https://example.org/x.zip", size=12)
EXPANDED = Source(Content(FILE, transforms="Gunzip()"), "x", "https://example.org/x?id=1")
BY_HAND = Source(Content(FILE, ".txt"), "x.txt", page="https://example.org/x/", sha256=SHA256)
LOCAL = Source(Content(FILE, ".txt"), "x.txt", "file:///home/x.txt")
LONG = Source(
    Content(
        TABLE, ".csv", options={"names_row": 0}, columns=tuple(f"column {n}" for n in range(15))
    ),
    f"{'x' * 80}.csv",
    f"https://example.org/{'x' * 200}.csv",
    size=123_456_789,
    sha256=SHA256,
)
SOURCES = [None, TABLE_SOURCE, ARCHIVE, EXPANDED, BY_HAND, LOCAL, LONG]
DRAFT = Draft("org.example.iris", "flowers", "Iris", "https://example.org/iris")


def declared(draft: Draft) -> DatasetWrapper:
    """Import the text of a draft, and return what it defines."""
    module = ModuleType("written")
    sys.modules["written"] = module
    exec(compile(draft.module(), "written.py", "exec", dont_inherit=True), vars(module))
    found = map(as_definition, vars(module).values())
    return next(one for one in found if isinstance(one, DatasetWrapper))


@settings(max_examples=50)
@given(IDS, HOSTILE, HOSTILE, HOSTILE, st.sampled_from(SOURCES))
def test_a_definition_says_what_was_found(
    dataset_id: str, name: str, url: str, said: str, source: Source | None
) -> None:
    """Name, URL, licence and description are texts, and nothing else."""
    draft = Draft(dataset_id, "flowers", name, url, said, url, source)
    card = declared(draft).card
    assert (dataset_id, url, url) == (card.id, card.url, card.license)
    assert SURROGATES.sub("\ufffd", said).split() == card.description.split()
    ast.parse(draft.test())


@settings(max_examples=50)
@given(HOSTILE, HOSTILE, HOSTILE, st.booleans())
def test_a_file_is_where_it_was_found(url: str, filename: str, column: str, archive: bool) -> None:
    """Whatever its URL, its name and its columns are."""
    url = f"x:{url}"
    options = {"delimiter": column}
    content = Content(FOLDER if archive else TABLE, archive=archive, columns=(column,))
    content = evolve(content, options={} if archive else options)
    draft = evolve(DRAFT, source=Source(content, filename, url, "", 7, SHA256))
    (resource,) = declared(draft).resources.values()
    assert isinstance(resource, Published)
    source = resource.source()
    assert ((url,), 7, {"sha256": SHA256}) == (source.urls, source.size, source.digests)
    strings = {
        node.value for node in ast.walk(ast.parse(draft.test())) if isinstance(node, ast.Constant)
    }
    assert archive or column in strings


@pytest.mark.parametrize("source", [TABLE_SOURCE, ARCHIVE, EXPANDED, LOCAL, LONG])
def test_what_is_handed_over_is_found(source: Source) -> None:
    """The resource has the name and the place by which ``prepare`` looks for what has come."""
    draft = evolve(DRAFT, source=source)
    (said,), (found,) = declared(draft).card.resources, draft.card().resources
    assert (said.name, said.label, said.path) == (found.name, found.label, found.path)


def test_a_table_is_one() -> None:
    """With its delimiter and the row of names."""
    data = declared(evolve(DRAFT, source=TABLE_SOURCE)).build({"DATA": Path("/x.tsv")})
    assert isinstance(data, Generic)
    assert ("\t", 0) == (data.delimiter, data.names_row)


def test_what_is_fetched_by_hand_names_its_page() -> None:
    """And has no URL."""
    (resource,) = declared(evolve(DRAFT, source=BY_HAND)).card.resources
    assert resource.source is not None
    assert resource.source.by_hand is not None
    assert ((), "https://example.org/x/") == (resource.source.urls, resource.source.by_hand.page)


def test_a_name_that_does_not_fit_gives_way_to_the_id() -> None:
    """A docstring's first line is one line."""
    assert "org.example.iris" == declared(evolve(DRAFT, name="word " * 30)).card.name


def test_ruff_has_nothing_to_say(tmp_path: Path) -> None:
    """Neither with this project's rules nor with its defaults; of tests, too."""
    (tmp_path / "tests").mkdir()
    for number, source in enumerate(SOURCES):
        draft = evolve(DRAFT, source=source)
        (tmp_path / f"module_{number}.py").write_text(draft.module())
        (tmp_path / f"tests/test_{number}.py").write_text(draft.test())
    bare = Draft("local.x", "flowers", 'It\'s "so"\n', description="Words\n\nand words")
    (tmp_path / "bare.py").write_text(bare.module())
    assert "" == complaints(tmp_path)
