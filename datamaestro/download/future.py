"""A part of another data set, which is looked up when it is needed."""

from __future__ import annotations

from typing import Any


class FutureAttr:
    """What ``mnist.train.images`` is, where ``mnist`` is what ``@dataset`` made of a function.

    Calling it returns the part itself; its files need not be there.

    Args:
        dataset: the whole.
        keys: names of fields, from the outside in.
    """

    def __init__(self, dataset: Any, keys: list[str]) -> None:
        self.dataset = dataset
        self.keys = keys

    def __repr__(self) -> str:
        return f"[{self.dataset.id}].{'.'.join(self.keys)}"

    def __getattr__(self, name: str) -> FutureAttr:
        if name.startswith("_"):
            raise AttributeError(name)
        return FutureAttr(self.dataset, [*self.keys, name])

    def __call__(self) -> Any:
        """Return the part.

        Raises:
            AttributeError: there is none of that name.
        """
        value = self.dataset.prepare()
        for key in self.keys:
            value = getattr(value, key)
        return value

    def download(self, force: bool = False) -> bool:
        """Bring the files of the whole to disk."""
        return bool(self.dataset.download(force))
