"""What the command line of ``benchmarks.transfers`` asks for."""

from __future__ import annotations

import argparse
import re
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from attrs import frozen

from benchmarks.measure import parser_with_rounds
from benchmarks.tools import PARALLEL

if TYPE_CHECKING:
    from collections.abc import Collection

UNITS = {"B": 1, "kB": 10**3, "MB": 10**6, "GB": 10**9, "KiB": 2**10, "MiB": 2**20, "GiB": 2**30}
MIB = UNITS["MiB"]


@frozen
class Asked:
    """What is asked for.

    Args:
        tables: those that are printed.
        rounds: of each comparison.
        size: bytes of the big file.
        files: how many small files.
        file_size: bytes of each of them.
        rate: bytes per second of each limited connection.
        folder: below which all files are written.

    """

    tables: tuple[str, ...]
    rounds: int
    size: int
    files: int
    file_size: int
    rate: int
    folder: Path


def command_line(tables: Collection[str]) -> Asked:
    """Return what the command line asks for, of these tables."""
    names = ", ".join(tables)
    parser = parser_with_rounds("How long downloads take, beside what else downloads files.", 5)
    parser.add_argument("tables", nargs="*", help=f"of {names} (default: all)")
    parser.add_argument(
        "--size", type=bytes_of, default="1GiB", help="of the big file (default: %(default)s)"
    )
    parser.add_argument(
        "--files", type=int, default=1000, help="how many small ones (default: %(default)s)"
    )
    parser.add_argument(
        "--file-size", type=bytes_of, default="100kB", help="of each (default: %(default)s)"
    )
    parser.add_argument(
        "--rate",
        type=bytes_of,
        default="8MiB",
        help="per second of each limited connection (default: %(default)s); "
        f"{PARALLEL} of them have to stay below what the machine can do",
    )
    parser.add_argument(
        "--folder",
        type=Path,
        default=tempfile.gettempdir(),
        help="below which all is written (default: %(default)s); /dev/shm is memory",
    )
    told = vars(parser.parse_args())
    unknown = set(told["tables"]).difference(tables)
    if unknown:
        parser.error(f"no table {', '.join(sorted(unknown))}: there are {names}")
    return Asked(**told | {"tables": tuple(told["tables"] or tables)})


def bytes_of(text: str) -> int:
    """Return bytes, from such text as ``256MiB``."""
    match = re.fullmatch(r"(\d+) ?([A-Za-z]+)", text)
    if match is None or match[2] not in UNITS:
        raise argparse.ArgumentTypeError(f"{text!r} is no number with one of {', '.join(UNITS)}")
    return int(match[1]) * UNITS[match[2]]


def shown(size: int) -> str:
    """Return bytes as text, in the largest unit that leaves no rest.

    >>> shown(268435456), shown(100000)
    ('256 MiB', '100 kB')
    """
    factor, unit = max((factor, unit) for unit, factor in UNITS.items() if size % factor == 0)
    return f"{size // factor} {unit}"
