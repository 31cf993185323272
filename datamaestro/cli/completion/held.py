"""How the name of a data set that is on disk may go on, and that of what is in the trash."""

from __future__ import annotations


def held_names(word: str, directory: str | None = None) -> list[str]:
    """Return the names that begin as a word does; behind an ``@``, with their repositories.

    Args:
        word: that is typed.
        directory: the data directory; None: as the settings say.
    """
    from datamaestro.errors import DatamaestroError
    from datamaestro.settings import load_settings
    from datamaestro.store.layout import Store

    try:
        known = list(Store(load_settings(directory=directory).directory).recorded())
    except (DatamaestroError, OSError):
        return []
    named = (f"{one}@{repository}" if "@" in word else one for repository, one in known)
    return sorted({name for name in named if name.startswith(word)})


def tokens_of(word: str, directory: str | None = None) -> list[str]:
    """Return the tokens of what is in the trash that begin as a word does.

    Args:
        word: that is typed.
        directory: the data directory; None: as the settings say.
    """
    from datamaestro.errors import DatamaestroError
    from datamaestro.house.trash.items import items
    from datamaestro.settings import load_settings
    from datamaestro.store.layout import Store

    try:
        found = items(Store(load_settings(directory=directory).directory))
    except DatamaestroError:
        return []
    return [item.token for item in found if item.token.startswith(word)]
