"""Shells, by the mechanism that click has for them: what they ask, and how they are answered."""

from __future__ import annotations

import os
import re
import shlex
from typing import TYPE_CHECKING, NamedTuple

from click.shell_completion import ShellComplete, add_completion_class, shell_complete

from datamaestro.cli.completion.scripts import BASH, FISH, ZSH
from datamaestro.cli.completion.values import PARTIAL

if TYPE_CHECKING:
    import click
    from click.shell_completion import CompletionItem

PROGRAM = "datamaestro"

PREFIXES = ("@", "$")
"""Of what separates words in bash, that which belongs to the word behind it."""

SPECIAL = re.compile(r"([\s'\"\\$`&;|<>()*?!{}~#])")
"""What bash would not take as it is; brackets, it does."""


class Line(NamedTuple):
    """A line, as far as it has been typed.

    Args:
        words: that stand before the last, without the program.
        last: the last word, without quotes; empty where a new one begins.
        quote: the quote that it is in; empty where it is in none.
    """

    words: list[str]
    last: str
    quote: str


def read_line(line: str) -> Line:
    """Return the words of a line, of which the last may have an open quote."""
    lexer = shlex.shlex(line, posix=True, punctuation_chars=False)
    lexer.whitespace_split = True
    lexer.commenters = ""
    words: list[str] = []
    quote = ""
    try:
        words.extend(lexer)
    except ValueError:  # a quote is open, or a backslash the last
        words.append(lexer.token)
        quote = _open_quote(line.removesuffix("\\"))
    else:
        if not line or line[-1].isspace():
            words.append("")
    return Line(words[1:-1], words[-1] if len(words) > 1 else "", quote)


def _open_quote(line: str) -> str:
    """Return the quote that is open at the end of a line; empty where none is."""
    return next((quote for quote in ("", "'", '"') if _is_whole(line + quote)), "")


def _is_whole(line: str) -> bool:
    try:
        shlex.split(line)
    except ValueError:
        return False
    return True


class Shell(ShellComplete):
    """A shell whose script hands on the line, up to the cursor, in ``COMP_LINE``."""

    def get_completion_args(self) -> tuple[list[str], str]:
        """Return the words before the last, and the last."""
        self.line = read_line(os.environ.get("COMP_LINE", ""))
        return self.line.words, self.line.last

    def format_completion(self, item: CompletionItem[str]) -> str:
        """Return a line of the answer."""
        return f"{item.type}\t{self.wanted(item)}"

    def wanted(self, item: CompletionItem[str]) -> str:
        """Return what the shell wants of an item."""
        raise NotImplementedError


class Bash(Shell):
    """bash, which replaces only what stands behind the last of some characters, such as ``:``."""

    name = "bash"
    source_template = BASH

    def wanted(self, item: CompletionItem[str]) -> str:
        """Return what takes the place of that, with a blank where nothing is to follow."""
        if self.line.quote:
            return item.value
        breaks = set(os.environ.get("COMP_BREAKS", "")) - set(" \t\n'\"")
        kept = max((self.line.last.rfind(each) for each in breaks), default=-1) + 1
        if self.line.last[:kept].endswith(PREFIXES):
            kept -= 1
        blank = "" if item.type == PARTIAL else " "
        return SPECIAL.sub(r"\\\1", item.value[kept:]) + blank


class Zsh(Shell):
    """zsh, which shows what an item is, behind a colon."""

    name = "zsh"
    source_template = ZSH

    def wanted(self, item: CompletionItem[str]) -> str:
        """Return the value and what it is."""
        value = re.sub(r"([\\:])", r"\\\1", item.value)
        return f"{value}:{item.help}" if item.help else value


class Fish(Shell):
    """fish, which shows what an item is, behind a tab."""

    name = "fish"
    source_template = FISH

    def wanted(self, item: CompletionItem[str]) -> str:
        """Return the value and what it is."""
        return f"{item.value}\t{item.help}" if item.help else item.value


SHELLS: dict[str, type[Shell]] = {shell.name: shell for shell in (Bash, Zsh, Fish)}


def answer(command: click.Command, variable: str, asked: str) -> int:
    """Answer a shell on stdout, and return the exit code.

    Args:
        command: the whole of the command line.
        variable: by which the shell asks.
        asked: its value, such as ``bash_complete``.
    """
    for shell in SHELLS.values():
        add_completion_class(shell)
    return shell_complete(command, {}, PROGRAM, variable, asked)


def script(command: click.Command, variable: str, shell: str) -> str:
    """Return what a shell is to read."""
    return SHELLS[shell](command, {}, PROGRAM, variable).source()
