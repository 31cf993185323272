"""Where there is no terminal, the log has a line now and then."""

from pathlib import Path

import pytest

from datamaestro_hookspecs.events import (
    CheckAdvanced,
    CheckEnded,
    CheckStarted,
    Event,
    ResourceReady,
    RunEnded,
    RunStarted,
    TransferAdvanced,
    TransferEnded,
    TransferStarted,
)
from datamaestro_plugins.progress.display import Display
from datamaestro_plugins.progress.words import amount, duration, files

URL = "https://example.org/a"


class Log:
    """Sends events at times that a test chooses, and hears the log."""

    def __init__(self, caplog: pytest.LogCaptureFixture) -> None:
        caplog.set_level("INFO", "datamaestro")
        self.caplog = caplog
        self.now = 100.0
        self.display = Display(clock=lambda: self.now)

    def send(self, *events: Event, after: float = 0.0) -> list[str]:
        """Send events so many seconds later; return the lines that they caused."""
        self.now += after
        before = len(self.caplog.messages)
        for event in events:
            self.display.show(event)
        return self.caplog.messages[before:]


@pytest.fixture
def log(caplog: pytest.LogCaptureFixture) -> Log:
    """Return a log; stderr is no terminal in tests."""
    return Log(caplog)


def test_a_run_is_told_of_every_ten_seconds(log: Log) -> None:
    """In one line: files, bytes, rate and what is left; and once at its end."""
    begin = RunStarted("com.lecun.mnist@image", 2, 55_000_000)
    dataset = begin.dataset
    one = TransferStarted(dataset, "images", URL, 50_000_000, received=10_000_000)
    assert [] == log.send(begin, one)
    assert [] == log.send(TransferAdvanced(dataset, "images", 13_000_000), after=9.9)
    assert ["com.lecun.mnist: 0 of 2 files, 15.0 of 55.0 MB, 500.0 kB/s, 80 s left"] == log.send(
        TransferAdvanced(dataset, "images", 15_000_000), after=0.1
    )
    assert [] == log.send(TransferAdvanced(dataset, "images", 16_000_000), after=9.9)
    assert ["com.lecun.mnist: images is at /data/images"] == log.send(
        TransferEnded(dataset, "images", 50_000_000),
        ResourceReady(dataset, "images", "/data/images"),
    )
    labels = TransferStarted(dataset, "labels", URL, 5_000_000)
    assert ["com.lecun.mnist: 1 of 2 files, 50.0 of 55.0 MB, 3.7 MB/s, 1 s left"] == log.send(
        labels, after=0.1
    )
    assert ["com.lecun.mnist: 2 files made, 40.0 MB came in 21 s"] == log.send(
        RunEnded(dataset), after=1
    )


def test_what_is_elsewhere_is_at_no_path(log: Log) -> None:
    """But in what users call the other computer, or a bundle."""
    log.send(RunStarted("x@y", 1, 7))
    assert ["x: a is in gpu:"] == log.send(ResourceReady("x@y", "a", "gpu:"))


@pytest.mark.parametrize(
    ("places", "words"), [("d", "1 folder"), ("fdd", "1 file and 2 folders"), ("ff", "2 files")]
)
def test_folders_are_no_files(log: Log, tmp_path: Path, places: str, words: str) -> None:
    """Where it is said what was made."""
    log.send(RunStarted("x@y", len(places), 7))
    for number, kind in enumerate(places):
        place = tmp_path / str(number)
        place.mkdir() if kind == "d" else place.touch()
        log.send(ResourceReady("x@y", str(number), str(place)))
    assert [f"x: {words} made, 0 bytes came in 0 s"] == log.send(RunEnded("x@y"))


def test_a_thousand_files_have_no_line_each(log: Log) -> None:
    """One every ten seconds, and the last."""
    lines = log.send(RunStarted("x@y", 1_000, None))
    for number in range(1_000):
        name = f"part_{number}"
        lines += log.send(
            TransferStarted("x@y", name, URL, 1_000),
            TransferEnded("x@y", name, 1_000),
            ResourceReady("x@y", name, f"/data/{name}"),
            after=0.025,
        )
    lines += log.send(RunEnded("x@y"))
    assert 3 == len(lines)
    assert "x: 1,000 files made, 1.0 MB came in 25 s" == lines[-1]


def test_a_run_that_failed_says_how_far_it_came(log: Log) -> None:
    """Why, is told by who raises the error."""
    log.send(RunStarted("x@y", 3, 3_000), TransferStarted("x@y", "a", URL, 1_000, 300))
    log.send(TransferEnded("x@y", "a", 400, "the connection broke"))
    expected = ["x: stopped at 0.4 of 3.0 kB"]
    assert expected == log.send(RunEnded("x@y", "the connection broke"))


