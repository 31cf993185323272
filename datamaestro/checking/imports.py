"""Rules about what can be used at all."""

from __future__ import annotations

from typing import TYPE_CHECKING

from datamaestro.checking.rules import Found, rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from datamaestro.checking.subjects import Stock


@rule("error")
def repository_fails(stock: Stock) -> Iterator[Found]:
    """The repository cannot be used, so none of its data sets can."""
    if stock.failure:
        yield Found(stock.failure)


@rule("error")
def module_fails(stock: Stock) -> Iterator[Found]:
    """A module cannot be imported, so none of its data sets is there."""
    for problem in stock.problems:
        if problem.module:
            yield Found(problem.reason.removeprefix(f"repository {stock.name}: "))


@rule("error")
def definition_fails(stock: Stock) -> Iterator[Found]:
    """A definition does not say what it should, so its data set is not there."""
    for dataset, reason in stock.broken:
        yield Found(reason, id=dataset)


RULES = (repository_fails, module_fails, definition_fails)
