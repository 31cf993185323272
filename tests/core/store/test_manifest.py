"""Manifests and their sidecars."""

import json
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from datamaestro.store.manifest import (
    Entry,
    FileFacts,
    Manifest,
    read_manifest,
    read_sidecar,
    understood,
    write_sidecar,
)
from datamaestro_hookspecs.files import LARGEST
from support.on_record import write_manifest

MANIFEST = Manifest({"a": Entry("a.txt", "r1", "https://x", '"etag"', "00"), "b": Entry("b", "r2")})


def test_what_is_written_is_read(tmp_path: Path) -> None:
    """A manifest comes back as it was."""
    (tmp_path / "test").mkdir()
    write_manifest(tmp_path / "test/org.x.json", "org.x@test", MANIFEST)
    assert read_manifest(tmp_path / "test/org.x.json") == MANIFEST


@pytest.mark.parametrize("place", ["test/org.y.json", "other/org.x.json", "test/ORG.x.json"])
def test_the_manifest_of_another_data_set_is_damaged(
    tmp_path: Path, place: str, caplog: pytest.LogCaptureFixture
) -> None:
    """Whoever has put it there."""
    (tmp_path / place).parent.mkdir()
    write_manifest(tmp_path / place, "org.x@test", MANIFEST)
    assert Manifest() == read_manifest(tmp_path / place)
    assert "it is that of 'org.x@test'" in caplog.text


@pytest.mark.parametrize("more", [', "resources": {}', ', "format": 1', " "])
def test_nothing_stands_after_the_seal(tmp_path: Path, more: str) -> None:
    """Of a key that is there twice, the last would be believed."""
    path = tmp_path / "y/x.json"
    path.parent.mkdir()
    write_manifest(path, "x@y", MANIFEST)
    for text in (path.read_text()[:-3] + more + "\n}\n", path.read_text() + more):
        (tmp_path / "y/z.json").write_text(text)
        with pytest.raises(ValueError, match=r"not as it was written|Extra data"):
            understood((tmp_path / "y/z.json").read_bytes(), path)


def test_a_sidecar_comes_back(tmp_path: Path) -> None:
    """The facts of each file come back, whatever its name."""
    facts = {name: FileFacts(name, 1, 2, "00") for name in ("a", "b\nc", "d\u2028é")}
    write_sidecar(tmp_path / "s", facts.values())
    assert facts == read_sidecar(tmp_path / "s")


def test_no_manifest_means_nothing_on_disk(tmp_path: Path) -> None:
    """A data set without a manifest has nothing."""
    assert Manifest() == read_manifest(tmp_path / "none.json")
    assert {} == read_sidecar(tmp_path / "none")


@settings(deadline=None)
@given(st.data())
def test_a_damaged_manifest_is_never_a_traceback(
    tmp_path_factory: pytest.TempPathFactory, data: st.DataObject
) -> None:
    """Any byte changed or any length cut: what is read is a manifest of texts."""
    path = tmp_path_factory.mktemp("m") / "y/x.json"
    path.parent.mkdir()
    write_manifest(path, "x@y", MANIFEST)
    content = bytearray(path.read_bytes())
    if data.draw(st.booleans()):
        place = data.draw(st.integers(0, len(content) - 1))
        content[place] = data.draw(st.integers(0, 255))
    else:
        del content[data.draw(st.integers(0, len(content))) :]
    path.write_bytes(content)
    for entry in read_manifest(path).entries.values():
        assert isinstance(entry.path + entry.recipe, str)


@pytest.mark.parametrize("path", ["/etc", "../x", "a/../../b", "a//b", 3])
def test_a_manifest_names_nothing_elsewhere(path: object, tmp_path: Path) -> None:
    """Records may be damaged, or come from somebody else; what they name may be removed."""
    document = {
        "format": 1,
        "dataset": f"m@{tmp_path.name}",
        "resources": {"a": {"path": path, "recipe": "r"}},
    }
    (tmp_path / "m.json").write_text(json.dumps(document))
    assert Manifest() == read_manifest(tmp_path / "m.json")


@given(st.binary(max_size=200))
def test_any_bytes_are_a_sidecar_and_a_manifest(
    tmp_path_factory: pytest.TempPathFactory, content: bytes
) -> None:
    """At worst, nothing is known of any file."""
    path = tmp_path_factory.mktemp("m") / "m"
    path.write_bytes(content)
    read_manifest(path)
    read_sidecar(path)


@pytest.mark.parametrize("line", [b"\xff", b'{"path": 5}', b"[]", b"[" * 100_000])
def test_a_sidecar_is_never_in_the_way(line: bytes, tmp_path: Path) -> None:
    """What cannot be understood is left out."""
    path = tmp_path / "s"
    write_sidecar(path, [FileFacts("a", 1, 2, "00")])
    path.write_bytes(line + b"\n" + path.read_bytes())
    assert {"a"} == set(read_sidecar(path))


@pytest.mark.parametrize("number", ["9" * 400, "9" * 19, "-" + "9" * 19])
@pytest.mark.parametrize("key", ["size", "mtime_ns"])
def test_no_number_of_a_sidecar_is_larger_than_a_files(
    key: str, number: str, tmp_path: Path
) -> None:
    """Whoever adds up sizes, or makes a date of a time, need not mind."""
    path = tmp_path / "s"
    write_sidecar(path, [FileFacts("a", 1, 1, "00"), FileFacts("b", LARGEST, LARGEST, "00")])
    path.write_text(path.read_text().replace(f'"{key}": 1,', f'"{key}": {number},'))
    assert {"b"} == set(read_sidecar(path))


def test_a_damaged_line_of_a_sidecar_is_left_out(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """The other lines are still believed."""
    path = tmp_path / "s"
    write_sidecar(path, [FileFacts("a", 1, 2, "00"), FileFacts("b", 1, 2, "00")])
    first, second = path.read_bytes().splitlines()
    path.write_bytes(first + b"\n" + second[:-3] + b"\n")
    assert {"a"} == set(read_sidecar(path))
    assert "cannot be understood" in caplog.text
