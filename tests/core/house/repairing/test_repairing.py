"""Only what is wrong is fetched or made again, and nothing is lost."""

import importlib
import io
import os
import shutil
import sys
import tarfile
from pathlib import Path
from tempfile import TemporaryDirectory, gettempdir

import pytest

from datamaestro.context import Context
from datamaestro.errors import (
    ActionNeeded,
    BusyError,
    DatasetNotFound,
    DefinitionError,
    OfflineError,
    TransferError,
)
from datamaestro.house.removing import remove
from datamaestro.house.repairing.repairing import repair
from datamaestro.house.repairing.repairs import Repaired, to_repair
from datamaestro.plugins.registry import forget_plugins
from datamaestro.store.holdings import Holding
from datamaestro.store.layout import Store
from datamaestro.testing.faults import GOOD, FaultServer, refuse
from support.on_record import states, verify
from support.repositories import define

MEMBERS = {"b.txt": b"bees", "c/d.txt": b"dogs" * 100, "c/e.txt": b"eels"}
ID = "org.example.one"

TWO = """
    @filedownloader("a.txt", {url!r} + "a.txt")
    @tardownloader("m", {url!r} + "m.tar")
    @dataset(File)
    def one(a, m):
        return {{"path": a}}
"""

ALONE = """
    @tardownloader("m", {url!r} + "m.tar")
    @dataset(Folder)
    def one(m):
        return {{"path": m}}
"""

DERIVED = """
    def turn(output, raw):
        output.write_bytes(raw.read_bytes()[::-1])

    @dataset(id="org.example.one")
    class One(Dataset):
        RAW = FileDownloader("a.txt", {url!r} + "a.txt")
        MADE = DerivedFile("made.txt", turn, RAW)

        def config(self) -> File:
            return File(path=self.MADE.path)
"""


def packed(members: dict[str, bytes]) -> bytes:
    """Return a tar of some files."""
    made = io.BytesIO()
    with tarfile.open(fileobj=made, mode="w") as tar:
        for name, content in members.items():
            info = tarfile.TarInfo(name)
            info.size = len(content)
            tar.addfile(info, io.BytesIO(content))
    return made.getvalue()


def prepare(site: Path, server: FaultServer, source: str) -> Path:
    """Bring a data set to disk; return its folder."""
    server.files |= {"a.txt": b"some words", "m.tar": packed(MEMBERS)}
    define(site, source.format(url=server.url("")))
    Context().prepare(ID)
    server.requests.clear()
    return Context().store.folder("test", ID)


def forget_definitions(site: Path) -> None:
    """Uninstall the repository."""
    for path in site.iterdir():
        shutil.rmtree(path)
    for name in [name for name in sys.modules if name.startswith("repository_of_test")]:
        del sys.modules[name]
    importlib.invalidate_caches()
    forget_plugins()


def mended(store: Path, *, offline: bool = False) -> Repaired:
    """Verify the only data set, and repair it."""
    (found,) = verify(store)
    return repair(Context(offline=offline), to_repair(found))


def looks(folder: Path) -> dict[str, tuple[int, int]]:
    """Return which files are below a folder, and when they were written."""
    found = {path: path.stat() for path in folder.rglob("*") if path.is_file()}
    return {path.name: (one.st_ino, one.st_mtime_ns) for path, one in found.items()}


def contents(folder: Path) -> dict[str, bytes]:
    """Return what all files below a folder have."""
    files = [path for path in folder.rglob("*") if path.is_file()]
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in files}


def test_only_the_file_that_is_wrong_is_fetched(
    site: Path, server: FaultServer, store: Path
) -> None:
    """What was wrong is kept; another time beside what is kept already."""
    folder = prepare(site, server, TWO)
    for wrong in (b"wrong", b"worse"):
        (folder / "a.txt").write_bytes(wrong)
        (kept,) = mended(store).kept
        assert (wrong, b"some words") == (kept.read_bytes(), (folder / "a.txt").read_bytes())
    assert (["a.txt"] * 2, {}) == (server.paths(), states(store))


