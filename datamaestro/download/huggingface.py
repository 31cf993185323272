"""Resources of the Hugging Face Hub: data sets that its library keeps, files of repositories."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from datamaestro.data.huggingface import HINT, hf_builder, hf_download_and_prepare
from datamaestro.download.authored import FolderResource, ValueResource
from datamaestro.errors import PluginError

__all__ = [
    "HFDownloader",
    "HFSnapshotDownloader",
    "hf_builder",
    "hf_download",
    "hf_download_and_prepare",
]


class HFDownloader(ValueResource):
    """A data set of the Hub, which the library ``datasets`` keeps in its own cache.

    Its value is a dict with the fields of
    :class:`~datamaestro.data.huggingface.HuggingFaceDataset`.

    Args:
        varname: name of the resource.
        repo_id: such as ``owner/name``.
        name: of the data set's configuration, where it has several.
        data_files: those that are read; None: all.
        split: such as ``train``; None: all.
        revision: a commit, branch or tag; None: the newest.
        streaming: whether it is read from the Hub each time, and kept nowhere.
        local_path: where it is on disk already, saved by the library.
        transient: as for every resource.
    """

    def __init__(
        self,
        varname: str,
        repo_id: str,
        *,
        name: str | None = None,
        data_files: str | None = None,
        split: str | None = None,
        revision: str | None = None,
        streaming: bool = False,
        local_path: Path | str | None = None,
        transient: bool = False,
    ) -> None:
        super().__init__(varname, transient=transient)
        self.repo_id = repo_id
        self.config_name = name
        self.data_files = data_files
        self.split = split
        self.revision = revision
        self.streaming = streaming
        self.local_path = None if local_path is None else Path(local_path)

    def download(self, force: bool = False) -> bool:
        """Bring it into the library's cache, where it is kept there.

        Raises:
            PluginError: the library is not installed.
        """
        if not self.streaming and self.local_path is None:
            hf_download_and_prepare(
                self.repo_id, self.config_name, self.data_files, self.split, self.revision
            )
        return True

    def prepare(self) -> dict[str, Any]:
        """Return how it is loaded."""
        return {
            "repo_id": self.repo_id,
            "name": self.config_name,
            "data_files": self.data_files,
            "split": self.split,
            "revision": self.revision,
            "streaming": self.streaming,
            "local_path": str(self.local_path) if self.local_path else None,
        }


hf_download = HFDownloader
"""The name under which it decorates a function."""


class HFSnapshotDownloader(FolderResource):
    """A folder of files of a repository of the Hub.

    Args:
        varname: name of the resource, and of the folder.
        repo_id: such as ``owner/name``.
        repo_type: ``dataset``, ``model`` or ``space``.
        allow_patterns: of the paths of the files that are taken; None: all.
        ignore_patterns: of those that are not.
        revision: a commit, branch or tag; None: the newest.
        transient: as for every resource.
    """

    def __init__(
        self,
        varname: str,
        repo_id: str,
        *,
        repo_type: str = "dataset",
        allow_patterns: list[str] | None = None,
        ignore_patterns: list[str] | None = None,
        revision: str | None = None,
        transient: bool = False,
    ) -> None:
        super().__init__(varname, transient=transient)
        self.repo_id = repo_id
        self.repo_type = repo_type
        self.allow_patterns = allow_patterns
        self.ignore_patterns = ignore_patterns
        self.revision = revision

    @property
    def can_recover(self) -> bool:
        """Return True: the library goes on with what it left."""
        return True

    def _download(self, destination: Path) -> None:
        try:
            from huggingface_hub import snapshot_download
        except ModuleNotFoundError as error:
            what = "files of the Hugging Face Hub need huggingface_hub"
            raise PluginError(what, hint=HINT) from error
        snapshot_download(
            repo_id=self.repo_id,
            repo_type=self.repo_type,
            allow_patterns=self.allow_patterns,
            ignore_patterns=self.ignore_patterns,
            revision=self.revision,
            local_dir=str(destination),
        )
