"""What completes arguments; for ``shell_complete=`` of click's parameters."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    import click
    from click.shell_completion import CompletionItem

    from datamaestro.index.suggestions import Suggestions

PARTIAL = "partial"
"""The type of an item after which more is to be typed, and no blank."""

LEADING_ON = (".", "=", ",", ":", "[")


def complete_name(
    context: click.Context, parameter: click.Parameter, word: str
) -> list[CompletionItem[str]]:
    """Complete the name of a data set; where the index has none, of one that is on disk."""
    from datamaestro.cli.completion.names import names

    return _completed(context, word, names) or complete_held(context, parameter, word)


def complete_held(
    context: click.Context, parameter: click.Parameter, word: str
) -> list[CompletionItem[str]]:
    """Complete the name of a data set that is on disk."""
    from datamaestro.cli.completion.held import held_names

    return _items(held_names(word, _directory(context)))


def complete_token(
    context: click.Context, parameter: click.Parameter, word: str
) -> list[CompletionItem[str]]:
    """Complete the token of what is in the trash."""
    from datamaestro.cli.completion.held import tokens_of

    return _items(tokens_of(word, _directory(context)))


def complete_term(
    context: click.Context, parameter: click.Parameter, word: str
) -> list[CompletionItem[str]]:
    """Complete a term of a search."""
    from datamaestro.cli.completion.terms import terms

    return _completed(context, word, terms)


def complete_repository(
    context: click.Context, parameter: click.Parameter, word: str
) -> list[CompletionItem[str]]:
    """Complete the name of a repository."""
    return _completed(context, word, _repositories)


def complete_repository_or_name(
    context: click.Context, parameter: click.Parameter, word: str
) -> list[CompletionItem[str]]:
    """Complete the name of a repository, or of a data set."""
    from datamaestro.cli.completion.names import names

    def complete(word: str, known: Suggestions) -> list[str]:
        return _repositories(word, known) + names(word, known)

    return _completed(context, word, complete)


def _repositories(word: str, known: Suggestions) -> list[str]:
    return [name for name in known.repositories() if name.startswith(word)]


def _completed(
    context: click.Context, word: str, complete: Callable[[str, Suggestions], list[str]]
) -> list[CompletionItem[str]]:
    """Return the items for what the index knows; none where there is no index yet."""
    from datamaestro.index.suggestions import suggested

    directory = _directory(context)
    return _items(suggested(lambda known: complete(word, known), directory))


def _directory(context: click.Context) -> str | None:
    """Return the data directory that the command line names."""
    found: str | None = context.find_root().params.get("data")
    return found


def _items(found: Iterable[str]) -> list[CompletionItem[str]]:
    from click.shell_completion import CompletionItem

    return [
        CompletionItem(one, type=PARTIAL if one.endswith(LEADING_ON) else "plain")
        for one in dict.fromkeys(found)
        if one.isprintable()
    ]
