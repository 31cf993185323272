"""Publication and removal."""

import threading
from pathlib import Path

import pytest

from datamaestro.errors import DefinitionError
from datamaestro.store.layout import Store
from datamaestro.store.manifest import Entry
from datamaestro.store.records import DatasetRecords
from datamaestro_hookspecs.cards import Card

CARD = Card("org.example.x", "acme")


def scratch(tmp_path: Path, content: str = "content") -> Path:
    path = tmp_path / "scratch"
    path.write_text(content)
    return path


def test_publication_moves_and_records(tmp_path: Path) -> None:
    """A published file is at its place, in the manifest, and in the sidecar with its facts."""
    records = DatasetRecords(Store(tmp_path), CARD)
    place = records.publish("a", Entry("sub/a.txt", "r"), scratch(tmp_path), "00")
    assert tmp_path / "data/acme/org/example/x/sub/a.txt" == place
    assert "content" == place.read_text()
    assert Entry("sub/a.txt", "r") == records.manifest().entries["a"]
    facts = records.files()["sub/a.txt"]
    assert (7, place.stat().st_mtime_ns, "00") == (facts.size, facts.mtime_ns, facts.sha256)


def test_publication_replaces(tmp_path: Path) -> None:
    """A resource that is made again takes the place of the former one."""
    records = DatasetRecords(Store(tmp_path), CARD)
    records.publish("a", Entry("a.txt", "old"), scratch(tmp_path), "00")
    place = records.publish("a", Entry("a.txt", "new"), scratch(tmp_path, "newer"), "11")
    assert "newer" == place.read_text()
    assert "11" == records.files()["a.txt"].sha256


def test_removal_forgets(tmp_path: Path) -> None:
    """A removed resource is neither on disk nor on record; others stay."""
    records = DatasetRecords(Store(tmp_path), CARD)
    gone = records.publish("a", Entry("a.txt", "r"), scratch(tmp_path), "00")
    kept = records.publish("b", Entry("b.txt", "r"), scratch(tmp_path), "00")
    records.remove("a")
    records.remove("never there")
    assert (False, True) == (gone.exists(), kept.exists())
    assert {"b"} == set(records.manifest().entries)
    assert {"b.txt"} == set(records.files())


def test_threads_publish_side_by_side(tmp_path: Path) -> None:
    """No record is lost when several files of one data set are published at once."""
    records = DatasetRecords(Store(tmp_path), CARD)
    names = [f"r{number}" for number in range(16)]
    for name in names:
        (tmp_path / name).write_text(name)

    def publish(name: str) -> None:
        records.publish(name, Entry(name, "r"), tmp_path / name, "00")

    threads = [threading.Thread(target=publish, args=(name,)) for name in names]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert set(names) == set(records.manifest().entries) == set(records.files())


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
    place = one.publish("a", Entry(first[1], "r"), scratch(tmp_path), "00")
    other = DatasetRecords(store, Card(second[0], "acme"))
    with pytest.raises(DefinitionError, match=f"x.txt is a file of {first[0]}@acme"):
        other.publish("a", Entry(second[1], "r"), scratch(tmp_path, "other"), "11")
    assert "content" == place.read_text()
