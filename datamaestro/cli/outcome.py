"""How a command ends: the one place where errors are printed and become exit codes."""

from __future__ import annotations

import os
import signal
import sys
from contextlib import suppress
from typing import TYPE_CHECKING

import click

from datamaestro.advice import advised
from datamaestro.ending import end

if TYPE_CHECKING:
    from collections.abc import Sequence

INTERRUPTED = 130
TERMINATED = 143
BROKEN_PIPE = 141
STDOUT = 1

COMPLETE = "_DATAMAESTRO_COMPLETE"
"""The variable by which a shell asks how a line may go on."""


class Terminated(KeyboardInterrupt):
    """SIGTERM, as batch systems send it, stops like Ctrl-C: in good order."""


def _terminate(number: int, frame: object) -> None:
    raise Terminated


def run(command: click.Command, arguments: Sequence[str] | None = None) -> None:
    """Run a command and end the process with its exit code."""
    if COMPLETE in os.environ:
        from datamaestro.cli.completion.shells import answer

        sys.exit(answer(command, COMPLETE, os.environ[COMPLETE]))
    given = sys.argv[1:] if arguments is None else list(arguments)
    signal.signal(signal.SIGTERM, _terminate)
    code = outcome(command, given)
    if sys.stderr is not None:
        sys.stderr.flush()
    if code in (INTERRUPTED, TERMINATED):
        signal.signal(signal.SIGINT, signal.SIG_IGN)
        end()
        os._exit(code)  # threads that still wait for a server must not hold the terminal
    sys.exit(code)


def outcome(command: click.Command, given: Sequence[str]) -> int:
    """Run a command; print its error, if any, and return its exit code."""
    as_json = "--json" in given
    with_traceback = "--traceback" in given or "--debug" in given
    try:
        with command.make_context("datamaestro", list(given)) as context:
            command.invoke(context)
        if sys.stdout is not None:
            sys.stdout.flush()
    except click.exceptions.Exit as left:
        return left.exit_code
    except Terminated:
        tell("terminated", TERMINATED, "", as_json)
        return TERMINATED
    except (KeyboardInterrupt, click.Abort):
        tell("interrupted", INTERRUPTED, "", as_json)
        return INTERRUPTED
    except click.UsageError as error:
        message = " ".join(error.format_message().split())
        tell(message, error.exit_code, _hint(error, command), as_json)
        return error.exit_code
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), STDOUT)
        return BROKEN_PIPE
    except BaseException as error:  # noqa: BLE001 - the last stop of every error
        if with_traceback:
            import traceback

            traceback.print_exc()
        return told(error, as_json=as_json)
    return 0


def _hint(error: click.UsageError, group: click.Command) -> str:
    """Return where to look, or where an option belongs."""
    option = getattr(error, "option_name", "")
    if any(option in parameter.opts for parameter in group.params):
        return f"it stands before the command: datamaestro {option} ..."
    return f"see: {error.ctx.command_path if error.ctx else 'datamaestro'} --help"


def told(error: BaseException, *, as_json: bool) -> int:
    """Print an error in one line and return its exit code."""
    from datamaestro.errors import DatamaestroError

    if isinstance(error, OSError) and isinstance(error.filename, str):
        error = _of_the_disk(error, error.filename)
    if isinstance(error, DatamaestroError):
        tell(" ".join(error.message.split()), error.exit_code, error.hint, as_json)
        return error.exit_code
    what = " ".join(f"unexpected {type(error).__name__}: {error}".split())
    tell(what, 1, "run again with --traceback", as_json)
    return 1


def _of_the_disk(error: OSError, place: str) -> BaseException:
    """Return what is told where nobody may look at a place, or a disk is full; else the error."""
    from pathlib import Path

    from datamaestro.store.faults import is_storage_fault, storage_error

    return storage_error(error, Path(place)) if is_storage_fault(error) else error


def tell(message: str, code: int, hint: str, as_json: bool) -> None:
    """Print an error on stderr: a line, or a JSON object on a line."""
    hint = advised(hint)
    if as_json:
        import json

        text = json.dumps({"error": {"code": code, "message": message, "hint": hint}})
    else:
        from datamaestro.cli.table import harmless_lines

        said = f"datamaestro: {message} ({hint})" if hint else f"datamaestro: {message}"
        text = harmless_lines(" ".join(said.splitlines()))  # it may have been said elsewhere
    if "tqdm" in sys.modules and sys.stderr is not None and sys.stderr.isatty():
        text = f"\r\x1b[J{text}"  # in place of progress bars, and of the ^C beside them
    with suppress(OSError):  # nobody listens; the exit code still says it
        click.echo(text, err=True)
