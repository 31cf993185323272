"""What is said of data sets, as it is written."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from datamaestro.store.descriptions import (
    LARGEST,
    Description,
    description_from,
    read_description,
    write_description,
)
from datamaestro.store.layout import Store

WORDS = Description(
    {"id": "org.example.words", "repository": "acme", "name": "Wörter"},
    ({"selector": "", "chosen": {}, "data": None},),
    "elsewhere.example.org",
)


def test_what_is_written_is_read_again(tmp_path: Path) -> None:
    """It is beside the manifest."""
    store = Store(tmp_path)
    write_description(store, WORDS)
    assert WORDS == read_description(store, WORDS)
    assert (tmp_path / "state/acme/org.example.words.described").exists()


def test_what_is_not_there_is_none(tmp_path: Path) -> None:
    """Nor is a folder in its place."""
    assert read_description(Store(tmp_path), WORDS) is None
    Store(tmp_path).description(WORDS).mkdir(parents=True)
    assert read_description(Store(tmp_path), WORDS) is None


def test_what_is_too_large_is_neither_read_nor_written(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """Its size is looked at first: no memory would have room for all that a file may have."""
    store = Store(tmp_path)
    write_description(store, WORDS)
    os.truncate(store.description(WORDS), LARGEST + 1)
    assert read_description(store, WORDS) is None
    assert "described cannot be used (it has more than 16,777,216 bytes)" in caplog.text
    with pytest.raises(ValueError, match="more than 16,777,216 bytes"):
        write_description(store, WORDS._replace(origin="x" * LARGEST))


def test_each_damaged_byte_is_seen() -> None:
    """And each missing one; nothing of it is believed then."""
    content = WORDS.as_text().encode()
    assert WORDS == description_from(content, WORDS)
    for place in range(len(content)):
        flipped = bytes([content[place] ^ 1])
        for damaged in (content[:place], content[:place] + flipped + content[place + 1 :]):
            with pytest.raises(ValueError):  # noqa: PT011 - any
                description_from(damaged, WORDS)


def test_another_data_sets_is_refused() -> None:
    """It may have been put there under its name."""
    other = WORDS._replace(card={**WORDS.card, "id": "org.example.other"})
    with pytest.raises(ValueError, match=r"is of org\.example\.words@acme"):
        description_from(WORDS.as_text().encode(), other)
