"""Archives on their way from a server to a folder: broken, cut short, refused; never half there."""

from __future__ import annotations

import gzip
import io
import shutil
import signal
import tarfile
import threading
import zipfile
from pathlib import Path

import pytest

from datamaestro.context import Context
from datamaestro.data import Folder
from datamaestro.definitions import Dataset, dataset
from datamaestro.download.archive import ArchiveDownloader, TarDownloader, ZipDownloader
from datamaestro.errors import ContentError, PluginError, StorageError
from datamaestro.store.records import DatasetRecords
from datamaestro.stream import Expand
from datamaestro.testing.faults import FaultServer, change, cut, throttle, unconditional
from support.archives import PACKED, TREE, prepare_folder, serve_archive
from support.command import datamaestro
from support.transfers import ID, content, define_one, digest
from support.trees import content_of
from support.worlds import die_at_change

each_format = pytest.mark.parametrize("name", PACKED)


@pytest.fixture(autouse=True)
def no_waiting(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let retries follow each other at once."""
    monkeypatch.setattr("datamaestro.engine.retries.FIRST_PAUSE", 0)


@each_format
def test_a_complete_download_is_not_fetched_again(
    name: str, site: Path, server: FaultServer, store: Path, tmp_path: Path
) -> None:
    """Where unpacking was interrupted it begins anew, from what has arrived; no request is made."""
    die_at_change(site)
    server.always = unconditional()
    server.validator = "none"
    serve_archive(site, server, name)
    died = datamaestro("prepare", ID, cwd=tmp_path, DIE_AT="12", DATAMAESTRO_DIR=str(store))
    assert -signal.SIGKILL == died.code
    partial = [path for path in store.rglob("*-data") if path.is_file()]
    assert [PACKED[name]] == [path.read_bytes() for path in partial]
    server.requests.clear()
    assert TREE == content_of(prepare_folder())
    assert [] == server.paths()


@each_format
@pytest.mark.parametrize("part", [0.1, 0.5, 0.99])
def test_a_transfer_that_breaks_is_resumed_while_it_is_unpacked(
    name: str, part: float, site: Path, server: FaultServer
) -> None:
    """What has been unpacked already is not seen, and what has arrived is not fetched again."""
    serve_archive(site, server, name)
    server.will(name, cut(int(part * len(PACKED[name]))))
    assert TREE == content_of(prepare_folder())
    assert server.sent[name] <= len(PACKED[name]) + (1 << 16)


@each_format
def test_content_that_changes_half_way_is_unpacked_anew(
    name: str, site: Path, server: FaultServer
) -> None:
    """Nothing of what it was before is in the folder."""
    other = b"x" * 1000 + PACKED[name]
    serve_archive(site, server, name, packed=other)
    server.will(name, cut(len(other) // 2), change(PACKED[name]))
    assert TREE == content_of(prepare_folder())


@each_format
@pytest.mark.parametrize("part", [0.2, 0.7, 0.999])
def test_an_archive_cut_short_is_refused(
    name: str, part: float, site: Path, server: FaultServer, store: Path
) -> None:
    """The server says that this is all: nothing is published, and what came can be looked at."""
    packed = PACKED[name][: int(part * len(PACKED[name]))]
    serve_archive(site, server, name, packed=packed)
    with pytest.raises(ContentError) as caught:
        prepare_folder()
    assert not (store / "data").exists()
    assert packed == (store / "partial/test/org.example.one/wrong/data").read_bytes()
    assert f"{server.url(name)}" in str(caught.value)


@each_format
def test_a_wrong_digest_publishes_nothing(
    name: str, site: Path, server: FaultServer, store: Path
) -> None:
    """It was unpacked while it arrived; that goes, too."""
    serve_archive(site, server, name, f"sha256={digest(b'other')!r}")
    with pytest.raises(ContentError, match="sha256"):
        prepare_folder()
    assert not (store / "data").exists()
    assert not list(store.rglob("made"))


@each_format
def test_downloads_are_kept_where_asked_for(
    name: str, site: Path, server: FaultServer, store: Path
) -> None:
    """``--keep-downloads`` keeps the archive beside what was in it."""
    serve_archive(site, server, name)
    prepare_folder(keep_downloads=True)
    kept = store / "partial/test/org.example.one/kept/data.published"
    assert PACKED[name] == kept.read_bytes()


@each_format
def test_nothing_is_left_but_the_folder(
    name: str, site: Path, server: FaultServer, store: Path
) -> None:
    """The archive is gone, and with it all that was needed on the way."""
    serve_archive(site, server, name)
    prepare_folder()
    left = [path for path in store.glob("partial/**/*") if path.is_file() and path.name != "lock"]
    assert [] == left


@each_format
def test_a_folder_that_disappeared_is_made_again(
    name: str, site: Path, server: FaultServer, tmp_path: Path
) -> None:
    """The record alone is not believed; while the folder is there, no request is made."""
    serve_archive(site, server, name)
    folder = prepare_folder()
    server.requests.clear()
    assert (folder, []) == (prepare_folder(), server.paths())
    folder.rename(tmp_path / "elsewhere")
    assert TREE == content_of(prepare_folder())


@pytest.mark.parametrize("path", [".", "sub/folder"])
def test_another_selection_replaces_the_folder(path: str, tmp_path: Path) -> None:
    """A changed definition makes it again; nothing of before is left, on disk or on record."""
    (tmp_path / "a.zip").write_bytes(PACKED["a.zip"])
    context = Context()
    for arguments, tree in (
        ({}, TREE),
        ({"files": ["top/a"]}, {name: TREE[name] for name in (b"a", b"a/x", b"a/y")}),
        ({"files": ["top/b/x"], "strip": 1}, {b"b": ("folder",), b"b/x": TREE[b"b/x"]}),
    ):

        @dataset(id="org.example.changing")
        class Changing(Dataset):
            DATA = ZipDownloader("data", (tmp_path / "a.zip").as_uri(), path=path, **arguments)

            def config(self) -> Folder:
                return Folder(path=self.DATA.path)

        assert tree == content_of(context.prepare(Changing).path)
        files = DatasetRecords(context.store, context.dataset(Changing).card).files()
        prefix = "" if path == "." else f"{path}/"
        wanted = {prefix + name.decode() for name, what in tree.items() if what != ("folder",)}
        assert wanted == set(files)


def test_an_emptied_folder_is_made_again(site: Path, server: FaultServer) -> None:
    """That a folder is there does not say that anything is in it."""
    serve_archive(site, server, "a.zip")
    folder = prepare_folder()
    shutil.rmtree(folder)
    folder.mkdir()
    assert TREE == content_of(prepare_folder())


@pytest.mark.parametrize("mistake", ["files=['nothing']", "max_size=10", "subpath='none'"])
@each_format
def test_a_mistake_in_a_definition_costs_no_download(
    name: str, mistake: str, site: Path, server: FaultServer, tmp_path: Path
) -> None:
    """What has arrived is what was declared; the definition is mended, and nothing is fetched."""
    declared = f"sha256={digest(PACKED[name])!r}"
    serve_archive(site, server, name, f"{declared}, {mistake}")
    with pytest.raises(ContentError, match="what has arrived stays for the next run"):
        prepare_folder()
    server.requests.clear()
    assert TREE == content_of(prepare_as(server.url(name), sha256=digest(PACKED[name])))
    assert [] == server.paths()


def prepare_as(url: str, **facts: str) -> Path:
    """Prepare :data:`ID` of the repository as another definition would."""

    @dataset(id=ID)
    class One(Dataset):
        DATA = ArchiveDownloader("data", url, **facts)  # type: ignore[arg-type]

        def config(self) -> Folder:
            return Folder(path=self.DATA.path)

    context = Context()
    definition = context.dataset(One)
    definition.repository = "test"  # type: ignore[attr-defined]
    return Path(context.prepare(definition).path)


def test_different_members_do_not_become_one(site: Path, server: FaultServer, store: Path) -> None:
    """What strip= would lose is an error that names both."""
    serve_archive(site, server, "a.zip", "strip=2")
    with pytest.raises(ContentError, match=r"'top/a/x' and 'top/b/x' both become 'x' \(strip="):
        prepare_folder()
    assert not (store / "data").exists()


def test_members_that_are_transformed_keep_their_facts(tmp_path: Path) -> None:
    """Times and the permission to run are those of the archive."""
    with tarfile.open(tmp_path / "a.tar", "w") as archive:
        member = tarfile.TarInfo("run.sh.gz")
        packed = gzip.compress(b"#!/bin/sh")
        member.size, member.mode, member.mtime = len(packed), 0o755, 1_000_000
        archive.addfile(member, io.BytesIO(packed))

    @dataset(id="org.example.scripts")
    class Scripts(Dataset):
        DATA = TarDownloader("data", (tmp_path / "a.tar").as_uri(), transforms=Expand())

        def config(self) -> Folder:
            return Folder(path=self.DATA.path)

    folder = Context().prepare(Scripts).path
    assert {b"run.sh": ("file", b"#!/bin/sh", True)} == content_of(folder)
    assert 1_000_000 == (folder / "run.sh").stat().st_mtime


@pytest.mark.parametrize(
    ("packed", "what"),
    [
        (b"\n<!DOCTYPE html><html>log in</html>" * 20, "is a web page instead of an archive"),
        (PACKED["a.zip"], "is for unzip, not for untar"),
    ],
)
def test_what_it_is_instead_is_told(
    packed: bytes, what: str, site: Path, server: FaultServer
) -> None:
    """Not just that it is damaged."""
    serve_archive(site, server, "a.tar", "transforms=Untar()", packed=packed)
    with pytest.raises(ContentError, match=what):
        prepare_folder()


def test_what_fails_inside_of_an_archive_is_named(site: Path, server: FaultServer) -> None:
    """The archive is as it should be; it is a member that cannot be expanded."""
    serve_archive(site, server, "a.zip", "transforms=Unzip('top/a/*') | Gunzip()")
    with pytest.raises(ContentError, match=r"a.zip: member 'top/a/[xy]': gunzip fails: "):
        prepare_folder()


@pytest.mark.parametrize("chain", ["Gunzip() | Filter('.')", "Gunzip() | Decode('latin-1')"])
def test_a_refusal_ends_all_that_reads_ahead(
    chain: str, site: Path, server: FaultServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each step reads from the one before it; none waits for ever for one that has ended."""
    server.files["a.txt.gz"] = gzip.compress(content(4_000_000).hex().encode())
    server.always = throttle(1_000_000)
    define_one(site, server.url("a.txt.gz"), f"transforms={chain}, max_size=1000")
    with pytest.raises(ContentError, match="more than 1,000 bytes"):
        Context().prepare(ID)
    assert "datamaestro-ahead" not in {thread.name for thread in threading.enumerate()}


@pytest.mark.parametrize("plugin", ["gzip", "zip"])
def test_a_plugin_that_is_switched_off_is_named(
    plugin: str,
    site: Path,
    server: FaultServer,
    store: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Nothing compressed is taken for content, and no archive for a damaged one."""
    name = {"gzip": "a.tar.gz", "zip": "a.zip"}[plugin]
    serve_archive(site, server, name)
    monkeypatch.setenv("DATAMAESTRO_PLUGINS", f"-{plugin}")
    with pytest.raises(PluginError, match=f"the plugin {plugin} is switched off"):
        prepare_folder()
    assert not (store / "data").exists()


def test_a_member_is_not_taken_for_content_where_its_plugin_is_off(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """``Expand()`` of what cannot be expanded is an error, not a copy."""
    (tmp_path / "a.zip").write_bytes(zip_of({"a.txt.gz": gzip.compress(b"text")}))
    monkeypatch.setenv("DATAMAESTRO_PLUGINS", "-gzip")

    @dataset(id="org.example.off")
    class Off(Dataset):
        DATA = ZipDownloader("data", (tmp_path / "a.zip").as_uri(), transforms=Expand())

        def config(self) -> Folder:
            return Folder(path=self.DATA.path)

    with pytest.raises(PluginError, match="the plugin gzip is switched off"):
        Context().prepare(Off)


def zip_of(files: dict[str, bytes]) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        for name, data in files.items():
            archive.writestr(name, data)
    return packed.getvalue()


def test_no_permission(site: Path, server: FaultServer, store: Path) -> None:
    """A data directory that cannot be written is said before anything is unpacked."""
    serve_archive(site, server, "a.zip")
    store.write_text("a file where a folder has to be")
    with pytest.raises(StorageError):
        prepare_folder()


def test_the_wrong_kind_of_archive(site: Path, server: FaultServer) -> None:
    """What it is is told by its content, whatever its name says."""
    serve_archive(site, server, "a.tar.gz", packed=PACKED["a.zip"])
    assert TREE == content_of(prepare_folder())


def test_no_archive_at_all(site: Path, server: FaultServer) -> None:
    """A file that nobody can unpack is wrong content."""
    serve_archive(site, server, "a.dat", packed=b"some text" * 100)
    with pytest.raises(ContentError, match="no archive that any plugin knows"):
        prepare_folder()
