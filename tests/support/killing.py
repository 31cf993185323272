"""A process that is killed, within the process of a test."""

from __future__ import annotations

import os
from collections.abc import Callable
from typing import Any

import pytest

CHANGES = ("chmod", "fsync", "link", "mkdir", "rename", "rmdir", "unlink", "utime")
"""What changes the disk."""


class Killed(BaseException):
    """What is raised where a process would be killed."""


def killing(
    monkeypatch: pytest.MonkeyPatch, moment: int, action: Callable[[], object], *, late: bool
) -> bool:
    """Do something, and end it at the n-th change of the disk; return whether it came so far.

    Args:
        monkeypatch: of the test.
        moment: the number of that change, from 1 on.
        action: to be done.
        late: whether that change is made still.
    """
    left = [moment]

    def wrapped(real: Callable[..., Any]) -> Callable[..., Any]:
        def change(*arguments: Any, **more: Any) -> Any:
            left[0] -= 1
            if left[0] == 0 and not late:
                raise Killed
            result = real(*arguments, **more)
            if left[0] <= 0:
                raise Killed
            return result

        return change

    with monkeypatch.context() as patch:
        for name in CHANGES:
            patch.setattr(os, name, wrapped(getattr(os, name)))
        try:
            action()
        except Killed:
            return True
    return False
