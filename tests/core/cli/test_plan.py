"""``datamaestro plan``: what would be fetched, and what is in the way, before anything is."""

from pathlib import Path
from typing import Any

import pytest

from datamaestro.testing.faults import FaultServer, refuse, truncate
from support.inside import inside
from support.repositories import define

CONTENT = b"some content\n" * 200_000
ID = "org.example.one"


@pytest.fixture(autouse=True)
def few_retries(monkeypatch: pytest.MonkeyPatch) -> None:
    """Give up at once."""
    monkeypatch.setenv("DATAMAESTRO_RETRIES", "0")


def one_file(site: Path, url: str, arguments: str = "") -> None:
    define(
        site,
        f"""
        from datamaestro.download.manual import manualfile

        @filedownloader("a.txt", {url!r}, {arguments})
        @dataset(File)
        def one(a):
            return {{"path": a}}

        @manualfile("b.txt", "sign the licence", "https://example.org/licence")
        @dataset(File)
        def two(b):
            return {{"path": b}}
        """,
    )


def plan(tmp_path: Path, *arguments: str, offline: bool = False) -> tuple[int, Any]:
    """Return the exit code and the only forecast."""
    options = ["--offline"] if offline else []
    done = inside(*options, "plan", *arguments, "--json", cwd=tmp_path)
    (forecast,) = done.document
    assert done.code == forecast["exit_code"]
    return done.code, forecast


def test_sizes_are_asked_for_and_nothing_is_fetched(
    site: Path, server: FaultServer, tmp_path: Path, store: Path
) -> None:
    """One request without a body tells the size; nothing is written."""
    server.files["a.txt"] = CONTENT
    one_file(site, server.url("a.txt"))
    code, forecast = plan(tmp_path, ID)
    assert (0, len(CONTENT), len(CONTENT), True) == (
        code,
        forecast["fetch"],
        forecast["disk_after"],
        forecast["exact"],
    )
    assert 0 == server.sent["a.txt"]
    assert not store.exists()


def test_what_an_earlier_run_has_left_is_not_to_be_fetched(
    site: Path, server: FaultServer, tmp_path: Path
) -> None:
    """Only the rest is counted, and the action says that it goes on."""
    server.files["a.txt"] = CONTENT
    server.will("a.txt", truncate(2_000_000))
    one_file(site, server.url("a.txt"), f"size={len(CONTENT)}")
    assert 5 == inside("prepare", ID, cwd=tmp_path).code
    code, forecast = plan(tmp_path, ID)
    (item,) = forecast["items"]
    assert (0, "resume", 2_000_000) == (code, item["action"], item["there"])
    assert len(CONTENT) - 2_000_000 == forecast["fetch"]
    assert 0 == inside("prepare", ID, cwd=tmp_path).code
    assert (0, []) == (plan(tmp_path, ID)[0], plan(tmp_path, ID)[1]["items"])


@pytest.mark.parametrize(
    ("status", "code"), [(404, 5), (503, 5), (401, 7)], ids=["gone", "busy", "credentials"]
)
def test_the_exit_code_is_the_one_that_prepare_would_have(
    status: int, code: int, site: Path, server: FaultServer, tmp_path: Path
) -> None:
    """What is in the way is told now, not after hours."""
    server.always = server.heads = refuse(status)
    one_file(site, server.url("a.txt"))
    found, forecast = plan(tmp_path, ID)
    assert code == found == inside("prepare", ID, cwd=tmp_path).code
    assert str(forecast["items"][0]["problem"]) in forecast["problem"]


def test_another_size_than_declared_is_told(
    site: Path, server: FaultServer, tmp_path: Path
) -> None:
    """Content that has changed is found out without fetching it."""
    server.files["a.txt"] = CONTENT
    one_file(site, server.url("a.txt"), "size=3")
    assert 6 == plan(tmp_path, ID)[0] == inside("prepare", ID, cwd=tmp_path).code


def test_a_disk_that_is_too_small_is_told(site: Path, server: FaultServer, tmp_path: Path) -> None:
    """More than any disk has: what is missing is said."""
    server.files["a.txt"] = CONTENT
    one_file(site, "file:///no/such/file", f"urls={server.url('a.txt')!r}, size={10**18}")
    server.heads = refuse(405)  # the size is taken from the definition
    code, forecast = plan(tmp_path, ID)
    assert 8 == code
    assert "are missing" in forecast["problem"]
    done = inside("--quiet", "prepare", ID, cwd=tmp_path)
    assert (8, []) == (done.code, [one for one in server.requests if one.method == "GET"])