@pytest.mark.parametrize("source", [TWO, ALONE])
def test_only_the_members_that_are_wrong_are_replaced(
    source: str, site: Path, server: FaultServer, store: Path
) -> None:
    """The others are not touched, and foreign files stay, whether the archive is alone or not."""
    folder = prepare(site, server, source)
    top = folder / "m" if source == TWO else folder
    (top / "b.txt").write_bytes(b"bugs")
    (top / "c/d.txt").unlink()
    (top / "c/foreign").write_bytes(b"mine")
    before = looks(top)["e.txt"]
    found = mended(store)
    assert (["m.tar"], (), [b"bugs"]) == (
        server.paths(),
        found.other,
        [path.read_bytes() for path in found.kept],
    )
    assert {**MEMBERS, "c/foreign": b"mine"} == contents(top)
    assert before == looks(top)["e.txt"]
    assert {"foreign"} == set(states(store).values())
    assert verify(store)[0].right


def test_nothing_is_left_where_nothing_was_set_aside(
    site: Path, server: FaultServer, store: Path
) -> None:
    """What is missing leaves no folder for what is wrong, also where it cannot be had."""
    folder = prepare(site, server, TWO)
    (folder / "a.txt").unlink()
    del server.files["a.txt"]
    with pytest.raises(TransferError):
        mended(store)
    assert not (store / f"partial/test/{ID}/wrong").exists()


def test_what_is_in_the_way_of_a_folder_is_moved(
    site: Path, server: FaultServer, store: Path
) -> None:
    """A file where a folder has been, and a folder where a file has been."""
    folder = prepare(site, server, TWO)
    (folder / "m/c").rename(folder / "away")
    (folder / "m/c").write_bytes(b"in the way")
    (folder / "a.txt").unlink()
    (folder / "a.txt").mkdir()
    (folder / "a.txt/x").write_bytes(b"in it")
    mended(store)
    assert MEMBERS == contents(folder / "m")
    assert {"foreign"} == set(states(store).values())
    assert {b"in the way", b"in it"} <= set(contents(store / "partial").values())


def test_what_is_published_anew_replaces_what_was(
    site: Path, server: FaultServer, store: Path
) -> None:
    """Old and new members are never mixed; that there is another content is said."""
    folder = prepare(site, server, TWO)
    (folder / "m/b.txt").unlink()
    (folder / "m/mine").write_bytes(b"mine")
    server.files["m.tar"] = packed({"b.txt": b"news"})
    assert ("m",) == mended(store).other
    assert {"b.txt": b"news"} == contents(folder / "m")
    assert b"mine" in contents(store / "partial").values()
    assert {} == states(store)


def test_what_is_made_from_what_is_as_before_is_not_made_again(
    site: Path, server: FaultServer, store: Path
) -> None:
    """Nor is a source fetched for what can be made without it."""
    folder = prepare(site, server, DERIVED)
    before = looks(folder)["made.txt"]
    (folder / "a.txt").unlink()
    mended(store)
    assert (before, ["a.txt"]) == (looks(folder)["made.txt"], server.paths())
    (folder / "made.txt").write_bytes(b"wrong")
    mended(store, offline=True)
    assert b"sdrow emos" == (folder / "made.txt").read_bytes()


@pytest.mark.parametrize("how", ["lines", "cut", "gone"])
@pytest.mark.parametrize("source", [TWO, ALONE])
def test_a_damaged_sidecar_is_written_anew(
    how: str, source: str, site: Path, server: FaultServer, store: Path
) -> None:
    """The manifest says that the files are right; neither network nor definition is needed."""
    prepare(site, server, source)
    forget_definitions(site)
    sidecar = store / f"state/test/{ID}.files.jsonl"
    before = sidecar.read_text()
    if how == "lines":
        sidecar.write_text(before.replace("0", "1"))
    elif how == "cut":
        os.truncate(sidecar, before.index("\n") + 1)
    else:
        sidecar.unlink()
    (found,) = verify(store, quick=True)
    assert (True, {}) == (found.wrong, states(store))
    mended(store, offline=True)
    assert (before, True) == (sidecar.read_text(), verify(store)[0].right)


