"""A part of a data set, as what a user names: ``com.lecun.mnist.train.images``."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from attrs import frozen

from datamaestro.data.parts import walk
from datamaestro.errors import DatasetNotFound
from datamaestro.variants.wording import listed

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

    from datamaestro.context import Context
    from datamaestro.data import Base
    from datamaestro_hookspecs.cards import Card, Definition


@frozen(eq=False)
class Part:
    """A definition whose data object is a datum inside of another one's.

    All else is the whole's: its card, its files, its variants.

    Args:
        whole: the definition that it is a part of.
        path: to the datum, without a dot in front.
    """

    whole: Definition
    path: str

    @property
    def card(self) -> Card:
        """What is declared about the whole."""
        return self.whole.card

    @property
    def id(self) -> str:
        """The id, without its repository."""
        return f"{getattr(self.whole, 'data_id', self.card.id)}.{self.path}"

    @property
    def identity(self) -> str:
        """The full name, ``id.path@repository``."""
        return f"{self.id}@{self.card.repository}"

    @property
    def context(self) -> Context:
        """The context in which it is used, the whole's."""
        from datamaestro import Context

        return getattr(self.whole, "context", None) or Context.instance()

    @property
    def variants(self) -> Any:
        """The variants of the whole."""
        return getattr(self.whole, "variants", None)

    def variant(self, chosen: Mapping[str, Any]) -> Part:
        """Return this part of one variant of the whole."""
        family: Any = self.whole
        return Part(family.variant(chosen), self.path)

    def inside(self, data: object) -> Base | None:
        """Return this part of the whole's data object; None where there is none."""
        return next((datum for path, datum in walk(data) if path == f".{self.path}"), None)

    def build(self, paths: Mapping[str, Path]) -> object:
        """Return the datum; None where there is none."""
        return self.inside(self.whole.build(paths))

    def derive(self, resource: str, output: Path, inputs: Mapping[str, Path]) -> None:
        """Make a derived resource of the whole."""
        self.whole.derive(resource, output, inputs)

    def prepare(self, download: bool = False) -> Any:
        """Return the datum; the whole's files are brought to disk first where that is asked for."""
        return self.context.prepare(self, download=download)

    def download(self, force: bool = False) -> bool:
        """Bring the files of the whole to disk; return True."""
        self.prepare(download=True)
        return True


def whole_of(definition: Definition) -> Definition:
    """Return the definition that has the files: a part's whole, or itself."""
    return definition.whole if isinstance(definition, Part) else definition


def datum_of(definition: Definition, data: object, alike: Callable[[str], tuple[str, ...]]) -> Any:
    """Return what a definition names in the data object of its whole.

    Args:
        definition: of a data set, or of a part.
        data: the whole's data object.
        alike: as for :func:`no_such_part`.

    Raises:
        DatasetNotFound: there is no such part; the error says what may have been meant.
    """
    if not isinstance(definition, Part):
        return data
    found = definition.inside(data)
    if found is None:
        raise no_such_part(definition, data, alike)
    return found


def no_such_part(
    part: Part, data: object, alike: Callable[[str], tuple[str, ...]]
) -> DatasetNotFound:
    """Return the error for a part that is not there, which says what may have been meant.

    Args:
        part: that is wanted.
        data: the whole's data object.
        alike: returns the ids that look like one; asked where the whole has no parts.
    """
    from difflib import get_close_matches

    paths = [path.removeprefix(".") for path, _ in walk(data) if path]
    whole = part.identity.replace(f".{part.path}@", "@")
    if not paths:
        return DatasetNotFound(part.identity, alike(part.id), hint=f"{whole} has no parts")
    close = get_close_matches(part.path, paths)
    near = tuple(Part(part.whole, path).identity for path in close)
    return DatasetNotFound(part.identity, near, hint=f"{whole} has {listed(paths)}")
