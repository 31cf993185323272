"""Where a file is written before it takes its place, and what killed processes leave."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from datamaestro.store.scratch import STALE, scratch_beside, sweep


@pytest.fixture
def index(tmp_path: Path) -> Path:
    """Return the place of an index."""
    return tmp_path / "index"


def elsewhere(index: Path) -> Path:
    """Return what somebody whom nobody here can ask writes beside an index."""
    return index.with_name(".index.0a0a0a0a-1-1-abcdef")


def test_each_has_a_file_of_its_own(index: Path) -> None:
    """Beside the index, so that a rename puts it there."""
    one, other = scratch_beside(index), scratch_beside(index)
    assert index.parent == one.parent == other.parent
    assert one != other


def test_what_is_being_written_stays(index: Path) -> None:
    """By this process, by others, and by whatever writes other files."""
    files = {scratch_beside(index), elsewhere(index), index, index.with_name(".other.1-1-1-1")}
    for file in files:
        file.touch()
    sweep(index)
    assert files == set(index.parent.iterdir())


def test_what_an_ended_process_was_writing_is_removed(index: Path) -> None:
    """At once, by the next one that looks."""
    program = (
        "import sys; from pathlib import Path; from datamaestro.store.scratch import *;"
        "scratch_beside(Path(sys.argv[1])).touch()"
    )
    subprocess.run([sys.executable, "-c", program, index], check=True)
    assert 1 == len(list(index.parent.iterdir()))
    sweep(index)
    assert [] == list(index.parent.iterdir())


@pytest.mark.parametrize("name", ["0a0a0a0a-1-1-abcdef", "0123456789abcdef", "-", "é"])
def test_what_others_were_writing_is_removed_in_the_end(name: str, index: Path) -> None:
    """On other hosts, or by other versions: after a day."""
    file = index.with_name(f".index.{name}")
    file.touch()
    sweep(index)
    assert file.exists()
    before = file.stat().st_mtime - STALE - 1
    os.utime(file, (before, before))
    sweep(index)
    assert not file.exists()


def test_where_there_is_no_folder_nothing_is_left(tmp_path: Path) -> None:
    """That is no error."""
    sweep(tmp_path / "none" / "index")
