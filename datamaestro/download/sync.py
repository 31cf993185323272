"""Folders of Google Cloud Storage, by its own program."""

from __future__ import annotations

import shutil
import subprocess
from typing import TYPE_CHECKING

from datamaestro.download.authored import FolderResource
from datamaestro.errors import PluginError, TransferError

if TYPE_CHECKING:
    from pathlib import Path

PROGRAM = "gsutil"


class gsync(FolderResource):  # noqa: N801 - reads as a word of a definition
    """A folder of Google Cloud Storage, which the program ``gsutil`` brings.

    Args:
        varname: its name.
        url: ``gs://…``.
    """

    def __init__(self, varname: str, url: str) -> None:
        super().__init__(varname)
        self.url = url

    @property
    def can_recover(self) -> bool:
        """Return True: the program goes on with what it left."""
        return True

    def _download(self, destination: Path) -> None:
        program = shutil.which(PROGRAM)
        if program is None:
            hint = "see https://cloud.google.com/storage/docs/gsutil_install"
            raise PluginError(f"{self.url} needs the program {PROGRAM}", hint=hint)
        command = [program, "-m", "rsync", "-r", self.url, str(destination)]
        done = subprocess.run(command, check=False, capture_output=True, text=True)  # noqa: S603
        if done.returncode:
            last = done.stderr.strip().rpartition("\n")[2]
            raise TransferError(self.url, f"{PROGRAM} failed: {last}")
