"""Helpers of other packages, by kind.

A package names a function in the entry-point group ``datamaestro.helpers``; it takes nothing, and
returns a dict of helpers, or of lists of them, by kind. There is one kind:

``hf_resolver``
    an :class:`HFResolver`, which says where a repository of the Hugging Face Hub is on disk, such
    as in a folder that all users of a cluster share.

Without any package, the folders of ``DATAMAESTRO_HF_DATASETS_CACHE`` and
``DATAMAESTRO_HF_MODELS_CACHE`` are looked at, in which ``owner/name`` is a folder.
"""

from __future__ import annotations

import logging
import os
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar, Protocol, runtime_checkable

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

GROUP = "datamaestro.helpers"
HF_RESOLVER = "hf_resolver"

log = logging.getLogger("datamaestro")


@runtime_checkable
class HFResolver(Protocol):
    """Says where a repository of the Hub is on disk; asked often, so it answers quickly."""

    def find_model(self, repo_id: str, revision: str | None) -> Path | None:
        """Return the folder of the files of a repository; None where it has none."""

    def find_dataset(self, repo_id: str, config: str | None, data_files: str | None) -> Path | None:
        """Return the folder from which a data set is loaded; None where it has none."""


class EnvironmentResolver:
    """Looks at the folders that the environment names, separated as in ``PATH``."""

    MODELS_ENV: ClassVar[str] = "DATAMAESTRO_HF_MODELS_CACHE"
    DATASETS_ENV: ClassVar[str] = "DATAMAESTRO_HF_DATASETS_CACHE"

    def find_model(self, repo_id: str, revision: str | None) -> Path | None:
        """Return the folder of a repository that has a ``config.json``."""
        found = (each for each in _below(self.MODELS_ENV, repo_id))
        return next((each for each in found if (each / "config.json").exists()), None)

    def find_dataset(self, repo_id: str, config: str | None, data_files: str | None) -> Path | None:
        """Return the folder of a data set."""
        return next((each for each in _below(self.DATASETS_ENV, repo_id) if each.is_dir()), None)


_EnvHFResolver = EnvironmentResolver
"""What :class:`EnvironmentResolver` was called in earlier versions."""


def _below(variable: str, repo_id: str) -> Iterator[Path]:
    named = os.environ.get(variable, "").split(os.pathsep)
    return (Path(folder) / repo_id for folder in named if folder)


def get_helpers(kind: str) -> list[Any]:
    """Return all helpers of a kind; what is built in first.

    A package whose helpers cannot be had costs a warning.
    """
    from importlib.metadata import entry_points

    found: list[Any] = [EnvironmentResolver()] if kind == HF_RESOLVER else []
    for point in entry_points(group=GROUP):
        try:
            of_kind = point.load()().get(kind, [])
        except Exception as error:  # noqa: BLE001 - other packages fail in any way
            log.warning("the helpers of %s fail: %s: %s", point.value, type(error).__name__, error)
            continue
        found += of_kind if isinstance(of_kind, list) else [of_kind]
    return found


def hub_mirror(find: Callable[[HFResolver], Path | None]) -> Path | None:
    """Return what the first resolver of the Hub finds that finds anything.

    Args:
        find: asks one of them.
    """
    for resolver in get_helpers(HF_RESOLVER):
        try:
            place = find(resolver)
        except Exception as error:  # noqa: BLE001 - other packages fail in any way
            log.warning("%s fails: %s: %s", type(resolver).__name__, type(error).__name__, error)
            continue
        if place is not None:
            return Path(place)
    return None
