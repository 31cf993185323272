"""The data folders of a data directory: ``settings.json``, in the form of earlier versions."""

import json
from pathlib import Path

import pytest

from datamaestro.errors import StorageError, UsageError
from datamaestro.settings.folders import (
    datafolders,
    remove_datafolder,
    set_datafolder,
    settings_path,
)


def test_folders_are_kept_in_the_form_of_earlier_versions(store: Path) -> None:
    """What else is in the file stays."""
    assert {} == datafolders(store)
    set_datafolder(store, "b", Path("/b"))
    assert {"keys": {}, "datafolders": {"b": "/b"}} == json.loads(settings_path(store).read_text())
    settings_path(store).write_text('{"keys": {"k": "v"}, "datafolders": {"b": "/b"}, "more": 1}')
    set_datafolder(store, "a", Path("/a"))
    assert {"a": Path("/a"), "b": Path("/b")} == datafolders(store)
    remove_datafolder(store, "b")
    assert {"keys": {"k": "v"}, "datafolders": {"a": "/a"}, "more": 1} == json.loads(
        settings_path(store).read_text()
    )


def test_a_link_to_the_settings_stays_one(store: Path, tmp_path: Path) -> None:
    """Somebody may share them between data directories."""
    store.mkdir()
    settings_path(store).symlink_to(tmp_path / "shared.json")
    set_datafolder(store, "a", Path("/a"))
    assert {"a": Path("/a")} == datafolders(store)
    assert settings_path(store).is_symlink()


@pytest.mark.parametrize(
    ("known", "hint"),
    [
        ({}, "none is"),
        ({"zzz": "/z", "yyy": "/y"}, "there are: yyy, zzz"),
        ({"org.example.disks": "/d"}, r"did you mean org\.example\.disks\?"),
    ],
)
def test_what_is_not_set_cannot_be_removed(known: dict[str, str], hint: str, store: Path) -> None:
    """Names that look like it are told, else all."""
    for name, path in known.items():
        set_datafolder(store, name, Path(path))
    with pytest.raises(UsageError, match=hint):
        remove_datafolder(store, "org.example.disk")


@pytest.mark.parametrize("damaged", ["{", "[]", '{"datafolders": []}', '{"datafolders": {"a": 1}}'])
def test_damaged_settings_are_told(damaged: str, store: Path) -> None:
    """They are not taken for empty ones, which would be written over them."""
    store.mkdir()
    settings_path(store).write_text(damaged)
    with pytest.raises(UsageError, match=r"settings\.json"):
        set_datafolder(store, "a", Path("/a"))
    assert damaged == settings_path(store).read_text()


def test_a_place_that_cannot_be_read_or_written_is_told(store: Path) -> None:
    """With the file and the next step."""
    settings_path(store).mkdir(parents=True)
    with pytest.raises(StorageError, match=r"settings\.json.*DATAMAESTRO_DIR"):
        datafolders(store)
    settings_path(store).rmdir()
    store.rmdir()
    store.write_text("a file in its way")
    with pytest.raises(StorageError, match=r"settings\.json.*DATAMAESTRO_DIR"):
        set_datafolder(store, "a", Path("/a"))
