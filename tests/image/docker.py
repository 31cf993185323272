"""Docker's command line, and the image under test."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Mapping, Sequence
from pathlib import Path

from attrs import field, frozen

from support.command import Outcome

PLENTY = 300
"""Seconds after which docker is taken to hang."""


def environment() -> dict[str, str]:
    """Return the environment of now: a test's own ``HOME`` would hide docker's settings."""
    return {**os.environ, "DOCKER_BUILDKIT": "1"}


@frozen
class Image:
    """An image, run without a network and removed after each run.

    Args:
        name: as ``docker run`` takes it.
        environment: of docker's command line.

    """

    name: str
    environment: Mapping[str, str] = field(factory=environment, repr=False)

    def docker(self, *arguments: str) -> Outcome:
        """Run ``docker``."""
        done = subprocess.run(
            ["docker", *arguments],
            env=self.environment,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=PLENTY,
            check=False,
        )
        return Outcome(done.returncode, done.stdout, done.stderr)

    def run(
        self,
        *arguments: str,
        data: Path | None = None,
        user: str | None = None,
        options: Sequence[str] = (),
    ) -> Outcome:
        """Run the image.

        Args:
            arguments: what follows the image's name.
            data: folder to be mounted on ``/data``.
            user: other than the image's own, as ``uid:gid``.
            options: further ones of ``docker run``.

        """
        given = ["--rm", "--network", "none", *options]
        if data is not None:
            given += ["--volume", f"{data}:/data"]
        if user is not None:
            given += ["--user", user]
        return self.docker("run", *given, self.name, *arguments)

    def python(self, program: str) -> Outcome:
        """Run a program with the image's Python."""
        return self.run("-c", program, options=["--entrypoint", "python"])
