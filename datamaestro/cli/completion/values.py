"""What completes arguments; for ``shell_complete=`` of click's parameters."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    import click
    from click.shell_completion import CompletionItem

    from datamaestro.index.suggestions import Suggestions

PARTIAL = "partial"
"""The type of an item after which more is to be typed, and no blank."""

LEADING_ON = (".", "=", ",", ":", "[")


def complete_name(
    context: click.Context, parameter: click.Parameter, word: str
) -> list[CompletionItem[str]]:
    """Complete the name of a data set."""
    from datamaestro.cli.completion.names import names

    return _completed(word, names)


def complete_term(
    context: click.Context, parameter: click.Parameter, word: str
) -> list[CompletionItem[str]]:
    """Complete a term of a search."""
    from datamaestro.cli.completion.terms import terms

    return _completed(word, terms)


def complete_repository(
    context: click.Context, parameter: click.Parameter, word: str
) -> list[CompletionItem[str]]:
    """Complete the name of a repository."""
    return _completed(word, _repositories)


def complete_repository_or_name(
    context: click.Context, parameter: click.Parameter, word: str
) -> list[CompletionItem[str]]:
    """Complete the name of a repository, or of a data set."""
    from datamaestro.cli.completion.names import names

    return _completed(word, lambda word, known: _repositories(word, known) + names(word, known))


def _repositories(word: str, known: Suggestions) -> list[str]:
    return [name for name in known.repositories() if name.startswith(word)]


def _completed(
    word: str, complete: Callable[[str, Suggestions], list[str]]
) -> list[CompletionItem[str]]:
    """Return the items for what the index knows; none where there is no index yet."""
    from click.shell_completion import CompletionItem

    from datamaestro.index.suggestions import suggested

    found = suggested(lambda known: complete(word, known))
    return [
        CompletionItem(one, type=PARTIAL if one.endswith(LEADING_ON) else "plain")
        for one in dict.fromkeys(found)
        if one.isprintable()
    ]
