"""The commands: stdout is the result and nothing else.

A process of its own has what is about processes; the rest runs within that of the tests.
"""

import json
import subprocess
from pathlib import Path

import click
import pytest

from datamaestro.cli.group import COMMANDS, cli
from datamaestro.version import __version__
from support.command import command, datamaestro
from support.distributions import install
from support.inside import inside
from support.repositories import define

ID = "edu.uci.optdigits"


def test_prepare_prints_one_json_document(tmp_path: Path, store: Path) -> None:
    """Messages go to stderr; the document has ids and absolute paths of files that are there."""
    done = datamaestro("prepare", ID, cwd=tmp_path)
    assert 0 == done.code
    assert f"{ID}@demo" == done.document["id"]
    for part in ("images", "labels"):
        assert f"{ID}.{part}@demo" == done.document[part]["id"]
        assert store / f"data/demo/edu/uci/optdigits/{part}.idx" == Path(
            done.document[part]["path"]
        )
        assert Path(done.document[part]["path"]).is_file()
    assert done.lines


def test_prepare_without_downloads_says_where_it_would_be(tmp_path: Path, store: Path) -> None:
    """Exit code 0 whatever is on disk, and nothing is made."""
    done = datamaestro("prepare", ID, "--no-downloads", cwd=tmp_path)
    assert (0, []) == (done.code, done.lines)
    assert done.document["images"]["path"].startswith(str(store))
    assert not store.exists()


def test_offline_needs_the_files(tmp_path: Path) -> None:
    """Exit code 4 names what is missing; what is inside a package needs no network."""
    done = datamaestro("--offline", "prepare", "com.lecun.mnist", cwd=tmp_path)
    assert (4, "") == (done.code, done.out)
    assert "missing train_images, train_labels, test_images, test_labels" in done.err
    assert 0 == datamaestro("prepare", ID, cwd=tmp_path, DATAMAESTRO_OFFLINE="1").code


def test_download_names_what_is_there(tmp_path: Path) -> None:
    """Full names, one per line, or a JSON array; the second time nothing is told."""
    first = inside("download", ID, f"{ID}@demo", cwd=tmp_path)
    assert (0, f"{ID}@demo\n{ID}@demo\n") == (first.code, first.out)
    second = inside("download", "--json", ID, cwd=tmp_path)
    assert ([f"{ID}@demo"], []) == (second.document, second.lines)


def test_download_looks_up_all_before_it_begins(tmp_path: Path, store: Path) -> None:
    """A mistake in the last id is told before the first is downloaded."""
    assert 3 == inside("download", ID, "no.such.thing", cwd=tmp_path).code
    assert not store.exists()


def test_quiet_says_nothing_but_errors(tmp_path: Path) -> None:
    """``--quiet`` leaves stdout as it is."""
    done = datamaestro("--quiet", "prepare", ID, cwd=tmp_path)
    assert [] == done.lines
    assert done.document


def test_search_without_a_term_lists_everything(tmp_path: Path) -> None:
    """One line each: repository, id, type."""
    lines = datamaestro("search", cwd=tmp_path).out.splitlines()
    assert [
        "[demo] edu.uci.optdigits (LabelledImages)",
        "[image] com.github.zalandoresearch.fashion_mnist (ImageClassification)",
        "[image] com.lecun.mnist (ImageClassification)",
    ] == lines


def test_search_narrows_by_terms(tmp_path: Path) -> None:
    """Every term has to match; as JSON: an array of objects."""
    done = inside("search", "--json", "tag:digits", "repo:image", cwd=tmp_path)
    (found,) = done.document
    assert ("com.lecun.mnist", "image", "ImageClassification", ["digits", "images"]) == (
        found["id"],
        found["repository"],
        found["type"],
        found["tags"],
    )


