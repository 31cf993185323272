"""Resources that are made by an author's own code: where they are made, and where they go."""

from __future__ import annotations

from contextlib import contextmanager
from contextvars import ContextVar
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

from datamaestro.errors import DefinitionError
from datamaestro_hookspecs.cards import NOWHERE, Derivation

if TYPE_CHECKING:
    from collections.abc import Iterator

STAGE = ".stage"
"""The folder in which something is made that goes to a place below it."""

_staged: ContextVar[tuple[object, Path] | None] = ContextVar("datamaestro_staged", default=None)


class Making(Protocol):
    """What is made, as far as this is concerned."""

    name: str

    @property
    def owner(self) -> Any:
        """The data set that it belongs to."""

    def prepare(self) -> Any:
        """Return where it is to be."""

    def download(self, force: bool = False) -> object:
        """Make it."""


def written_by(maker: Any, version: str = "1", *, resumes: bool = False) -> Derivation:
    """Return the derivation of what an author's function, method or other callable makes."""
    named = maker if hasattr(maker, "__qualname__") else type(maker)
    return Derivation(f"{named.__module__}:{named.__qualname__}", version, resumes=resumes)


def staged_datapath(owner: object) -> Path | None:
    """Return the folder in which something of a data set is being made by this thread, if any."""
    staged = _staged.get()
    return staged[1] if staged is not None and staged[0] is owner else None


@contextmanager
def _staging(owner: object, folder: Path) -> Iterator[None]:
    token = _staged.set((owner, folder))
    try:
        yield
    finally:
        _staged.reset(token)


def place_in(datapath: Path, place: object) -> str:
    """Return a place below a data set's folder as a card has it; nowhere for what is no path.

    Raises:
        DefinitionError: it is a path elsewhere.
    """
    if not isinstance(place, Path):
        return NOWHERE
    try:
        return place.relative_to(datapath).as_posix()
    except ValueError as error:
        raise DefinitionError(f"{place} is not below {datapath}") from error


def made_in_place(resource: Making, output: Path) -> None:
    """Let a resource make itself below a folder that stands for its data set's, and take it out.

    Raises:
        DefinitionError: it says that it failed, or is not where it said.
    """
    owner = resource.owner
    place = place_in(owner.datapath, resource.prepare())
    if place in (NOWHERE, "."):
        stage = output
    else:
        stage = output.with_name(STAGE)
        (stage / place).parent.mkdir(parents=True, exist_ok=True)
    with _staging(owner, stage):
        if resource.download() is False:
            raise DefinitionError(f"{resource.name} says that it could not be made")
    if stage == output:
        return
    if not (stage / place).exists():
        raise DefinitionError(f"{resource.name} was not made where it said: {place}")
    (stage / place).rename(output)
