"""Data sets of very many files: what one more takes does not depend on how many there are."""

from __future__ import annotations

import os
import shutil
import sys
import threading
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

import datamaestro
from datamaestro.context import Context
from datamaestro.data import Folder
from datamaestro.definitions import dataset
from datamaestro.download.single import filedownloader
from datamaestro.engine import pace

if TYPE_CHECKING:
    from collections.abc import Callable
    from types import FrameType

FEW, MORE, MANY = 20, 40, 80

SOURCE = f"{Path(datamaestro.__file__).parent}{os.sep}"
"""Of the core alone: beside it may be its plugins, in a folder whose name begins as this one's."""


def lines_run(action: Callable[[], object]) -> int:
    """Return how many lines of the core an action runs, in all threads."""
    found: list[int] = []

    def trace(frame: FrameType, event: str, _: object) -> Any:
        if not frame.f_code.co_filename.startswith(SOURCE):
            return None
        found.append(1)
        return trace

    threading.settrace(trace)
    sys.settrace(trace)
    try:
        action()
    finally:
        sys.settrace(None)
        threading.settrace(None)
    return len(found)


def of_files(number: int, published: Path) -> Any:
    """Return a data set of so many files."""

    def data(**paths: Path) -> dict[str, Any]:
        return {"path": next(iter(paths.values())).parent}

    for each in range(number):
        filedownloader(f"f{each}.txt", published.as_uri())(data)
    return dataset(Folder, id=f"org.example.of{number}")(data)


def test_one_more_file_takes_as_much_as_any_other(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whether files are fetched, are there, or are there on no record."""
    context = Context(jobs=1)  # else threads wait for each other, more or less
    monkeypatch.setattr(pace, "LEAST", 600)  # else it depends on the time how often it is recorded
    published = tmp_path / "x"
    published.write_text("x")
    context.prepare(of_files(1, published))  # whatever is done once
    fetched, there, adopted = [], [], []
    for number in (FEW, MORE, MANY):
        prepare = partial(context.prepare, of_files(number, published))
        fetched.append(lines_run(prepare))
        there.append(lines_run(prepare))
        shutil.rmtree(context.store.root / "state")
        adopted.append(lines_run(prepare))
    for few, more, many in (fetched, there, adopted):
        assert many - more < 2.1 * (more - few)
