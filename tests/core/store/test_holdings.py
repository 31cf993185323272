"""What a data directory has, told from its records."""

from pathlib import Path

import pytest

from datamaestro.errors import StorageError
from datamaestro.store.holdings import Holding, holdings
from datamaestro.store.layout import Store
from datamaestro.store.manifest import (
    Entry,
    FileFacts,
    Manifest,
    write_sidecar,
)
from support.on_record import write_manifest


def test_what_is_on_record_is_found_without_a_definition(tmp_path: Path) -> None:
    """Its manifest, its files and its folder are those of its name."""
    store = Store(tmp_path)
    holding = Holding(store, "org.example.words", "acme")
    manifest = Manifest({"a": Entry("a.txt", "r")})
    write_manifest(store.manifest(holding), holding.identity, manifest)
    write_sidecar(store.sidecar(holding), [FileFacts("a.txt", 1, 2, "00")])
    assert [holding] == list(holdings(store))
    assert manifest == holding.manifest()
    assert ["a.txt"] == list(holding.files())
    assert tmp_path / "data/acme/org/example/words" == holding.folder


def test_an_empty_directory_has_nothing(tmp_path: Path) -> None:
    """Nor has one that is not there."""
    assert [] == list(holdings(Store(tmp_path / "none")))


def test_a_record_that_cannot_be_read_is_named(tmp_path: Path) -> None:
    """A folder in its place is an error that says where."""
    holding = Holding(Store(tmp_path), "a", "acme")
    holding.store.manifest(holding).mkdir(parents=True)
    with pytest.raises(StorageError, match=r"state/acme/a\.json"):
        holding.manifest()
