"""Data sets of the Hugging Face Hub, which its own library keeps and reads."""

from __future__ import annotations

from functools import cached_property
from pathlib import Path
from typing import Any

from attrs import define, field
from attrs.converters import optional

from datamaestro.data import Base
from datamaestro.data.csv import ASIDE
from datamaestro.errors import PluginError

HINT = 'pip install "datamaestro[hf]"'


@define(slots=False, kw_only=True, eq=False)
class HuggingFaceDataset(Base):
    """A data set of the Hub, as the library ``datasets`` has it.

    Args:
        repo_id: such as ``owner/name``.
        name: of its configuration, where it has several.
        data_files: those that are read; None: all.
        split: such as ``train``; None: all.
        revision: a commit, branch or tag; None: the newest.
        streaming: whether it is read from the Hub each time, and kept nowhere.
        local_path: where it is on disk, saved by the library; None: in the library's own cache.
    """

    repo_id: str
    name: str | None = None
    data_files: str | None = None
    split: str | None = None
    revision: str | None = None
    streaming: bool = field(default=False, metadata=ASIDE)
    local_path: Path | None = field(default=None, converter=optional(Path), metadata=ASIDE)

    @property
    def source(self) -> str:
        """What the library is told to load: a path, or the name on the Hub."""
        return self.repo_id if self.local_path is None else str(self.local_path)

    def download(self) -> None:
        """Bring it into the library's cache, as far as it is kept there.

        Raises:
            PluginError: the library is not installed.
        """
        super().download()
        if not self.streaming and self.local_path is None:
            self._built()

    @cached_property
    def data(self) -> Any:
        """The data set, an object of the library.

        Raises:
            PluginError: the library is not installed.
        """
        library = hub_library()
        if self.local_path is not None:
            return library.load_from_disk(self.source)
        if self.streaming:
            return library.load_dataset(
                self.repo_id,
                self.name,
                data_files=self.data_files,
                split=self.split,
                revision=self.revision,
                streaming=True,
            )
        return self._built().as_dataset(split=self.split)

    def _built(self) -> Any:
        return hf_download_and_prepare(
            self.repo_id, self.name, self.data_files, self.split, self.revision
        )


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
    builder = library.load_dataset_builder(source, name, data_files=data_files, revision=revision)
    known, wanted = builder.config.data_files, (split or "").partition("[")[0].strip()
    if not isinstance(known, dict) or wanted not in known or len(known) < 2:
        return builder, False
    files = {wanted: list(known[wanted])}
    return library.load_dataset_builder(source, name, data_files=files, revision=revision), True


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
    """
    builder, partly = hf_builder(source, name, data_files, split, revision)
    unlike = partly or data_files is not None or split is not None
    builder.download_and_prepare(**({"verification_mode": "no_checks"} if unlike else {}))
    return builder
