"""Carrying out one step: the resource is made in the scratch folder, checked, and published."""

from __future__ import annotations

import logging
from pathlib import Path
from typing import TYPE_CHECKING

from datamaestro.engine.arrival import BLOCK, Cancelled
from datamaestro.engine.digests import ALWAYS, Digester
from datamaestro.engine.transfer import transfer
from datamaestro.errors import ContentError, DatamaestroError, DefinitionError
from datamaestro.store.faults import is_storage_fault, storage_error, storage_errors
from datamaestro.store.manifest import Entry
from datamaestro_hookspecs.errors import without_secrets
from datamaestro_hookspecs.events import ResourceReady

if TYPE_CHECKING:
    from datamaestro.engine.plan import Step
    from datamaestro.engine.run import Run


log = logging.getLogger("datamaestro")


def carry_out(run: Run, step: Step) -> None:
    """Make one resource.

    Raises:
        DatamaestroError: it could not be made, or not recorded.
    """
    if run.cancelled():
        raise Cancelled("stopped")
    log.debug("%s: making %s", run.card.identity, step.resource.name)
    try:
        if step.resource.derivation is None:
            _transferred(run, step)
        else:
            _derived(run, step)
    except DatamaestroError as error:
        raise error.within(run.card.identity) from error


def _transferred(run: Run, step: Step) -> None:
    resource = step.resource
    arrived = transfer(run, resource)
    if run.settings.keep_downloads and arrived.spool != arrived.path:
        kept = run.records.store.partial(run.card) / "kept" / f"{resource.path}.published"
        with storage_errors(kept):
            kept.parent.mkdir(parents=True, exist_ok=True)
            arrived.spool.replace(kept)
    entry = Entry(
        path=resource.path,
        recipe=step.recipe,
        url=without_secrets(arrived.url),
        validator=arrived.facts.validator or "",
        sha256=arrived.digests.published[ALWAYS],
    )
    _publish(run, step, entry, arrived.path, arrived.digests.result[ALWAYS])


def _derived(run: Run, step: Step) -> None:
    resource = step.resource
    output = run.fresh_folder() / Path(resource.path).name
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
    _publish(run, step, Entry(resource.path, step.recipe), output, _sha256(output))


def _publish(run: Run, step: Step, entry: Entry, path: Path, sha256: str) -> None:
    check = run.checks.get(step.resource.name)
    if check is not None:
        try:
            check(path)
        except Exception as error:
            origin = entry.url or f"the function that makes {step.resource.name}"
            told = str(error).replace(str(path), "it")
            raise ContentError(f"{origin} gave something else: {told}") from error
    place = run.records.publish(step.resource.name, entry, path, sha256)
    run.send(ResourceReady(run.card.identity, step.resource.name, str(place)))


def _sha256(path: Path) -> str:
    digester, buffer = Digester(), memoryview(bytearray(BLOCK))
    with storage_errors(path), path.open("rb", buffering=0) as file:
        while count := file.readinto(buffer):
            digester.update(buffer[:count])
    return digester.result()[ALWAYS]
