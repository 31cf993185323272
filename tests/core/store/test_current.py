"""The store in use."""

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from datamaestro.store.current import current_store, using
from datamaestro.store.layout import Store


def test_a_store_is_in_use_for_a_while_and_in_one_thread(store: Path, tmp_path: Path) -> None:
    """Otherwise it is the one that the settings name."""
    other = Store(tmp_path / "other")
    with using(other), ThreadPoolExecutor(1) as pool:
        assert other is current_store()
        assert store == pool.submit(current_store).result().root
    assert store == current_store().root
