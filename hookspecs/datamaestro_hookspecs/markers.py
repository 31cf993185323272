"""The two marks: ``@hookspec`` on a specification, ``@hookimpl`` on a plugin's function."""

from __future__ import annotations

from pluggy import HookimplMarker, HookspecMarker

PROJECT = "datamaestro"
"""Under this name specifications and implementations meet; also the entry-point group."""

hookspec = HookspecMarker(PROJECT)
hookimpl = HookimplMarker(PROJECT)