@pytest.mark.parametrize("how", ["lines", "one", "empty"])
@pytest.mark.parametrize("damage", ["changed", "gone"])
@pytest.mark.parametrize("source", [TWO, ALONE])
def test_a_folder_is_made_again_where_a_damaged_sidecar_says_nothing_of_it(
    how: str, damage: str, source: str, site: Path, server: FaultServer, store: Path
) -> None:
    """The manifest says that it is wrong, though not which file."""
    folder = prepare(site, server, source)
    top = folder / "m" if source == TWO else folder
    sidecar = store / f"state/test/{ID}.files.jsonl"
    lines = sidecar.read_text().splitlines(keepends=True)
    left = {"lines": [], "empty": [], "one": [one for one in lines if "d.txt" not in one]}
    sidecar.write_text("".join(left[how]) + ("{}\n" if how == "lines" else ""))
    (top / "c/d.txt").unlink() if damage == "gone" else (top / "c/d.txt").write_bytes(b"cats")
    mended(store)
    assert MEMBERS == contents(top)
    assert verify(store)[0].right
    assert (damage == "changed") == (b"cats" in contents(store / "partial").values())


@pytest.mark.parametrize("how", ["flipped", "empty", "gone"])
@pytest.mark.parametrize("source", [TWO, ALONE, DERIVED])
def test_a_lost_manifest_is_written_anew(
    how: str, source: str, site: Path, server: FaultServer, store: Path
) -> None:
    """The sidecar says that the files are right, so nothing is fetched."""
    folder = prepare(site, server, source)
    before = looks(folder)
    manifest = store / f"state/test/{ID}.json"
    if how == "flipped":
        manifest.write_bytes(manifest.read_bytes().replace(b'"folder"', b'"fodder"'))
    elif how == "empty":
        manifest.write_bytes(b"")
    else:
        manifest.unlink()
    assert (True, {}) == (verify(store)[0].wrong, states(store))
    mended(store, offline=True)
    assert before == looks(folder)
    assert (True, []) == (verify(store)[0].right, server.paths())
    assert Context(offline=True).is_prepared(ID)


@pytest.mark.parametrize("source", [TWO, ALONE])
def test_what_nothing_says_is_right_is_made_again(
    source: str, site: Path, server: FaultServer, store: Path
) -> None:
    """With the manifest lost, and lines of the sidecar; what was there is kept."""
    folder = prepare(site, server, source)
    top = folder / "m" if source == TWO else folder
    (top / "c/d.txt").write_bytes(b"cats")
    (store / f"state/test/{ID}.json").write_bytes(b"{}")
    (store / f"state/test/{ID}.files.jsonl").write_bytes(b"")
    with pytest.raises(OfflineError):
        mended(store, offline=True)
    assert b"cats" == (top / "c/d.txt").read_bytes()
    mended(store)
    assert MEMBERS == contents(top)
    assert b"cats" in contents(store / "partial").values()
    assert verify(store)[0].right


def test_offline_nothing_is_touched(site: Path, server: FaultServer, store: Path) -> None:
    """What cannot be fetched again stays where it is, wrong as it is."""
    folder = prepare(site, server, TWO)
    (folder / "m/b.txt").write_bytes(b"bugs")
    before = contents(store)
    with pytest.raises(OfflineError):
        mended(store, offline=True)
    assert before == {path: one for path, one in contents(store).items() if path in before}
    assert {"m/b.txt": "changed"} == states(store)


def test_a_repair_that_failed_is_gone_on_with(site: Path, server: FaultServer, store: Path) -> None:
    """It says where what was wrong is; what is right stays, and prepare would do as well."""
    folder = prepare(site, server, TWO)
    (folder / "m/b.txt").write_bytes(b"bugs")
    server.always = refuse(404)
    with pytest.raises(TransferError, match=r"kept at .*b\.txt"):
        mended(store)
    assert {"m/b.txt": "missing"} == states(store)
    server.always = GOOD
    before = looks(folder)["e.txt"]
    Context().prepare(ID)
    assert (before, {}) == (looks(folder)["e.txt"], states(store))