def test_nothing_found_is_no_error(tmp_path: Path) -> None:
    """Exit code 0 and a word on stderr; as JSON: an empty array."""
    done = inside("search", "zzz", cwd=tmp_path)
    assert (0, "", ["no data set matches"]) == (done.code, done.out, done.lines)
    assert [] == inside("search", "--json", "zzz", cwd=tmp_path).document


def test_repositories_have_a_line_each(tmp_path: Path) -> None:
    """Name and description."""
    assert "demo: Small real data sets" in inside("repositories", cwd=tmp_path).out
    names = {row["name"] for row in inside("repositories", "--json", cwd=tmp_path).document}
    assert {"demo", "image"} <= names


def test_plugins_says_what_each_provides(site: Path, tmp_path: Path) -> None:
    """Also what failed to load and what is switched off, and why."""
    install(site, "broken", {"broken.py": "1 / 0"}, {"datamaestro": {"broken": "broken"}})
    done = datamaestro("plugins", "--json", cwd=tmp_path, DATAMAESTRO_PLUGINS="-gzip")
    rows = {row["name"]: row for row in done.document}
    assert ("loaded", ["downloader http (http, https)"]) == (
        rows["http"]["state"],
        rows["http"]["provides"],
    )
    assert ["events"] == rows["progress"]["provides"]
    assert ("switched off", []) == (rows["gzip"]["state"], rows["gzip"]["provides"])
    assert "failed" == rows["broken"]["state"]
    assert "ZeroDivisionError: division by zero" == rows["broken"]["error"]
    assert "broken 1.0" == rows["broken"]["distribution"]
    text = datamaestro("plugins", cwd=tmp_path).out
    assert "downloader http" in text
    assert "failed: ZeroDivisionError" in text


def test_version_is_the_version(tmp_path: Path) -> None:
    """And nothing else."""
    for word in ("version", "--version"):
        assert f"{__version__}\n" == datamaestro(word, cwd=tmp_path).out


@pytest.mark.parametrize("name", COMMANDS)
def test_the_first_line_of_help_is_the_one_in_the_list(name: str, tmp_path: Path) -> None:
    """The list stands by itself so that it imports nothing; it says what the command says."""
    command = cli.get_command(click.Context(cli), name)
    assert command is not None
    assert COMMANDS[name] == str(command.help).splitlines()[0]
    assert datamaestro(name, "--help", cwd=tmp_path).out.startswith(f"Usage: datamaestro {name}")


@pytest.mark.parametrize(
    ("arguments", "code", "message"),
    [
        (["prepare"], 2, "Missing argument 'ID'"),
        (["no-such-command"], 2, "No such command 'no-such-command'"),
        (["prepare", "a b"], 2, "'a b' does not name a data set"),
        (["search", "tag:("], 2, "not a regular expression"),
        (["prepare", "com.lecun.mnsit"], 3, "did you mean com.lecun.mnist"),
        (["info", "nothing.like.it"], 3, "see: datamaestro search"),
        (["prepare", "hf:org/name"], 2, "expected: id, id@repository, or one of"),
        (["prepare", "com.lecun.mnist@text"], 3, "there is no repository text, but: demo, image"),
        (["search", "tags:images"], 2, "there is no field tags"),
        ([], 2, "Missing command"),
        (["prepare", "--offline", ID], 2, "it stands before the command: datamaestro --offline"),
    ],
)
def test_a_mistake_is_one_line(
    arguments: list[str], code: int, message: str, tmp_path: Path
) -> None:
    """What, where and the next step; nothing on stdout."""
    done = inside(*arguments, cwd=tmp_path)
    assert (code, "") == (done.code, done.out)
    (line,) = done.lines
    assert message in line


def test_with_json_errors_are_json(tmp_path: Path) -> None:
    """One object on stderr: code, message and hint."""
    done = datamaestro("prepare", "--json", "com.lecun.mnsit", cwd=tmp_path)
    assert (3, "") == (done.code, done.out)
    assert {
        "error": {
            "code": 3,
            "message": "no data set 'com.lecun.mnsit'",
            "hint": "did you mean com.lecun.mnist?",
        }
    } == json.loads(done.err)


