"""What a definition is called, from where it stands and what its docstring says."""

from __future__ import annotations

import inspect
import re

from datamaestro.errors import DefinitionError
from datamaestro_hookspecs.cards import ID

CONFIG = "config"
"""The package of a repository below which ids begin."""

BEFORE_WORD = re.compile(r"(?<=[A-Z])(?=[A-Z][a-z])|(?<=[a-z0-9])(?=[A-Z])")


def split_camel_case(name: str) -> str:
    """Return a name in lower case, its words split by dots.

    >>> split_camel_case("ProcessedMNIST")
    'processed.mnist'
    """
    return BEFORE_WORD.sub(".", name).lower()


def dataset_id(module: str, name: str, given: str | None) -> str:
    """Return the id of a definition.

    Args:
        module: dotted name of the module where the definition stands.
        name: of the function or class.
        given: None: the module's path below ``config``, plus the name; empty: without the name;
            a word, or ``.words``: in place of the name; else the whole id.

    Raises:
        DefinitionError: an id cannot be derived, or is not one.
    """
    if given is not None and "." in given and not given.startswith("."):
        return _checked(given, module, name)
    _, found, below = f"{module}.".partition(f".{CONFIG}.")
    if not found:
        raise DefinitionError(
            f"{module}.{name} is not below a {CONFIG!r} package",
            hint="give the whole id: @dataset(id=...)",
        )
    last = split_camel_case(name) if given is None else given.removeprefix(".")
    return _checked(".".join(filter(None, [below.lower().rstrip("."), last])), module, name)


def _checked(found: str, module: str, name: str) -> str:
    if not re.fullmatch(ID, found):
        raise DefinitionError(f"{module}.{name}: {found!r} is not an id (words joined by dots)")
    return found


def split_docstring(text: str | None) -> tuple[str, str]:
    """Return the first paragraph of a docstring, on one line, and the rest."""
    first, _, rest = inspect.cleandoc(text or "").partition("\n\n")
    return " ".join(first.split()), rest.strip()
