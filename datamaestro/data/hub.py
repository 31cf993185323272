"""The library ``datasets`` of the Hugging Face Hub, which keeps data sets in a cache of its own."""

from __future__ import annotations

import json
import logging
import os
import re
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from datamaestro.errors import ActionNeeded, DatamaestroError, PluginError, TransferError

if TYPE_CHECKING:
    from collections.abc import Iterator

HINT = 'pip install "datamaestro[hf]"'
HUB = "https://huggingface.co"
INFO = "dataset_info.json"

MISSING = {"DatasetNotFoundError", "EntryNotFoundError", "RepositoryNotFoundError"}
UNREACHABLE = {
    *("ConnectionError", "HTTPError", "HfHubHTTPError", "TransportError"),
    "LocalEntryNotFoundError",
}
"""Errors of ``datasets``, ``huggingface_hub``, and what they use, in their several versions."""

NOT_CACHED = "Couldn't find cache for "
"""What ``datasets`` says where it is offline, which is a ValueError there."""

log = logging.getLogger("datamaestro")


def hub_library() -> Any:
    """Return the library ``datasets``.

    Raises:
        PluginError: it is not installed.
    """
    try:
        import datasets  # type: ignore[import-not-found, import-untyped, unused-ignore]
    except ModuleNotFoundError as error:
        raise PluginError("data sets of the Hugging Face Hub need datasets", hint=HINT) from error
    return datasets


@contextmanager
def hub_errors(repo_id: str, kind: str = "dataset") -> Iterator[None]:
    """Turn what the Hub's libraries raise into an error of ours.

    Args:
        repo_id: such as ``owner/name``.
        kind: ``dataset``, ``model`` or ``space``.

    Raises:
        ActionNeeded: its terms have to be accepted on its page, or a token is needed.
        TransferError: it could not be fetched.
    """
    page = "/".join([HUB, *([] if kind == "model" else [f"{kind}s"]), repo_id])
    try:
        yield
    except DatamaestroError:
        raise
    except Exception as error:
        names = {one.__name__ for one in type(error).__mro__}  # the libraries need not be imported
        if "GatedRepoError" in names:
            hint = f"accept its terms on {page}, then: hf auth login"
            raise ActionNeeded(f"{page} is not open to everybody", hint=hint) from error
        if NOT_CACHED in str(error):
            names |= UNREACHABLE
        if names & (MISSING | UNREACHABLE):
            reason = str(error).strip().partition("\n")[0] or type(error).__name__
            raise TransferError(page, reason, retry=bool(names & UNREACHABLE)) from error
        raise


def one_split(split: str | None) -> str | None:
    """Return the split that an expression such as ``train[:10%]`` is of; None if of several."""
    found = re.fullmatch(r"([\w.-]+)(\[[^\]]*\])?", (split or "").strip())
    return found[1] if found else None


def hf_builder(
    source: str,
    name: str | None = None,
    data_files: str | None = None,
    split: str | None = None,
    revision: str | None = None,
) -> tuple[Any, bool]:
    """Return what builds a data set, and whether it builds only a part.

    Where one split is wanted, and the library knows which files have it, no others are fetched.

    Raises:
        PluginError: the library is not installed.
    """
    library = hub_library()
    try:
        builder = library.load_dataset_builder(
            source, name, data_files=data_files, revision=revision
        )
    except Exception:  # the library raises anything where it is offline
        known = _cached(library, source, name, split) if name and data_files is None else None
        if known is None:
            raise
        log.warning("%s %s: what the cache has is used: %s", source, name, known)
        return library.load_dataset_builder(source, known), True
    files, wanted = builder.config.data_files, one_split(split)
    if not isinstance(files, dict) or wanted not in files or len(files) < 2:
        return builder, False
    part = {wanted: list(files[wanted])}
    return library.load_dataset_builder(source, name, data_files=part, revision=revision), True


def hf_download_and_prepare(
    source: str,
    name: str | None = None,
    data_files: str | None = None,
    split: str | None = None,
    revision: str | None = None,
) -> Any:
    """Bring a data set into the library's cache; return what builds it.

    Raises:
        PluginError: the library is not installed.
        ActionNeeded: its terms have to be accepted on its page, or a token is needed.
        TransferError: it could not be fetched.
    """
    with hub_errors(source):
        builder, partly = hf_builder(source, name, data_files, split, revision)
        unlike = partly or data_files is not None or split is not None
        builder.download_and_prepare(**({"verification_mode": "no_checks"} if unlike else {}))
    return builder


def _cached(library: Any, source: str, name: str, split: str | None) -> str | None:
    """Return the configuration in the library's cache that was built of the split's files alone.

    The library keeps it under a name of its own, under which it finds it without the Hub only if
    what is written beside the data has that name, too.
    """
    cache = Path(library.config.HF_DATASETS_CACHE)
    folders = [cache / source.replace("/", mark) for mark in ("___", "---")]
    found = [one for folder in folders for one in folder.glob(f"{name}-*") if one.is_dir()]
    for place in sorted(found, key=lambda one: one.stat().st_mtime, reverse=True):
        infos = {file: _read_info(file) for file in place.glob(f"*/*/{INFO}")}
        wanted = one_split(split)
        if wanted and any(wanted not in (info.get("splits") or {}) for info in infos.values()):
            continue
        for file, info in infos.items():
            _write_info(file, {**info, "config_name": place.name})
        return place.name
    return None


def _read_info(file: Path) -> dict[str, Any]:
    try:
        found = json.loads(file.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        log.warning("%s cannot be understood: %s", file, error)
        return {}
    return found if isinstance(found, dict) else {}


def _write_info(file: Path, info: dict[str, Any]) -> None:
    scratch = file.with_name(f".{file.name}.{os.getpid()}")
    try:
        scratch.write_text(json.dumps(info, indent=2), encoding="utf-8")
        scratch.replace(file)
    except OSError as error:
        log.warning("%s cannot be written: %s", file, error)
