"""Publication and removal."""

import errno
import hashlib
import os
from pathlib import Path

import pytest

from datamaestro.errors import BusyError, DefinitionError
from datamaestro.store.layout import Store
from datamaestro.store.made import Made
from datamaestro.store.manifest import Entry, Manifest
from datamaestro.store.records import DatasetRecords
from datamaestro_hookspecs.cards import Card
from support.on_record import write_manifest

CARD = Card("org.example.x", "acme")


def publish(
    records: DatasetRecords[Card], name: str, entry: Entry, scratch: Path, sha256: str = "00"
) -> Path:
    """Publish one file; return its place."""
    records.publish([Made(name, entry._replace(result=sha256), scratch)])
    return records.store.path(records.card, entry.path)


def scratch(tmp_path: Path, content: str = "content") -> Path:
    path = tmp_path / "scratch"
    path.write_text(content)
    return path


def test_publication_moves_and_records(tmp_path: Path) -> None:
    """A published file is at its place, in the manifest, and in the sidecar with its facts."""
    records = DatasetRecords(Store(tmp_path), CARD)
    place = publish(records, "a", Entry("sub/a.txt", "r"), scratch(tmp_path), "00")
    assert tmp_path / "data/acme/org/example/x/sub/a.txt" == place
    assert "content" == place.read_text()
    assert Entry("sub/a.txt", "r", result="00") == records.manifest().entries["a"]
    facts = records.files()["sub/a.txt"]
    assert (7, place.stat().st_mtime_ns, "00") == (facts.size, facts.mtime_ns, facts.sha256)


def test_publication_replaces(tmp_path: Path) -> None:
    """A resource that is made again takes the place of the former one."""
    records = DatasetRecords(Store(tmp_path), CARD)
    publish(records, "a", Entry("a.txt", "old"), scratch(tmp_path), "00")
    place = publish(records, "a", Entry("a.txt", "new"), scratch(tmp_path, "newer"), "11")
    assert "newer" == place.read_text()
    assert "11" == records.files()["a.txt"].sha256


def test_removal_forgets(tmp_path: Path) -> None:
    """A removed resource is neither on disk nor on record; others stay."""
    records = DatasetRecords(Store(tmp_path), CARD)
    gone = publish(records, "a", Entry("a.txt", "r"), scratch(tmp_path), "00")
    kept = publish(records, "b", Entry("b.txt", "r"), scratch(tmp_path), "00")
    records.remove("a")
    records.remove("never there")
    assert (False, True) == (gone.exists(), kept.exists())
    assert {"b"} == set(records.manifest().entries)
    assert {"b.txt"} == set(records.files())


def test_several_files_are_published_at_once(tmp_path: Path) -> None:
    """A batch is recorded as a whole; one that cannot be placed does not undo those before it."""
    records = DatasetRecords(Store(tmp_path), CARD)
    made = []
    for name in ("a", "b"):
        (tmp_path / name).write_text(name)
        made.append(Made(name, Entry(name, "r"), tmp_path / name))
    with pytest.raises(BusyError, match="has taken over c"):
        records.publish([*made, Made("c", Entry("c", "r"), tmp_path / "missing")])
    assert {"a", "b"} == set(records.manifest().entries) == set(records.files())


def test_what_another_process_published_meanwhile_stays(tmp_path: Path) -> None:
    """Of two that made the same, the first is published and the second goes."""
    store = Store(tmp_path)
    first, second = DatasetRecords(store, CARD), DatasetRecords(store, CARD)
    assert {} == second.manifest().entries
    place = publish(first, "a", Entry("a.txt", "r"), scratch(tmp_path))
    late = scratch(tmp_path, "of another content")
    publish(second, "a", Entry("a.txt", "r"), late, "11")
    assert ("content", "00") == (place.read_text(), second.files()["a.txt"].sha256)
    assert not late.exists()


def test_records_of_other_processes_are_kept(tmp_path: Path) -> None:
    """Each adds its own to what is on record, also to what it has not read before."""
    store = Store(tmp_path)
    first, second = DatasetRecords(store, CARD), DatasetRecords(store, CARD)
    assert {} == second.manifest().entries
    publish(first, "a", Entry("a.txt", "r"), scratch(tmp_path))
    publish(second, "b", Entry("b.txt", "r"), scratch(tmp_path))
    assert {"a", "b"} == set(DatasetRecords(store, CARD).manifest().entries)
    assert {"a.txt", "b.txt"} == set(DatasetRecords(store, CARD).files())


def test_a_record_that_was_overwritten_is_written_again(tmp_path: Path) -> None:
    """Two that write at the same moment lose nothing, since each looks again in the end."""
    records = DatasetRecords(Store(tmp_path), CARD)
    publish(records, "a", Entry("a.txt", "r"), scratch(tmp_path))
    write_manifest(records.store.manifest(CARD), CARD.identity, Manifest())
    records.confirm()
    assert {"a"} == set(DatasetRecords(Store(tmp_path), CARD).manifest().entries)


@pytest.mark.parametrize("there", ["content", "of somebody else"])
def test_what_is_in_the_place_and_on_no_record_is_replaced_and_not_lost(
    there: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """What a killed run has left is the same; anything else is kept aside, with a word about it."""
    monkeypatch.setattr("datamaestro.store.records.MOMENT", 0)
    records = DatasetRecords(Store(tmp_path), CARD)
    place, kept = records.store.path(CARD, "a.txt"), records.store.found(CARD, "a.txt")
    place.parent.mkdir(parents=True)
    place.write_text(there)
    sha256 = hashlib.sha256(b"content").hexdigest()
    publish(records, "a", Entry("a.txt", "r"), scratch(tmp_path), sha256)
    assert "content" == place.read_text()
    if there == "content":
        assert (False, "") == (kept.exists(), caplog.text)
    else:
        assert there == kept.read_text()
        assert f"it is kept at {kept}" in caplog.text


def test_a_file_system_without_links_gets_a_rename(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Some network file systems have no hard links."""

    def refuse(self: Path, target: Path) -> None:
        raise OSError(errno.EPERM, os.strerror(errno.EPERM))

    monkeypatch.setattr(Path, "hardlink_to", refuse)
    records = DatasetRecords(Store(tmp_path), CARD)
    assert "content" == publish(records, "a", Entry("a.txt", "r"), scratch(tmp_path)).read_text()


@pytest.mark.parametrize(
    ("first", "second"),
    [(("org.a", "b/x.txt"), ("org.a.b", "x.txt")), (("org.a.b", "x.txt"), ("org.a", "b/x.txt"))],
)
def test_a_place_belongs_to_one_data_set(
    first: tuple[str, str], second: tuple[str, str], tmp_path: Path
) -> None:
    """Two ids whose folders lie in each other cannot take each other's file."""
    store = Store(tmp_path)
    one = DatasetRecords(store, Card(first[0], "acme"))
    place = publish(one, "a", Entry(first[1], "r"), scratch(tmp_path), "00")
    other = DatasetRecords(store, Card(second[0], "acme"))
    with pytest.raises(DefinitionError, match=f"x.txt belongs to {first[0]}@acme"):
        publish(other, "a", Entry(second[1], "r"), scratch(tmp_path, "other"), "11")
    assert "content" == place.read_text()
