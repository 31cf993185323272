"""Repositories whose names are completed."""

from __future__ import annotations

import textwrap
from pathlib import Path

import pytest

from support.searching import add_repository, record, search

SOURCE = """
from attrs import define

from datamaestro.data import Base, File
from datamaestro.definitions import Dataset, dataset, datatags, datatasks
from datamaestro.variants import AxesVariants, Axis

@define(slots=False, kw_only=True, eq=False)
class Two(Base):
    train: File
    test: File

@datatags("blue flowers", "plants")
@datatasks("ranking")
@dataset(Two, id="com.acme.iris", url="https://example.org")
def iris(): ...

@dataset(
    id="com.acme.corpus",
    url="https://example.org",
    variants=AxesVariants(
        lang=Axis(["de", "en"]),
        size=Axis(type=int, default=10),
    ),
)
class Corpus(Dataset):
    def config(self, lang, size) -> Two: ...
"""


@pytest.fixture
def flowers(site: Path, tmp_path: Path) -> Path:
    """Install a repository ``flowers``, and let it be compiled; return the folder of the test."""
    add_repository(site, "flowers", com__acme=textwrap.dedent(SOURCE))
    record(site, "flowers")
    found = search(tmp_path, "acme")
    assert 2 == len(found.out.splitlines()), found.err
    return tmp_path
