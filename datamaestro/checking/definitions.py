"""Checking the definitions of a repository: all rules, applied to all that it has."""

from __future__ import annotations

import difflib
from typing import TYPE_CHECKING, TypeVar

from attrs import frozen

from datamaestro.checking.catalogue import NAMES, OF_DATA_SETS, OF_REPOSITORIES
from datamaestro.checking.rules import Finding
from datamaestro.checking.subjects import stock_of
from datamaestro.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator

    from datamaestro.checking.rules import Rule
    from datamaestro.plugins.services import Plugins
    from datamaestro.store.layout import Store

T = TypeVar("T")


@frozen
class Checked:
    """What has been found in a repository.

    Args:
        repository: its name.
        datasets: how many have been looked at.
        findings: sorted.
    """

    repository: str
    datasets: int
    findings: tuple[Finding, ...]


def check_definitions(
    name: str,
    store: Store,
    plugins: Plugins,
    *,
    ignore: Collection[str] = (),
    strict: bool = False,
) -> Checked:
    """Check all definitions of a repository.

    Args:
        name: of the repository.
        store: the data directory; nothing is read or written there.
        plugins: that are loaded.
        ignore: names of rules.
        strict: whether warnings are errors.

    Raises:
        UsageError: there is no such rule.
    """
    refuse_unknown("rule", ignore, NAMES)
    stock = stock_of(name, store, plugins)
    found = list(_apply(OF_REPOSITORIES, stock, name, "", ignore))
    for subject in stock.subjects:
        found += _apply(OF_DATA_SETS, subject, name, subject.card.id, ignore)
        subject.forget()
    if strict:
        found = [one._replace(level="error") if one.level == "warning" else one for one in found]
    return Checked(name, len(stock.subjects) + len(stock.broken), tuple(sorted(set(found))))


def refuse_unknown(what: str, names: Iterable[str], known: Collection[str]) -> None:
    """Refuse names that nothing has.

    Raises:
        UsageError: there is no such repository, or rule.
    """
    for name in names:
        if name not in known:
            near = difflib.get_close_matches(name, known, n=1)
            hint = f"did you mean {near[0]}?" if near else f"known: {', '.join(sorted(known))}"
            raise UsageError(f"there is no {what} {name!r}", hint=hint)


def _apply(
    rules: Iterable[Rule[T]], subject: T, repository: str, dataset: str, ignore: Collection[str]
) -> Iterator[Finding]:
    """Iterate over what rules find; where strangers' code fails meanwhile, that is found, too."""
    for rule in rules:
        if rule.name in ignore:
            continue
        try:
            for one in rule.find(subject):
                where = repository, one.id or dataset, one.resource
                yield Finding(*where, rule.level, " ".join(one.message.split()), rule.name)
        except Exception as error:  # noqa: BLE001 - a definition may raise anything
            what = " ".join(f"{type(error).__name__}: {error}".split())
            yield Finding(repository, dataset, "", "error", f"cannot be checked: {what}", rule.name)