def test_without_its_definition_nothing_is_touched(
    site: Path, server: FaultServer, store: Path
) -> None:
    """The error says what will do: the package, or a copy from another computer."""
    folder = prepare(site, server, TWO)
    (store / f"state/test/{ID}.described").unlink()
    (folder / "a.txt").write_bytes(b"wrong")
    forget_definitions(site)
    with pytest.raises(DatasetNotFound, match="install the package of the repository test"):
        mended(store)
    define(site, ALONE.format(url=server.url("")))
    forget_plugins()
    with pytest.raises(DefinitionError, match="does not have it any more"):
        mended(store)
    assert b"wrong" == (folder / "a.txt").read_bytes()


def test_who_has_changed_it_meanwhile_goes_first(
    site: Path, server: FaultServer, store: Path
) -> None:
    """What was found is of no use then."""
    folder = prepare(site, server, TWO)
    (folder / "a.txt").write_bytes(b"wrong")
    (found,) = verify(store)
    mended(store)
    (store / f"state/test/{ID}.files.jsonl").unlink()
    with pytest.raises(BusyError, match="meanwhile"):
        repair(Context(), to_repair(found))
    assert b"some words" == (folder / "a.txt").read_bytes()


def test_nothing_behind_a_link_is_touched(
    site: Path, server: FaultServer, store: Path, tmp_path: Path
) -> None:
    """A folder that somebody has put elsewhere is left alone; its place is filled anew."""
    folder = prepare(site, server, TWO)
    (folder / "m/c").rename(tmp_path / "elsewhere")
    (folder / "m/c").symlink_to(tmp_path / "elsewhere")
    (tmp_path / "elsewhere/d.txt").write_bytes(b"theirs")
    (tmp_path / "elsewhere/e.txt").unlink()
    assert {"m/c/d.txt": "changed", "m/c/e.txt": "missing"} == states(store)
    mended(store)
    assert {"d.txt": b"theirs"} == contents(tmp_path / "elsewhere")
    assert (MEMBERS, {}) == (contents(folder / "m"), states(store))
    assert not (folder / "m/c").is_symlink()


@pytest.mark.parametrize("source", [TWO, ALONE])
def test_what_is_behind_a_link_to_another_disk_is_repaired_there(
    source: str, site: Path, server: FaultServer, store: Path
) -> None:
    """Files and folders; what was wrong is set aside as ever, and what is right stays."""
    folder = prepare(site, server, source)
    before = contents(folder)
    with TemporaryDirectory(dir=memory()) as memory_folder:
        other = Path(memory_folder) / "one"
        shutil.move(folder, other)
        folder.symlink_to(other)
        known = looks(other)
        wrong = next(other.rglob("b.txt"))
        wrong.write_bytes(b"wrong")
        next(other.rglob("d.txt")).unlink()
        for place in other.glob("a.txt"):
            place.unlink()
        (kept,) = mended(store).kept
        assert (b"wrong", before) == (kept.read_bytes(), contents(other))
        assert known["e.txt"] == looks(other)["e.txt"]
        assert folder.is_symlink()
        assert {} == states(store)


def memory() -> Path:
    """Return a folder on another file system than that of the tests."""
    found = Path("/dev/shm")
    if not found.is_dir() or found.stat().st_dev == Path(gettempdir()).stat().st_dev:
        pytest.skip("there is no other file system")
    return found


def test_what_is_set_aside_has_room_beside_what_is(
    site: Path, server: FaultServer, store: Path
) -> None:
    """A file where a folder was, then a folder with a file of that name."""
    folder = prepare(site, server, TWO)
    for wrong in ("file", "folder", "file"):
        (folder / "a.txt").unlink()
        if wrong == "file":
            (folder / "a.txt").write_bytes(b"wrong")
        else:
            (folder / "a.txt").mkdir()
            (folder / "a.txt/b").write_bytes(b"wrong, too")
        mended(store)
    kept = contents(store / f"partial/test/{ID}/wrong")
    assert [b"wrong", b"wrong", b"wrong, too"] == sorted(kept.values())


