"""Checking the source of a single resource, as its author's code may do it."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING

from attrs import define

if TYPE_CHECKING:
    from datamaestro_hookspecs.cards import ResourceCard


class CheckStatus(StrEnum):
    """What came of the check."""

    OK = "ok"
    """The source is there."""

    FAILED = "failed"
    """The source is not there, or is something else than is declared."""

    SKIPPED = "skipped"
    """There is nothing to ask, such as for what is made on this computer."""

    ERROR = "error"
    """It could not be found out; perhaps later."""


MEANT = {
    "ok": CheckStatus.OK,
    "unchecked": CheckStatus.SKIPPED,
    "failing": CheckStatus.ERROR,
}
"""What is said here for what ``datamaestro check`` says; everything else is a failure."""


@define
class ResourceCheckResult:
    """What is known about the source of a resource.

    Args:
        resource: its name.
        status: whether the source is there.
        message: why not, or what else is to be said.
        url: that was asked about.
    """

    resource: str
    status: CheckStatus
    message: str = ""
    url: str | None = None


class LocalResourceMixin:
    """Stands before ``Resource`` among the bases of what is made on this computer."""

    name: str

    def check(self) -> ResourceCheckResult:
        """Return that there is nothing to ask."""
        return ResourceCheckResult(self.name, CheckStatus.SKIPPED, "it is local")


def check_card(card: ResourceCard) -> ResourceCheckResult:
    """Return whether one of the URLs of a resource has it."""
    from datamaestro import Context

    if card.source is None or not card.source.urls:
        return ResourceCheckResult(card.name, CheckStatus.SKIPPED, "it has no URL")
    order = list(CheckStatus)
    results = [
        ResourceCheckResult(
            card.name,
            MEANT.get(verdict.status.value, CheckStatus.FAILED),
            verdict.message,
            verdict.place.url,
        )
        for verdict in Context.instance().check_resource(card)
    ]
    return min(results, key=lambda result: order.index(result.status))


def check_url(url: str) -> ResourceCheckResult:
    """Return whether there is something at a URL, for the checks of authors' own resources."""
    from datamaestro_hookspecs.cards import ResourceCard, Source

    return check_card(ResourceCard("url", "url", Source((url,))))
