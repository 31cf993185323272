"""The plugin for experimaestro is tested where that is installed."""

from __future__ import annotations

from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest


class Missing(pytest.Module):
    """Tests for which a package is missing."""

    def collect(self) -> Any:
        pytest.skip("experimaestro is not installed", allow_module_level=True)


def pytest_pycollect_makemodule(module_path: Path, parent: Any) -> pytest.Module | None:
    """Skip all modules here, with a reason, without importing them."""
    if find_spec("experimaestro") is None:
        made: pytest.Module = Missing.from_parent(parent, path=module_path)
        return made
    return None
