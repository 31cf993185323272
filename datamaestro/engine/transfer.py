"""A transfer: the addresses of a resource, what is done to its bytes, and the tries at it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from datamaestro.engine.addresses import usable_addresses
from datamaestro.engine.attempt import Arrived, Attempt
from datamaestro.engine.choosing import chosen_transforms
from datamaestro.engine.expected import Expected
from datamaestro.engine.retries import Patience, try_each
from datamaestro.errors import DefinitionError

if TYPE_CHECKING:
    from pathlib import Path

    from datamaestro.engine.run import Run
    from datamaestro_hookspecs.cards import ResourceCard


def transfer(run: Run, resource: ResourceCard, work: Path) -> Arrived:
    """Fetch a resource from the first address that has it.

    Args:
        run: that it belongs to.
        resource: to be fetched.
        work: the folder in which it is made.

    Raises:
        DatamaestroError: no address has it, or has it as it should be.
    """
    source = resource.source
    if source is None:
        raise DefinitionError(f"resource {resource.name} has no source")
    urls = usable_addresses(resource, run.by_hand, run.settings, run.plugins)
    published, transforms = chosen_transforms(resource, run.by_hand, run.plugins)

    def attempt(url: str) -> Arrived:
        patience = Patience(run.settings.retries, run.pause)
        expected = Expected(resource, source, url)
        return Attempt(run, expected, published, transforms, work, patience).receive()

    return try_each(urls, attempt)
