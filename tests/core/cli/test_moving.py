"""``datamaestro push`` and ``pull``."""

import errno
import os
import re
import shlex
import subprocess
from pathlib import Path
from typing import Any

import pytest

from datamaestro.cli.moves import Report
from datamaestro.cli.options import Options
from datamaestro.moving.copying import Moved
from datamaestro.store import space
from support.command import command, datamaestro
from support.holding import hold, seen
from support.inside import inside

ID = "org.example.x"


def test_push_says_what_travelled(tmp_path: Path, store: Path) -> None:
    """A line per data set; of what is there nothing is said to travel."""
    hold(store, f"{ID}@test", a=b"content", tree={"b": b"b" * 2000})
    other = str(tmp_path / "other")
    for options, words in [
        (["--dry-run"], "2 of 2 files would travel, 2.0 kB of 2.0 kB"),
        ([], "2 of 2 files travelled, 2.0 kB of 2.0 kB"),
        ([], "all is there"),
    ]:
        done = inside("push", ID, other, *options)
        assert (0, f"{ID}@test  {words}\n") == (done.code, done.out)
    assert seen(store) == seen(tmp_path / "other")


@pytest.mark.parametrize(
    "words", [["push"], ["--data", "other", "pull"], ["export", "-o", "x.tar"]]
)
def test_a_filter_chooses(
    tmp_path: Path, store: Path, monkeypatch: pytest.MonkeyPatch, words: list[str]
) -> None:
    """Among all, or among those that are named."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "other").mkdir()
    hold(store, f"{ID}@test", a=b"a" * 2000)
    hold(store, f"{ID}.y@test", a=b"a")
    side = {"push": ["./other"], "pull": [str(store)]}.get(words[-1], [])
    for found in (["--all"], [ID, f"{ID}.y"]):
        done = inside(*words, *found, *side, "--filter", "size>1kB", "--json")
        assert [f"{ID}@test"] == [one["dataset"] for one in done.document]


@pytest.mark.parametrize(
    "words", [["push"], ["--data", "other", "pull"], ["export", "-o", "x.tar"]]
)
@pytest.mark.parametrize("wrong", ["damaged", "gone", "partly gone"])
def test_what_is_wrong_with_some_keeps_no_others(
    tmp_path: Path, store: Path, monkeypatch: pytest.MonkeyPatch, words: list[str], wrong: str
) -> None:
    """Nothing is moved, and the hint has the option by which all others are."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "other").mkdir()
    hold(store, f"{ID}@test", a=b"right")
    for name in ("b", "y"):
        one = hold(store, f"{ID}.{name}@test", a=b"a", b=b"b")
        if wrong == "damaged":
            one.store.manifest(one).write_text("{")
        else:
            (one.folder / "a").unlink()
        if wrong == "gone":
            (one.folder / "b").unlink()
    side = {"push": ["./other"], "pull": [str(store)]}.get(words[-1], [])
    done = inside(*words, "--all", *side)
    assert (6, "") == (done.code, done.out)
    option = re.search(r"--filter '[^']*'", done.err)
    assert option is not None
    done = inside(*words, "--all", *side, *shlex.split(option[0]), "--json")
    assert [f"{ID}@test"] == [one["dataset"] for one in done.document]
    done = inside(*words, f"{ID}.b", *side)
    assert (6, False) == (done.code, "--filter" in done.err)


def test_what_is_replaced_is_told(tmp_path: Path, store: Path) -> None:
    """Before, where that is asked for, and after."""
    hold(store, f"{ID}@test", a=b"content", link="a")
    hold(tmp_path / "other", f"{ID}@test", a=b"another")
    for options, words in [
        (["--dry-run"], "would travel, 7 B of 7 B; another version of a would go to the trash"),
        ([], "travelled, 7 B of 7 B; another version of a went to the trash"),
    ]:
        done = inside("push", ID, str(tmp_path / "other"), *options)
        assert (0, f"{ID}@test  1 of 1 files {words}\n") == (done.code, done.out)


