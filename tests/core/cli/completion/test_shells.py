"""Completion in real shells, as far as they are installed."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest

from datamaestro.cli.completion.shells import SHELLS, Line, read_line
from support.shells import PROMPT, install_program, received


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("", Line([], "", "")),
        ("datamaestro", Line([], "", "")),
        ("datamaestro ", Line([], "", "")),
        ("datamaestro info x", Line(["info"], "x", "")),
        ("datamaestro info x ", Line(["info", "x"], "", "")),
        ("datamaestro info 'x y", Line(["info"], "x y", "'")),
        ('datamaestro info "x', Line(["info"], "x", '"')),
        (r"datamaestro info x\[a=b", Line(["info"], "x[a=b", "")),
        ("datamaestro info x\\", Line(["info"], "x", "")),
        ("datamaestro 'a b' c#d", Line(["a b"], "c#d", "")),
    ],
)
def test_a_line_is_read_as_a_shell_does(line: str, expected: Line) -> None:
    """As far as it has been typed."""
    assert expected == read_line(line)


LINES = {
    "datamaestro prep\t": ["prepare"],
    "datamaestro prepare com.acme.i\t": ["prepare", "com.acme.iris"],
    "datamaestro prepare com.acme.i\t--no-d\t": ["prepare", "com.acme.iris", "--no-downloads"],
    "datamaestro info com.acme.iris.tr\t": ["info", "com.acme.iris.train"],
    "datamaestro info com.acme.iris@f\t": ["info", "com.acme.iris@flowers"],
    "datamaestro info 'com.acme.corpus[lang=de].tr\t": ["info", "com.acme.corpus[lang=de].train"],
    "datamaestro search tag:pl\t": ["search", "tag:plants"],
    "datamaestro search tag:bl\t": ["search", "tag:blue flowers"],
    "datamaestro check-definitions fl\t": ["check-definitions", "flowers"],
    "bin/datamaestro prepare com.acme.i\t": ["prepare", "com.acme.iris"],
}
"""What the program is given for what is typed, in each shell."""

UNQUOTED = {
    "datamaestro info com.acme.corpus[si\t1,lang=de].tr\t": [
        "info",
        "com.acme.corpus[size=1,lang=de].train",
    ],
}
"""The same, where brackets need no quotes."""


def start(shell: str, folder: Path) -> list[str]:
    """Return the words that start a shell which has read its script."""
    if shell == "fish":
        reads = "function fish_prompt; echo 'READY>'; end; datamaestro completion fish | source"
        return ["fish", "--no-config", "--interactive", "--init-command", reads]
    reads = {
        "bash": 'eval "$(datamaestro completion bash)"',
        "zsh": 'autoload -Uz compinit; compinit -D -u; eval "$(datamaestro completion zsh)"',
    }[shell]
    (folder / ".zshrc").write_text(f"{reads}\nPS1='{PROMPT}'\n")
    words = {"bash": ["--noprofile", "--rcfile", str(folder / ".zshrc")], "zsh": []}
    return [shell, *words[shell], "-i"]


@pytest.mark.parametrize("shell", sorted(SHELLS))
def test_what_is_typed_becomes_what_was_meant(shell: str, flowers: Path) -> None:
    """Whatever separates words in that shell, and however it quotes them."""
    for program in (shell, "setsid"):
        if shutil.which(program) is None:
            pytest.skip(f"{program} is not installed")
    folder = install_program(flowers / "bin").parent
    environment = {"PATH": f"{folder}:{os.environ['PATH']}", "ZDOTDIR": str(flowers)}
    lines = LINES if shell == "zsh" else LINES | UNQUOTED
    given = received(start(shell, flowers), lines, cwd=flowers, environment=environment)
    assert list(lines.values()) == given
