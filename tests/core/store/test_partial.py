"""What has arrived of a file, and the journal of it."""

import json
from pathlib import Path

import pytest
from attrs import evolve
from hypothesis import given, settings
from hypothesis import strategies as st

from datamaestro.store.partial import (
    MOST_MARKS,
    Journal,
    Mark,
    Partial,
    adopt,
    journal_of,
    journals,
    partial_of,
    read_journal,
    write_journal,
)
from datamaestro.store.writers import OWNER, Writer, start_writing
from support.transfers import digest

URL = "https://example.org/x.txt"
DATA = bytes(range(200))


def left_behind(work: Path, length: int, url: str = URL, data: bytes = DATA) -> Partial:
    """Let so many bytes of a file be in a folder, with their journal."""
    work.mkdir(parents=True, exist_ok=True)
    partial = partial_of(work, url, "x.txt")
    partial.path.write_bytes(data[:length])
    partial.identify('"v"', len(data))
    partial.add(Mark(length, digest(data[:length])))
    return partial


marks = st.lists(st.integers(1, 1000), unique=True, max_size=5).map(
    lambda lengths: tuple(Mark(length, digest(b"")) for length in sorted(lengths))
)


@settings(deadline=None, max_examples=50)
@given(st.builds(Journal, st.text(), st.text(), st.none() | st.integers(0), marks))
def test_a_journal_comes_back(tmp_path_factory: pytest.TempPathFactory, journal: Journal) -> None:
    """As it was written, whatever the texts."""
    path = tmp_path_factory.mktemp("journal") / "key-x"
    path.write_bytes(bytes(journal.length))
    write_journal(path, journal)
    assert journal == read_journal(path)
    assert [journal] == journals(path.parent)


@settings(deadline=None, max_examples=50)
@given(st.data())
def test_a_journal_that_is_cut_is_none(
    tmp_path_factory: pytest.TempPathFactory, data: st.DataObject
) -> None:
    """At whatever length; the file is then begun anew."""
    partial = left_behind(tmp_path_factory.mktemp("journal"), 100)
    journal = journal_of(partial.path)
    text = journal.read_bytes()
    journal.write_bytes(text[: data.draw(st.integers(0, len(text) - 1))])
    assert None is read_journal(partial.path)
    assert Journal(URL) == partial_of(partial.path.parent, URL, "x.txt").journal


wrong_marks = st.sampled_from(
    [{}, {"length": -1, "sha256": ""}, {"length": 1.5, "sha256": ""}, {"length": 1, "sha256": 3}]
)
values: st.SearchStrategy[object] = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=3),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner),
    max_leaves=5,
)
fields = st.sampled_from(["url", "validator", "size", "marks", "more"])


@settings(deadline=None, max_examples=50)
@given(st.one_of(values.map(json.dumps), st.text()), fields, values, wrong_marks)
def test_a_foreign_journal_is_none(
    tmp_path_factory: pytest.TempPathFactory, text: str, name: str, value: object, mark: object
) -> None:
    """Whatever stands in it, and whichever of its fields or marks is something else."""
    partial = left_behind(tmp_path_factory.mktemp("journal"), 100)
    journal = journal_of(partial.path)
    record = json.loads(journal.read_text())
    journal.write_text(json.dumps(record | {name: value}))
    read = read_journal(partial.path)
    assert read is None or isinstance(read.url + read.validator, str)
    assert name != "more" or read is None
    for damaged in (text, json.dumps(record | {"marks": [*record["marks"], mark]})):
        journal.write_text(damaged)
        assert None is read_journal(partial.path)


def test_a_journal_of_more_than_is_there_is_none(tmp_path: Path) -> None:
    """After a crash of the computer the journal may have got further than the file."""
    partial = left_behind(tmp_path, 100)
    partial.path.write_bytes(DATA[:99])
    assert None is read_journal(partial.path)
    partial.path.unlink()
    assert (None, []) == (read_journal(partial.path), journals(tmp_path))


def test_a_journal_of_another_url_is_none(tmp_path: Path) -> None:
    """Each URL has files of its own, and is named in its journal."""
    partial = left_behind(tmp_path, 100)
    assert partial.path != partial_of(tmp_path, f"{URL}?", "x.txt").path
    write_journal(partial.path, evolve(partial.journal, url="https://example.org/other"))
    assert Journal(URL) == partial_of(tmp_path, URL, "x.txt").journal


def test_passwords_are_not_on_disk(tmp_path: Path) -> None:
    """Nor is the same file of another user another one."""
    partial = left_behind(tmp_path, 100, "https://user:secret@example.org/x.txt")
    assert b"secret" not in journal_of(partial.path).read_bytes()
    assert "secret" not in partial.path.name
    assert partial_of(tmp_path, "https://example.org/x.txt", "x.txt").journal == partial.journal


def test_the_file_has_the_suffix_of_the_result(tmp_path: Path) -> None:
    """However long its name is; what checks it may go by that."""
    name = f"{'x' * 250}.idx"
    partial = partial_of(tmp_path, URL, name)
    partial.path.touch()
    assert ".idx" == partial.path.suffix


