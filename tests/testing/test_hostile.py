"""Hostile archives are what they are said to be."""

from __future__ import annotations

import gzip
import os
import tarfile
import zipfile
from pathlib import Path

import pytest

from datamaestro.testing.hostile import Hostile, hostile_tars, hostile_zips

CASES = [*hostile_tars(), *hostile_zips()]

KEPT = [case for case in CASES if case.verdict == "kept"]


def test_names_are_unique() -> None:
    """A test's name says which archive it is about."""
    names = [(case.suffix, case.name) for case in CASES]
    assert len(set(names)) == len(names)


@pytest.mark.parametrize("case", KEPT, ids=lambda case: case.suffix + "-" + case.name)
def test_what_is_to_be_kept_can_be_read(case: Hostile, tmp_path: Path) -> None:
    """Python's own modules find in it what is to be there, if only they are trusting."""
    path = tmp_path / "archive"
    case.write(path)
    if case.suffix == ".zip":
        with zipfile.ZipFile(path) as archive:
            found = {name: archive.read(name) for name in archive.namelist() if name[-1] != "/"}
    else:
        with tarfile.open(path) as archive_file:
            files = {member.name: archive_file.extractfile(member) for member in archive_file
                     if member.isreg()}  # fmt: skip
            found = {name: file.read() for name, file in files.items() if file}
    wanted = {name for name, each in case.tree.items() if isinstance(each, bytes)}
    assert wanted <= {name.removeprefix("./") for name in found}


def unpack(case: Hostile, folder: Path) -> None:
    """Make what is to be kept of an archive."""
    folder.mkdir()
    for name, each in case.tree.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        if each is None:
            path.mkdir(exist_ok=True)
        elif isinstance(each, str):
            path.symlink_to(each)
        else:
            path.write_bytes(each)


@pytest.mark.parametrize("case", KEPT, ids=lambda case: case.suffix + "-" + case.name)
def test_what_is_kept_is_compared(case: Hostile, tmp_path: Path) -> None:
    """The right tree passes, and what is missing, added or changed is noticed."""
    folder = tmp_path / "folder"
    unpack(case, folder)
    case.assert_kept(folder)
    (folder / "added").write_bytes(b"")
    with pytest.raises(AssertionError):
        case.assert_kept(folder)
    (folder / "added").unlink()
    name = next(name for name, each in case.tree.items() if isinstance(each, bytes))
    (folder / name).write_bytes(b"changed")
    with pytest.raises(AssertionError):
        case.assert_kept(folder)
    (folder / name).unlink()
    with pytest.raises(AssertionError):
        case.assert_kept(folder)


def test_special_bits_and_devices_are_noticed(tmp_path: Path) -> None:
    """Neither is in any tree that is to be kept."""
    (case,) = (case for case in hostile_tars() if case.name == "special-bits")
    unpack(case, tmp_path / "folder")
    (tmp_path / "folder" / "a").chmod(0o4755)
    with pytest.raises(AssertionError, match="a"):
        case.assert_kept(tmp_path / "folder")
    (tmp_path / "folder" / "a").unlink()
    os.mkfifo(tmp_path / "folder" / "a")
    with pytest.raises(AssertionError, match="device"):
        case.assert_kept(tmp_path / "folder")


HUGE = [case for case in (*hostile_tars(huge=True), *hostile_zips(huge=True)) if case.huge]


@pytest.mark.parametrize("case", HUGE, ids=lambda case: case.suffix + "-" + case.name)
def test_bombs_are_small_before_they_go_off(case: Hostile, tmp_path: Path) -> None:
    """A gibibyte, a tebibyte or a million members take some megabytes, and say what they are."""
    path = tmp_path / f"archive{case.suffix}"
    case.write(path)
    assert path.stat().st_size < 100 << 20
    if case.suffix == ".zip":
        listed = path.read_bytes().count(b"PK\1\2")
        assert listed == (1_000_000 if case.name == "many" else 1)
        return
    if case.name == "bomb-in-gzip":
        path.write_bytes(gzip.decompress(path.read_bytes()))
    with tarfile.open(path) as archive_file:
        first = archive_file.next()
    assert first is not None
    assert "many" == case.name or 1 << 30 <= first.size
