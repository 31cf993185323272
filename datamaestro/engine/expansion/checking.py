"""Checking a chain before anything is fetched: that each step can be carried out as is said."""

from __future__ import annotations

from pathlib import PurePosixPath
from typing import TYPE_CHECKING, Any

from datamaestro.engine.expansion.selection import Selection
from datamaestro_hookspecs.cards import EXPAND, SELECTING, UNPACK

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from datamaestro.plugins.services import Plugins
    from datamaestro_hookspecs.cards import Option, Transform


COMPRESSIONS = {".br", ".bz2", ".gz", ".lz4", ".lzma", ".xz", ".z", ".zst"}
"""Suffixes that ask for an expansion, so that compressed bytes are never taken for the content."""


def is_compressed(name: str) -> bool:
    """Return whether a name asks for an expansion."""
    return PurePosixPath(name).suffix.lower() in COMPRESSIONS


def check_chain(chain: Iterable[Transform], plugins: Plugins) -> None:
    """Make sure that each step of a chain can be carried out.

    Raises:
        PluginError: no plugin does what is said.
        DefinitionError: its options cannot be understood.
    """
    for transform in chain:
        found = plugins.unpacker(transform.name)
        if transform.name == UNPACK or found is not None:
            Selection.among(transform.options)
        if found is not None:
            _check(found[1], without_selection(transform))
        elif transform.name not in (EXPAND, UNPACK):
            _check(plugins.transformer(transform.name)[1], transform.options)


def _check(work: Any, options: Mapping[str, Option]) -> None:
    """Let a plugin look at what it will be told, if it can."""
    check = getattr(work, "check", None)
    if check is not None:
        check(options)


def without_selection(transform: Transform) -> Mapping[str, Option]:
    """Return what the plugin of an archive's format is told."""
    return {key: each for key, each in transform.options.items() if key not in SELECTING}