def test_offline_what_is_missing_is_told(site: Path, server: FaultServer, tmp_path: Path) -> None:
    """No request is made."""
    one_file(site, server.url("a.txt"))
    done = inside("--offline", "plan", ID, cwd=tmp_path)
    assert (4, []) == (done.code, server.paths())
    done = inside("--offline", "plan", "com.lecun.mnist", cwd=tmp_path)
    assert "missing train_images, train_labels, test_images, test_labels" in done.err


def test_a_file_to_be_fetched_by_hand_is_told(
    site: Path, server: FaultServer, tmp_path: Path
) -> None:
    """Why, where, and the option; with the file at hand nothing is in the way."""
    one_file(site, server.url("a.txt"))
    done = inside("plan", "org.example.two", cwd=tmp_path)
    assert 7 == done.code
    assert "sign the licence" in done.err
    (tmp_path / "mine.txt").write_text("mine")
    code, forecast = plan(tmp_path, "org.example.two", "--path", f"b={tmp_path / 'mine.txt'}")
    assert (0, 4) == (code, forecast["fetch"])


def test_several_data_sets_are_shown_to_a_person(
    site: Path, server: FaultServer, tmp_path: Path
) -> None:
    """A part for each, its files, the bytes and the room; the first problem decides the code."""
    server.files["a.txt"] = CONTENT
    one_file(site, server.url("a.txt"))
    done = inside("plan", ID, "edu.uci.optdigits", cwd=tmp_path)
    assert 0 == done.code
    assert f"{ID}@test:" in done.out
    assert ["a.txt", "fetch", f"{len(CONTENT):,}", "bytes", server.url("a.txt")] == (
        done.out.splitlines()[1].split()
    )
    assert "edu.uci.optdigits@demo:" in done.out
    inside("prepare", ID, cwd=tmp_path)
    assert "is on disk: nothing is to be done" in inside("plan", ID, cwd=tmp_path).out


def test_what_a_data_set_is_made_of_is_shown_before_it(tmp_path: Path, site: Path) -> None:
    """As far as something is to be done; the exit code is that of prepare."""
    define(
        site,
        """
        from datamaestro.data import Base
        from datamaestro.download import reference

        @dataset()
        class Whole(Dataset):
            DIGITS = reference("edu.uci.optdigits")

            def config(self) -> Base:
                return Base()

        @dataset()
        class More(Dataset):
            WHOLE = reference(Whole)
            MNIST = reference("com.lecun.mnist")

            def config(self) -> Base:
                return Base()
        """,
    )
    shown = inside("--offline", "plan", "org.example.whole", cwd=tmp_path)
    assert (0, "edu.uci.optdigits@demo:") == (shown.code, shown.out.splitlines()[0])
    for command in ("plan", "prepare"):
        assert 4 == inside("--offline", command, "org.example.more", cwd=tmp_path).code
    assert 0 == inside("prepare", "org.example.whole", cwd=tmp_path).code
    shown = inside("plan", "org.example.whole", cwd=tmp_path)
    assert "org.example.whole@test is on disk: nothing is to be done\n" == shown.out


def test_what_is_there_on_no_record_is_not_to_be_fetched(
    site: Path, tmp_path: Path, store: Path
) -> None:
    """It is checked by prepare; what one look tells to be something else is fetched."""
    define(
        site,
        """
        from datamaestro.download import FilesCopy
        from datamaestro.download.archive import ZipDownloader

        @dataset()
        class One(Dataset):
            A = FileDownloader("a.txt", "http://127.0.0.1:9/a.txt", size=4)
            ZIP = ZipDownloader("zip", "http://127.0.0.1:9/b.zip", transient=True)
            B = FilesCopy(ZIP, {"b.txt": "b.txt"})

            def config(self) -> File:
                return File(path=self.A.path)
        """,
    )
    folder = store / "data/test/org/example/one"
    (folder / "B").mkdir(parents=True)
    (folder / "B/b.txt").write_text("b")
    (folder / "a.txt").write_text("text")
    code, forecast = plan(tmp_path, "org.example.one", offline=True)
    assert (0, ["adopt", "adopt"]) == (code, [item["action"] for item in forecast["items"]])
    assert (0, 0) == (forecast["fetch"], forecast["disk_peak"])
    shown = inside("plan", "org.example.one", cwd=tmp_path).out
    assert "there, to be checked" in shown
    (folder / "a.txt").write_text("others")
    code, forecast = plan(tmp_path, "org.example.one", offline=True)
    assert (4, {"a.txt": "fetch", "B": "adopt"}) == (
        code,
        {item["path"]: item["action"] for item in forecast["items"]},
    )
