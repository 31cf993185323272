"""A terminal of a program's own, for a stream that leads to a terminal on another computer."""

from __future__ import annotations

import os
import pty
import select
import termios
import tty
from collections.abc import Sequence
from contextlib import suppress
from typing import NamedTuple

from datamaestro.descriptors import write_all

STDIN, STDOUT, STDERR = 0, 1, 2

CHUNK = 1 << 16
"""Bytes that are passed on at once."""

Size = Sequence[int]
"""Lines and columns."""


class Terminal(NamedTuple):
    """A terminal, which leaves what goes through it as it is.

    Args:
        near: the end that whoever shows it reads.
        far: the end that the program writes to.
    """

    near: int
    far: int


def make_terminal(size: Size) -> Terminal | None:
    """Return a new terminal; None where this computer has none to give."""
    try:
        made = Terminal(*pty.openpty())
    except OSError:
        return None
    tty.setraw(made.far)
    resize(made, size)
    return made


def resize(terminal: Terminal, size: Size) -> None:
    """Let a terminal have a number of lines and columns."""
    lines, columns = size
    with suppress(termios.error, OverflowError):
        termios.tcsetwinsize(terminal.near, (lines, columns))


def size_of(descriptor: int) -> Size | None:
    """Return the size of the terminal that a stream leads to; None: it leads elsewhere."""
    try:
        columns, lines = os.get_terminal_size(descriptor)
    except OSError:
        return None
    return lines, columns


def show(terminal: Terminal, sink: int, ended: int) -> bool:
    """Copy what is written to a terminal, until its program has ended and all is copied.

    Args:
        terminal: other programs may still have it then.
        sink: where it is copied to.
        ended: a descriptor that can be read once the program has ended.

    Returns:
        False: until nobody read the copy any more.
    """
    with suppress(OSError):  # nobody can write any more
        while terminal.near in select.select([terminal.near, ended], [], [])[0]:
            data = os.read(terminal.near, CHUNK)
            try:
                write_all(sink, data)
            except OSError:
                return False
    return True
