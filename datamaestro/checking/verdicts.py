"""What an answer means for a file: whether its source is still there."""

from __future__ import annotations

from enum import Enum
from typing import TYPE_CHECKING

from attrs import evolve, frozen

from datamaestro.checking.formats import is_page, packing_fault, reading_fault
from datamaestro.engine.choosing import chosen_transforms
from datamaestro.engine.expected import Expected
from datamaestro.errors import (
    ActionNeeded,
    ContentError,
    DatamaestroError,
    DefinitionError,
    TransferError,
)
from datamaestro_hookspecs.errors import shown

if TYPE_CHECKING:
    from collections.abc import Iterator

    from datamaestro.checking.asking import Answer
    from datamaestro.checking.places import Place
    from datamaestro.plugins.services import Plugins


class Status(Enum):
    """What became of a source, the best first."""

    OK = "ok"
    """It is there, and as it is declared as far as can be told."""

    UNCHECKED = "unchecked"
    """Nobody was asked."""

    REFUSED = "refused"
    """A person must act first, such as giving credentials."""

    FAILING = "failing"
    """It could not be reached; perhaps it can be later."""

    GONE = "gone"
    """It is not to be had."""

    CHANGED = "changed"
    """Something is there, but not what is declared."""

    @property
    def exit_code(self) -> int:
        """The exit code of a download that ends so."""
        return CODES.get(self, 0)


CODES = {
    Status.REFUSED: ActionNeeded.exit_code,
    Status.FAILING: TransferError.exit_code,
    Status.GONE: TransferError.exit_code,
    Status.CHANGED: ContentError.exit_code,
}

GRAVITY = tuple(Status)
"""The statuses, the gravest last."""


@frozen
class Verdict:
    """What is known about a source.

    Args:
        place: where it stands.
        status: whether it is there.
        message: why it is not well.
        notes: what is worth a look although it is well.
        size: in bytes, of the file as it is published; None where the server does not tell.
        validator: of its content; empty where the server gives none.
        asked: the URL that its author's own check has asked about; else empty.
    """

    place: Place
    status: Status
    message: str = ""
    notes: tuple[str, ...] = ()
    size: int | None = None
    validator: str = ""
    asked: str = ""

    @property
    def url(self) -> str:
        """The URL that was asked about; empty where there is none."""
        return self.asked or self.place.url


def judge(place: Place, answer: Answer, plugins: Plugins) -> Verdict:
    """Return what an answer means for a place."""
    if answer.error is not None:
        return Verdict(place, status_of(answer.error), _reason(place, answer.error))
    facts = answer.facts
    told = evolve(facts, media_type="text/html") if is_page(answer.head) else facts
    found = Verdict(place, Status.OK, size=facts.size, validator=facts.validator or "")
    try:
        Expected(place.resource, place.source, place.url).accept(told)
        published, transforms = chosen_transforms(place.resource, {}, plugins)
    except DatamaestroError as error:
        return evolve(found, status=status_of(error), message=_reason(place, error))
    if problem := packing_fault(published, answer.head, plugins):
        return evolve(found, status=Status.CHANGED, message=problem)
    name = "" if transforms or place.resource.folder is not False else place.resource.path
    return evolve(found, notes=tuple(_notes(place, answer, name, plugins)))


def status_of(error: DatamaestroError) -> Status:
    """Return what an error means for a source."""
    if isinstance(error, TransferError):
        return Status.FAILING if error.retry else Status.GONE
    if isinstance(error, ContentError):
        return Status.CHANGED
    if isinstance(error, DefinitionError):
        return Status.UNCHECKED
    return Status.REFUSED if isinstance(error, ActionNeeded) else Status.FAILING


def _notes(place: Place, answer: Answer, name: str, plugins: Plugins) -> Iterator[str]:
    """Iterate over what is worth a look; the content itself is known only once it is fetched."""
    if problem := reading_fault(name, answer.head, plugins):
        yield problem
    entry, validator = place.entry, answer.facts.validator
    if entry and entry.url == place.url and "" != entry.validator != (validator or entry.validator):
        yield "it may have changed since it was brought to disk: its validator is another one"


def _reason(place: Place, error: DatamaestroError) -> str:
    """Return what an error says, without the URL, which stands beside it."""
    if isinstance(error, TransferError):
        return " ".join(error.reason.split())
    return " ".join(error.message.split()).removeprefix(shown(place.url)).strip()
