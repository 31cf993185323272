"""One qualified name gives a verified, typed, reproducible data set, anywhere.

::

    from datamaestro import prepare_dataset

    digits = prepare_dataset("edu.uci.optdigits")
    digits.images.data()  # a numpy array, uint8, (1797, 8, 8)
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from datamaestro.version import __version__

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from datamaestro.context import Context, Repository
    from datamaestro.data import Base
    from datamaestro.definitions import Dataset, dataset

__all__ = [
    "Base",
    "Context",
    "Dataset",
    "Repository",
    "__version__",
    "dataset",
    "get_dataset",
    "prepare_dataset",
]

_LAZY = {
    "Base": "datamaestro.data",
    "Context": "datamaestro.context",
    "Dataset": "datamaestro.definitions",
    "Repository": "datamaestro.repository",
    "dataset": "datamaestro.definitions",
}
"""Public names that are imported on first use, so that importing this package costs nothing."""


def __getattr__(name: str) -> Any:
    if name not in _LAZY:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from importlib import import_module

    return getattr(import_module(_LAZY[name]), name)


def __dir__() -> list[str]:
    return sorted(__all__)


def prepare_dataset(
    dataset_id: object,
    context: Context | Path | str | None = None,
    *,
    variant: Mapping[str, Any] | None = None,
    download: bool | None = None,
) -> Any:
    """Return the data object of a data set, after bringing its files to disk.

    Args:
        dataset_id: such as ``"com.lecun.mnist"`` or ``"com.lecun.mnist@image"``; or what
            ``@dataset`` made.
        context: where; a path is a data directory.
        variant: which variant of a family, by axis.
        download: False: the files need not be there.

    Raises:
        DatamaestroError: it could not be done; the subclass says why, its ``exit_code`` is the
            command's (:mod:`datamaestro.errors`).

    Example::

        ds = prepare_dataset("com.lecun.mnist")
        ds.train.images.data()  # a numpy array, uint8, (60000, 28, 28)
    """
    from datamaestro.context import Context

    chosen = context if isinstance(context, Context) else Context(context)
    return chosen.prepare(dataset_id, variant=variant, download=download is not False)


def get_dataset(dataset_id: object, *, variant: Mapping[str, Any] | None = None) -> Any:
    """Return the data object of a data set; its files need not be there.

    Raises:
        DatamaestroError: there is no such data set, or its definition is broken.
    """
    return prepare_dataset(dataset_id, variant=variant, download=False)
