"""The folders of the user's that definitions name: ``settings.json`` in the data directory.

Earlier versions have it at the same place, in the same form; what else is in it is theirs.
"""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import TYPE_CHECKING, Any

from datamaestro.errors import StorageError, UsageError
from datamaestro.sharing import make_folder, share

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

FOLDERS = "datafolders"
KEYS = "keys"
ELSEWHERE = "change its permissions, or DATAMAESTRO_DIR"


def settings_path(directory: Path) -> Path:
    """Return the path of the settings of a data directory, whether they exist or not."""
    return directory / "settings.json"


def datafolders(directory: Path) -> dict[str, Path]:
    """Return the folders that are set in a data directory, by name.

    Raises:
        UsageError: the settings cannot be understood.
        StorageError: they cannot be read.
    """
    return {name: Path(path) for name, path in sorted(_read(directory).get(FOLDERS, {}).items())}


def set_datafolder(directory: Path, name: str, folder: Path) -> None:
    """Set a folder.

    Raises:
        UsageError: the settings cannot be understood.
        StorageError: they cannot be written.
    """
    document = {KEYS: {}, **_read(directory)}  # earlier versions expect it
    _write(directory, {**document, FOLDERS: {**document.get(FOLDERS, {}), name: str(folder)}})


def remove_datafolder(directory: Path, name: str) -> None:
    """Forget a folder; it is not touched.

    Raises:
        UsageError: it is not set, or the settings cannot be understood.
        StorageError: they cannot be written.
    """
    document = _read(directory)
    known = dict(document.get(FOLDERS, {}))
    if name not in known:
        raise UsageError(f"the data folder {name} is not set", hint=_others(name, known))
    del known[name]
    _write(directory, {**document, FOLDERS: known})


def _others(name: str, known: Collection[str]) -> str:
    """Return which names there are, those first that look like another one."""
    from difflib import get_close_matches

    near = get_close_matches(name, known)
    if near:
        return f"did you mean {' or '.join(near)}?"
    return f"there are: {', '.join(sorted(known))}" if known else "none is"


def _read(directory: Path) -> dict[str, Any]:
    path = settings_path(directory)
    try:
        document = json.loads(path.read_text(encoding="utf-8"))
    except (FileNotFoundError, NotADirectoryError):
        return {}
    except ValueError as error:
        raise UsageError(f"{path}: {error}", hint="mend or remove the file") from error
    except OSError as error:
        raise StorageError(f"cannot read {path}: {error.strerror}", hint=ELSEWHERE) from error
    folders = document.get(FOLDERS, {}) if isinstance(document, dict) else None
    if not isinstance(folders, dict) or not all(isinstance(one, str) for one in folders.values()):
        raise UsageError(f"{path}: no table of {FOLDERS}", hint="mend or remove the file")
    known: dict[str, Any] = document
    return known


def _write(directory: Path, document: Mapping[str, Any]) -> None:
    path = settings_path(directory)
    place = path.resolve()  # somebody may have put a link there
    scratch = place.with_name(f".{place.name}.{os.getpid()}")
    try:
        make_folder(place.parent)
        scratch.write_text(json.dumps(document, indent=2) + "\n", encoding="utf-8")
        share(scratch)
        scratch.replace(place)
    except OSError as error:
        raise StorageError(f"cannot write {path}: {error.strerror}", hint=ELSEWHERE) from error
