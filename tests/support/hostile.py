"""What hostile archives must not do, and where they are let loose."""

from __future__ import annotations

from pathlib import Path

from datamaestro.context import Context
from datamaestro.data import Folder
from datamaestro.definitions import Dataset, dataset
from datamaestro.download.archive import ArchiveDownloader
from datamaestro.errors import ContentError
from datamaestro.store.writers import writers
from datamaestro.testing.hostile import Hostile


def prepare(packed: Path, store: Path, **limits: int) -> Path:
    """Return the folder of a data set that is an archive."""

    @dataset(id="org.example.hostile")
    class Any(Dataset):
        DATA = ArchiveDownloader("data", packed.as_uri(), unwrap=False, **limits)  # type: ignore[arg-type]

        def config(self) -> Folder:
            return Folder(path=self.DATA.path)

    return Path(Context(store).prepare(Any).path)


def check_hostile(case: Hostile, inside: Path, **limits: int) -> None:
    """Prepare a hostile archive; it is refused, or does what is right."""
    packed, store = inside / f"packed{case.suffix}", inside / "store"
    case.write(packed)
    refusal = None
    try:
        prepare(packed, store, **limits)
    except ContentError as error:
        refusal = str(error)
    if refusal is None:
        assert case.may_be_kept, case.why
        case.assert_kept(store / "data/__custom__/org/example/hostile")
        return
    assert case.may_be_refused, f"{case.why}: {refusal}"
    assert "\n" not in refusal
    assert len(refusal) < 1000
    assert not (store / "data").exists()
    (partial,) = (store / "partial").glob("*/*")
    assert [] == writers(partial)
