"""Keeping house in Python."""

import os
from pathlib import Path

import pytest

from datamaestro.context import Context
from datamaestro.errors import DatasetNotFound, StorageError, UsageError
from datamaestro.house.trash.items import items
from datamaestro.house.ways import on_disk, remove, repair, verify
from support.on_record import FILES, hold


def test_a_program_keeps_house(context: Context) -> None:
    """It lists, verifies, repairs and removes what it names, and nothing else."""
    root = context.settings.directory
    place = hold(root, "a", FILES).folder / "a.txt"
    hold(root, "b", FILES)
    assert [("a", 3), ("b", 3)] == [(one.id, one.files) for one in on_disk(context)]
    os.utime(place, (1, 1))
    assert [False, True] == [one.right for one in verify(context, quick=True)]
    assert [1, 0] == [one.noted for one in repair(context, quick=True)]
    assert [True] == [one.right for one in verify(context, ["a"], quick=True)]
    (moved,) = remove(context, ["a"])
    assert ([moved.token], ["b"]) == (
        [one.token for one in items(context.store)],
        [one.id for one in on_disk(context)],
    )


def test_what_a_program_means_has_to_be_there(context: Context) -> None:
    """To name nothing removes nothing, and a part is not the whole."""
    root: Path = context.settings.directory
    with pytest.raises(StorageError, match="there is no data directory"):
        verify(context)
    hold(root, "a", FILES)
    assert [] == remove(context, [])
    with pytest.raises(DatasetNotFound):
        remove(context, ["none"])
    with pytest.raises(UsageError, match="at most a part of a"):
        remove(context, ["a.part"])
    assert ["a"] == [one.id for one in on_disk(context)]
