"""When data sets were last used."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from datamaestro.context import Context
from datamaestro.store.holdings import Holding
from datamaestro.store.use import last_use, note_use

DIGITS = "edu.uci.optdigits"


def test_each_preparation_is_a_use(context: Context) -> None:
    """Also where all is on disk; asking where things would be is none."""
    holding = Holding(context.store, DIGITS, "demo")
    context.prepare(DIGITS, download=False)
    assert last_use(context.store, holding) is None
    context.prepare(DIGITS)
    path = context.store.used(holding)
    os.utime(path, (1, 1))
    context.prepare(DIGITS, download=False)
    assert 1 == last_use(context.store, holding)
    context.prepare(DIGITS)
    assert 1_000_000_000 < (last_use(context.store, holding) or 0)


def test_what_is_on_no_record_is_not_noted(context: Context) -> None:
    """Nothing is left of it."""
    note_use(context.store, Holding(context.store, "a", "acme"))
    (context.store.root / "state/acme").mkdir(parents=True)
    note_use(context.store, Holding(context.store, "a", "acme"))
    assert [] == list((context.store.root / "state/acme").iterdir())


def test_where_nothing_can_be_written_nothing_is_said(
    context: Context, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """The data directory may be another's."""
    context.prepare(DIGITS)

    def refuse(*arguments: object, **options: object) -> None:
        raise PermissionError

    monkeypatch.setattr(os, "utime", refuse)
    context.prepare(DIGITS)


def test_what_a_link_leads_to_is_left_alone(context: Context, tmp_path: Path) -> None:
    """Whoever has put one there has no time of another file changed."""
    context.prepare(DIGITS)
    path, other = context.store.used(Holding(context.store, DIGITS, "demo")), tmp_path / "other"
    path.unlink()
    other.touch()
    os.utime(other, (1, 1))
    path.symlink_to(other)
    note_use(context.store, Holding(context.store, DIGITS, "demo"))
    assert 1 == other.stat().st_mtime
