"""What is interrupted is gone on with, and nothing is seen before it is complete."""

import errno
import os
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from attrs import evolve

from datamaestro.context import Context
from datamaestro.errors import BusyError, DatamaestroError, StorageError, TransferError
from datamaestro.moving.here import delivery
from datamaestro.moving.here.source import LocalSource
from datamaestro.moving.ways import push
from datamaestro.store.placing import Placing
from datamaestro.store.writers import Writer, start_writing
from datamaestro_hookspecs.offers import Content, Offer, Wanted
from support.holding import hold, seen

ID = "org.example.x@test"
BEFORE: dict[str, bytes | str] = {"a": b"old", "same": b"s" * 50}
AFTER: dict[str, bytes | str] = {"a": b"new" * 1_000_000, "b": b"bb", "same": b"s" * 50}
SIZE = 3_000_000 + 2 + 9


@pytest.fixture
def other(store: Path, tmp_path: Path) -> Path:
    """Return a data directory that has an earlier version of what is to be pushed to it."""
    other = tmp_path / "other"
    hold(other, ID, tree=BEFORE, file=b"earlier")
    hold(store, ID, tree=AFTER, file=b"later one")
    return other


@pytest.fixture
def cut(monkeypatch: pytest.MonkeyPatch) -> Callable[[int, BaseException], None]:
    """Return what lets reading fail after so many bytes, once."""

    def fail_after(count: int, error: BaseException) -> None:
        left, whole = count, LocalSource.read

        def read(self: LocalSource, offer: Offer, wanted: Iterator[Wanted]) -> Iterator[Content]:
            for content in whole(self, offer, wanted):
                yield evolve(content, readinto=failing(content.readinto))

        def failing(readinto: Callable[[memoryview], int]) -> Callable[[memoryview], int]:
            def fill(buffer: memoryview) -> int:
                nonlocal left
                if left <= 0:
                    raise error
                found = readinto(buffer[:left])
                left -= found
                return found

            return fill

        with monkeypatch.context() as patch:
            patch.setattr(LocalSource, "read", read)
            with pytest.raises(type(error)):
                push(Context(jobs=1), [], str(Context().store.root.parent / "other"))

    return fail_after


@pytest.mark.parametrize("count", [0, 5, 100_000, 2_000_000, SIZE - 1])
@pytest.mark.parametrize("error", [TransferError("x:", "lost"), KeyboardInterrupt()], ids=repr)
def test_a_push_that_is_cut_is_gone_on_with(
    store: Path, other: Path, cut: Callable[..., None], count: int, error: BaseException
) -> None:
    """All is as it was until the next push, which sends only the rest."""
    before = seen(other)
    cut(count, error)
    assert before == seen(other)
    (moved,) = push(Context(), [], str(other))
    assert SIZE - count == moved.size
    assert seen(store) == seen(other)
    assert [] == list(other.glob("partial/*/*/run-*"))


@pytest.mark.parametrize("killed", [False, True])
def test_what_a_killed_one_has_left_is_used(
    store: Path,
    other: Path,
    cut: Callable[..., None],
    monkeypatch: pytest.MonkeyPatch,
    killed: bool,
) -> None:
    """Whether it has left in order or not; not while it may be at work."""
    monkeypatch.setattr(Writer, "leave", lambda writer: None)
    cut(1_000_000, TransferError("x:", "lost"))
    monkeypatch.undo()
    (writer,) = map(Writer, other.glob("partial/*/*/run-*"))
    owner, _ = writer.read()
    assert owner is not None
    if killed:
        writer.sign(evolve(owner, started="another one"), 1)
    (moved,) = push(Context(store), [], str(other))
    assert (SIZE - 1_000_000 if killed else SIZE) == moved.size
    assert seen(store) == seen(other)


def test_what_is_left_is_read_before_it_is_believed(
    store: Path, other: Path, cut: Callable[..., None]
) -> None:
    """Where it is wrong, the file is sent once more from its beginning."""
    cut(2_000_000, TransferError("x:", "lost"))
    (left,) = [one for one in other.glob("partial/**/*.tree/a") if one.is_file()]
    with left.open("r+b") as file:
        file.write(b"damage")
    push(Context(), [], str(other))
    assert seen(store) == seen(other)


def test_what_is_left_is_not_written_to_where_it_is_in_use(
    store: Path, other: Path, cut: Callable[..., None]
) -> None:
    """A file that has another name is another one's, too."""
    cut(10, TransferError("x:", "lost"))
    (folder,) = other.glob("partial/*/*/run-*/moved/*.tree")
    used = other / "used"
    used.write_bytes(b"in use")
    (folder / "b").hardlink_to(used)
    (folder / "a").unlink()
    (folder / "a").symlink_to(used)
    push(Context(), [], str(other))
    assert b"in use" == used.read_bytes()
    assert seen(store) == seen(other)


