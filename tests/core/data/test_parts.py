"""The walk over what is inside a data object."""

from attrs import define

from datamaestro.data import Base, File
from datamaestro.data.parts import walk


@define(kw_only=True)
class Slotted(Base):
    """A type as attrs makes it by default."""

    left: Base
    many: dict[str, list[Base]]


def test_all_data_are_found_with_their_paths() -> None:
    """In fields, lists and dicts; also of a class with slots."""
    inner = [File(path="a"), File(path="b")]
    whole = Slotted(left=inner[0], many={"k": [inner[1]]})
    assert [("", whole), (".left", inner[0]), (".many.k.0", inner[1])] == list(walk(whole))