def test_pull_as_json(tmp_path: Path, store: Path) -> None:
    """All of it is one document."""
    other = tmp_path / "other"
    hold(other, f"{ID}@test", a=b"content")
    (planned,) = inside("pull", ID, str(other), "--json", "--dry-run").document
    (moved,) = inside("pull", ID, str(other), "--json", "--jobs", "2").document
    assert {**moved, "paths": ["a"]} == planned
    assert (f"{ID}@test", 1, 7, []) == tuple(
        moved[key] for key in ("dataset", "files", "size", "missing")
    )
    assert seen(store) == seen(other)


@pytest.mark.parametrize(
    ("arguments", "code", "words"),
    [
        (["push", ID, "/nowhere"], 3, "DATAMAESTRO_DIR or --data"),
        (["push", ID, "nosuch://a/b"], 10, "no plugin for targets of the scheme nosuch"),
        (["push", ID], 2, "Missing argument 'TARGET'"),
        (["push"], 2, "Missing argument 'TARGET'"),
        (["pull", ID], 2, "Missing argument 'SOURCE'"),
        (["pull", "/nowhere"], 2, "Missing argument 'ID...', or --all"),
        (["push", "gpu:"], 2, "Missing argument 'ID...', or --all"),
        (["export", "-o", "x.tar"], 2, "Missing argument 'ID...', or --all"),
        (["push", "--all", ID, "/nowhere"], 2, f"{ID} cannot be named beside it"),
        (["pull", ID, "gpu"], 2, "a host is written gpu:"),
        (["pull", ID, "/nowhere"], 2, "there is no data directory /nowhere (see that its name"),
        (["pull", "--all", "file:///nowhere"], 2, "there is no data directory /nowhere"),
        (["push", ID, "/etc/passwd"], 2, "is a file, and no data directory"),
        (["push", ID, "file:///etc/passwd"], 2, "is a file, and no data directory"),
        (["import", "nowhere.tar"], 2, "there is no file nowhere.tar"),
        (["push", ID, "x.tar"], 2, "datamaestro export ID... -o x.tar"),
        (["pull", ID, "x.tar"], 2, "datamaestro import x.tar"),
        (["export", ID, "-o", "nowhere/x.tar"], 8, "nowhere: there is no such folder"),
        (["pull", ID, "file://other/b"], 2, "other:"),
        (["pull", ID, "/nowhere", "--limit-rate", "fast"], 2, "fast"),
    ],
)
def test_mistakes_are_one_line(arguments: list[str], code: int, words: str) -> None:
    """What, where and the next step; the exit code says which kind."""
    done = inside(*arguments)
    assert (code, "", 1) == (done.code, done.out, len(done.lines))
    assert words in done.err


def test_what_is_not_on_record_is_to_be_looked_for(store: Path) -> None:
    """Where there is a data directory, it can be asked what it has."""
    hold(store, f"{ID}@test", a=b"content")
    done = inside("push", "com.acme.other", "/nowhere")
    assert (3, 1) == (done.code, len(done.lines))
    assert "datamaestro list" in done.err


def test_export_and_import(tmp_path: Path, store: Path) -> None:
    """A line per data set; the bundle is a file, or stdout."""
    hold(store, f"{ID}@test", a=b"content")
    bundle = tmp_path / "x.tar"
    done = inside("export", ID, "-o", str(bundle))
    assert (0, f"{ID}@test  1 of 1 files written, 7 B of 7 B\n") == (done.code, done.out)
    piped = datamaestro("export", ID, "-o", "-", cwd=tmp_path)
    assert (0, bundle.read_bytes().decode()) == (piped.code, piped.out)
    for words in ("1 of 1 files taken, 7 B of 7 B", "all is there"):
        done = inside("--data", str(tmp_path / "other"), "import", str(bundle))
        assert (0, f"{ID}@test  {words}\n") == (done.code, done.out)
    assert seen(store) == seen(tmp_path / "other")


@pytest.mark.parametrize(
    ("redirection", "code", "words"),
    [
        ("> /dev/full", 8, "cannot use the bundle: No space left on device"),
        ("| head -c 100 > /dev/null; exit ${PIPESTATUS[0]}", 141, ""),
    ],
)
def test_a_bundle_for_which_stdout_has_no_room(
    redirection: str, code: int, words: str, tmp_path: Path, store: Path
) -> None:
    """A disk is full, which is an error; or a reader has left, which is none."""
    hold(store, f"{ID}@test", a=b"content" * 100_000)
    script = ["bash", "-c", f'"$@" {redirection}', "bash", *command("export", ID, "-o", "-")]
    done = subprocess.run(script, cwd=tmp_path, stderr=subprocess.PIPE, text=True, check=False)
    assert code == done.returncode
    assert words in done.stderr
    assert bool(words) == bool(done.stderr)


