"""Files that a person has to fetch: asked for on a terminal, given by an option elsewhere."""

import gzip
import hashlib
import os
import pty
import subprocess
from pathlib import Path

import pytest

from datamaestro.context import Context
from datamaestro.errors import FileNeeded, UsageError
from support.command import command
from support.inside import inside
from support.repositories import define

TEXT = b"a corpus\n"
ID = "org.example.corpus"


@pytest.fixture(autouse=True)
def corpus(site: Path) -> None:
    """Define a data set whose file has to be fetched by hand."""
    define(
        site,
        f"""
        from datamaestro.download.manual import ManualFile

        @dataset()
        class Corpus(Dataset):
            TEXT = ManualFile(
                "corpus.txt",
                "its licence has to be signed",
                "https://example.org/licence",
                result_sha256={hashlib.sha256(TEXT).hexdigest()!r},
            )

            def config(self) -> File:
                return File(path=self.TEXT.path)
        """,
    )


def test_elsewhere_it_is_said_what_to_do(tmp_path: Path) -> None:
    """Exit code 7: why, where, and the option."""
    done = inside("prepare", ID, cwd=tmp_path)
    assert (7, "") == (done.code, done.out)
    assert done.lines == [
        f"datamaestro: {ID}@test: TEXT cannot be downloaded: its licence has to be signed "
        "(get it from https://example.org/licence, then run again with --path TEXT=FILE)"
    ]


@pytest.mark.parametrize("name", ["mine.txt", "mine.txt.gz"])
@pytest.mark.parametrize("words", [["prepare", ID], ["download", ID, "edu.uci.optdigits"]])
def test_the_path_is_given_by_an_option(words: list[str], name: str, tmp_path: Path) -> None:
    """The user's file is copied, checked and expanded like any other, and stays."""
    mine = tmp_path / name
    mine.write_bytes(gzip.compress(TEXT) if name.endswith(".gz") else TEXT)
    done = inside(*words, "--path", f"TEXT={mine}", cwd=tmp_path)
    assert 0 == done.code
    assert TEXT == Context().prepare(ID).path.read_bytes()
    assert mine.exists()


def test_what_is_on_record_is_not_replaced(tmp_path: Path) -> None:
    """Which is said; a repair takes the file, where what is there is wrong."""
    mine = tmp_path / "mine.txt"
    mine.write_bytes(TEXT)
    words = ("--path", f"TEXT={mine}")
    assert 0 == inside("prepare", ID, *words).code
    place = Context().prepare(ID).path
    place.write_bytes(b"bad")
    done = inside("prepare", ID, *words)
    line = f"datamaestro repair {ID}@test --path TEXT={mine}"
    assert (0, True, b"bad") == (done.code, line in done.err, place.read_bytes())
    assert (7, b"bad") == (inside("repair", ID).code, place.read_bytes())
    assert 2 == inside("repair", ID, "--path", f"OTHER={mine}").code
    assert (0, TEXT) == (inside("repair", ID, *words).code, place.read_bytes())


def test_in_python_it_is_an_argument(tmp_path: Path) -> None:
    """The error has the facts; ``by_hand`` has the path."""
    with pytest.raises(FileNeeded) as caught:
        Context().prepare(ID)
    assert ("TEXT", "https://example.org/licence") == (caught.value.resource, caught.value.page)
    (tmp_path / "mine").write_bytes(TEXT)
    assert TEXT == Context().prepare(ID, by_hand={"TEXT": tmp_path / "mine"}).path.read_bytes()


def test_the_wrong_file_is_found_out(tmp_path: Path) -> None:
    """Digests are checked: exit code 6, and the user's file is left alone."""
    mine = tmp_path / "mine.txt"
    mine.write_text("another corpus")
    assert 6 == inside("prepare", ID, "--path", f"TEXT={mine}", cwd=tmp_path).code
    assert "another corpus" == mine.read_text()


@pytest.mark.parametrize("given", ["TEXT", "=x", "TEXT=", "TEXT=/no/such/file", "NONE=/etc/hosts"])
def test_a_path_that_makes_no_sense_is_usage(given: str, tmp_path: Path) -> None:
    """Exit code 2, in one line."""
    done = inside("prepare", ID, "--path", given, cwd=tmp_path)
    assert (2, 1) == (done.code, len(done.lines))


def test_a_name_that_no_file_has_is_usage(tmp_path: Path) -> None:
    """In Python likewise; the names that there are are told."""
    with pytest.raises(UsageError, match="it has TEXT"):
        Context().prepare(ID, by_hand={"NONE": tmp_path})


def test_on_a_terminal_the_path_is_asked_for(tmp_path: Path) -> None:
    """Why and where are shown on stderr; the answer is checked; stdout has the result alone."""
    (tmp_path / "mine.txt").write_bytes(TEXT)
    terminal, slave = pty.openpty()
    with subprocess.Popen(
        command("prepare", ID),
        cwd=tmp_path,
        stdin=slave,
        stderr=slave,
        stdout=subprocess.PIPE,
        env={**os.environ, "DATAMAESTRO_PROGRESS": "0"},
    ) as process:
        os.close(slave)
        os.write(terminal, b"/no/such/file\n" + os.fsencode(tmp_path / "mine.txt") + b"\n")
        out, _ = process.communicate(timeout=60)
        shown = os.read(terminal, 1 << 16).decode()
    os.close(terminal)
    assert 0 == process.returncode
    assert b'"id": "org.example.corpus@test"' in out
    assert "its licence has to be signed" in shown
    assert "https://example.org/licence" in shown
    assert "does not exist" in shown
