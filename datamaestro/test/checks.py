"""What every repository should pass."""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any, ClassVar

from datamaestro.context import Context

if TYPE_CHECKING:
    from contextlib import AbstractContextManager


class DatasetTests:
    """Tests of all definitions of a repository; to be combined with ``unittest.TestCase``.

    ``REPOSITORY`` names its class; without it, it is ``Repository`` of the test's top-level
    package.
    """

    REPOSITORY: ClassVar[Any] = None

    if TYPE_CHECKING:

        def subTest(self, **facts: Any) -> AbstractContextManager[None]:  # noqa: N802 - unittest's
            """Begin a part of a test."""

    @property
    def repository(self) -> Any:
        """The repository that is tested."""
        kind = self.REPOSITORY
        if kind is None:
            package = type(self).__module__.partition(".")[0]
            kind = importlib.import_module(package).Repository
        return kind(Context.instance())

    def test_datafiles(self) -> None:
        """Each of its modules can be imported."""
        for _, _, module in self.repository._modules():
            with self.subTest(package=module):
                importlib.import_module(module)

    def test_unique_id(self) -> None:
        """No id and no alias is another data set's, too."""
        found: dict[str, list[str]] = {}
        for section in self.repository.modules():
            for definition in section:
                for name in definition.aliases:
                    found.setdefault(name, []).append(getattr(definition, "where", name))
        several = {name: where for name, where in found.items() if len(where) > 1}
        if several:
            raise AssertionError(f"defined more than once: {several}")

    def test_datasets(self) -> None:
        """The data object of each can be made, though nothing is downloaded; one of each family."""
        for definition in self.repository:
            with self.subTest(dataset_id=definition.id):
                chosen = None
                if definition.variants is not None:
                    chosen = next(iter(definition.variants.enumerate()), None)
                definition.prepare(download=False, variant_kwargs=chosen)
