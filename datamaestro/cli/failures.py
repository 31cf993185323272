"""Several things that are done one after the other: what fails of one does not hinder the next."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

import click
from attrs import define, field

from datamaestro.cli.outcome import told
from datamaestro.errors import DatamaestroError

if TYPE_CHECKING:
    from collections.abc import Iterator


@define
class Failures:
    """What has failed, each printed when it did.

    Args:
        as_json: whether errors are printed as JSON.
    """

    as_json: bool
    _errors: list[DatamaestroError] = field(factory=list)

    def add(self, error: DatamaestroError | None) -> None:
        """Print an error, if there is one, and go on."""
        if error is not None:
            self._errors.append(error)
            told(error, as_json=self.as_json)

    @contextmanager
    def noted(self) -> Iterator[None]:
        """Go on after the block if it fails."""
        try:
            yield
        except DatamaestroError as error:
            self.add(error)

    def end(self) -> None:
        """End with the exit code of the gravest, wrong content before all else.

        Raises:
            Exit: something has failed.
        """
        from datamaestro.engine.schedule import gravest

        if self._errors:
            raise click.exceptions.Exit(getattr(gravest(self._errors), "exit_code", 1))
