"""Preparing data sets from a real server: what arrives, what is checked, what is kept."""

import bz2
import gzip
import hashlib
import logging
import lzma
import shutil
import subprocess
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from datamaestro import prepare_dataset
from datamaestro.context import Context
from datamaestro.engine.run import Run
from datamaestro.engine.schedule import Schedule
from datamaestro.errors import (
    ActionNeeded,
    ContentError,
    DefinitionError,
    DigestMismatch,
    OfflineError,
    PluginError,
    TransferError,
)
from datamaestro.store.records import DatasetRecords
from datamaestro.testing.faults import Fault, FaultServer, page, refuse, stall, truncate
from datamaestro_hookspecs.events import Event, TransferAdvanced
from support.repositories import define
from support.waiting import SECONDS, eventually

TEXT = b"one\ntwo\nthree\n" * 1000
PACKED = gzip.compress(TEXT, mtime=0)


def zstd(content: bytes) -> bytes:
    """Return what the program zstd makes of some bytes."""
    if shutil.which("zstd") is None:
        pytest.skip("there is no program zstd")
    done = subprocess.run(["zstd", "-qc"], input=content, capture_output=True, check=True)
    return done.stdout


def digest(content: bytes, algorithm: str = "sha256") -> str:
    return hashlib.new(algorithm, content).hexdigest()


def one_file(site: Path, server: FaultServer, arguments: str = "", name: str = "a.txt.gz") -> None:
    """Define ``org.example.one``: a text, from a server."""
    define(
        site,
        f"""
        @filedownloader("a.txt", {server.url(name)!r}, {arguments})
        @dataset(File)
        def one(a):
            return {{"path": a}}
        """,
    )


def prepare(**settings: Any) -> Path:
    path: Path = Context(**settings).prepare("org.example.one").path
    return path


def left_in(store: Path, folder: str) -> list[Path]:
    """Return the files below a folder of the data directory, without locks."""
    return [path for path in (store / folder).rglob("*") if path.is_file() and path.name != "lock"]


