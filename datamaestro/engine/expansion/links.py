"""Symbolic links of a tree that is being made: where each leads, as the system would find out."""

from __future__ import annotations

from typing import TYPE_CHECKING

from datamaestro.engine.expansion.refusal import MemberRefused, quoted

if TYPE_CHECKING:
    from collections.abc import Container, ItemsView, Iterator

MOST = 255
"""Links that are followed from one; the system follows fewer."""


class Links:
    """The links of a tree, by path, none of them made yet."""

    def __init__(self) -> None:
        self._targets: dict[str, str] = {}

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

    def check(self, folders: Container[str], top: str) -> None:
        """Make sure that no link leads out of the tree.

        Args:
            folders: of the tree, by path.
            top: the folder of the tree that will be its top.

        Raises:
            MemberRefused: one does, or may do so.
        """
        depth = len(top.split("/")) if top else 0
        for path, target in self._targets.items():
            at = path.split("/")[:-1]
            if target.startswith("/") or not self._stays(at, target, folders, depth):
                raise MemberRefused(path, f"links to {quoted(target)}, which may lead outside")

    def _stays(self, at: list[str], target: str, folders: Container[str], depth: int) -> bool:
        """Return whether a link stays below the top, whatever other links it goes through.

        Nothing leads back from what is not there: the file system might find something after all,
        such as a link whose name it cannot tell from that (its case?).
        """
        left, followed, known = target.split("/")[::-1], 0, True
        while left:
            part = left.pop()
            if part in ("", "."):
                continue
            if part == "..":
                if not known or len(at) <= depth:
                    return False
                at.pop()
                continue
            at.append(part)
            further = self._targets.get("/".join(at))
            if further is None:
                known = "/".join(at) in folders
                continue
            followed += 1
            if followed > MOST:
                return True  # round and round: it leads nowhere
            at.pop()
            left += further.split("/")[::-1]
        return True
