"""The Python that has datamaestro is found, whichever shell a user logs in to."""

from __future__ import annotations

import shlex
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from datamaestro.remote.program import program

SHELLS = [one for one in ("sh", "bash", "dash", "zsh", "fish", "tcsh") if shutil.which(one)]
POSIX = str(Path(str(shutil.which("sh"))).parent)


def ran(words: list[str], shell: str, path: str) -> tuple[int, str, str]:
    """Return exit code and output of words that a shell is given as ssh does."""
    done = subprocess.run(
        [str(shutil.which(shell)), "-c", shlex.join(words)],
        env={"PATH": path},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    )
    return done.returncode, done.stdout, done.stderr


def write(folder: Path, name: str, line: str) -> None:
    """Write a program that prints its arguments."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / name).write_text(f"#!{line}\nimport sys\nprint(sys.argv)\n")
    (folder / name).chmod(0o755)


@pytest.fixture
def python(tmp_path: Path) -> Path:
    """Return what calls itself Python, and says how it was called."""
    write(tmp_path / "venv", "python3.13", sys.executable)
    return tmp_path / "venv/python3.13"


@pytest.mark.parametrize("shell", SHELLS)
def test_the_python_of_the_command_is_taken(shell: str, tmp_path: Path, python: Path) -> None:
    """Also where another one is the first on the path, as where the command has its own."""
    write(tmp_path / "bin", "datamaestro", str(python))
    write(tmp_path / "bin", "python", sys.executable)
    code, out, err = ran(program("a.b"), shell, f"{tmp_path}/bin:{POSIX}")
    assert (0, f"['{python}', '-m', 'a.b']\n", "") == (code, out, err)


@pytest.mark.parametrize("first", ["/usr/bin/env python", "/bin/sh", f"{sys.executable} -I"])
def test_else_the_first_python_is_taken(first: str, tmp_path: Path) -> None:
    """As where the command is a script of a shell, or where there is none."""
    write(tmp_path / "bin", "datamaestro", first)
    write(tmp_path / "bin", "python", sys.executable)
    _, out, _ = ran(program("a.b"), "sh", f"{tmp_path}/bin:{POSIX}")
    assert f"['{tmp_path}/bin/python', '-m', 'a.b']\n" == out


def test_without_any_that_is_said(tmp_path: Path) -> None:
    """One line, and the exit code of shells for what is not found."""
    shell = tmp_path / "sh"
    shell.symlink_to(str(shutil.which("sh")))
    said = "there is neither datamaestro nor Python on the PATH\n"
    assert (127, "", said) == ran(program("a.b"), "sh", str(tmp_path))


@pytest.mark.parametrize("shell", SHELLS)
def test_a_python_may_be_named(shell: str, tmp_path: Path) -> None:
    """Whatever its path has in it."""
    folder = tmp_path / "it's my $HOME"
    write(folder, "python", sys.executable)
    _, out, _ = ran(program("a.b", f"{folder}/python"), shell, POSIX)
    assert f"{[f'{folder}/python', '-m', 'a.b']}\n" == out


@pytest.mark.parametrize("named", [None, sys.executable])
def test_what_lies_in_the_home_directory_is_not_imported(
    named: str | None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Such as a script that has the name of a module."""
    (tmp_path / "json.py").write_text("raise SystemExit('stray')")
    monkeypatch.chdir(tmp_path)
    path = f"{Path(sys.executable).parent}:{POSIX}"
    code, _, err = ran(program("json.tool", named), "sh", path)
    assert "stray" not in err
    assert 1 == code  # it has read nothing
