"""Derivation: a resource is made from others by its definition's function."""

from __future__ import annotations

import hashlib
import json
from pathlib import PurePosixPath
from typing import TYPE_CHECKING

from datamaestro.engine.processes import call_in_process
from datamaestro.errors import DatamaestroError, DefinitionError
from datamaestro.sharing import make_folder
from datamaestro.store.faults import is_storage_fault, storage_error, storage_errors
from datamaestro.store.made import Made
from datamaestro.store.manifest import Entry
from datamaestro.store.partial import RESUMED
from datamaestro.store.trees import link_digest, read_tree, remove_all, sha256_of, tree_digest
from datamaestro.store.writers import MADE
from datamaestro_hookspecs.cards import NOWHERE, WHOLE

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from datamaestro.engine.plan import Step
    from datamaestro.engine.run import Run
    from datamaestro.store.manifest import FileFacts, Input
    from datamaestro_hookspecs.cards import ResourceCard


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
    resource, inputs = step.resource, run.inputs(step)
    resumes = resource.derivation is not None and resource.derivation.resumes
    folder = work / RESUMED / _way(step, inputs) if resumes else work / MADE
    output = folder / PurePosixPath(resource.label).name
    with storage_errors(output):
        if resumes:
            _remove_all_but(folder)
        else:
            remove_all(output)
        make_folder(output.parent)
        if resource.folder and not resource.links:
            make_folder(output)
    before = _looks(run, step)
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
    with storage_errors(output):
        entry, below = _recorded(resource, output, what)
    return Made(resource.name, entry._replace(recipe=step.recipe, inputs=inputs), output, below)


def _way(step: Step, inputs: Mapping[str, Input]) -> str:
    """Return what is another where something is made in another way, or of something else."""
    facts = [step.recipe, *sorted([name, *one] for name, one in inputs.items())]
    return hashlib.sha256(json.dumps(facts).encode()).hexdigest()[:16]


def _remove_all_but(folder: Path) -> None:
    """Remove what is beside a folder: nobody goes on with what was begun in another way.

    Raises:
        OSError: it cannot be removed.
    """
    if folder.parent.is_dir():
        for other in folder.parent.iterdir():
            if other != folder:
                remove_all(other)


def _recorded(
    resource: ResourceCard, output: Path, what: str
) -> tuple[Entry, tuple[FileFacts, ...]]:
    """Return what is to be recorded of a result, and of what is in it.

    Raises:
        DefinitionError: it is not what it is to be.
        OSError: it cannot be read.
    """
    entry = Entry(resource.path, recipe="", folder=resource.path == WHOLE)
    if resource.path == NOWHERE:
        return entry, ()
    if resource.links and output.is_symlink() and output.exists():
        target = str(output.readlink())
        return entry._replace(link=target, result=link_digest(target)), ()
    found = {True: output.is_dir(), False: output.is_file(), None: output.exists()}
    if output.is_symlink() or not found[resource.folder]:
        made = "folder" if resource.folder else "file"
        raise DefinitionError(f"{what} did not write the {made} it was given")
    if not output.is_dir():
        return entry._replace(result=sha256_of(output)), ()
    below = tuple(read_tree(output))
    if not any(output.iterdir()):
        raise DefinitionError(f"{what} wrote nothing into the folder it was given")
    return entry._replace(folder=True, result=tree_digest(below)), below


def _looks(run: Run, step: Step) -> dict[str, tuple[int, int, int]]:
    """Return what would be another if an input had been changed, by its name."""
    looks = {}
    for name in step.resource.inputs:
        try:
            status = run.paths[name].stat()
        except (FileNotFoundError, KeyError):  # another data set has no place here
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
        paths = {name: run.paths[name] for name in resource.inputs if name in run.paths}
        with run.at_work():
            run.definition.derive(resource.name, output, paths)