def test_a_run_that_failed_at_once_has_no_line(log: Log) -> None:
    """Nothing came, and the error says the rest."""
    log.send(RunStarted("x@y", 3, 3_000), TransferStarted("x@y", "a", URL, 1_000, 300))
    log.send(TransferEnded("x@y", "a", 300, "the connection broke"))
    assert [] == log.send(RunEnded("x@y", "the connection broke"))


def test_a_try_has_no_line(log: Log) -> None:
    """The engine tells of a failed one."""
    log.send(RunStarted("x@y", 3, 3_000))
    for _ in range(20):
        assert [] == log.send(
            TransferStarted("x@y", "a", URL, 1_000),
            TransferEnded("x@y", "a", 400, "the connection broke"),
        )


def test_what_is_not_known_is_not_said(log: Log) -> None:
    """Neither a size nor a rate nor what is left."""
    log.send(RunStarted("x@y", 3, None), TransferStarted("x@y", "a", URL, None))
    assert ["x: 0 of 3 files, 500 bytes, 50 bytes/s"] == log.send(
        TransferAdvanced("x@y", "a", 500), after=10
    )
    assert ["x: 0 of 3 files, 500 bytes"] == log.send(TransferAdvanced("x@y", "a", 500), after=30)


def test_runs_at_the_same_time_are_told_of_each_by_itself(log: Log) -> None:
    """The time of one is not that of the other."""
    log.send(RunStarted("one@y", 2, None))
    log.send(RunStarted("two@y", 2, None), after=5)
    one, two = (TransferAdvanced(name, "a", 100) for name in ("one@y", "two@y"))
    assert ["one"] == [line.partition(":")[0] for line in log.send(one, two, after=5)]
    assert ["two"] == [line.partition(":")[0] for line in log.send(one, two, after=5)]


def test_a_run_that_is_made_again_begins_anew(log: Log) -> None:
    """Ten seconds are those of this run."""
    log.send(RunStarted("z@y", 2, None), RunStarted("x@y", 2, None), RunEnded("x@y"))
    again = RunStarted("x@y", 2, None)
    assert [] == log.send(again, TransferStarted("x@y", "a", URL, None), after=100)


@pytest.mark.parametrize(
    ("expected", "count", "total"),
    [
        ("0 bytes", 0, None),
        ("999 bytes", 999, None),
        ("12.3 of 55.0 MB", 12_300_000, 55_000_000),
        ("0.0 of 5.0 MB", 7, 5_000_000),
        ("1.20 GB", 1_200_000_000, None),
        ("1.200 TB", 1_200_000_000_000, None),
        ("0 of 0 bytes", 0, 0),
    ],
)
def test_an_amount_has_the_unit_of_the_whole(expected: str, count: int, total: int | None) -> None:
    """So that both numbers can be compared."""
    assert expected == amount(count, total)


@pytest.mark.parametrize(
    ("expected", "seconds"),
    [("0 s", 0.2), ("99 s", 99.4), ("2 min", 100), ("99 min", 5_950), ("2 h 46 min", 9_980)],
)
def test_a_duration_is_as_exact_as_it_is_short(expected: str, seconds: float) -> None:
    """Nobody needs the seconds of an hour."""
    assert expected == duration(seconds)


def test_one_file_is_one() -> None:
    """And two are two."""
    assert ["1 file", "2 files"] == [files(1), files(2)]


def test_a_check_is_told_of_every_ten_seconds(log: Log) -> None:
    """As a run is, but for its end: who has asked is told what was found."""
    dataset = "com.lecun.mnist@image"
    assert [] == log.send(CheckStarted(dataset, 4, 80_000_000))
    assert [] == log.send(CheckAdvanced(dataset, 1, 30_000_000), after=9.9)
    line = "com.lecun.mnist: 3 of 4 files, 60.0 of 80.0 MB, 6.0 MB/s, 3 s left"
    assert [line] == log.send(CheckAdvanced(dataset, 3, 60_000_000), after=0.1)
    assert [] == log.send(CheckEnded(dataset), CheckAdvanced(dataset, 4, 80_000_000), after=20)


def test_names_do_nothing_to_a_terminal(log: Log) -> None:
    """Those of resources may be strangers'."""
    dataset, name = "org.example.x@test", "a\n\x1b[31mred"
    assert [r"org.example.x: a\n\x1b[31mred is at /data/a"] == log.send(
        RunStarted(dataset, 2, 7), ResourceReady(dataset, name, "/data/a")
    )
