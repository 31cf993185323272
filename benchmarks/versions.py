"""Which programs and libraries are here, and of what version."""

from __future__ import annotations

import importlib.metadata
import re
import subprocess
from typing import TYPE_CHECKING

from datamaestro.testing.daemons import find

if TYPE_CHECKING:
    from collections.abc import Iterable


def has_library(name: str) -> bool:
    """Return whether a library is installed, given the name that pip knows."""
    try:
        importlib.metadata.version(name)
    except importlib.metadata.PackageNotFoundError:
        return False
    return True


def versions(programs: Iterable[str], libraries: Iterable[str]) -> str:
    """Return one line that says which programs and libraries are compared."""
    told = [_version_of(program) for program in programs]
    for name in libraries:
        version = importlib.metadata.version(name) if has_library(name) else "not installed"
        told.append(f"{name} {version}")
    return ", ".join(told)


def _version_of(name: str) -> str:
    """Return a program's name and version, which is the first number that it tells."""
    program = find(name)
    if program is None:
        return f"{name} not installed"
    option = "-v" if name in ("nginx", "unzip") else "--version"
    done = subprocess.run(
        [program, option], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    )
    version = re.search(r"\d+(\.\d+)+", done.stdout)
    return f"{name} {version[0] if version else 'of no known version'}"
