"""The far side of a command that another computer has asked for.

It greets, reads what is wanted, and lets a process of its own do that. Meanwhile it hears what the
other computer says: that somebody has pressed Ctrl-C, that a terminal has another size. Where
nothing more can be heard nobody is there, and the command is interrupted.
"""

from __future__ import annotations

import os
import signal
import sys
from contextlib import suppress
from threading import Thread
from typing import TYPE_CHECKING, Any, NoReturn

from datamaestro.advice import HOST, advise_with
from datamaestro.remote.frames import greet
from datamaestro.remote.orders import INTERRUPT, TERMINATE, orders
from datamaestro.remote.program import begin
from datamaestro.remote.terminals import STDERR, STDIN, STDOUT, make_terminal, resize, show

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from datamaestro.remote.terminals import Terminal

BY_SIGNAL = 128
"""What is added to a signal's number in the exit code of a program that it has ended."""

STREAMS = {"stdout": STDOUT, "stderr": STDERR}


def supervise(command: Callable[[Sequence[str]], object]) -> NoReturn:
    """Do what is asked for on stdin, and end with the exit code of that.

    Args:
        command: called with its arguments, in a process of its own.
    """
    begin()
    greet(sys.stdout.buffer)
    heard = orders(STDIN)
    wish = next(heard, None)
    if wish is None:  # whoever wanted something has gone
        sys.exit(BY_SIGNAL + signal.SIGINT)
    terminals = _terminals(wish)
    child = os.fork()
    if child == 0:
        try:
            _become(wish, terminals)
            command(wish["arguments"])
        except KeyboardInterrupt:  # before the command could heed it
            os._exit(BY_SIGNAL + signal.SIGINT)
        sys.exit(0)
    sys.exit(_watch(child, heard, terminals))


def _terminals(wish: Mapping[str, Any]) -> dict[int, Terminal]:
    """Return a terminal for each stream that leads to one there."""
    sizes = {stream: wish.get(name) for name, stream in STREAMS.items()}
    made = {stream: make_terminal(size) for stream, size in sizes.items() if size}
    return {stream: terminal for stream, terminal in made.items() if terminal}


def _become(wish: Mapping[str, Any], terminals: Mapping[int, Terminal]) -> None:
    """Let this be the process of the command: in a group of its own, and with its streams."""
    os.setpgid(0, 0)
    signal.signal(signal.SIGINT, signal.default_int_handler)
    nothing = os.open(os.devnull, os.O_RDONLY)
    os.dup2(nothing, STDIN)
    os.close(nothing)
    for stream, terminal in terminals.items():
        os.dup2(terminal.far, stream)
    for terminal in terminals.values():
        os.close(terminal.near)
        os.close(terminal.far)
    os.environ.update(wish["environment"])
    advise_with(HOST, wish.get("before", ()))


def _watch(child: int, heard: Iterable[dict[str, Any]], terminals: Mapping[int, Terminal]) -> int:
    """Return the exit code of a command, once it has ended and what it has written is passed on."""
    with suppress(OSError):  # it has done so itself, or has ended
        os.setpgid(child, child)
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    for number in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, lambda *_: _send(child, signal.SIGTERM))
    ended, ends = os.pipe()
    showing = []
    for stream, terminal in terminals.items():
        os.close(terminal.far)
        showing.append(Thread(target=_show, args=(terminal, stream, ended, child), daemon=True))
    hearing = Thread(target=_obey, args=(heard, child, terminals), daemon=True)
    for thread in (*showing, hearing):
        thread.start()
    code = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    os.close(ends)
    for thread in showing:
        thread.join()
    if code >= 0:
        return code
    name = signal.Signals(-code).name
    sys.stderr.write(f"datamaestro: the command was ended there by the signal {name}\n")
    return BY_SIGNAL - code


def _show(terminal: Terminal, stream: int, ended: int, child: int) -> None:
    if not show(terminal, stream, ended):
        os.close(terminal.near)
        _send(child, signal.SIGINT)


def _obey(heard: Iterable[dict[str, Any]], child: int, terminals: Mapping[int, Terminal]) -> None:
    """Do what is said; where nothing more is heard, interrupt the command."""
    for order in heard:
        if "size" in order:
            for terminal in terminals.values():
                resize(terminal, order["size"])
            _send(child, signal.SIGWINCH)
        elif order.get("signal") == TERMINATE:
            _send(child, signal.SIGTERM)
        elif order.get("signal") == INTERRUPT:
            _send(child, signal.SIGINT)
    _send(child, signal.SIGINT)


def _send(child: int, number: int) -> None:
    """Send a signal to a command and to what it has started, as a terminal does."""
    with suppress(OSError):
        os.killpg(child, number)
