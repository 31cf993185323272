"""Experiments, each as a process of its own: ``python -m support.experiments.drivers NAME FOLDER``.

They print what they have seen as JSON.
"""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from experimaestro import RunMode, experiment
from experimaestro.connectors.local import LocalConnector
from experimaestro.launchers.direct import DirectLauncher

from datamaestro import get_dataset, prepare_dataset
from datamaestro.data.ml import Supervised
from datamaestro_plugins.experimaestro.bridge import to_config
from support.experiments.plain import everything
from support.experiments.tasks import Choose, Count, Describe, Idle, Learn, Read, Reverse

DIGITS = "edu.uci.optdigits"

Told = dict[str, Any]


@contextmanager
def running(folder: Path, **options: Any) -> Iterator[Told]:
    """Run an experiment in a folder; afterwards, look at the tasks that were put into what is told.

    Then a task has become what it waited for, its identifier, how it ended and what it told.
    """
    told: Told = {"pid": os.getpid()}
    try:
        with experiment(folder, "test", no_environmental_impact=True, **options) as current:
            yield told
        told["failed"] = len(current.failedJobs)
    except Exception as error:  # noqa: BLE001 - it is told
        told["error"] = f"{type(error).__name__}: {error}"
    for name, task in list(told.items()):
        if hasattr(task, "__xpm__"):
            told[name] = _seen(task)


def _seen(task: Any) -> Told:
    job = task.__xpm__.job
    facts = job.path / "facts.json"
    waited = sorted(str(dependency.origin).partition("[")[0] for dependency in job.dependencies)
    return {
        "waited": waited,
        "identifier": task.__xpm__.identifier.all.hex(),
        "ended": job.state.name,
        "facts": json.loads(facts.read_text()) if facts.exists() else None,
        "errors": job.stderr.read_text() if job.stderr.exists() else "",
    }


def submitted(task: Any) -> Any:
    """Submit a task, and return it."""
    task.submit()
    return task


def digits() -> Any:
    """Return real data that need no network."""
    return prepare_dataset(DIGITS)


def learn(folder: Path) -> Told:
    """A data set as the parameter of a task."""
    with running(folder) as told:
        told["prepared at first"] = digits().is_prepared()
        told["learn"] = submitted(Learn.C(train=digits()))
    return told


def learn_twice(folder: Path) -> Told:
    """Two tasks that need the same data set."""
    with running(folder) as told:
        told["first"] = submitted(Learn.C(train=digits()))
        told["second"] = submitted(Learn.C(train=digits(), seed=2))
    return told


def only_prepare(folder: Path) -> Told:
    """Files are brought to disk, and no task is run."""
    with running(folder, run_mode=RunMode.PREPARE) as told:
        Learn.C(train=digits()).submit()
    told["prepared"] = get_dataset(DIGITS).is_prepared()
    return told


def read(folder: Path) -> Told:
    """Two data sets from a server."""
    with running(folder) as told:
        one, other = (prepare_dataset(f"org.example.{name}") for name in "ab")
        told["read"] = submitted(Read.C(one=one, other=other))
    return told


def read_side_by_side(folder: Path) -> Told:
    """Two tasks that need a data set which takes its time."""
    with running(folder) as told:
        one, other = (prepare_dataset(f"org.example.{name}") for name in "ab")
        told["first"] = submitted(Read.C(one=one))
        told["second"] = submitted(Read.C(one=one, other=other))
    return told


def fail(folder: Path) -> Told:
    """A data set that cannot be downloaded, and another task that does not need it."""
    with running(folder) as told:
        broken = prepare_dataset("org.example.a")
        told["broken"] = submitted(Read.C(one=broken))
        told["broken, too"] = submitted(Read.C(one=broken, other=broken))
        told["sound"] = submitted(Learn.C(train=digits()))
    return told


def chain(folder: Path) -> Told:
    """A task that makes data, and another that reads them."""
    with running(folder) as told:
        task = Reverse.C(data=digits().labels)
        made = task.submit()
        told["reverse"], told["count"] = task, submitted(Count.C(data=made))
    return told


def submit(folder: Path) -> Told:
    """Files that a job brings to disk."""
    with running(folder) as told:
        data = digits()
        told["itself"] = data.submit(launcher=DirectLauncher(LocalConnector.instance())) is data
        told["learn"] = submitted(Learn.C(train=data))
    told["made by"] = sorted(path.read_text() for path in folder.glob("jobs/*prepare*/*/*.err"))
    return told


def shuffle(folder: Path) -> Told:
    """A task of another package, whose output another one reads."""
    import datamaestro_ir.data as ir
    from datamaestro_ir.transforms import (
        ShuffledTrainingTripletsLines,
    )

    from support.experiments.ranking import CountTriplets

    folder.mkdir(parents=True)
    path = folder / "triplets.tsv"
    path.write_text("q1\td1\td2\nq2\td3\td4\nq3\td5\td6\n")
    with running(folder) as told:
        triplets = ir.TrainingTripletsLines.C(
            id="triplets", path=path, sep="\t", doc_ids=True, topic_ids=True
        )
        task = ShuffledTrainingTripletsLines.C(data=triplets, doc_ids=True, topic_ids=True, seed=1)
        made = task.submit()
        told["shuffle"], told["count"] = task, submitted(CountTriplets.C(data=made))
    return told


def elsewhere(folder: Path) -> Told:
    """A job that does not find the files where the experiment has them."""
    with running(folder) as told:
        config = to_config(prepare_dataset(DIGITS, folder / "gone", download=False).labels)
        config.dataset_ = to_config(digits()).dataset_
        told["count"] = submitted(Count.C(data=config))
    return told


def describe(folder: Path) -> Told:
    """All sorts of fields, in lists and dicts too; and a generic type."""
    data = everything(folder)
    with running(folder) as told:
        several, named = [data.part, digits().labels], {"a": data.part}
        told["describe"] = submitted(Describe.C(data=data, several=several, named=named))
        told["choose"] = submitted(Choose.C(data=Supervised(id="s", train=digits())))
        told["idle"] = submitted(Idle.C())
    told["data"], told["several"], told["named"] = repr(data), repr(several), repr(named)
    return told


if __name__ == "__main__":
    driver: Callable[[Path], Told] = globals()[sys.argv[1]]
    print(json.dumps(driver(Path(sys.argv[2]))))  # noqa: T201
