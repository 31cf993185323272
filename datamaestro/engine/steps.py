"""Carrying out one step: the resource is made in a folder of its own, and checked."""

from __future__ import annotations

import logging
from pathlib import Path
from typing import TYPE_CHECKING

from datamaestro.engine.claims import Claim
from datamaestro.engine.digests import ALWAYS, Digester
from datamaestro.engine.run import BLOCK, Cancelled
from datamaestro.engine.transfer import transfer
from datamaestro.errors import ContentError, DatamaestroError, DefinitionError
from datamaestro.store.faults import is_storage_fault, storage_error, storage_errors
from datamaestro.store.manifest import Entry
from datamaestro.store.records import Made
from datamaestro.store.writers import MADE
from datamaestro_hookspecs.errors import without_secrets

if TYPE_CHECKING:
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
        made = (_transferred if step.resource.derivation is None else _derived)(run, step, work)
        _check_content(run, made)
    except Cancelled:
        raise
    except DatamaestroError as error:
        if run.has(step.resource.name, step.recipe):
            return None  # what was in the way may be that somebody else has used up its inputs
        raise error.within(run.card.identity) from error
    return made


def _transferred(run: Run, step: Step, work: Path) -> Made:
    resource = step.resource
    arrived = transfer(run, resource, work)
    if run.settings.keep_downloads and arrived.spool != arrived.path:
        kept = run.store.kept(run.card, resource.path)
        with storage_errors(kept):
            kept.parent.mkdir(parents=True, exist_ok=True)
            arrived.spool.replace(kept)
    entry = Entry(
        path=resource.path,
        recipe=step.recipe,
        url=without_secrets(arrived.url),
        validator=arrived.validator,
        sha256=arrived.digests.published[ALWAYS],
    )
    return Made(resource.name, entry, arrived.path, arrived.digests.result[ALWAYS])


def _derived(run: Run, step: Step, work: Path) -> Made:
    resource = step.resource
    output = work / MADE / Path(resource.path).name
    with storage_errors(output):
        output.parent.mkdir(exist_ok=True)
        output.unlink(missing_ok=True)
    inputs = {name: run.paths[name] for name in resource.inputs}
    what = f"the function that makes {resource.name}"
    try:
        run.definition.derive(resource.name, output, inputs)
    except DatamaestroError:
        raise
    except (Exception, SystemExit) as error:
        if isinstance(error, OSError) and is_storage_fault(error):
            raise storage_error(error, output) from error
        raise DefinitionError(f"{what} fails: {type(error).__name__}: {error}") from error
    if output.is_symlink() or not output.is_file():
        raise DefinitionError(f"{what} did not write the file it was given")
    return Made(resource.name, Entry(resource.path, step.recipe), output, _sha256(output))


def _check_content(run: Run, made: Made) -> None:
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
        run.keep_aside(made.scratch, made.entry.path, wrong)
        run.discard(made.name)
        raise wrong from error


def _sha256(path: Path) -> str:
    digester, buffer = Digester(), memoryview(bytearray(BLOCK))
    with storage_errors(path), path.open("rb", buffering=0) as file:
        while count := file.readinto(buffer):
            digester.update(buffer[:count])
    return digester.result()[ALWAYS]