def test_what_cannot_be_done_is_found_out_before(
    site: Path, server: FaultServer, store: Path
) -> None:
    """Also where nothing is to be done yet."""
    folder = prepare(site, server, TWO)
    (folder / "a.txt").write_bytes(b"wrong")
    (found,) = verify(store)
    with pytest.raises(OfflineError):
        repair(Context(offline=True), to_repair(found), dry_run=True)
    repair(Context(), to_repair(found), dry_run=True)
    assert b"wrong" == (folder / "a.txt").read_bytes()


@pytest.mark.parametrize("source", [TWO, ALONE])
def test_prepare_uses_nothing_that_a_sidecar_calls_wrong(
    source: str, site: Path, server: FaultServer, store: Path
) -> None:
    """Where the manifest is lost; what is not what it was is kept, and made again."""
    folder = prepare(site, server, source)
    top = folder / "m" if source == TWO else folder
    (top / "b.txt").write_bytes(b"bugs")
    (store / f"state/test/{ID}.json").write_bytes(b"")
    Context().prepare(ID)
    assert (MEMBERS, {}, ["m.tar"]) == (contents(top), states(store), server.paths())
    assert b"bugs" in contents(store / "partial").values()


FAMILY = """
    from datamaestro.variants import AxesVariants, Axis

    @filedownloader("a.txt", {url!r} + "a.txt")
    @dataset(File, variants=AxesVariants(language=Axis(["de", "en"])))
    def one(a, language):
        return {{"path": a}}
"""


def test_a_family_is_repaired_as_a_whole(site: Path, server: FaultServer, store: Path) -> None:
    """Its variants have the same files, so any of them will do."""
    server.files["a.txt"] = b"some words"
    define(site, FAMILY.format(url=server.url("")))
    place = Context().prepare(f"{ID}[language=en]").path
    place.write_bytes(b"wrong")
    mended(store)
    assert b"some words" == place.read_bytes()


LINK = """
    from datamaestro.download.links import linkpath

    @linkpath("link", [Path({place!r})])
    @dataset(File)
    def one(link):
        return {{"path": link}}
"""


NEWS = """
    from datamaestro.download.links import links

    @filedownloader("a.txt", {url!r} + "a.txt")
    @dataset(File, id="org.example.text")
    def text(a):
        return {{"path": a}}

    @dataset(id="org.example.one")
    class One(Dataset):
        ALL = links("all", text=text)

        def config(self) -> Folder:
            return Folder(path=self.ALL.path)
"""


def test_links_to_a_data_set_that_was_removed_are_right_again(
    site: Path, server: FaultServer, store: Path
) -> None:
    """Since that is prepared again."""
    folder = prepare(site, server, NEWS)
    removed = Holding(Store(store), "org.example.text", "test")
    remove(removed, 1.0)
    assert {"text": "missing"} == states(store)
    mended(store)
    assert b"some words" == (folder / "text/a.txt").read_bytes()


def test_a_link_is_made_again(site: Path, store: Path, tmp_path: Path) -> None:
    """To where it led; where nothing is there, a person has to act."""
    elsewhere = tmp_path / "elsewhere"
    elsewhere.write_bytes(b"mine")
    define(site, LINK.format(place=str(elsewhere)))
    Context().prepare(ID)
    place = Context().store.folder("test", ID) / "link"
    place.unlink()
    place.symlink_to(tmp_path)
    assert {"link": "changed"} == states(store)
    mended(store)
    assert (elsewhere, {}) == (place.readlink(), states(store))
    elsewhere.unlink()
    assert {"link": "missing"} == states(store)
    with pytest.raises(ActionNeeded):
        mended(store)
    assert elsewhere == place.readlink()
