"""The table of rules in ``docs/checking.md`` is the rules."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

from datamaestro.checking.catalogue import OF_DATA_SETS, OF_REPOSITORIES
from datamaestro.checking.rules import Rule

PAGE = Path(__file__).parents[3] / "docs/checking.md"


def test_the_page_says_what_each_rule_says() -> None:
    """Its name, its level and its docstring, in the order of the code."""
    rows = re.findall(r"^\| `([\w-]+)` \| (\w+) \| (.*) \|$", PAGE.read_text(), re.MULTILINE)
    rules: list[Rule[Any]] = [*OF_REPOSITORIES, *OF_DATA_SETS]
    assert [(one.name, one.level, one.says.replace("``", "`")) for one in rules] == [
        row for row in rows if row[1] in ("error", "warning", "note")
    ]
