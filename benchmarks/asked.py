"""What the command lines of ``benchmarks.transfers`` and ``benchmarks.archives`` ask for."""

from __future__ import annotations

import argparse
import re
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

from attrs import frozen

from benchmarks.measure import parser_with_rounds

if TYPE_CHECKING:
    from collections.abc import Collection

UNITS = {"B": 1, "kB": 10**3, "MB": 10**6, "GB": 10**9, "KiB": 2**10, "MiB": 2**20, "GiB": 2**30}
MIB = UNITS["MiB"]

PARALLEL = 16
"""Connections, or files at a time, of all that have many."""


@frozen
class Asked:
    """What is asked for.

    Args:
        tables: those that are printed.
        rounds: of each comparison.
        folder: below which all files are written.

    """

    tables: tuple[str, ...]
    rounds: int
    folder: Path


@frozen
class AskedTransfers(Asked):
    """What is asked for of the transfers.

    Args:
        size: bytes of the big file.
        files: how many small files.
        file_size: bytes of each of them.
        rate: bytes per second of each limited connection.

    """

    size: int
    files: int
    file_size: int
    rate: int


@frozen
class AskedArchives(Asked):
    """What is asked for of the archives.

    Args:
        size: bytes of the compressed archive.
        text: bytes that the compressed text expands to.
        files: how many small files.

    """

    size: int
    text: int
    files: int


def transfers_asked(tables: Collection[str]) -> AskedTransfers:
    """Return what the command line asks for, of these tables."""
    parser = _parser("How long downloads take, beside what else downloads files.", tables, 5)
    _add_size(parser, "--size", "1GiB", "of the big file")
    parser.add_argument(
        "--files", type=int, default=1000, help="how many small ones (default: %(default)s)"
    )
    _add_size(parser, "--file-size", "100kB", "of each")
    below = f"{PARALLEL} of them have to stay below what the machine can do"
    _add_size(parser, "--rate", "8MiB", f"per second of each limited connection; {below}")
    return AskedTransfers(**_told(parser, tables))


def archives_asked(tables: Collection[str]) -> AskedArchives:
    """Return what the command line asks for, of these tables."""
    parser = _parser("How long it takes to expand and unpack, beside what else does.", tables, 3)
    _add_size(parser, "--size", "200MB", "of the compressed archive")
    _add_size(parser, "--text", "450MB", "that the compressed text expands to")
    parser.add_argument(
        "--files", type=int, default=50_000, help="how many small ones (default: %(default)s)"
    )
    return AskedArchives(**_told(parser, tables))


def _parser(description: str, tables: Collection[str], rounds: int) -> argparse.ArgumentParser:
    parser = parser_with_rounds(description, rounds)
    parser.add_argument("tables", nargs="*", help=f"of {', '.join(tables)} (default: all)")
    parser.add_argument(
        "--folder",
        type=Path,
        default=tempfile.gettempdir(),
        help="below which all is written (default: %(default)s); /dev/shm is memory",
    )
    return parser


def _add_size(parser: argparse.ArgumentParser, name: str, usual: str, what: str) -> None:
    parser.add_argument(name, type=bytes_of, default=usual, help=f"{what} (default: %(default)s)")


def _told(parser: argparse.ArgumentParser, tables: Collection[str]) -> dict[str, Any]:
    """Return what the command line says."""
    told = vars(parser.parse_args())
    unknown = set(told["tables"]).difference(tables)
    if unknown:
        parser.error(f"no table {', '.join(sorted(unknown))}: there are {', '.join(tables)}")
    return told | {"tables": tuple(told["tables"] or tables)}


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
