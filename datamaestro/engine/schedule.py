"""The schedule: the steps of a plan in order of need, as many at a time as allowed."""

from __future__ import annotations

import shutil
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from graphlib import TopologicalSorter
from typing import TYPE_CHECKING

from datamaestro.engine.arrival import Cancelled
from datamaestro.engine.steps import carry_out
from datamaestro.errors import ContentError

if TYPE_CHECKING:
    from collections.abc import Iterable

    from datamaestro.engine.plan import Plan
    from datamaestro.engine.run import Run

Running = dict[Future[None], str]

GRACE = 1.0
"""Seconds that steps have to stop when the user interrupts."""


def execute(run: Run, plan: Plan) -> None:
    """Carry out a plan.

    Raises:
        DatamaestroError: a step failed; the gravest failure, after the others were stopped.
    """
    for name in plan.used_up:
        run.records.remove(name)
    running: Running = {}
    pool = ThreadPoolExecutor(run.settings.jobs, thread_name_prefix="datamaestro")
    try:
        _schedule(run, plan, pool, running)
    except BaseException:
        run.stop()
        wait(running, timeout=GRACE)
        raise
    finally:
        pool.shutdown(wait=not running, cancel_futures=True)
        shutil.rmtree(run.scratch, ignore_errors=True)


def _schedule(run: Run, plan: Plan, pool: ThreadPoolExecutor, running: Running) -> None:
    order = TopologicalSorter({name: step.after for name, step in plan.steps.items()})
    order.prepare()
    made = {resource.name for resource in run.card.resources} - set(plan.steps)
    failures: list[BaseException] = []
    while running or (order.is_active() and not failures):
        if not failures:
            for name in order.get_ready():
                running[pool.submit(carry_out, run, plan.steps[name])] = name
        finished, _ = wait(running, return_when=FIRST_COMPLETED)
        for future in finished:
            name = running.pop(future)
            if (error := future.exception()) is not None:
                failures.append(error)
                run.stop()
            else:
                made.add(name)
                order.done(name)
                _remove_used_up(run, plan, made)
    if failures:
        raise gravest(failures)


def _remove_used_up(run: Run, plan: Plan, made: set[str]) -> None:
    for name, dependents in plan.transient.items():
        if name in made and dependents <= made:
            run.records.remove(name)


def gravest(failures: Iterable[BaseException]) -> BaseException:
    """Return what is reported of several failures: wrong content before all else."""
    told = [error for error in failures if not isinstance(error, Cancelled)]
    return next((error for error in told if isinstance(error, ContentError)), told[0])
