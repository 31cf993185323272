"""Symbolic links of a tree that is being made: where each leads, as the system would find out."""

from __future__ import annotations

from typing import TYPE_CHECKING

from datamaestro.engine.expansion.refusal import MemberRefused, quoted

if TYPE_CHECKING:
    from collections.abc import ItemsView, Iterable, Iterator

MOST = 255
"""Links that are followed from one; the system follows fewer."""


class Links:
    """The links of a tree, by path, none of them made yet."""

    def __init__(self) -> None:
        self._targets: dict[str, str] = {}
        self._folded: dict[str, str] = {}

    def __contains__(self, path: object) -> bool:
        return path in self._targets

    def __iter__(self) -> Iterator[str]:
        return iter(self._targets)

    def items(self) -> ItemsView[str, str]:
        """Return paths and targets."""
        return self._targets.items()

    def get(self, path: str) -> str | None:
        """Return where a link leads, as it stands there; None where there is none."""
        return self._targets.get(path)

    def add(self, path: str, target: str) -> None:
        """Add a link, which takes the place of an earlier one."""
        self._targets[path] = target
        self._folded[path.casefold()] = target

    def check(self, top: str) -> None:
        """Make sure that no link leads out of the tree.

        Args:
            top: the folder of the tree that will be its top.

        Raises:
            MemberRefused: one does.
        """
        inside = top.split("/") if top else []
        for path, target in self._targets.items():
            if not self._stays(path.split("/")[:-1], target, inside):
                raise MemberRefused(path, f"links to {quoted(target)}, which is outside")

    def _stays(self, folder: Iterable[str], target: str, top: list[str]) -> bool:
        """Return whether a link stays below the top, whatever other links it goes through.

        Names are compared regardless of their case, since the file system may do so, too.
        """
        at, left, followed = list(folder), target.split("/")[::-1], 0
        while left:
            part = left.pop()
            if part in ("", "."):
                continue
            if part == "..":
                if len(at) <= len(top):
                    return False
                at.pop()
                continue
            at.append(part)
            further = self._folded.get("/".join(at).casefold())
            if further is None:
                continue
            followed += 1
            if followed > MOST:
                return True  # round and round: it leads nowhere
            at.pop()
            if further.startswith("/"):
                return False
            left += further.split("/")[::-1]
        return at[: len(top)] == top