@pytest.fixture(autouse=True)
def no_waiting(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let retries follow each other at once."""
    monkeypatch.setattr("datamaestro.engine.retries.FIRST_PAUSE", 0)


def test_a_compressed_file_is_expanded_by_its_suffix(
    site: Path, server: FaultServer, store: Path
) -> None:
    """The result is at its place, its record is complete, and nothing else is left."""
    server.files["a.txt.gz"] = PACKED
    server.always = Fault(headers={"ETag": '"v1"'})
    one_file(site, server, f"size={len(PACKED)}, sha256={digest(PACKED)!r}")
    path = prepare()
    assert store / "data/test/org/example/one/a.txt" == path
    assert TEXT == path.read_bytes()
    context = Context()
    records = DatasetRecords(context.store, context.dataset("org.example.one").card)
    entry, facts = records.manifest().entries["a"], records.files()["a.txt"]
    assert (server.url("a.txt.gz"), '"v1"') == (entry.url, entry.validator)
    assert digest(PACKED) == entry.sha256
    assert (len(TEXT), digest(TEXT)) == (facts.size, facts.sha256)
    assert path.stat().st_mtime_ns == facts.mtime_ns
    assert [] == left_in(store, "partial")


def test_nothing_is_asked_for_when_all_is_there(site: Path, server: FaultServer) -> None:
    """The second time no request is made."""
    server.files["a.txt.gz"] = PACKED
    one_file(site, server)
    prepare()
    server.requests.clear()
    prepare()
    assert [] == server.paths()


@pytest.mark.parametrize("name", ["a.txt", "a.bin"])
def test_another_suffix_is_kept_as_it_is(name: str, site: Path, server: FaultServer) -> None:
    """Only the URL's suffix asks for an expansion."""
    server.files[name] = PACKED
    one_file(site, server, name=name)
    assert PACKED == prepare().read_bytes()


@pytest.mark.parametrize(
    ("suffix", "compress"),
    [(".bz2", bz2.compress), (".xz", lzma.compress), (".XZ", lzma.compress), (".zst", zstd)],
)
def test_any_compression_is_expanded_by_its_suffix(
    suffix: str, compress: Callable[[bytes], bytes], site: Path, server: FaultServer
) -> None:
    """What one program has compressed comes out as it was; the digest is that of the published."""
    packed = compress(TEXT)
    server.files[f"a.txt{suffix}"] = packed
    one_file(site, server, f"sha256={digest(packed)!r}", name=f"a.txt{suffix}")
    assert TEXT == prepare().read_bytes()


def test_content_is_believed_rather_than_a_wrong_suffix(
    site: Path, server: FaultServer, caplog: pytest.LogCaptureFixture
) -> None:
    """What is called ``.gz`` and is xz is expanded as xz, and that is said once."""
    server.files["a.txt.gz"] = lzma.compress(TEXT)
    one_file(site, server)
    assert TEXT == prepare().read_bytes()
    (said,) = [each.message for each in caplog.records if each.levelno == logging.WARNING]
    assert "a.txt.gz is called as if it were for gunzip" in said
    assert "unxz" in said


def test_transformations_are_chained(site: Path, server: FaultServer) -> None:
    """Each gets what the one before it makes, whatever the suffix."""
    server.files["a.bin"] = PACKED
    result = TEXT.replace(b"two\n", b"").replace(b"one", b"1")
    arguments = "transforms=Gunzip() | Filter('^[ot]h?[nr]') | Replace('one', '1')"
    one_file(site, server, f"{arguments}, result_sha256={digest(result)!r}", name="a.bin")
    assert result == prepare().read_bytes()


@pytest.mark.parametrize("step", ["Filter('^one')", "Decode('latin-1')"])
def test_text_is_not_looked_for_in_compressed_bytes(
    step: str, site: Path, server: FaultServer, store: Path
) -> None:
    """A chain replaces what the suffix asks for; whoever forgets that is told."""
    server.files["a.txt.gz"] = PACKED
    one_file(site, server, f"transforms={step}")
    with pytest.raises(ContentError, match=r"a.txt.gz is compressed.*begin it with Expand\(\)"):
        prepare()
    assert not (store / "data").exists()


@pytest.mark.parametrize(
    "chain",
    [
        "Filter('(en')",
        "Head(-1)",
        "Decode('latin-99')",
        "Unzip(strip=-1)",
        "Unzip(pasword='x')",
        "Named('gunzip', shift=1)",
        "Apply(lambda stream: stream)",
        "'nothing'",
    ],
)
def test_a_step_that_cannot_be_is_told_before_anything_is_fetched(
    chain: str, site: Path, server: FaultServer
) -> None:
    """Mistakes in options cost no download, and a plan tells them, too."""
    server.files["a.txt.gz"] = PACKED
    one_file(site, server, f"transforms={chain}")
    with pytest.raises(DefinitionError, match=r"org.example.one@test"):
        prepare()
    forecast = Context().forecast("org.example.one")
    assert isinstance(forecast.problem, DefinitionError)
    assert [] == server.paths()


@pytest.mark.parametrize(
    ("arguments", "refused"),
    [("max_size=10_000", "more than 10,000 bytes"), ("max_size=42_000", ""), ("max_ratio=2", "")],
)
def test_what_expands_too_far_is_refused(
    arguments: str, refused: str, site: Path, server: FaultServer, store: Path
) -> None:
    """Limits hold for single files, too; up to 256 MiB the ratio does not matter."""
    server.files["a.txt.gz"] = PACKED
    one_file(site, server, arguments)
    if refused:
        with pytest.raises(ContentError, match=f"{refused}.*max_size="):
            prepare()
        assert not (store / "data").exists()
    else:
        assert TEXT == prepare().read_bytes()


def test_a_bomb_is_refused(
    site: Path, server: FaultServer, store: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A compression in a compression does not hide how far it expands."""
    monkeypatch.setattr("datamaestro.engine.expansion.limits.HARMLESS", 1 << 20)
    server.files["a.gz"] = gzip.compress(gzip.compress(bytes(1 << 26)))
    one_file(site, server, "transforms=Gunzip() | Gunzip()", name="a.gz")
    with pytest.raises(ContentError, match="more than 200 times its size"):
        prepare()
    assert not (store / "data").exists()


@pytest.mark.parametrize("name", ["a.txt.lz4", "a.txt.gz"])
def test_compressed_bytes_are_never_taken_for_the_content(
    name: str, site: Path, server: FaultServer, store: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where no plugin expands them, that is said before anything is fetched."""
    monkeypatch.setenv("DATAMAESTRO_PLUGINS", "-gzip")
    server.files[name] = PACKED
    one_file(site, server, name=name)
    hint = "plugin gzip is switched off" if name.endswith("gz") else "datamaestro plugins"
    with pytest.raises(PluginError, match=f"no plugin for the suffix of {name}.*{hint}"):
        prepare()
    assert ([], []) == (server.paths(), left_in(store, "data"))


def test_transforms_may_be_said(site: Path, server: FaultServer) -> None:
    """A declared list is what is done, whatever the suffix."""
    server.files["a.bin"] = gzip.compress(PACKED)
    one_file(site, server, "transforms=['gunzip', 'gunzip']", name="a.bin")
    assert TEXT == prepare().read_bytes()


def test_an_empty_list_of_transforms_keeps_the_file(site: Path, server: FaultServer) -> None:
    """``transforms=[]`` says: as it is published."""
    server.files["a.txt.gz"] = PACKED
    one_file(site, server, "transforms=[]")
    assert PACKED == prepare().read_bytes()


def test_an_empty_file_is_a_file(site: Path, server: FaultServer) -> None:
    """Nothing is something, too."""
    server.files["a.txt"] = b""
    one_file(site, server, f"size=0, sha256={digest(b'')!r}", name="a.txt")
    assert b"" == prepare().read_bytes()


@pytest.mark.parametrize("algorithm", ["sha512", "sha1", "md5", "blake2"])
def test_any_declared_digest_is_checked(algorithm: str, site: Path, server: FaultServer) -> None:
    """Each algorithm accepts the right file and refuses another."""
    known = {"blake2": "blake2b"}.get(algorithm, algorithm)
    server.files["a.txt.gz"] = PACKED
    one_file(site, server, f"{algorithm}={digest(PACKED, known)!r}")
    path = prepare()
    shutil.rmtree(path.parent)
    server.files["a.txt.gz"] = gzip.compress(TEXT + b"changed")
    with pytest.raises(DigestMismatch) as caught:
        prepare()
    assert digest(PACKED, known) == caught.value.expected
    assert known == caught.value.algorithm


@pytest.mark.parametrize("of", [PACKED, TEXT])
def test_a_legacy_checker_passes_on_either(of: bytes, site: Path, server: FaultServer) -> None:
    """``checker=HashCheck(...)`` may be of the published file or of the result."""
    server.files["a.txt.gz"] = PACKED
    one_file(site, server, f"checker=HashCheck({digest(of, 'md5')!r})")
    assert TEXT == prepare().read_bytes()


@pytest.mark.parametrize(
    "declared",
    [
        "sha256='" + "0" * 64 + "'",
        "result_sha256='" + "0" * 64 + "'",
        "checker=HashCheck('" + "0" * 32 + "')",
        "size=3",
    ],
)
def test_wrong_content_is_never_published(
    declared: str, site: Path, server: FaultServer, store: Path
) -> None:
    """Nothing is in the data folder, nothing on record, and what is wrong can be looked at."""
    server.files["a.txt.gz"] = PACKED
    one_file(site, server, declared)
    with pytest.raises(ContentError) as caught:
        prepare()
    assert ([], []) == tuple(left_in(store, name) for name in ("data", "state"))
    if declared != "size=3":  # of that nothing is fetched
        (kept,) = left_in(store, "partial")
        assert PACKED == kept.read_bytes()
        assert f"it is kept at {kept}" in caught.value.hint


def test_wrong_content_is_kept_beside_what_another_user_has_kept(
    site: Path, server: FaultServer, store: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What cannot be removed is in nobody's way."""

    def refuse(path: Path) -> None:
        raise PermissionError(f"{path} is another user's")

    server.files["a.txt.gz"] = PACKED
    one_file(site, server, f"sha256='{'0' * 64}'")
    for _ in range(2):
        with pytest.raises(ContentError) as caught:
            prepare()
        monkeypatch.setattr("datamaestro.engine.run.remove_all", refuse)
    kept = left_in(store, "partial")
    assert [PACKED] * 2 == [path.read_bytes() for path in kept]
    assert any(caught.value.hint.endswith(f"it is kept at {path}") for path in kept)


@pytest.mark.parametrize(
    "content", [PACKED[:-1], PACKED[:5], b"", b"<html>", PACKED[:50] + b"\0\0" + PACKED[52:]]
)
def test_a_damaged_archive_is_wrong_content(
    content: bytes, site: Path, server: FaultServer, store: Path
) -> None:
    """Cut short or changed, an expansion fails as a whole."""
    server.files["a.txt.gz"] = content
    one_file(site, server)
    with pytest.raises(ContentError, match=r"gunzip fails|not a gzip file"):
        prepare()
    assert [] == left_in(store, "data")


def test_a_file_that_is_not_of_its_type_is_not_published(
    site: Path, server: FaultServer, store: Path
) -> None:
    """The plugin that reads the type is asked before publication; once mended, it is fetched."""
    server.files["a.idx"] = b"<html>log in</html>" + bytes(1 << 21)
    define(
        site,
        f"""
        @filedownloader("a.idx", {server.url("a.idx")!r})
        @dataset(IDX)
        def one(a):
            return {{"path": a}}
        """,
    )
    with pytest.raises(ContentError, match="not an IDX file") as caught:
        prepare()
    assert [] == left_in(store, "data")
    (kept,) = left_in(store, "partial")
    assert server.files["a.idx"] == kept.read_bytes()
    assert f"it is kept at {kept}" in caught.value.hint
    server.files["a.idx"] = b"\0\0\x08\x01\0\x20\0\0" + bytes(1 << 21)
    assert server.files["a.idx"] == prepare().read_bytes()


def test_a_broken_connection_is_tried_again(site: Path, server: FaultServer) -> None:
    """A body that ends too early is fetched again, and is never a short file."""
    server.files["a.txt"] = TEXT
    server.will("a.txt", truncate(100), truncate(0))
    one_file(site, server, name="a.txt")
    assert TEXT == prepare().read_bytes()
    assert 3 == len(server.requests)


def test_a_server_that_is_busy_is_tried_again(site: Path, server: FaultServer) -> None:
    """503 is said in passing."""
    server.files["a.txt"] = TEXT
    server.will("a.txt", refuse(503), refuse(503))
    one_file(site, server, name="a.txt")
    assert TEXT == prepare().read_bytes()


def test_a_page_is_not_data(site: Path, server: FaultServer, store: Path) -> None:
    """A login page with status 200 is named as such, with or without a digest."""
    for number, declared in enumerate(["", f"sha256={digest(TEXT)!r}", "size=1000"]):
        server.will(f"{number}.txt", page())
        define(
            site / str(number),
            f"""
            @filedownloader("a.txt", {server.url(f"{number}.txt")!r}, {declared})
            @dataset(File, id="org.example.n{number}")
            def one(a):
                return {{"path": a}}
            """,
        )
        spec = f"{site}/{number}/repository_of_test/config/org/example.py"
        namespace: dict[str, Any] = {"__name__": "script"}
        exec(Path(spec).read_text(), namespace)
        with pytest.raises(ContentError, match="a web page"):
            Context().prepare(namespace["one"])
    assert [] == left_in(store, "data")


def test_a_page_may_be_the_data(site: Path, server: FaultServer) -> None:
    """Where a page is what is asked for, by its name or its digest."""
    server.files["a.html"] = b"<html>"
    server.always = Fault(headers={"Content-Type": "text/html"})
    define(
        site,
        f"""
        @filedownloader("a.html", {server.url("a.html")!r})
        @dataset(File)
        def one(a):
            return {{"path": a}}
        """,
    )
    assert b"<html>" == prepare().read_bytes()


def test_404_is_final(site: Path, server: FaultServer, store: Path) -> None:
    """What is not there is asked for once."""
    one_file(site, server)
    with pytest.raises(TransferError, match="404") as caught:
        prepare()
    assert server.url("a.txt.gz") == caught.value.url
    assert 1 == len(server.requests)
    assert [] == left_in(store, "partial")


def test_credentials_are_for_a_person(site: Path, server: FaultServer) -> None:
    """401 is not a failed download: somebody has to act."""
    server.always = refuse(401)
    one_file(site, server)
    with pytest.raises(ActionNeeded, match="netrc"):
        prepare()


def test_the_next_url_is_tried(site: Path, server: FaultServer) -> None:
    """``urls=`` are tried in order; wrong content counts as not there."""
    server.files |= {"bad/a.txt": b"changed", "good/a.txt": TEXT}
    more = [server.url("bad/a.txt"), server.url("good/a.txt")]
    one_file(site, server, f"urls={more!r}, sha256={digest(TEXT)!r}", name="gone/a.txt")
    assert TEXT == prepare().read_bytes()
    assert ["gone/a.txt", "bad/a.txt", "good/a.txt"] == server.paths()


def test_a_mirror_is_tried_first_and_not_trusted(
    site: Path, server: FaultServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A mirror's wrong file is replaced by the origin's."""
    server.files |= {"mirror/a.txt": b"changed", "a.txt": TEXT}
    monkeypatch.setenv("DATAMAESTRO_MIRRORS", f"{server.url('')}={server.url('mirror/')}")
    one_file(site, server, f"sha256={digest(TEXT)!r}", name="a.txt")
    assert TEXT == prepare().read_bytes()
    assert ["mirror/a.txt", "a.txt"] == server.paths()


def test_offline_makes_no_request(site: Path, server: FaultServer) -> None:
    """What is missing is named; what is there is used."""
    server.files["a.txt.gz"] = PACKED
    one_file(site, server)
    with pytest.raises(OfflineError, match=r"missing a \(") as caught:
        prepare(offline=True)
    assert ("a",) == caught.value.missing
    assert [] == server.paths()
    online = prepare()
    assert online == prepare(offline=True)


def test_offline_uses_what_needs_no_network(
    site: Path, server: FaultServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A mirror on a mounted disk works offline."""
    (tmp_path / "disk").mkdir()
    (tmp_path / "disk/a.txt.gz").write_bytes(PACKED)
    monkeypatch.setenv("DATAMAESTRO_MIRRORS", f"{server.url('')}=file://{tmp_path}/disk/")
    one_file(site, server)
    assert TEXT == prepare(offline=True).read_bytes()


def test_downloads_are_kept_where_that_is_asked(
    site: Path, server: FaultServer, store: Path
) -> None:
    """``keep_downloads``: the published file stays, too."""
    server.files["a.txt.gz"] = PACKED
    one_file(site, server)
    prepare(keep_downloads=True)
    (kept,) = left_in(store, "partial")
    assert PACKED == kept.read_bytes()


def test_a_changed_definition_is_made_again(site: Path, server: FaultServer) -> None:
    """A new digest is a new recipe; the file is replaced."""
    server.files["a.txt"] = TEXT
    define(
        site,
        f"""
        @filedownloader("a.txt", {server.url("a.txt")!r}, sha256={digest(TEXT)!r})
        @dataset(File, id="one")
        def first(a):
            return {{"path": a}}

        @filedownloader("a.txt", {server.url("a.txt")!r}, sha256={digest(b"new")!r})
        @dataset(File, id="two")
        def second(a):
            return {{"path": a}}
        """,
    )
    context = Context()
    first, second = (context.dataset(f"org.example.{name}") for name in ("one", "two"))
    context.prepare(first)
    server.files["a.txt"] = b"new"
    assert isinstance(second, object)
    second.id = "org.example.one"  # type: ignore[attr-defined]
    assert b"new" == context.prepare(second).path.read_bytes()


def test_files_arrive_at_the_same_time(site: Path, server: FaultServer) -> None:
    """Independent files of one data set do not wait for each other."""
    together = threading.Barrier(3, timeout=SECONDS)
    names = ["a", "b", "c"]
    server.files |= dict.fromkeys(names, TEXT)
    server.always = Fault(before=together.wait)
    attributes = "\n            ".join(
        f"{name.upper()} = FileDownloader('{name}.txt', {server.url(name)!r})" for name in names
    )
    define(
        site,
        f"""
        @dataset()
        class One(Dataset):
            {attributes}

            def config(self) -> File:
                return File(path=self.A.path)
        """,
    )
    prepare()
    assert set(names) == set(server.paths())


MADE = """
    calls = Path({calls!r})

    def shout(output, raw):
        with calls.open("a") as file:
            file.write("called\\n")
        output.write_text(raw.read_text().upper())

    @dataset()
    class One(Dataset):
        RAW = FileDownloader("raw.txt", {url!r}, transient=True)
        MADE = DerivedFile("made.txt", shout, RAW, version={version!r})

        def config(self) -> File:
            return File(path=self.MADE.path)
"""


def test_a_file_is_made_from_others_which_then_go(
    site: Path, server: FaultServer, tmp_path: Path
) -> None:
    """A transient file is there while it is needed, and is not missed afterwards."""
    server.files["raw.txt"] = TEXT
    calls = tmp_path / "calls"
    define(site, MADE.format(calls=str(calls), url=server.url("raw.txt"), version="1"))
    for _ in range(2):
        path = prepare()
    assert TEXT.upper() == path.read_bytes()
    assert [path] == list(path.parent.iterdir())
    assert ["called"] == calls.read_text().split()
    assert ["raw.txt"] == server.paths()


@pytest.mark.parametrize(
    ("body", "message"),
    [("raise ValueError('no')", "ValueError: no"), ("pass", "did not write the file")],
)
def test_a_function_that_fails_is_a_broken_definition(
    body: str, message: str, site: Path, server: FaultServer, store: Path
) -> None:
    """The error names the resource; what arrived before it stays for the next run."""
    server.files["raw.txt"] = TEXT
    define(
        site,
        f"""
        def work(output, raw):
            {body}

        @dataset()
        class One(Dataset):
            RAW = FileDownloader("raw.txt", {server.url("raw.txt")!r}, transient=True)
            MADE = DerivedFile("made.txt", work, RAW)

            def config(self) -> File:
                return File(path=self.MADE.path)
        """,
    )
    with pytest.raises(DefinitionError, match=f"that makes MADE.*{message}"):
        prepare()
    assert [store / "data/test/org/example/one/raw.txt"] == left_in(store, "data")


def test_prepare_dataset_takes_a_directory(site: Path, server: FaultServer, tmp_path: Path) -> None:
    """The second argument of earlier versions is a data directory or a context."""
    server.files["a.txt.gz"] = PACKED
    one_file(site, server)
    path = prepare_dataset("org.example.one", tmp_path / "elsewhere").path
    assert path.is_relative_to(tmp_path / "elsewhere")
    assert path == prepare_dataset("org.example.one", Context(tmp_path / "elsewhere")).path


def test_an_interrupted_run_is_nobodys_once_its_last_step_has_ended(
    site: Path, server: FaultServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """In the same process, the next run waits for what cannot be stopped, and then goes on."""
    server.files["gate"] = b""
    define(
        site,
        f"""
        import urllib.request

        def work(output):
            urllib.request.urlopen({server.url("gate")!r}).close()
            output.write_text("made")

        @dataset()
        class One(Dataset):
            MADE = DerivedFile("made.txt", work)

            def config(self) -> File:
                return File(path=self.MADE.path)
        """,
    )
    gate = threading.Event()
    server.will("gate", Fault(before=lambda: gate.wait(SECONDS)))

    def interrupt(schedule: Schedule, patience: float | None) -> None:
        eventually(server.paths)
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr(Schedule, "_take", interrupt)
        patched.setattr(Schedule, "_wait", lambda schedule, seconds: None)
        with pytest.raises(KeyboardInterrupt):
            prepare()
    gate.set()
    assert "made" == prepare().read_text()


def test_a_name_as_long_as_the_file_system_allows(site: Path, server: FaultServer) -> None:
    """Bytes count, not characters."""
    name = "日" * 83 + ".tx"
    server.files["a"] = TEXT
    define(
        site,
        f"""
        @filedownloader({name!r}, {server.url("a")!r}, varname="a")
        @dataset(File)
        def one(a):
            return {{"path": a}}
        """,
    )
    assert TEXT == prepare().read_bytes()


@pytest.mark.parametrize(
    ("name", "content"), [("a.txt", TEXT), ("a.txt.gz", PACKED), ("a.txt", 100 * TEXT)]
)
def test_what_has_come_is_told_and_kept_while_the_rest_does_not(
    name: str,
    content: bytes,
    site: Path,
    server: FaultServer,
    store: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """So it is neither hidden nor lost, even if the process is killed meanwhile."""
    server.files[name] = content
    half = len(content) // 2
    server.will(name, stall(half))
    one_file(site, server, name=name)
    events: list[Event] = []
    monkeypatch.setattr(Run, "send", lambda run, event: events.append(event))

    def told() -> list[int]:
        return [each.received for each in events if isinstance(each, TransferAdvanced)]

    with ThreadPoolExecutor(1) as other:
        made = other.submit(prepare)
        try:
            eventually(lambda: half in told() and list(store.glob("partial/**/of-*/*.json")), 10)
        finally:
            server.release()
    assert (TEXT if name.endswith(".gz") else content) == made.result().read_bytes()
