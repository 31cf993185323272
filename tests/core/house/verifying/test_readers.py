"""Readers find the digest of each file, whoever reads it."""

import hashlib
import threading
from pathlib import Path

import pytest

from datamaestro.house.verifying import readers as module
from datamaestro.house.verifying.readers import Readers
from datamaestro.house.verifying.reading import Asked


def write(folder: Path, sizes: list[int]) -> list[tuple[Asked, str]]:
    """Write files; return what is asked of each, and its digest."""
    made = []
    for number, size in enumerate(sizes):
        content = bytes([number % 256]) * size
        path = folder / str(number)
        path.write_bytes(content)
        made.append(((str(path), size), hashlib.sha256(content).hexdigest()))
    return made


@pytest.mark.parametrize("slow", [0.0, 10.0])
@pytest.mark.parametrize("jobs", [1, 2, 5])
def test_each_file_is_read_once(
    jobs: int, slow: float, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Small ones by one thread, or by all where the disk is slow; large ones by all."""
    monkeypatch.setattr(module, "SLOW", slow)
    monkeypatch.setattr(module, "SEVERAL", 3)
    made = write(tmp_path, [*range(20), 1 << 16, (1 << 18) + 1, *range(20), 1 << 20, 0])
    with Readers(jobs) as readers:
        found = [one for batch in readers.found([asked for asked, _ in made]) for one in batch]
    assert [digest for _, digest in made] == [one.sha256 for _, one in sorted(found)]
    assert readers.bytes == sum(size for (_, size), _ in made)


@pytest.mark.parametrize("lost", [False, True])
def test_very_many_are_read_by_processes(
    lost: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each once; those of a process that is lost by whoever has asked it. None is left."""
    monkeypatch.setattr(module, "MANY", 30)
    monkeypatch.setattr(module, "SEVERAL", 3)
    monkeypatch.setattr(module, "processors", lambda: 2)
    made = write(tmp_path, [*range(40), 1 << 20])
    batches = []
    with Readers(5) as readers:
        for batch in readers.found([asked for asked, _ in made]):
            batches.append(batch)
            if lost:
                readers.processes[0].stop()
    assert [digest for _, digest in made] == [
        one.sha256 for _, one in sorted(one for batch in batches for one in batch)
    ]
    assert readers.bytes == sum(size for (_, size), _ in made)
    assert [None, None] == [one.read([]) for one in readers.processes]


def test_who_has_heard_enough_stops_processes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """And those that wait for them."""
    monkeypatch.setattr(module, "MANY", 30)
    monkeypatch.setattr(module, "SEVERAL", 3)
    monkeypatch.setattr(module, "processors", lambda: 2)
    made = write(tmp_path, [10] * 40)
    with Readers(2) as readers:
        next(readers.found([asked for asked, _ in made]))
    assert not [one for one in threading.enumerate() if one.name == "datamaestro-reader"]
    assert [None, None] == [one.read([]) for one in readers.processes]


def test_a_file_is_as_long_as_it_is(tmp_path: Path) -> None:
    """Whatever was expected; a sparse one, too."""
    with (tmp_path / "a").open("wb") as file:
        file.truncate(5 << 20)
    with Readers(2) as readers:
        ((_, found),) = next(readers.found([(str(tmp_path / "a"), 3)]))
    assert (5 << 20, hashlib.sha256(bytes(5 << 20)).hexdigest()) == (found.size, found.sha256)


def test_who_stops_listening_stops_them(tmp_path: Path) -> None:
    """No thread is left."""
    made = write(tmp_path, [1 << 20] * 20)
    with Readers(3) as readers:
        next(readers.found([asked for asked, _ in made]))
    assert not [one for one in threading.enumerate() if one.name == "datamaestro-reader"]


def test_what_fails_otherwise_is_raised(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """In the thread that listens."""

    def fail(*_: object) -> None:
        raise MemoryError

    monkeypatch.setattr(module, "read", fail)
    with Readers(2) as readers, pytest.raises(MemoryError):
        list(readers.found([("a", 1 << 20)] * 5))