def test_names_do_nothing_to_a_terminal(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Those of resources may be strangers'."""
    options = Options()
    moved = Moved(f"{ID}@test", 1, 1, 1, 1, ("a\n\x1b[31mred",), ("\x1b[2J",))
    Report(options, as_json=False).tell(moved)
    out, err = capsys.readouterr()
    assert "\x1b" not in out + err
    assert f"datamaestro: {ID}@test is moved without a \\x1b[31mred\n" in err


@pytest.mark.parametrize("way", ["push", "pull"])
@pytest.mark.parametrize("place", ["closed/x", "a" * 300])
def test_a_place_that_nobody_may_look_at_is_no_surprise(
    tmp_path: Path, store: Path, monkeypatch: pytest.MonkeyPatch, way: str, place: str
) -> None:
    """Or that no file system can have, be it the other side or one's own."""
    hold(store, f"{ID}@test", a=b"content")
    (tmp_path / "closed").mkdir()
    monkeypatch.chdir(tmp_path)
    _close(monkeypatch, "closed/")
    for done in (inside(way, ID, place), inside("--data", place, way, ID, str(store))):
        assert (True, "") == (done.code in (2, 3, 8), done.out)
        assert "unexpected" not in done.err


def _close(monkeypatch: pytest.MonkeyPatch, folder: str) -> None:
    """Let nobody look into a folder, not even root."""
    really = os.stat

    def look(path: Any, *arguments: Any, **options: Any) -> os.stat_result:
        if folder in str(path):
            raise PermissionError(errno.EACCES, os.strerror(errno.EACCES), str(path))
        return really(path, *arguments, **options)

    monkeypatch.setattr(os, "stat", look)


def test_a_target_that_was_forgotten_is_no_folder(
    tmp_path: Path, store: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The last data set is none; another bare name is a new directory, and a line says so."""
    monkeypatch.chdir(tmp_path)
    hold(store, f"{ID}@test", a=b"content")
    hold(store, "org.example.y@test", a=b"content")
    for last in ("org.example.y", "org.example.y@test"):
        done = inside("push", ID, last)
        assert (2, "", True) == (done.code, done.out, "TARGET is missing" in done.err)
        assert not (tmp_path / last).exists()
    done = inside("push", ID, "gpu")
    assert (0, True) == (done.code, "a host is written gpu:" in done.err)
    assert seen(tmp_path / "gpu")


def test_import_says_what_would_be_taken(tmp_path: Path, store: Path) -> None:
    """From the index of the bundle; nothing is written."""
    hold(store, f"{ID}@test", a=b"content")
    bundle, other = tmp_path / "x.tar", tmp_path / "other"
    inside("export", ID, "-o", str(bundle))
    done = inside("--data", str(other), "import", str(bundle), "--dry-run")
    assert (0, f"{ID}@test  1 of 1 files would be taken, 7 B of 7 B\n") == (done.code, done.out)
    assert not other.exists()


def test_all_that_is_there_is_moved(tmp_path: Path, store: Path) -> None:
    """Whatever it is called."""
    other, bundle = tmp_path / "other", tmp_path / "x.tar"
    for name in ("x", "y"):
        hold(store, f"org.example.{name}@test", a=name.encode())
    assert 0 == inside("push", "--all", str(other)).code
    assert 0 == inside("export", "--all", "-o", str(bundle)).code
    assert 0 == inside("--data", str(tmp_path / "third"), "pull", str(other), "--all").code
    assert 0 == inside("--data", str(tmp_path / "fourth"), "import", str(bundle)).code
    for place in ("other", "third", "fourth"):
        assert seen(store) == seen(tmp_path / place)


def test_a_data_directory_is_not_moved_to_itself(tmp_path: Path, store: Path) -> None:
    """By whatever path; to say that all is there would hide a mistake."""
    hold(store, f"{ID}@test", a=b"content")
    (tmp_path / "same").symlink_to(store)
    for words in (["push", ID, str(store)], ["pull", ID, str(tmp_path / "same")]):
        done = inside(*words)
        assert (2, True) == (done.code, "is the data directory in use itself" in done.err)


def test_what_is_advised_is_done_at_the_side_it_is_about(tmp_path: Path, store: Path) -> None:
    """A command names the other data directory, or the one that was named."""
    other, third = tmp_path / "other dir", str(tmp_path / "third")
    holding = hold(other, f"{ID}@test", a=b"content")
    done = inside("pull", "no.such", str(other))
    assert f"see: datamaestro --data '{other}' list" in done.err
    done = inside("--data", str(other), "push", "no.such", third)
    assert f"see: datamaestro --data '{other}' list" in done.err
    (holding.folder / "a").write_bytes(b"changed")
    for words in (["pull", ID, str(other)], ["--data", str(other), "push", ID, third]):
        assert f": datamaestro --data '{other}' repair {ID}@test" in inside(*words).err
    (holding.folder / "a").unlink()
    hold(other, f"{ID}@test", b=b"content")
    done = inside("pull", ID, str(other))
    assert f"mend it: datamaestro --data '{other}' repair {ID}@test; or with --p" in done.err


def test_a_changed_bundle_is_to_be_brought_again(tmp_path: Path, store: Path) -> None:
    """Nobody can repair it."""
    hold(store, f"{ID}@test", a=b"content")
    bundle = tmp_path / "x.tar"
    inside("export", ID, "-o", str(bundle))
    bundle.write_bytes(bundle.read_bytes().replace(b"content\0", b"changed\0"))
    done = inside("--data", str(tmp_path / "other"), "import", str(bundle))
    assert (6, True) == (done.code, "bring it once more" in done.err)


def test_a_data_directory_is_in_no_folder_of_another_one(store: Path) -> None:
    """Nobody would know whose that is which is there."""
    hold(store, f"{ID}@test", a=b"content")
    for place in (store / "data", store / "state/x", store / "trash"):
        done = inside("push", ID, str(place))
        assert (2, 1, True) == (done.code, len(done.lines), "is among what the data" in done.err)
        done = inside("--data", str(place), "pull", ID, str(store))
        assert (2, 1, True) == (done.code, len(done.lines), "is among what the data" in done.err)
    assert 0 == inside("push", ID, str(store / "elsewhere")).code


def test_a_full_target_is_another_target(
    tmp_path: Path, store: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Since --data names where data sets are pushed from, and pulled to."""
    hold(store, f"{ID}@test", a=b"content")
    monkeypatch.setattr(space, "free_space", lambda path: 0)
    done = inside("push", ID, str(tmp_path / "other"))
    assert (8, True) == (done.code, done.err.endswith("or choose another data directory)\n"))
    done = inside("--data", str(tmp_path / "other"), "pull", ID, str(store))
    assert (8, True) == (done.code, "another data directory with --data)" in done.err)


@pytest.mark.parametrize("form", ["file:{}", "file://{}", "FILE://localhost{}"])
def test_a_path_may_be_a_url(tmp_path: Path, store: Path, form: str) -> None:
    """Of a data directory, and of a bundle."""
    hold(store, f"{ID}@test", a=b"content")
    other, third = tmp_path / "other disk", tmp_path / "third"
    url = form.format(f"{tmp_path}/other%20disk")
    assert 0 == inside("push", ID, url).code
    assert seen(store) == seen(other)
    assert 0 == inside("--data", str(third), "pull", ID, url).code
    assert seen(store) == seen(third)
    bundle = form.format(tmp_path / "x.tar")
    assert 0 == inside("export", ID, "-o", bundle).code
    assert (tmp_path / "x.tar").is_file()
    assert 0 == inside("--data", str(tmp_path / "fourth"), "import", bundle).code
    assert seen(store) == seen(tmp_path / "fourth")
    for words in (["push", ID, bundle], ["import", "file://host/x.tar"]):
        assert 2 == inside(*words).code


def test_the_name_of_a_new_data_directory_is_on_one_line(tmp_path: Path, store: Path) -> None:
    """Whatever is in it."""
    hold(store, f"{ID}@test", a=b"content")
    done = inside("push", ID, "new\nline", "--dry-run", cwd=tmp_path)
    assert (0, 1) == (done.code, len(done.lines))
    assert done.lines[0].startswith("new\\nline is a new data directory")