def test_a_traceback_only_when_asked_for(tmp_path: Path) -> None:
    """``--traceback`` shows where in the code; the line is still the last."""
    done = datamaestro("--traceback", "prepare", "com.lecun.mnsit", cwd=tmp_path)
    assert "Traceback" in done.err
    assert done.lines[-1].startswith("datamaestro: no data set")


PRINTING = """
    import os
    print("a definition is imported")

    def noisy(output):
        print("a file is made")
        os.system("echo a program is started")
        output.write_text("x")

    @dataset()
    class One(Dataset):
        MADE = DerivedFile("made.txt", noisy)

        def config(self) -> File:
            print("a data object is built")
            return File(path=self.MADE.path)
"""


def test_stdout_is_the_result_whoever_prints(site: Path, tmp_path: Path) -> None:
    """What definitions and the programs they start print goes to stderr."""
    define(site, PRINTING)
    done = datamaestro("prepare", "org.example.one", cwd=tmp_path)
    assert "org.example.one@test" == done.document["id"]
    for what in ("imported", "built", "made", "started"):
        assert what in done.err


def test_a_full_or_closed_stdout_is_an_error(tmp_path: Path) -> None:
    """The result that cannot be written is not lost in silence."""
    for redirection, code, message in [(">/dev/full", 8, "No space left"), (">&-", 1, "closed")]:
        done = subprocess.run(
            ["sh", "-c", f'exec "$@" {redirection}', "sh", *command("search")],
            cwd=tmp_path,
            stderr=subprocess.PIPE,
            text=True,
            check=False,
        )
        assert code == done.returncode
        (line,) = done.stderr.splitlines()
        assert message in line


def test_a_reader_that_leaves_is_no_error(tmp_path: Path) -> None:
    """``datamaestro search | head -1`` ends without a word."""
    script = 'exec "$@" | true; exit ${PIPESTATUS[0]}'
    done = subprocess.run(
        ["bash", "-c", script, "bash", *command("search")],
        cwd=tmp_path,
        stderr=subprocess.PIPE,
        text=True,
        check=False,
    )
    assert "" == done.stderr
    assert done.returncode in (0, 141)


def test_a_setting_that_cannot_be_understood(tmp_path: Path) -> None:
    """Exit code 2, and the variable is named."""
    done = datamaestro("search", cwd=tmp_path, DATAMAESTRO_JOBS="none")
    assert 2 == done.code
    assert "DATAMAESTRO_JOBS" in done.lines[0]


def test_optdigits_is_what_uci_published(tmp_path: Path) -> None:
    """The data set inside the wheel: shapes, range, and how often each digit occurs.

    The counts are those of optdigits.names, "optdigits.tes".
    """
    import numpy as np

    from datamaestro import prepare_dataset

    digits = prepare_dataset(ID)
    images, labels = digits.images.data(), digits.labels.data()
    assert ((1797, 8, 8), np.uint8) == (images.shape, images.dtype)
    assert (0, 16) == (images.min(), images.max())
    assert [178, 182, 177, 183, 181, 182, 181, 179, 174, 180] == np.bincount(labels).tolist()


def test_each_printed_id_can_be_prepared(tmp_path: Path) -> None:
    """The JSON is the part's."""
    whole = inside("prepare", ID, cwd=tmp_path).document
    for part in ("images", "labels"):
        assert whole[part] == inside("prepare", whole[part]["id"], cwd=tmp_path).document
    assert f"{ID}@demo\n" == inside("download", f"{ID}.images", cwd=tmp_path).out


def test_a_part_that_is_not_there_is_told(tmp_path: Path) -> None:
    """Exit code 3, and what was meant."""
    done = datamaestro("prepare", f"{ID}.imges", cwd=tmp_path)
    assert (3, "") == (done.code, done.out)
    assert f"did you mean {ID}.images@demo" in done.err
