"""Shows what arrives: bars on a terminal, a line now and then elsewhere."""

from datamaestro_hookspecs import hookimpl
from datamaestro_hookspecs.events import Event


@hookimpl
def datamaestro_event(event: Event) -> None:
    from datamaestro_plugins.progress.display import DISPLAY

    DISPLAY.show(event)
