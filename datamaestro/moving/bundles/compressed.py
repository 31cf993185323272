"""The compression of a bundle that is written."""

from __future__ import annotations

from importlib import import_module
from typing import IO, TYPE_CHECKING, Any

from datamaestro.errors import PluginError, UsageError

if TYPE_CHECKING:
    from contextlib import AbstractContextManager

LIBRARIES = ("compression.zstd", "backports.zstd")

LEVEL = 3
"""As ``zstd`` has it where nothing is said."""


def check_suffix(name: str) -> bool:
    """Return whether a bundle of that name is compressed.

    Raises:
        UsageError: its name does not say how it is to be written.
        PluginError: there is no library that compresses.
    """
    if name.endswith(".tar"):
        return False
    if not name.endswith(".tar.zst"):
        raise UsageError(
            f"{name}: a bundle is written as .tar or .tar.zst", hint="name it FILE.tar"
        )
    _library()
    return True


def compressed(file: IO[bytes]) -> AbstractContextManager[Any]:
    """Return a file that compresses what is written to it, and adds a checksum."""
    zstd = _library()
    parameter = zstd.CompressionParameter
    options = {parameter.compression_level: LEVEL, parameter.checksum_flag: 1}
    opened: AbstractContextManager[Any] = zstd.ZstdFile(file, "wb", options=options)
    return opened


def _library() -> Any:
    for name in LIBRARIES:
        try:
            return import_module(name)
        except ImportError:
            continue
    raise PluginError(
        f"nothing can compress zstd: there is no module {' and no module '.join(LIBRARIES)}",
        hint="pip install 'datamaestro[zstd]', or name it FILE.tar",
    )
