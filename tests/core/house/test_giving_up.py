"""Whoever can neither mend a data set nor have it anew is told how to be rid of it."""

import shlex
import subprocess
from pathlib import Path

import pytest

from datamaestro.context import Context
from datamaestro.errors import DatamaestroError
from datamaestro.house.held import held_here
from datamaestro.house.removing import remove
from datamaestro.house.ways import repair
from datamaestro.store.holdings import Holding
from support.holding import hold

ID = "org.example.x"


@pytest.fixture
def holding(store: Path) -> Holding:
    """Return a data set that no repository has, the manifest of which is damaged."""
    found = hold(store, f"{ID}@gone", a=b"a", tree={"b": b"b"})
    found.store.manifest(found).write_text("{")
    return found


def hints(context: Context, holding: Holding) -> list[str]:
    """Return what repair and remove advise."""
    with pytest.raises(DatamaestroError) as from_repair:
        repair(context, [ID])
    with pytest.raises(DatamaestroError) as from_remove:
        remove(holding, 0)
    return [from_repair.value.hint, from_remove.value.hint]


def test_it_is_deleted_by_hand(context: Context, store: Path, holding: Holding) -> None:
    """Then nothing is left of it, and others are as they were."""
    other = hold(store, f"{ID}y@gone", a=b"a")
    one, another = (hint[hint.index("rm -r ") :] for hint in hints(context, holding))
    assert shlex.split(one) == shlex.split(another)
    subprocess.run(shlex.split(one), check=True)
    assert [other] == held_here(context.settings, [], "remove", begun=True)
    assert [other.folder] == list(holding.folder.parent.iterdir())


def test_what_is_in_its_folder_and_anothers_stays(
    context: Context, store: Path, holding: Holding
) -> None:
    """Only records are to be deleted then."""
    inner = hold(store, f"{ID}.y@gone", a=b"a")
    hint = hints(context, holding)[0]
    subprocess.run(shlex.split(hint[hint.index("rm -r ") :]), check=True)
    assert [inner] == held_here(context.settings, [], "remove", begun=True)
    assert b"a" == (holding.folder / "a").read_bytes()


def test_what_is_sound_is_removed(context: Context, store: Path) -> None:
    """Also where a file is wrong that nobody can make again."""
    holding = hold(store, f"{ID}@gone", a=b"a")
    (holding.folder / "a").write_bytes(b"b")
    with pytest.raises(DatamaestroError) as raised:
        repair(context, [ID])
    assert raised.value.hint.endswith(f"else give it up: datamaestro remove {ID}@gone")
    assert remove(holding, 0) is not None
