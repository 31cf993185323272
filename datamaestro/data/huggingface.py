"""Data sets of the Hugging Face Hub, which its own library keeps and reads."""

from __future__ import annotations

from functools import cached_property
from pathlib import Path
from typing import Any

from attrs import define, field
from attrs.converters import optional

from datamaestro.data import Base
from datamaestro.data.csv import ASIDE
from datamaestro.data.hub import hf_download_and_prepare, hub_errors, hub_library
from datamaestro.plugins.registry import name_of_dialect


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
        if self.__datamaestro_dataset__ is None:
            self.fetch_elsewhere()
        super().download()

    def fetch_elsewhere(self) -> None:
        """Bring it into the library's cache, as far as it is kept there.

        Raises:
            PluginError: the library is not installed.
        """
        if not self.streaming and self.local_path is None:
            self._built()

    @cached_property
    def data(self) -> Any:
        """The data set, an object of the library.

        Raises:
            PluginError: the library is not installed.
        """
        if self.local_path is not None:
            return self._from_disk()
        if not self.streaming:
            return self._built().as_dataset(split=self.split)
        with hub_errors(self.repo_id):
            return hub_library().load_dataset(
                self.repo_id,
                self.name,
                data_files=self.data_files,
                split=self.split,
                revision=self.revision,
                streaming=True,
            )

    def _from_disk(self) -> Any:
        library = hub_library()
        try:
            return library.load_from_disk(self.source)
        except Exception:  # noqa: BLE001 - the library raises anything where it has not saved it
            wanted = {"name": self.name, "data_files": self.data_files, "split": self.split}
            said = {key: value for key, value in wanted.items() if value is not None}
            return library.load_dataset(self.source, **said)

    def _built(self) -> Any:
        return hf_download_and_prepare(
            self.repo_id, self.name, self.data_files, self.split, self.revision
        )


def __getattr__(name: str) -> Any:
    """Return what a dialect brings for these, such as ``FlattenAndShuffleDataset``."""
    return name_of_dialect(__name__, name)
