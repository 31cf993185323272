"""Where things lie, and the lock."""

from pathlib import Path

import pytest
from filelock import FileLock

from datamaestro.errors import BusyError
from datamaestro.store.layout import Store
from datamaestro_hookspecs.cards import Card

CARD = Card("com.lecun.mnist", "image")


def test_data_lie_below_the_id_as_a_path(tmp_path: Path) -> None:
    """The places are those of the earlier versions, whose data are found."""
    store = Store(tmp_path)
    assert tmp_path / "data/image/com/lecun/mnist/a.idx" == store.path(CARD, "a.idx")
    assert tmp_path / "state/image/com.lecun.mnist.json" == store.manifest(CARD)
    assert tmp_path / "partial/image/com.lecun.mnist" == store.partial(CARD)


def test_no_sidecar_is_another_data_sets_manifest(tmp_path: Path) -> None:
    """An id that ends like a sidecar's name does not collide with it."""
    store = Store(tmp_path)
    other = Card("com.lecun.mnist.files", "image")
    assert store.sidecar(CARD) != store.manifest(other)


def test_waiting_for_another_process_ends(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    """A lock that is held is waited for, with a word about it, as long as is allowed."""
    store = Store(tmp_path)
    caplog.set_level("INFO", "datamaestro")
    store.partial(CARD).mkdir(parents=True)
    with (
        FileLock(store.partial(CARD) / "lock", is_singleton=False),
        pytest.raises(BusyError, match="another process"),
        store.writing(CARD, timeout=0.01),
    ):
        pytest.fail("entered although the lock is held")
    assert "waiting for it" in caplog.text


def test_the_lock_is_released(tmp_path: Path) -> None:
    """One after the other may write."""
    store = Store(tmp_path)
    for _ in range(2):
        with store.writing(CARD, timeout=0):
            pass
