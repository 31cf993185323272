"""Data that no type is written for."""

from __future__ import annotations

from datamaestro.data import Generic


def test_it_has_whatever_it_is_given() -> None:
    """By name, beside its id."""
    data = Generic(id="org.example@acme", train=[1, 2], test=None)
    assert ("org.example@acme", [1, 2], None) == (data.id, data.train, data.test)
    assert Generic().id == ""
