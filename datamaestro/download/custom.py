"""A folder that a function of an author's own fills, by whatever means."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Protocol

from datamaestro.download.making import written_by
from datamaestro.download.resource import Resource
from datamaestro_hookspecs.cards import WHOLE, ResourceCard

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path


class Downloader(Protocol):
    """What such a function is called with."""

    def __call__(self, context: Any, root: Path, *, force: bool = False) -> object:
        """Fill the folder ``root``."""


class custom_download(Resource):  # noqa: N801 - reads as a decorator
    """A folder that a function fills.

    It is the data set's own folder where that has no other resource, else one of its name.

    Args:
        varname: its name.
        downloader: called as ``downloader(context, folder, force=False)``.
        transient: removed as soon as everything made from it is there.
    """

    def __init__(self, varname: str, downloader: Downloader, *, transient: bool = False) -> None:
        super().__init__(varname, transient=transient)
        self.downloader = downloader

    def card(self, *, alone: bool = False) -> ResourceCard:
        """Return what is declared."""
        return ResourceCard(
            name=self.name,
            path=WHOLE if alone else self.name,
            derivation=written_by(self.downloader),
            inputs=self.input_names(),
            transient=self.transient,
            folder=True,
        )

    def derive(self, output: Path, inputs: Mapping[str, Path]) -> None:
        """Let the function fill the folder."""
        self.downloader(self.context, output, force=False)
