"""The file of a bundle: seen when it is complete, and not before."""

from __future__ import annotations

import errno
import io
import os
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import IO, TYPE_CHECKING

from datamaestro.errors import StorageError, UsageError
from datamaestro.file_urls import path_of
from datamaestro.moving.bundles import BLOCK
from datamaestro.moving.bundles.compressed import check_suffix, compressed
from datamaestro.store.faults import storage_errors
from datamaestro.store.scratch import scratch_beside, sweep

if TYPE_CHECKING:
    from collections.abc import Iterator

ELSEWHERE = "write it to another place"

STREAM = "the bundle"
"""What a bundle is called that has no path."""


@contextmanager
def written(file: Path | str | IO[bytes]) -> Iterator[tuple[IO[bytes], str]]:
    """Give what a bundle is written to, and what users call it.

    Where the block fails, nothing is left of it, and what was there before is. What a killed
    process has left of one of the same name is removed.

    Args:
        file: path of the bundle, or what it is written to, as it is.

    Raises:
        StorageError: it cannot be written.
        UsageError: its name does not say how it is to be written.
        PluginError: there is no library that compresses.
    """
    if not isinstance(file, str | Path):
        with storage_errors(Path(STREAM), ELSEWHERE):
            yield file, STREAM
            file.flush()
        return
    place = _place(file)
    compresses = check_suffix(place.name)
    with storage_errors(place, ELSEWHERE):
        real = Path(os.path.realpath(place))  # what a link leads to is replaced, not the link
        if not real.parent.is_dir():
            raise FileNotFoundError(errno.ENOENT, "there is no such folder", str(real.parent))
        sweep(real, unknown=False)
        scratch = scratch_beside(real)
        try:
            with ExitStack() as stack:
                stream: IO[bytes] = stack.enter_context(scratch.open("xb"))
                if compresses:
                    stream = stack.enter_context(compressed(stream))
                yield stream, str(place)
            scratch.replace(real)
        except BaseException:
            scratch.unlink(missing_ok=True)
            raise


def _place(file: Path | str) -> Path:
    """Return the path of a bundle, which users may also give as a URL.

    Raises:
        UsageError: it is a URL of another computer.
    """
    return Path(path_of(file) if isinstance(file, str) else file).expanduser()


@contextmanager
def read(file: Path | str | io.BufferedIOBase) -> Iterator[tuple[io.BufferedIOBase, str]]:
    """Give what a bundle is read from, and what users call it.

    Args:
        file: path of the bundle, or what it is read from.

    Raises:
        UsageError: there is no such file.
        StorageError: it cannot be read.
    """
    if not isinstance(file, str | Path):
        yield file, STREAM
        return
    place = _place(file)
    try:
        with storage_errors(place, "name another file"):
            stream = io.BufferedReader(place.open("rb", buffering=0), BLOCK)
    except StorageError as error:
        if isinstance(error.__cause__, FileNotFoundError | NotADirectoryError | IsADirectoryError):
            hint = "name a bundle, or - for stdin"
            raise UsageError(f"there is no file {place}", hint=hint) from error
        raise
    with stream:
        yield stream, str(place)
