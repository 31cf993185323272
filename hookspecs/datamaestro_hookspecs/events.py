"""Events: what the engine tells while it works.

::

    RunStarted                    a data set begins to be made
    ├── TransferStarted           a resource begins to arrive; again for each further try
    │   ├── TransferAdvanced      bytes have arrived
    │   └── TransferEnded         all are there, or this try has failed
    ├── ResourceReady             the resource is published
    RunEnded                      the data set is there, or the run has failed

    CheckStarted                  the files of a data set begin to be read, to verify them
    ├── CheckAdvanced             some have been read
    CheckEnded                    all have been read, or nobody wants to know any more

Events come from many threads: those of one resource in order, those of several resources
mingled, and runs of several data sets too. Each names its data set and, but for the outer two,
its resource; the pair tells what it is about.

Bytes are those that a source sends, before any transformation. ``received`` is always absolute:
what is there now of a resource, whichever try or earlier run brought it. It may go down, when a
try begins anew; what is there of a run is the sum of the latest ``received`` of each resource.
"""

from __future__ import annotations

from attrs import frozen

from datamaestro_hookspecs.markers import hookspec


@frozen
class RunStarted:
    """A data set begins to be made.

    Args:
        dataset: full identity, ``id@repository``.
        resources: how many are to be made.
        size: bytes that are to arrive for all of them; None where a size is not declared.
    """

    dataset: str
    resources: int
    size: int | None


@frozen
class TransferStarted:
    """A resource begins to arrive, or begins anew: a further try, or another address.

    Args:
        dataset: full identity, ``id@repository``.
        resource: its name.
        url: where from.
        size: bytes of the whole resource, where known.
        received: bytes that are there already, from an earlier try or an earlier run.
    """

    dataset: str
    resource: str
    url: str
    size: int | None
    received: int = 0


@frozen
class TransferAdvanced:
    """Bytes have arrived; told a few times per second at most.

    Args:
        dataset: full identity, ``id@repository``.
        resource: its name.
        received: bytes that are there now, those of earlier tries and runs included.
    """

    dataset: str
    resource: str
    received: int


@frozen
class TransferEnded:
    """A resource has arrived, or this try has failed.

    Args:
        dataset: full identity, ``id@repository``.
        resource: its name.
        received: bytes that are there now, those of earlier tries and runs included.
        error: empty, or why it failed, in one line.
    """

    dataset: str
    resource: str
    received: int
    error: str = ""


@frozen
class ResourceReady:
    """A resource is published at its place.

    Args:
        dataset: full identity, ``id@repository``.
        resource: its name.
        path: where it is, absolute; of what was moved to another computer or into a bundle, what
            users call that.
    """

    dataset: str
    resource: str
    path: str


@frozen
class RunEnded:
    """A data set has been made, or the run has failed; no more is told about this run.

    Args:
        dataset: full identity, ``id@repository``.
        error: empty, or why it failed, in one line.
    """

    dataset: str
    error: str = ""


@frozen
class CheckStarted:
    """The files of a data set begin to be read, to see whether they are what they were.

    Args:
        dataset: full identity, ``id@repository``.
        files: how many are to be read.
        size: bytes in them.
    """

    dataset: str
    files: int
    size: int


@frozen
class CheckAdvanced:
    """More has been read; told a few times per second at least.

    Args:
        dataset: full identity, ``id@repository``.
        files: how many have been read.
        read: bytes that have been read.
    """

    dataset: str
    files: int
    read: int


@frozen
class CheckEnded:
    """The files of a data set have been read, or nobody wants to know any more.

    Args:
        dataset: full identity, ``id@repository``.
        error: empty, or why it ended too soon, in one line.
    """

    dataset: str
    error: str = ""


Event = (
    RunStarted
    | TransferStarted
    | TransferAdvanced
    | TransferEnded
    | ResourceReady
    | RunEnded
    | CheckStarted
    | CheckAdvanced
    | CheckEnded
)


@hookspec
def datamaestro_event(event: Event) -> None:
    """Called for each event, from the thread where it happens; return nothing, and soon.

    An implementation that raises is warned about once and not called again.

    Example::

        @hookimpl
        def datamaestro_event(event):
            if isinstance(event, ResourceReady):
                logging.getLogger("acme").info("%s is ready", event.path)

    Added in version 2.0.
    """
