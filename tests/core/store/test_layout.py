"""Where things lie."""

from pathlib import Path

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
