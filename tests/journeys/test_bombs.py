"""Archives that are small until they are unpacked."""

from __future__ import annotations

from pathlib import Path

import pytest

from datamaestro.testing.hostile import Hostile, hostile_tars, hostile_zips
from support.hostile import check_hostile

HUGE = [each for each in (*hostile_tars(huge=True), *hostile_zips(huge=True)) if each.huge]


@pytest.mark.parametrize("case", HUGE, ids=str)
def test_a_bomb_does_no_harm(case: Hostile, outside: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """It is refused long before it has taken the room that it would."""
    monkeypatch.setattr("datamaestro.engine.expansion.limits.HARMLESS", 1 << 24)
    check_hostile(case, outside, max_members=10_000, max_size=1 << 30)
