"""Terms and data folders: asked for on a terminal, told elsewhere, said by commands."""

import shlex
import subprocess
from pathlib import Path

import pytest

from datamaestro.settings.agreements import accept, is_accepted
from datamaestro.settings.folders import datafolders
from support.command import command
from support.inside import inside
from support.repositories import define
from support.terminals import on_terminal

TERMS, LINKED = "org.example.terms", "org.example.linked"


@pytest.fixture(autouse=True)
def definitions(site: Path) -> None:
    """Define a data set with terms, and one in a folder that the user has; each has parts."""
    define(
        site,
        """
        from datamaestro.annotations.agreement import useragreement
        from datamaestro.context import DatafolderPath
        from datamaestro.data import Base
        from datamaestro.download import reference
        from datamaestro.download.links import linkfolder

        @useragreement("Only for research.", id="org.example")
        @dataset()
        class Terms(Dataset):
            def config(self) -> Base:
                return Base()

        @dataset()
        class Linked(Dataset):
            TERMS = reference(Terms)
            DISK = linkfolder("disk", [DatafolderPath("org.example.disks", "one")])

            def config(self) -> Base:
                return Base()
        """,
    )


@pytest.fixture
def disks(tmp_path: Path) -> Path:
    """Return the folder that the user has."""
    (tmp_path / "disks/one").mkdir(parents=True)
    (tmp_path / "disks/one/a.txt").write_text("a")
    return tmp_path / "disks"


def test_elsewhere_it_is_said_what_to_do(tmp_path: Path) -> None:
    """Exit code 7, one line, the command; nothing is asked."""
    done = inside("prepare", TERMS, cwd=tmp_path)
    assert (7, "") == (done.code, done.out)
    assert done.lines == [
        f"datamaestro: {TERMS}@test has terms that have to be accepted first: Only for research. "
        f"(to accept them: datamaestro accept {TERMS}@test)"
    ]
    assert 7 == inside("accept", TERMS, cwd=tmp_path).code
    accepted = inside("accept", "--yes", LINKED, cwd=tmp_path)
    assert (0, True) == (accepted.code, "Only for research." in accepted.err)
    assert 0 == inside("prepare", TERMS, cwd=tmp_path).code
    done = inside("prepare", LINKED, cwd=tmp_path)
    assert (7, 1) == (done.code, len(done.lines))
    assert "datamaestro datafolders set org.example.disks PATH" in done.err


def test_terms_and_folders_are_asked_for_on_a_terminal(
    tmp_path: Path, store: Path, disks: Path
) -> None:
    """Those of what a data set is made of, too; answers are kept, stdout has the result alone."""
    code, out, shown = on_terminal(f"y\n/no/such\n{disks}\n", "prepare", LINKED, cwd=tmp_path)
    assert (0, True) == (code, out.startswith(b"{"))
    assert "Only for research." in shown
    assert "org.example.disks" in shown
    assert "does not exist" in shown
    assert is_accepted("org.example")
    assert {"org.example.disks": disks} == datafolders(store)
    again, _, shown = on_terminal("", "download", LINKED, cwd=tmp_path)
    assert (0, False) == (again, "research" in shown)


def test_terms_can_be_refused(tmp_path: Path) -> None:
    """Then nothing is fetched."""
    code, out, _ = on_terminal("n\n", "download", TERMS, cwd=tmp_path)
    assert (7, b"") == (code, out)
    assert not is_accepted("org.example")
    code, _, shown = on_terminal("y\n", "accept", TERMS, cwd=tmp_path)
    assert (0, True) == (code, "Only for research." in shown)
    assert "no terms" in inside("accept", TERMS, cwd=tmp_path).err


def test_folders_are_set_listed_and_removed(tmp_path: Path, disks: Path, store: Path) -> None:
    """They are kept in the data directory, in the form of earlier versions."""
    assert 0 == inside("datafolders", "set", "b", "disks/one", cwd=tmp_path).code
    assert 0 == inside("datafolders", "set", "a", str(disks), cwd=tmp_path).code
    listed = inside("datafolders", "list", cwd=tmp_path)
    assert f"a\t{disks}\nb\t{disks / 'one'}\n" == listed.out
    assert '"datafolders"' in (store / "settings.json").read_text()
    assert 0 == inside("datafolders", "remove", "b", cwd=tmp_path).code
    assert {"a": str(disks)} == inside("datafolders", "list", "--json", cwd=tmp_path).document
    refused = inside("datafolders", "remove", "b", cwd=tmp_path)
    assert (2, True) == (refused.code, "there are: a" in refused.err)
    assert 2 == inside("datafolders", "set", "c", "no/such", cwd=tmp_path).code
    assert disks.exists()


def test_damaged_settings_are_told(tmp_path: Path, store: Path) -> None:
    """They are not written over."""
    store.mkdir()
    (store / "settings.json").write_text('{"datafolders": []}')
    done = inside("datafolders", "set", "a", ".", cwd=tmp_path)
    assert (2, True) == (done.code, "settings.json" in done.err)
    assert '{"datafolders": []}' == (store / "settings.json").read_text()


def test_without_stdin_nobody_is_asked(tmp_path: Path) -> None:
    """As where a daemon runs the command."""
    words = " ".join(map(shlex.quote, command("prepare", TERMS)))
    done = subprocess.run(
        ["sh", "-c", f"{words} <&-"], cwd=tmp_path, capture_output=True, text=True, check=False
    )
    assert (7, 1) == (done.returncode, len(done.stderr.splitlines()))
    assert 0 == inside("accept", "--yes", LINKED, cwd=tmp_path).code
    done = subprocess.run(
        ["sh", "-c", f"{words} <&-"], cwd=tmp_path, capture_output=True, text=True, check=False
    )
    assert 0 == done.returncode


def test_the_terms_that_have_been_accepted_are_listed(tmp_path: Path) -> None:
    """Their ids, one per line, or a JSON array."""
    none = inside("accept", "--list", cwd=tmp_path)
    assert (0, "", ["no terms have been accepted"]) == (none.code, none.out, none.lines)
    for name in ("org.b", "org.a"):
        accept(name)
    assert "org.a\norg.b\n" == inside("accept", "--list", cwd=tmp_path).out
    assert ["org.a", "org.b"] == inside("accept", "--list", "--json", cwd=tmp_path).document
    for wrong in (["accept"], ["accept", "--list", TERMS], ["accept", "--list", "--yes"]):
        assert 2 == inside(*wrong, cwd=tmp_path).code
