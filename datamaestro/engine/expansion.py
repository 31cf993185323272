"""Expansion: what the transformations make of the bytes, written while they arrive."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING

from datamaestro.engine.run import BLOCK
from datamaestro.errors import ContentError, DatamaestroError
from datamaestro.store.faults import storage_errors
from datamaestro_hookspecs.errors import shown

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from datamaestro.engine.arrival import Arrival
    from datamaestro.engine.digests import Digester
    from datamaestro.plugins.registry import Plugins
    from datamaestro_hookspecs.cards import Transform


def expand(
    arrival: Arrival,
    transforms: Sequence[Transform],
    result: Path,
    digester: Digester,
    plugins: Plugins,
) -> None:
    """Write a new file, and digest it.

    Raises:
        ContentError: a transformation fails, whatever it raises.
        StorageError: the file cannot be written.
    """
    steps = [(plugins.transformer(each.name), each.options) for each in transforms]
    buffer = memoryview(bytearray(BLOCK))
    with storage_errors(result), result.open("wb") as file:
        try:
            stream: io.BufferedIOBase = io.BufferedReader(arrival, BLOCK)
            for transformer, options in steps:
                changed = transformer.open(stream, options)
                if isinstance(changed, io.RawIOBase):
                    changed = io.BufferedReader(changed, BLOCK)
                stream = changed
            while count := stream.readinto(buffer):
                digester.update(buffer[:count])
                with storage_errors(result):
                    file.write(buffer[:count])
            if count is None:
                raise ValueError("its stream gives nothing and does not end")
        except DatamaestroError:
            raise
        except (Exception, SystemExit) as error:
            names = " then ".join(transform.name for transform in transforms)
            raise ContentError(
                f"{shown(arrival.url)}: {names} fails: {error}",
                hint="the file was damaged on its way, or is not what its definition says",
            ) from error
