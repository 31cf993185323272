"""A test of a whole repository, in one line."""

from __future__ import annotations

import inspect
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Collection

    from datamaestro.repository import BaseRepository


def check_repository(
    repository: str | BaseRepository | type[BaseRepository],
    *,
    ignore: Collection[str] = (),
    strict: bool = False,
) -> None:
    """Check all definitions of a repository, as ``datamaestro check-definitions`` does.

    Args:
        repository: its name or its class; its package is installed.
        ignore: names of rules that are not applied.
        strict: whether warnings count as errors.

    Raises:
        AssertionError: there are errors; the message has a line for each.
        UsageError: there is no such repository, or rule.

    Example::

        def test_definitions():
            check_repository("flowers", strict=True)
    """
    from datamaestro import Context
    from datamaestro.checking.definitions import check_definitions, refuse_unknown
    from datamaestro.repository import BaseRepository

    if isinstance(repository, BaseRepository) or inspect.isclass(repository):
        repository = repository.NAMESPACE
    context = Context()
    refuse_unknown("repository", [repository], context.plugins.repositories())
    checked = check_definitions(
        repository, context.store, context.plugins, ignore=ignore, strict=strict
    )
    errors = [one for one in checked.findings if one.level == "error"]
    if errors:
        count = f"{len(errors)} errors" if len(errors) > 1 else "an error"
        lines = "\n".join(f"  {one}" for one in errors)
        raise AssertionError(f"{count} in the definitions of {repository}:\n{lines}")
