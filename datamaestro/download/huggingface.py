"""Resources of the Hugging Face Hub: data sets that its library keeps, files of repositories."""

from __future__ import annotations

import os
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from attrs import evolve

from datamaestro.data.hub import HINT, hf_builder, hf_download_and_prepare, hub_errors
from datamaestro.download.authored import FolderResource, ValueResource
from datamaestro.download.checks import check_url
from datamaestro.download.making import written_by
from datamaestro.errors import PluginError
from datamaestro.helpers import hub_mirror
from datamaestro.store.trees import remove_all

if TYPE_CHECKING:
    from collections.abc import Mapping

    from datamaestro.download.checks import ResourceCheckResult
    from datamaestro_hookspecs.cards import ResourceCard

__all__ = [
    "HFDownloader",
    "HFSnapshotDownloader",
    "hf_builder",
    "hf_download",
    "hf_download_and_prepare",
]


ENDPOINT = "https://huggingface.co"
"""Where the Hub is, unless ``HF_ENDPOINT`` says otherwise, which its library reads, too."""

NOTES = ".cache/huggingface"
"""Where the library notes what it has fetched, below the folder of the files."""


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

    def card(self, *, alone: bool = False) -> ResourceCard:
        """Return what is declared; another part of the Hub is another recipe."""
        version = _text(
            *(self.repo_id, self.config_name, self.data_files, self.split, self.revision),
            "stream" if self.streaming else None,
        )
        derivation = written_by(type(self).download, version)
        return evolve(super().card(alone=alone), derivation=derivation)

    def download(self, force: bool = False) -> bool:
        """Bring it into the library's cache, where it is kept there.

        Raises:
            PluginError: the library is not installed.
            ActionNeeded: its terms have to be accepted on its page, or a token is needed.
            TransferError: it could not be fetched.
        """
        self.local_path = self._on_disk()
        if not self.streaming and self.local_path is None:
            hf_download_and_prepare(
                self.repo_id, self.config_name, self.data_files, self.split, self.revision
            )
        return True

    def _on_disk(self) -> Path | None:
        """Return where it is on disk already, as its definition or a helper says."""
        if self.local_path is not None:
            return self.local_path
        return hub_mirror(
            lambda one: one.find_dataset(self.repo_id, self.config_name, self.data_files)
        )

    def check(self) -> ResourceCheckResult:
        """Return whether the Hub still has it; nothing is downloaded."""
        return _on_the_hub(self.name, "dataset", self.repo_id, self.revision)

    def prepare(self) -> dict[str, Any]:
        """Return how it is loaded."""
        place = self._on_disk()
        return {
            "repo_id": self.repo_id,
            "name": self.config_name,
            "data_files": self.data_files,
            "split": self.split,
            "revision": self.revision,
            "streaming": self.streaming,
            "local_path": None if place is None else str(place),
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

    @property
    def path(self) -> Path:
        """Where a helper says that it is on disk already; else its own place."""
        return self._on_disk() or super().path

    def _on_disk(self) -> Path | None:
        return hub_mirror(lambda one: one.find_model(self.repo_id, self.revision))

    def card(self, *, alone: bool = False) -> ResourceCard:
        """Return what is declared; other files are another recipe."""
        version = _text(
            *(self.repo_type, self.repo_id, self.revision),
            *(self.allow_patterns or ()),
            *(f"-{pattern}" for pattern in self.ignore_patterns or ()),
        )
        derivation = written_by(type(self)._download, version, resumes=True)
        return evolve(super().card(alone=alone), derivation=derivation, links=True)

    def check(self) -> ResourceCheckResult:
        """Return whether the Hub still has the repository; nothing is downloaded."""
        return _on_the_hub(self.name, self.repo_type, self.repo_id, self.revision)

    def derive(self, output: Path, inputs: Mapping[str, Path]) -> None:
        """Link to where it is on disk already, or else fetch it."""
        place = self._on_disk()
        if place is None:
            output.mkdir(exist_ok=True)
            self._download(output)
        else:
            remove_all(output)  # what an earlier run may have begun to fetch
            output.symlink_to(place.absolute())

    def _download(self, destination: Path) -> None:
        if self._on_disk() is not None:
            return
        try:
            from huggingface_hub import snapshot_download
        except ModuleNotFoundError as error:
            what = "files of the Hugging Face Hub need huggingface_hub"
            raise PluginError(what, hint=HINT) from error
        with hub_errors(self.repo_id, self.repo_type):
            snapshot_download(
                repo_id=self.repo_id,
                repo_type=self.repo_type,
                allow_patterns=self.allow_patterns,
                ignore_patterns=self.ignore_patterns,
                revision=self.revision,
                local_dir=str(destination),
            )
        remove_all(destination / NOTES)
        with suppress(OSError):
            (destination / NOTES).parent.rmdir()


def _on_the_hub(name: str, kind: str, repo_id: str, revision: str | None) -> ResourceCheckResult:
    """Return whether the Hub tells anything of a repository; its library is not needed.

    Args:
        name: of the resource.
        kind: ``dataset``, ``model`` or ``space``.
        repo_id: such as ``owner/name``.
        revision: that there has to be; None: any.
    """
    endpoint = os.environ.get("HF_ENDPOINT", ENDPOINT).rstrip("/")
    url = f"{endpoint}/api/{kind}s/{repo_id}"
    if revision is not None:
        url += f"/revision/{quote(revision, safe='')}"
    return evolve(check_url(url), resource=name)


def _text(*words: str | None) -> str:
    """Return words as a text; what is not said stands there, too."""
    return " ".join("-" if word is None else word for word in words)
