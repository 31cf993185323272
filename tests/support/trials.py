"""A data set of one file, prepared again and again while its server misbehaves."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import requests  # noqa: F401 - else the first request takes as long as to import what sends it
from attrs import define, field

from datamaestro.testing.faults import GOOD, NOTHING, Fault, FaultServer, cut
from support.transfers import Kind, digest, prepare_here, published, recorded, serve

MOMENTS: dict[str, Callable[[int], int]] = {
    "status": lambda size: NOTHING,
    "first": lambda size: 0,
    "middle": lambda size: size // 2,
    "last": lambda size: size - 1,
    "end": lambda size: size,
}
"""Before the status, the first byte, one in the middle, or the last; after the last."""


@define
class Trial:
    """A data set of one file, prepared again and again."""

    site: Path
    server: FaultServer
    store: Path
    kind: Kind = field(init=False)

    def serve(self, kind: Kind, arguments: str = "") -> int:
        """Let the server have a file; return its size."""
        self.kind = kind
        serve(self.site, self.server, kind, arguments)
        return len(kind.published)

    def will(self, *faults: Fault) -> None:
        """Say what goes wrong with the next responses."""
        self.server.will(self.kind.path, *faults)

    def head_start(self, moment: str) -> None:
        """Let the bytes before a moment arrive; the fault is in the next response."""
        if moment != "status":
            self.will(cut(MOMENTS[moment](len(self.server.files[self.kind.path]))))

    def run(self) -> int:
        """Prepare; return the exit code. What is on disk is whole and right, or nothing at all."""
        code = prepare_here()
        files = {} if code else {"a.bin": digest(self.kind.result)}
        names = [] if code else ["a"]
        assert (files, names) == (published(self.store), recorded(self.store))
        return code

    def run_without_faults(self) -> int:
        """Prepare once more, now that all is well."""
        self.server.always = GOOD
        return self.run()

    @property
    def excess(self) -> int:
        """Bytes that were sent beyond those that the file has."""
        return self.server.sent[self.kind.path] - len(self.kind.published)
