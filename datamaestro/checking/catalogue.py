"""All rules."""

from __future__ import annotations

from typing import TYPE_CHECKING

from datamaestro.checking import (
    docs,
    ids,
    imports,
    paths,
    references,
    resources,
    types,
    urls,
    variants,
)

if TYPE_CHECKING:
    from datamaestro.checking.rules import Rule
    from datamaestro.checking.subjects import Stock, Subject

OF_REPOSITORIES: tuple[Rule[Stock], ...] = (*imports.RULES, *ids.OF_REPOSITORIES)
"""Rules that look at a repository as a whole."""

OF_DATA_SETS: tuple[Rule[Subject], ...] = (
    *(*ids.OF_DATA_SETS, *types.RULES, *variants.RULES, *references.RULES),
    *(*resources.RULES, *urls.RULES, *paths.RULES, *docs.RULES),
)
"""Rules that look at one data set."""

NAMES = frozenset({one.name for one in OF_REPOSITORIES} | {one.name for one in OF_DATA_SETS})
"""What can be ignored."""
