"""ruff, on what is written for authors."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

RULES = (
    "A,B,BLE,C4,D,E,F,I,N,PERF,PIE,PT,PTH,RET,RUF,S,SIM,T20,TC,TID,UP,W",
    "D105,D107,D415,N818",
)
"""The project's own rules, and those that it leaves out; ``pyproject.toml`` is not installed."""

TESTS = [f"--per-file-ignores=**/tests/**:{rule}" for rule in ("S", "TC")]


def complaints(folder: Path) -> str:
    """Return what ruff says of the style and the form of the Python files below a folder.

    The rules are those of this project; and the form is that of ruff's defaults, too.
    """
    select, ignore = RULES
    lint = (
        f"--select={select}",
        f"--ignore={ignore}",
        "--config=lint.pydocstyle.convention='google'",
    )
    said = _ruff(folder, "check", "--line-length=100", *lint, *TESTS)
    for width in ("100", "88"):
        said += _ruff(folder, "format", "--diff", f"--line-length={width}")
    return said


def _ruff(folder: Path, command: str, *options: str) -> str:
    words = [sys.executable, "-m", "ruff", command, "--quiet", "--isolated", "--no-cache", *options]
    done = subprocess.run([*words, "."], cwd=folder, capture_output=True, text=True, check=False)
    return done.stdout + done.stderr
