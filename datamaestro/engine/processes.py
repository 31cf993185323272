"""Functions in processes of their own: what computes for long does not hold up the rest.

A new interpreter is started, which imports nothing of the program that asks, so that a script needs
no precautions. It ends when the one that asked is gone, and so does what it has started itself.
"""

from __future__ import annotations

import json
import os
import pkgutil
import signal
import subprocess
import sys
import threading
from contextlib import suppress
from typing import TYPE_CHECKING, Any

from datamaestro import errors
from datamaestro.errors import DatamaestroError, DefinitionError

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

LOOK = 0.2
"""Seconds between two looks whether to go on."""

GRACE = 2.0
"""Seconds that a process has to end when it is told to."""

PROGRAM = "from datamaestro.engine.processes import main; main()"


def call_in_process(function: str, paths: Sequence[Path], check: Callable[[], None]) -> None:
    """Call a function, ``package.module:name``, with paths, and wait for its end.

    Args:
        function: dotted path.
        paths: its arguments.
        check: called now and then; raises if this is being stopped.

    Raises:
        DefinitionError: it cannot be imported, fails, or its process is killed.
        DatamaestroError: what it raises, if that is one of these.
        OSError: likewise.
    """
    search = [os.path.abspath(folder or ".") for folder in sys.path]  # noqa: PTH100
    process = subprocess.Popen(  # noqa: S603 - this interpreter
        [sys.executable, "-P", "-c", PROGRAM],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(search)},
        process_group=0,
    )
    with process:
        try:
            told = _converse(process, json.dumps([function, *map(str, paths)]), check)
        except BaseException:
            _end(process)
            raise
    if not told:
        raise DefinitionError(f"{function} fails: its process {_how(process.returncode)}")
    if (failure := json.loads(told)) is not None:
        raise _error(failure, function)


def _converse(process: subprocess.Popen[bytes], line: str, check: Callable[[], None]) -> bytes:
    """Tell a process what to do, and return what it tells."""
    told, tell = process.stdout, process.stdin
    answer: list[bytes] = []
    reading = threading.Thread(target=lambda: answer.append(told.read() if told else b""))
    reading.daemon = True
    reading.start()
    with suppress(BrokenPipeError):  # it may have ended already; its exit code tells why
        if tell is not None:
            tell.write(line.encode() + b"\n")
            tell.flush()
    while reading.is_alive():
        reading.join(LOOK)
        check()
        if process.poll() is not None:
            _signal(process, signal.SIGTERM)  # what it has left behind may still hold the line
    process.communicate()
    return b"".join(answer)


def _end(process: subprocess.Popen[bytes]) -> None:
    _signal(process, signal.SIGTERM)
    try:
        process.wait(GRACE)
    except subprocess.TimeoutExpired:
        _signal(process, signal.SIGKILL)


def _signal(process: subprocess.Popen[bytes], number: int) -> None:
    """Signal a process, and those that it has started."""
    with suppress(ProcessLookupError):
        os.killpg(process.pid, number)


def _how(code: int) -> str:
    """Return how a process ended."""
    if code < 0:
        name = signal.Signals(-code).name
        return f"was killed by {name}" + (" (out of memory?)" if name == "SIGKILL" else "")
    return f"ended with {code} before the function did"


def _error(told: dict[str, Any], function: str) -> Exception:
    """Return the error that a process tells of."""
    kind = getattr(errors, told["type"], None)
    if told["ours"] and isinstance(kind, type) and issubclass(kind, DatamaestroError):
        error = kind.__new__(kind)
        DatamaestroError.__init__(error, told["message"], hint=told["hint"])
        return error
    if told["errno"] is not None:
        return OSError(told["errno"], told["message"], told["filename"])
    return DefinitionError(f"{function} fails: {told['type']}: {told['message']}")


def main() -> None:
    """Do what a line on standard input says; tell on standard output what fails."""
    function, *arguments = json.loads(sys.stdin.buffer.readline())
    told = os.fdopen(os.dup(1), "w", encoding="utf-8")
    asker = os.dup(0)
    nothing = os.open(os.devnull, os.O_RDONLY)
    os.dup2(nothing, 0)  # what the function reads and prints is no part of the conversation
    os.dup2(2, 1)
    threading.Thread(target=_die_with_who_asked, args=(asker,), daemon=True).start()
    from pathlib import Path

    failure = None
    try:
        _found(function)(*map(Path, arguments))
    except BaseException as error:  # noqa: BLE001 - whoever asked raises it
        failure = _report(error)
    sys.stdout.flush()
    told.write(json.dumps(failure))
    told.flush()
    os._exit(0)  # whatever threads the function has left


def _found(name: str) -> Any:
    """Return the function of a dotted name."""
    try:
        return pkgutil.resolve_name(name)
    except (ImportError, AttributeError, ValueError) as error:
        raise DefinitionError(
            f"{name} is not to be found: {error}",
            hint="for a process of its own it has to stand in a module, not inside a function or a "
            "script",
        ) from error


def _report(error: BaseException) -> dict[str, Any]:
    """Return what is told of an error."""
    ours = error if isinstance(error, DatamaestroError) else None
    system = error if isinstance(error, OSError) else None
    return {
        "type": type(error).__name__,
        "message": (ours and ours.message) or (system and system.strerror) or str(error),
        "hint": ours.hint if ours else "",
        "ours": ours is not None,
        "errno": system and system.errno,
        "filename": str(system.filename) if system and system.filename else None,
    }


def _die_with_who_asked(asker: int) -> None:
    while os.read(asker, 1):
        pass
    os.killpg(0, signal.SIGKILL)
