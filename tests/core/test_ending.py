"""What is to be done at the end is done, however the process ends."""

import subprocess
import sys

import pytest

PROGRAM = """
import click
from datamaestro.cli.outcome import Terminated, run
from datamaestro.ending import at_end

at_end(lambda: print("first"))
at_end(lambda: 1 / 0)
at_end(lambda: print("last", flush=True))

@click.command()
def command():
    {}

run(command, [])
"""


@pytest.mark.parametrize(
    ("what", "code"),
    [("pass", 0), ("raise KeyboardInterrupt", 130), ("raise Terminated", 143), ("1 / 0", 1)],
)
def test_it_is_done_once(what: str, code: int) -> None:
    """The last thing first; what fails hinders nothing else."""
    words = [sys.executable, "-u", "-c", PROGRAM.format(what)]
    done = subprocess.run(words, capture_output=True, text=True, check=False)
    assert (code, "last\nfirst\n") == (done.returncode, done.stdout)
