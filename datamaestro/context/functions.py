"""The functions that stand for a context: what most programs need of datamaestro."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from datamaestro.context.context import Context
from datamaestro.plugins.registry import dialects_in_use

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from datamaestro_hookspecs.cards import Definition


def prepare_dataset(
    dataset_id: object,
    context: Context | Path | str | None = None,
    *,
    variant: Mapping[str, Any] | None = None,
    download: bool | None = None,
) -> Any:
    """Return the data object of a data set, after bringing its files to disk.

    Args:
        dataset_id: such as ``"com.lecun.mnist"`` or ``"com.lecun.mnist@image"``, or a part,
            ``"com.lecun.mnist.train.images"``; or what ``@dataset`` made; or a data object.
        context: where; a path is a data directory.
        variant: which variant of a family, by axis.
        download: False: the files need not be there. None: they are brought to disk now, unless
            somebody will do that when they are used, such as an experiment that is going on
            (``docs/experimaestro.md``).

    Raises:
        DatamaestroError: it could not be done; the subclass says why, its ``exit_code`` is the
            command's (:mod:`datamaestro.errors`).

    Example::

        ds = prepare_dataset("com.lecun.mnist")
        ds.train.images.data()  # a numpy array, uint8, (60000, 28, 28)
    """
    if download is None:
        download = not any(dialect.defers() for dialect in dialects_in_use())
    return _context(context).prepare(dataset_id, variant=variant, download=download)


def get_dataset(dataset_id: object, *, variant: Mapping[str, Any] | None = None) -> Any:
    """Return the data object of a data set; its files need not be there.

    Raises:
        DatamaestroError: there is no such data set, or its definition is broken.
    """
    return prepare_dataset(dataset_id, variant=variant, download=False)


def find_dataset(dataset_id: object, context: Context | Path | str | None = None) -> Definition:
    """Return the definition of a data set.

    Raises:
        DatasetNotFound: there is none of that id.
    """
    return _context(context).dataset(dataset_id)


def _context(given: Context | Path | str | None) -> Context:
    if isinstance(given, Context):
        return given
    return Context.instance() if given is None else Context(given)
