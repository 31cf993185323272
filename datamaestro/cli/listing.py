"""What a command lists: from the index as it is, without plugins, where nothing has changed."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable

    from datamaestro.cli.options import Options
    from datamaestro.index.listing import Listing
    from datamaestro.store.layout import Store

T = TypeVar("T")


def listed(options: Options, question: Callable[[Listing], T], store: Store | None = None) -> T:
    """Return what the index answers; what has changed is compiled first.

    Args:
        options: of the command.
        question: asked of the index.
        store: the data directory, where a search finds what is described there, too.
    """
    from datamaestro.index.listing import Listing

    answer = quickly(options, question, Listing.problems, store)
    return options.context.catalogue.ask(question, store) if answer is None else answer


def quickly(
    options: Options,
    question: Callable[[Listing], T | None],
    complaints: Callable[[Listing], list[str]],
    store: Store | None = None,
) -> T | None:
    """Return what the index answers; None where it has no answer, or has to be compiled first.

    Args:
        options: of the command.
        question: asked of the index.
        complaints: returns what is to be told on stderr.
        store: the data directory, where a search finds what is described there, too.
    """
    from datamaestro.index.quick import current_answer
    from datamaestro.messages import warn
    from datamaestro.settings import plugins_switched_off

    options.start()
    found = current_answer(question, complaints, plugins_switched_off(), store)
    if found is None:
        return None
    answer, told = found
    _ = options.settings  # what is wrong with them is told by each command, and only once
    for line in told:
        warn(line)
    return answer
