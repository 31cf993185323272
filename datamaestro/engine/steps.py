"""Carrying out one step: the resource is made in a folder of its own, and checked."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

from datamaestro.engine.claims import Claim
from datamaestro.engine.derivation import derive
from datamaestro.engine.digests import ALWAYS
from datamaestro.engine.run import Cancelled
from datamaestro.engine.transfer import transfer
from datamaestro.errors import ContentError, DatamaestroError
from datamaestro.sharing import make_folder
from datamaestro.store.faults import storage_errors
from datamaestro.store.made import Made
from datamaestro.store.manifest import Entry
from datamaestro_hookspecs.errors import without_secrets

if TYPE_CHECKING:
    from pathlib import Path

    from datamaestro.engine.plan import Step
    from datamaestro.engine.run import Run


log = logging.getLogger("datamaestro")


def carry_out(run: Run, step: Step) -> Made | None:
    """Make one resource; return what is to be published, None if somebody else has done it.

    Raises:
        DatamaestroError: it could not be made.
    """
    run.check()
    log.debug("%s: making %s", run.card.identity, step.resource.name)
    try:
        work = Claim(run, step).settle()
        if work is None:
            return None
        made = (_transferred if step.resource.derivation is None else derive)(run, step, work)
        _check_content(run, step, made)
    except Cancelled:
        raise
    except DatamaestroError as error:
        if run.has(step):
            return None  # what was in the way may be that somebody else has used up its inputs
        raise error.within(run.card.identity) from error
    return made


def _transferred(run: Run, step: Step, work: Path) -> Made:
    resource = step.resource
    arrived = transfer(run, resource, work)
    result = arrived.result
    if run.settings.keep_downloads and arrived.spool != result.path:
        kept = run.store.kept(run.card, resource.label)
        with storage_errors(kept):
            make_folder(kept.parent)
            arrived.spool.replace(kept)
    entry = Entry(
        path=resource.path,
        recipe=step.recipe,
        url=without_secrets(arrived.url),
        validator=arrived.validator,
        sha256=arrived.sha256,
        folder=bool(resource.folder),
        result=result.digests[ALWAYS],
    )
    return Made(resource.name, entry, result.path, result.below)


def _check_content(run: Run, step: Step, made: Made) -> None:
    """Ask the type's plugin whether the content is of that type; keep it aside if not.

    Nothing of it stays for a later run to go on with.
    """
    check = run.checks.get(made.name)
    if check is None:
        return
    try:
        check(made.scratch)
    except Exception as error:
        origin = made.entry.url or f"the function that makes {made.name}"
        told = str(error).replace(str(made.scratch), "it")
        wrong = ContentError(f"{origin} gave something else: {told}")
        run.keep_aside(made.scratch, step.resource.label, wrong)
        run.discard(made.name)
        raise wrong from error
