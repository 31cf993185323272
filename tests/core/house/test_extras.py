"""What takes room besides data sets."""

from __future__ import annotations

from pathlib import Path

from datamaestro.context import Context
from datamaestro.house.extras import extras
from datamaestro.house.orphans.finding import find_orphans
from datamaestro.house.trash.discarding import Removal, discard
from datamaestro.house.trash.items import Piece
from datamaestro.index.listing import Stock
from datamaestro.store.holdings import Holding
from datamaestro.store.layout import Store
from datamaestro.store.writers import start_writing

ACME = Stock("acme", frozenset({"com.x"}), "")
KNOWN = Holding(Store(Path()), "com.x", "acme")


def found(root: Path) -> set[tuple[str, str]]:
    """Return kinds and paths, the latter below the data directory."""
    return {
        (one.kind, str(Path(one.path).relative_to(root)))
        for one in extras(Store(root), [ACME], {})
        if Path(one.path).is_relative_to(root)
    }


def put(path: Path, content: bytes = b"x" * 10_000) -> Path:
    """Write a file."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
    return path


def test_an_empty_directory_has_none(tmp_path: Path) -> None:
    """Nor has one that is not there."""
    assert set() == found(tmp_path) == found(tmp_path / "none")


def test_each_thing_is_listed_once(tmp_path: Path) -> None:
    """With what it is."""
    store = Store(tmp_path)
    writer = start_writing(store.partial(KNOWN))
    put(writer.folder / "of-a/x")
    put(store.wrong(KNOWN, "a"))
    put(store.kept(KNOWN, "a"))
    put(store.partial(KNOWN) / "lock")
    put(tmp_path / "data/__urls__/abc/file")
    put(tmp_path / "data/acme/com/z/file")
    put(tmp_path / "data/gone/com/z/file")
    trashed = put(tmp_path / "data/acme/com/old")
    piece = Piece("data/acme/com/old", trashed.stat().st_ino)
    (done,) = discard(store, [Removal("data/acme/com/old", "nobody has it", [piece])])
    assert {
        ("partial", f"partial/acme/com.x/{writer.folder.name}"),
        ("partial", "partial/acme/com.x/wrong"),
        ("cache", "partial/acme/com.x/kept"),
        ("cache", "data/__urls__"),
        ("orphan", "data/acme/com/z"),
        ("unknown", "data/gone"),
        ("trash", f"trash/{done.token}"),
    } == found(tmp_path)
    sizes = {one.kind: (one.size, one.files) for one in extras(store, [ACME], {})}
    assert all(size >= 10_000 for size, _ in sizes.values())
    (arriving,) = [
        one for one in extras(store, [ACME], {}) if "of-" in str(list(Path(one.path).glob("of-*")))
    ]
    assert "com.x@acme: it is arriving" == arriving.about


def test_all_that_is_an_orphan_is_listed(tmp_path: Path) -> None:
    """Also what had arrived of an id that nobody has any more, as one thing, and its records."""
    store = Store(tmp_path)
    nobodys = Holding(store, "com.none", "acme")
    for path in ("x", "run-0/of-a/x", "kept/a"):
        put(store.partial(nobodys) / path)
    put(store.used(nobodys))
    orphans = {one.path for one in find_orphans(store, [ACME]).orphans}
    assert {"partial/acme/com.none", "state/acme/com.none.used"} == orphans
    assert {("orphan", path) for path in orphans} == found(tmp_path)


def test_the_index_is_a_cache(context: Context) -> None:
    """It is in a folder of the user's, and made again where it is gone."""
    assert [] == list(extras(context.store, [], {}))
    list(context.catalogue)
    (index,) = extras(context.store, [], {})
    assert ("cache", "catalogue.sqlite") == (index.kind, Path(index.path).name)
