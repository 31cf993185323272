"""Licences are told where they are said in the usual ways, and never guessed."""

import io
import tarfile
import zipfile
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from datamaestro.authoring.licences import licence_in, licence_of
from datamaestro.checking.licences import is_expression
from datamaestro.plugins.registry import plugins

CC0 = b"Creative Commons Legal Code\n\nCC0 1.0 Universal\n\nhttps://creativecommons.org/publicdomain/zero/1.0/"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("https://creativecommons.org/licenses/by/4.0/", "CC-BY-4.0"),
        ("http://creativecommons.org/licenses/by-nc-sa/3.0", "CC-BY-NC-SA-3.0"),
        ("https://creativecommons.org/publicdomain/zero/1.0/", "CC0-1.0"),
        ("https://opendatacommons.org/licenses/odbl/1-0/", "ODbL-1.0"),
        ("https://opendatacommons.org/licenses/by/1-0/", "ODC-By-1.0"),
        ("https://spdx.org/licenses/CC-BY-4.0.html", "CC-BY-4.0"),
        ("https://opensource.org/license/mit", "MIT"),
        ("cc-by-4.0", "CC-BY-4.0"),
        ("MIT License\n\nCopyright (c) 2024 Jane Doe\n\nPermission is hereby granted", "MIT"),
        ("                Apache License\n          Version 2.0, January 2004", "Apache-2.0"),
        ("Attribution-ShareAlike 4.0 International\n\n====", "CC-BY-SA-4.0"),
        ("Creative Commons Attribution 4.0 International", "CC-BY-4.0"),
        ("MIT License, or https://creativecommons.org/licenses/by/4.0/", ""),
        ("https://spdx.org/licenses/none-of-them", ""),
        ("Free for research. See the MIT License of the code.", ""),
        ("", ""),
    ],
)
def test_a_licence_is_named(text: str, expected: str) -> None:
    """By a link, by its own name, or by how it begins; of several, none is chosen."""
    assert expected == licence_of(text)


@given(
    st.text() | st.from_regex(r"spdx\.org/licenses/\S{1,20}|creativecommons\.org/licenses/\S{9}")
)
def test_it_is_always_an_identifier(text: str) -> None:
    """Or nothing."""
    found = licence_of(text)
    assert not found or is_expression(found)


def tar(mode: str, **files: bytes) -> bytes:
    written = io.BytesIO()
    with tarfile.open(fileobj=written, mode=mode) as archive:  # type: ignore[call-overload]
        for name, content in files.items():
            info = tarfile.TarInfo(f"data-1.0/{name}")
            info.size = len(content)
            archive.addfile(info, io.BytesIO(content))
    return written.getvalue()


@pytest.mark.parametrize("mode", ["w", "w:gz", "w:xz"])
def test_an_archive_has_a_file_of_it(tmp_path: Path, mode: str) -> None:
    """However it is compressed."""
    path = tmp_path / "x"
    path.write_bytes(tar(mode, data=b"1", LICENSE=CC0))
    assert "CC0-1.0" == licence_in(path, "x.tar", plugins())


def test_a_zip_archive_has_one_too(tmp_path: Path) -> None:
    """Anywhere in it."""
    path = tmp_path / "x"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("a/x", "1")
        archive.writestr("a/Licence.txt", CC0)
    assert "CC0-1.0" == licence_in(path, "x.zip", plugins())


@pytest.mark.parametrize(
    "content", [b"", b"no archive", tar("w:gz", data=b"1"), tar("w:gz", LICENSE=CC0)[:-60]],
    ids=["empty", "other", "without", "cut"],
)  # fmt: skip
def test_what_cannot_be_read_names_none(tmp_path: Path, content: bytes) -> None:
    """It is found out elsewhere that it is damaged."""
    path = tmp_path / "x"
    path.write_bytes(content)
    assert licence_in(path, "x.tar.gz", plugins()) in ("", "CC0-1.0")
