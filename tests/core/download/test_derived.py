"""Files and folders that are made from others, as they are declared."""

from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from datamaestro.annotations import DATASET
from datamaestro.data import File
from datamaestro.definitions import Dataset, dataset
from datamaestro.download.derived import DerivedFile, DerivedFolder
from datamaestro.download.single import FileDownloader
from datamaestro.errors import DefinitionError
from datamaestro_hookspecs.cards import WHOLE, Derivation, ResourceCard

NAME = __name__


def join(output: Path, *inputs: Path) -> None:
    output.write_text("".join(path.read_text() for path in inputs))


class Holder:
    @staticmethod
    def join(output: Path, *inputs: Path) -> None:
        join(output, *inputs)


def source(name: str) -> FileDownloader:
    return FileDownloader(name, f"https://example.org/{name}")


@pytest.mark.parametrize("kind", [DerivedFile, DerivedFolder])
def test_it_is_a_function_and_its_inputs(kind: type[DerivedFile]) -> None:
    """Named, in their order; a folder or a file."""
    card = kind("made.txt", join, source("b.txt"), "a", source("c.txt")).card()
    expected = ResourceCard(
        "made",
        "made.txt",
        derivation=Derivation(f"{NAME}:join", "1"),
        inputs=("b", "a", "c"),
        folder=kind is DerivedFolder,
    )
    assert expected == card


def test_all_may_be_said() -> None:
    """Version, name, whether it is used up, and whether it has a process of its own."""
    card = DerivedFile(
        "made.txt", Holder.join, version="2", varname="own", transient=True, process=True
    ).card()
    assert Derivation(f"{NAME}:Holder.join", "2", process=True) == card.derivation
    assert ("own", True, ()) == (card.name, card.transient, card.inputs)


def test_a_folder_may_be_the_data_sets_own() -> None:
    """A file may not."""
    assert WHOLE == DerivedFolder(WHOLE, join, varname="x").card().path
    with pytest.raises(DefinitionError, match="is not a path below the data set's folder"):
        DerivedFile(WHOLE, join, varname="x").card()


@pytest.mark.parametrize("wrong", [partial(join), "join", None, Holder()])
def test_what_is_no_function_is_a_broken_definition(wrong: Any) -> None:
    """Its name is part of the recipe, so it needs one."""
    with pytest.raises(DefinitionError, match=r"resource made: .* is not a function"):
        DerivedFile("made.txt", wrong).card()


def test_inputs_take_the_names_of_attributes() -> None:
    """Which they get after the function's line has been read."""

    @dataset(id="org.example.made")
    class Made(Dataset):
        RAW = source("raw.txt")
        HALF = DerivedFile("half.txt", join, RAW)
        MADE = DerivedFile("made.txt", join, HALF, RAW)

        def config(self) -> File:
            return File(path=self.MADE.path)

    inputs = {each.name: each.inputs for each in vars(Made)[DATASET].card.resources}
    assert {"RAW": (), "HALF": ("RAW",), "MADE": ("HALF", "RAW")} == inputs


def test_the_function_is_called_with_paths_in_their_order(tmp_path: Path) -> None:
    """However they came, and whatever else is there."""
    for name in "abc":
        (tmp_path / name).write_text(name)
    made = DerivedFile("made.txt", join, "b", "a")
    made.derive(tmp_path / "out", {name: tmp_path / name for name in "abc"})
    assert "ba" == (tmp_path / "out").read_text()


@pytest.mark.parametrize("work", [join, Holder.join, lambda output: output.touch()])
def test_a_function_needs_a_place_only_for_a_process(work: Callable[..., object]) -> None:
    """Here any will do."""
    assert DerivedFile("made.txt", work).card().derivation is not None


def test_what_is_not_made_from_others_cannot_be_derived(tmp_path: Path) -> None:
    """It says which."""
    with pytest.raises(DefinitionError, match="resource raw is not made from others"):
        source("raw.txt").derive(tmp_path, {})
