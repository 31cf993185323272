"""The words that start a module of datamaestro on another computer.

They pass through the login shell of the user there, whichever that is, so what stands in them has
to mean the same to all: no line's end, no ``!`` and no backslash.
"""

from __future__ import annotations

import os

SAFE = "PYTHONSAFEPATH"
"""The variable that keeps Python from importing what lies in the folder where it is started.

That is the home directory, where anything may lie, such as the data directory ``datamaestro``.
"""

FINDING = (
    f"export {SAFE}=1; "
    'm=$1; p=$(command -v datamaestro) && IFS= read -r line < "$p" && '
    'case $line in *[[:space:]]*) ;; *python*) exec "${line#??}" -m "$m" ;; esac; '
    'for p in python python3; do command -v $p >/dev/null && exec $p -m "$m"; done; '
    'echo "there is neither datamaestro nor Python on the PATH" >&2; exit 127'
)
"""Runs a module with the Python of the command ``datamaestro``, else with the first Python.

The first line of the command names its Python, unless that has a path with spaces.
"""


def program(module: str, python: str | None = None) -> list[str]:
    """Return the words that run a module of datamaestro.

    Args:
        module: dotted name.
        python: that has datamaestro there; None: that of the command ``datamaestro``, else
            ``python`` or ``python3``.
    """
    if python:
        return ["env", f"{SAFE}=1", python, "-m", module]
    return ["sh", "-c", FINDING, "sh", module]


def begin() -> None:
    """Let the programs that this one starts import what any program would."""
    os.environ.pop(SAFE, None)
