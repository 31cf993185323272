"""Events: what the engine tells while it works."""

from __future__ import annotations

from attrs import frozen

from datamaestro_hookspecs.markers import hookspec


@frozen
class TransferStarted:
    """A resource begins to arrive; again for each further try.

    Args:
        dataset: full identity, ``id@repository``.
        resource: its name.
        url: where from.
        size: in bytes, where known.
    """

    dataset: str
    resource: str
    url: str
    size: int | None


@frozen
class TransferAdvanced:
    """Bytes have arrived; told a few times per second at most.

    Args:
        dataset: full identity, ``id@repository``.
        resource: its name.
        received: bytes so far, in this try.
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
        received: bytes in this try.
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
        path: where it is, absolute.
    """

    dataset: str
    resource: str
    path: str


Event = TransferStarted | TransferAdvanced | TransferEnded | ResourceReady


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