@pytest.mark.parametrize("count", [1, MOST_MARKS, MOST_MARKS + 1, 5 * MOST_MARKS])
def test_marks_are_few(count: int, tmp_path: Path) -> None:
    """The last is always there, and those before it are in order."""
    partial = partial_of(tmp_path, URL, "x")
    partial.path.write_bytes(bytes(count))
    for length in range(1, count + 1):
        partial.add(Mark(length, str(length)))
        assert Mark(length, str(length)) == partial.journal.marks[-1]
    lengths = [mark.length for mark in partial.journal.marks]
    assert sorted(set(lengths)) == lengths
    assert min(count, MOST_MARKS // 2) <= len(lengths) <= MOST_MARKS
    assert partial.journal == read_journal(partial.path)


@pytest.mark.parametrize(("length", "expected"), [(100, [50, 100]), (99, [50]), (50, [50])])
def test_what_is_beyond_a_length_is_forgotten(
    length: int, expected: list[int], tmp_path: Path
) -> None:
    """Marks up to there stay, on disk, too."""
    left_behind(tmp_path, 50)
    partial = left_behind(tmp_path, 100)
    partial.cut(length)
    for journal in (partial.journal, read_journal(partial.path)):
        assert journal is not None
        assert (expected, '"v"') == ([mark.length for mark in journal.marks], journal.validator)


def test_where_nothing_is_right_nothing_is_known(tmp_path: Path) -> None:
    """What comes next is not joined to anything."""
    left_behind(tmp_path, 100)
    partial = partial_of(tmp_path, URL, "x.txt")
    partial.cut(0)
    assert (Journal(URL), None) == (partial.journal, read_journal(partial.path))
    assert [partial.path] == list(tmp_path.iterdir())
    partial.forget()


@pytest.fixture
def ended(tmp_path: Path) -> Writer:
    """Return a writer that has something of ``A``."""
    writer = start_writing(tmp_path / "partial")
    left_behind(writer.work("A"), 100)
    return writer


@pytest.fixture
def work(tmp_path: Path) -> Path:
    """Return the folder that another writer has for ``A``."""
    folder = tmp_path / "own"
    folder.mkdir()
    return folder


@pytest.mark.parametrize("certainly", [True, False])
@pytest.mark.parametrize("published", [True, False])
def test_what_an_ended_writer_has_is_taken_over(
    certainly: bool, published: bool, ended: Writer, work: Path, tmp_path: Path
) -> None:
    """Moved, or copied where somebody else may write to it or reads it; it does not keep it."""
    (theirs,) = ended.work("A").glob("*-*")
    before = theirs.stat().st_ino
    if certainly:
        (ended.folder / OWNER).unlink()
    if published:
        (tmp_path / "place").hardlink_to(theirs)
    adopt(work, ended, "A", certainly=certainly)
    partial = partial_of(work, URL, "x.txt")
    assert (DATA[:100], 100) == (partial.path.read_bytes(), partial.journal.length)
    assert (certainly and not published) == (before == partial.path.stat().st_ino)
    assert (not certainly, False) == (ended.folder.exists(), ended.work("A").exists())


@pytest.mark.parametrize(("own", "expected"), [(99, 100), (100, 100), (101, 101)])
def test_the_longest_is_kept(own: int, expected: int, ended: Writer, work: Path) -> None:
    """Of one URL; what comes from others stays beside it."""
    left_behind(work, own)
    other = left_behind(ended.work("A"), 10, "https://mirror.example.org/x.txt")
    adopt(work, ended, "A", certainly=True)
    partial = partial_of(work, URL, "x.txt")
    assert (expected, DATA[:expected]) == (partial.journal.length, partial.path.read_bytes())
    assert 10 == partial_of(work, other.journal.url, "x.txt").journal.length


def test_what_has_no_journal_is_not_taken_over(ended: Writer, work: Path) -> None:
    """Nor are other resources, which stay where they are."""
    left_behind(ended.work("B"), 100)
    for path in ended.work("A").glob("*.json"):
        path.unlink()
    adopt(work, ended, "A", certainly=True)
    assert [] == list(work.iterdir())
    assert (False, True) == (ended.work("A").exists(), ended.work("B").exists())


@pytest.mark.parametrize("lengths", [[0], [5, 5], [7, 5]])
def test_a_journal_whose_marks_do_not_grow_counts_as_none(
    lengths: list[int], tmp_path: Path
) -> None:
    """Nor one whose islands lie before its last mark, or touch each other."""
    partial = left_behind(tmp_path, 100)
    path = journal_of(partial.path)
    record = json.loads(path.read_bytes())
    marks = [{"length": length, "sha256": "00"} for length in lengths]
    path.write_text(json.dumps(record | {"marks": marks}))
    assert None is read_journal(partial.path)
    for islands in ([[1, 2]], [[101, 102]], [[50, 60], [60, 70]], [["a", "b"]], [[70, 60]]):
        path.write_text(json.dumps(record | {"marks": [], "islands": islands}))
        known = read_journal(partial.path)
        assert (known is None) == (islands != [[1, 2]])


def test_islands_are_kept(tmp_path: Path) -> None:
    """What has arrived beyond the frontier is in the journal, and counts as there."""
    partial = left_behind(tmp_path, 100)
    partial.path.write_bytes(bytes(200))
    partial.add(Mark(110, "00"), [(120, 150), (160, 200)])
    known = read_journal(partial.path)
    assert partial.journal == known
    assert (110, 180, 200) == (partial.journal.length, partial.journal.there, partial.journal.end)
