"""The files of a data set, as what jobs wait for.

However many parts of a data set a task has as parameters, it waits for one of these.
"""

from __future__ import annotations

import logging
import os
from pathlib import Path
from typing import TYPE_CHECKING, Any
from weakref import WeakKeyDictionary, WeakValueDictionary

from experimaestro import Meta, Param, Prepare, taskglobals
from experimaestro.scheduler.experiment import experiment

from datamaestro.context import Context
from datamaestro.data.parts import walk
from datamaestro.errors import DatamaestroError, UsageError
from datamaestro.store.layout import Store

if TYPE_CHECKING:
    from datamaestro.data import Base
    from datamaestro_hookspecs.cards import Definition

log = logging.getLogger("datamaestro")

_definitions: dict[str, Definition] = {}
"""Those met in this process, by identity; some stand where their identity does not lead."""

_failures: WeakKeyDictionary[Any, dict[str, str]] = WeakKeyDictionary()
"""By experiment: why files of a data set could not be brought; each is tried but once."""

_files: WeakValueDictionary[tuple[str, Path], Any] = WeakValueDictionary()


class DatasetFiles(Prepare):
    """The files of a data set.

    experimaestro calls :meth:`prepare` in its own process before the first job that needs them
    starts, or in a job if they have been submitted.
    """

    __xpmid__ = "datamaestro.dataset"

    id: Param[str]
    """The identity of the data set."""

    directory: Meta[Path]
    """The data directory of the experiment."""

    def is_prepared(self) -> bool:
        """Return whether the files are on disk."""
        try:
            return context_of(self).is_prepared(definition_of(self))
        except DatamaestroError as error:
            log.debug("%s: %s", self.id, error)
            return False

    def prepare(self) -> None:
        """Bring the files to disk.

        Raises:
            RuntimeError: it could not be done; the only class of errors by which experimaestro
                fails the jobs that wait, where others would let it wait for ever.
        """
        failures = _failures.setdefault(experiment.CURRENT, {}) if is_experiment() else {}
        if self.id not in failures:
            try:
                context_of(self).prepare(definition_of(self))
            except (Exception, SystemExit) as error:
                failures[self.id] = f"{self.id} could not be brought to disk: {error}"
                log.error("%s", failures[self.id])
                raise RuntimeError(failures[self.id]) from error
        else:
            raise RuntimeError(failures[self.id])


def files_of(definition: Definition, directory: Path) -> Any:
    """Return the configuration of the files of a data set, the same for all who ask.

    Args:
        definition: of the data set.
        directory: the data directory in which they are to be.
    """
    key = (identity_of(definition), directory)
    found = _files.get(key)
    if found is None:
        found = _files[key] = _configured(*key, definition)
    return found


def _configured(identity: str, directory: Path, definition: Definition) -> Any:
    _definitions[identity] = definition
    return DatasetFiles.C(id=identity, directory=directory)


def directory_for(data: Base, definition: Definition) -> Path:
    """Return the data directory for which a data object was built, or that of the settings."""
    below = Store(Path()).data(definition.card)
    for _, datum in walk(data):
        path = getattr(datum, "path", None)
        for folder in (path, *path.parents) if isinstance(path, Path) else ():
            if folder.parts[-len(below.parts) :] == below.parts:
                return folder.parents[len(below.parts) - 1]
    return Context.instance().settings.directory


def submit(definition: Definition, directory: Path, *arguments: Any, **options: Any) -> None:
    """Have the files of a data set brought to disk by a job.

    Args:
        definition: of the data set.
        directory: the data directory in which they are to be.
        arguments: of experimaestro's ``submit``.
        options: of it.

    Raises:
        UsageError: there is no experiment, or experimaestro is too old.
    """
    if not is_experiment():
        raise UsageError("submit() needs an experiment", hint="with experiment(...): ...")
    if not hasattr(Prepare, "is_prepared"):
        from experimaestro import __version__

        raise UsageError(
            f"submit() of a data set needs experimaestro 2.7; this is {__version__}",
            hint='pip install -U "experimaestro>=2.7"',
        )
    _configured(identity_of(definition), directory, definition).submit(*arguments, **options)


def is_experiment() -> bool:
    """Return whether an experiment is active in this process."""
    return experiment.CURRENT is not None


def is_job() -> bool:
    """Return whether this process is a job."""
    return taskglobals.Env.instance().taskpath is not None


def context_of(files: DatasetFiles) -> Context:
    """Return the context in which files of a data set are: the experiment's.

    A job on a computer with a data directory of its own has its own.
    """
    own = os.environ.get("DATAMAESTRO_DIR") if is_job() else None
    return Context(own or files.directory)


def definition_of(files: DatasetFiles) -> Any:
    """Return the definition of a data set, or else the identity by which it is found."""
    return _definitions.get(files.id, files.id)


def identity_of(definition: Definition) -> str:
    """Return the full name of a data set; a variant's is not its family's."""
    return getattr(definition, "identity", "") or definition.card.identity