def test_a_disk_that_becomes_full(
    store: Path, other: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Exit code 8; the next push goes on when there is room again."""
    left, write = 1_500_000, os.write

    def full(file: int, block: memoryview) -> int:
        nonlocal left
        if len(block) > left:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        left -= len(block)
        return write(file, block)

    before = seen(other)
    monkeypatch.setattr("datamaestro.moving.here.writing.os.write", full)
    with pytest.raises(StorageError, match="free some space") as caught:
        push(Context(), [], str(other))
    assert 8 == caught.value.exit_code
    monkeypatch.undo()
    assert before == seen(other)
    (moved,) = push(Context(store), [], str(other))
    assert moved.size < SIZE
    assert seen(store) == seen(other)


def test_a_disk_that_is_full_is_found_out_before(
    other: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nothing travels; the error says how many bytes are missing."""
    monkeypatch.setattr("datamaestro.store.space.free_space", lambda path: SIZE - 1)
    with pytest.raises(StorageError, match="so 1 are missing"):
        push(Context(), [], str(other))


@pytest.mark.parametrize("number", [0, 1])
def test_publication_that_fails_is_repeated(
    store: Path, other: Path, monkeypatch: pytest.MonkeyPatch, number: int
) -> None:
    """What is placed is on record, what is not is as it was; nothing travels again."""
    place, count = Placing.place, 0

    def failing(self: Placing) -> object:
        nonlocal count
        if count == number:
            raise OSError(errno.EIO, os.strerror(errno.EIO))
        count += 1
        return place(self)

    monkeypatch.setattr(Placing, "place", failing)
    with pytest.raises(StorageError):
        push(Context(), [], str(other))
    monkeypatch.undo()
    (moved,) = push(Context(store), [], str(other))
    assert 0 == moved.size
    assert seen(store) == seen(other)


def test_two_pushes_at_once(store: Path, other: Path) -> None:
    """One waits for the other, and has nothing to do then."""
    sizes: list[int] = []

    def run() -> None:
        (moved,) = push(Context(store), [], str(other))
        sizes.append(moved.size)

    threads = [threading.Thread(target=run) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [0, SIZE] == sorted(sizes)
    assert seen(store) == seen(other)


def test_two_different_pushes_without_locks(
    store: Path, other: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The last one stays, whole; correctness does not rest on locks."""
    from contextlib import nullcontext

    monkeypatch.setattr("datamaestro.moving.here.local.locked", lambda *_: nullcontext())
    third = tmp_path / "third"
    hold(third, ID, tree={"a": b"third", "c": b"c"}, file=b"of the third")
    commit, both = delivery.LocalDelivery.commit, threading.Barrier(2)

    def together(self: delivery.LocalDelivery) -> None:
        both.wait()
        commit(self)

    monkeypatch.setattr(delivery.LocalDelivery, "commit", together)
    errors: list[DatamaestroError] = []

    def run(root: Path) -> None:
        try:
            push(Context(root), [], str(other))
        except DatamaestroError as error:
            errors.append(error)

    threads = [threading.Thread(target=run, args=(root,)) for root in (store, third)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    monkeypatch.undo()
    for root in (store, third):
        push(Context(root), [], str(other))
        assert seen(root) == seen(other)
    assert all(isinstance(one, BusyError | StorageError) for one in errors)


def test_a_delivery_that_is_not_committed_changes_nothing(store: Path, other: Path) -> None:
    """Also where another data set has never been there."""
    from datamaestro.moving.here.local import LocalSide

    before = seen(other)
    with LocalSide(Context(store)) as here, LocalSide(Context(other)) as there:
        (offer,) = here.offers([])
        with there.deliver(offer) as arriving:
            arriving.receive(here.read(offer, arriving.lacking))
    assert before == seen(other)


def test_a_writer_without_anything_moved_is_left_alone(store: Path, other: Path) -> None:
    """A run that prepares the data set goes on beside it."""
    writer = start_writing(other / "partial/test/org.example.x")
    push(Context(store), [], str(other))
    assert writer.folder.is_dir()
    assert seen(store) == seen(other)


def test_a_whole_folder_is_there_until_it_is_replaced(
    store: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Of a data set that fills its folder, too, nothing goes before something else comes."""
    other = tmp_path / "other"
    hold(other, ID, WHOLE={"a": b"a", "sub/b": b"b", "gone/c": b"c", "kind": b"file"})
    hold(store, ID, WHOLE={"a": b"A", "sub/b": b"b", "kind/d": b"d"})
    before = seen(other)

    def failing(self: Placing) -> object:
        raise OSError(errno.EIO, os.strerror(errno.EIO))

    monkeypatch.setattr(Placing, "place", failing)
    with pytest.raises(StorageError):
        push(Context(), [], str(other))
    monkeypatch.undo()
    assert before == seen(other)
    (moved,) = push(Context(store), [], str(other))
    assert 0 == moved.size
    assert seen(store) == seen(other)
    assert [] == list(other.glob("partial/*/*/found"))
