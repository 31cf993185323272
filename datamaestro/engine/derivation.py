"""Derivation: a resource is made from others by its definition's function."""

from __future__ import annotations

from pathlib import PurePosixPath
from typing import TYPE_CHECKING

from datamaestro.engine.processes import call_in_process
from datamaestro.errors import DatamaestroError, DefinitionError
from datamaestro.store.faults import is_storage_fault, storage_error, storage_errors
from datamaestro.store.manifest import Entry
from datamaestro.store.placing import Made
from datamaestro.store.trees import read_tree, remove_all, sha256_of, tree_digest
from datamaestro.store.writers import MADE

if TYPE_CHECKING:
    from pathlib import Path

    from datamaestro.engine.plan import Step
    from datamaestro.engine.run import Run


def derive(run: Run, step: Step, work: Path) -> Made:
    """Make a resource from others.

    Args:
        run: that it belongs to.
        step: says how.
        work: the folder in which it is made.

    Raises:
        DefinitionError: the function fails, or does not make what it is to make.
        StorageError: it finds no room.
    """
    resource = step.resource
    output = work / MADE / PurePosixPath(resource.label).name
    with storage_errors(output):
        remove_all(output)
        output.parent.mkdir(exist_ok=True)
        if resource.folder:
            output.mkdir()
    inputs, before = run.inputs(step), _looks(run, step)
    what = f"the function that makes {resource.name}"
    try:
        _call(run, step, output)
    except DatamaestroError:
        raise
    except (Exception, SystemExit) as error:
        if isinstance(error, OSError) and is_storage_fault(error):
            raise storage_error(error, output) from error
        raise DefinitionError(f"{what} fails: {type(error).__name__}: {error}") from error
    for name, looks in _looks(run, step).items():
        if looks != before[name]:
            raise DefinitionError(
                f"{what} has changed {name}, which it is only to read",
                hint=f"remove {run.paths[name]}, and it is made again",
            )
    there = output.is_dir() if resource.folder else output.is_file()
    if output.is_symlink() or not there:
        made = "folder" if resource.folder else "file"
        raise DefinitionError(f"{what} did not write the {made} it was given")
    with storage_errors(output):
        below = tuple(read_tree(output)) if resource.folder else ()
        if resource.folder and not any(output.iterdir()):
            raise DefinitionError(f"{what} wrote nothing into the folder it was given")
        digest = tree_digest(below) if resource.folder else sha256_of(output)
    entry = Entry(resource.path, step.recipe, folder=resource.folder, result=digest, inputs=inputs)
    return Made(resource.name, entry, output, below)


def _looks(run: Run, step: Step) -> dict[str, tuple[int, int, int]]:
    """Return what would be another if an input had been changed, by its name."""
    looks = {}
    for name in step.resource.inputs:
        try:
            status = run.paths[name].stat()
        except FileNotFoundError:
            looks[name] = 0, 0, 0
        else:
            looks[name] = status.st_ino, status.st_size, status.st_mtime_ns
    return looks


def _call(run: Run, step: Step, output: Path) -> None:
    """Call the function, here or in a process of its own."""
    resource, derivation = step.resource, step.resource.derivation
    if derivation is not None and derivation.process:
        inputs = [run.paths[name] for name in resource.inputs]
        call_in_process(derivation.function, [output, *inputs], run.check)
    else:
        paths = {name: run.paths[name] for name in resource.inputs}
        run.definition.derive(resource.name, output, paths)
