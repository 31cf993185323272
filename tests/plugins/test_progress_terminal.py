"""Bars on a real pseudo-terminal, as they stand on its screen."""

import logging
import os
import pty
import re
import sys
import termios
import threading
from collections.abc import Iterator
from contextlib import closing, redirect_stderr
from itertools import count
from typing import Any

import pytest
from tqdm import tqdm

from datamaestro.cli.messages import BetweenBars
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

pyte: Any = pytest.importorskip("pyte")

URL = "https://example.org/a"
PROMPT = "$ datamaestro download x"
LOG = logging.Logger("datamaestro")
LOG.addHandler(BetweenBars())
FRAME = b"\x1b[J"
"""What each frame, and each clearing, has once."""


class Terminal:
    """A pseudo-terminal, and the screen at its other end."""

    def __init__(self, columns: int = 80, lines: int = 12, encoding: str = "utf-8") -> None:
        self.far, near = pty.openpty()
        self.file = os.fdopen(near, "w", 1 << 16, encoding=encoding)  # what is not flushed stays
        self.screen = pyte.HistoryScreen(columns, lines, history=10_000)
        self.raw = b""
        self.now = 100.0
        self.runs: set[str] = set()
        self.display = Display(clock=lambda: self.now)
        self.resize(columns, lines)
        self._stream = pyte.ByteStream(self.screen)
        self._marks = count()
        self._changed = threading.Condition()
        self._reader = threading.Thread(target=self._read)
        self._reader.start()
        self.write(f"{PROMPT}\n")

    def resize(self, columns: int, lines: int) -> None:
        """Change the size."""
        termios.tcsetwinsize(self.file.fileno(), (lines, columns))
        self.screen.resize(lines, columns)

    def write(self, text: str) -> None:
        """Write as another program would."""
        self.file.write(text)
        self.file.flush()

    def tell(self, *events: Event, after: float = 0.0) -> None:
        """Send events, so many seconds later."""
        self.now += after
        with redirect_stderr(self.file):
            for event in events:
                self.runs.add(event.dataset)
                self.display.show(event)

    def send(self, *events: Event, after: float = 0.0) -> list[str]:
        """Send events, so many seconds later; return the screen's rows below the prompt."""
        self.tell(*events, after=after)
        return self.rows()

    def warn(self, text: str) -> None:
        """Log a line."""
        with redirect_stderr(self.file):
            LOG.warning(text)

    def rows(self) -> list[str]:
        """Return the rows below the prompt, when all that was written is on the screen."""
        mark = f"mark {next(self._marks)}"
        os.write(self.file.fileno(), f"\x1b]2;{mark}\x07".encode())
        with self._changed:
            self._changed.wait_for(lambda: self.screen.title == mark)
            past = [
                "".join(row[x].data for x in range(self.screen.columns))
                for row in self.screen.history.top
            ]
            every = [row.rstrip() for row in (*past, *self.screen.display)]
        return "\n".join(every[every.index(PROMPT) + 1 :]).rstrip().split("\n")

    def _read(self) -> None:
        while True:
            try:
                data = os.read(self.far, 1 << 16)
            except OSError:  # the near end is closed
                return
            with self._changed:
                self.raw += data
                self._stream.feed(data)
                self._changed.notify_all()

    def close(self) -> None:
        """End all runs, since tqdm knows the bars of all tests, and close both ends."""
        for run in self.runs:
            self.display.show(RunEnded(run))
        self.file.close()
        self._reader.join()
        os.close(self.far)


@pytest.fixture
def terminal(monkeypatch: pytest.MonkeyPatch) -> Iterator[Terminal]:
    """Return a terminal."""
    made = Terminal()
    monkeypatch.setenv("TERM", "xterm")
    yield made
    made.close()


def started(name: str, size: int | None, received: int = 0, run: str = "x@y") -> TransferStarted:
    """Return the beginning of a transfer."""
    return TransferStarted(run, name, URL, size, received)


def advanced(name: str, received: int, run: str = "x@y") -> TransferAdvanced:
    """Return that bytes are there."""
    return TransferAdvanced(run, name, received)


def ended(name: str, received: int, run: str = "x@y") -> tuple[Event, Event]:
    """Return that a file is there."""
    return TransferEnded(run, name, received), ResourceReady(run, name, f"/data/{name}")


def figures(row: str) -> list[str]:
    """Return what stands in a row, without its bar."""
    return re.sub(r"\|.*\|", " ", row).split()


def test_there_is_a_bar_for_the_run_and_one_for_each_file(terminal: Terminal) -> None:
    """Files, bytes, time, what is left, and the rate; the run's are the sums."""
    terminal.send(RunStarted("x@y", 3, 4_000_000))
    terminal.send(started("images", 3_000_000), started("labels", 1_000_000))
    terminal.send(advanced("labels", 500_000), after=0.25)
    rows = terminal.send(advanced("images", 1_000_000), after=0.75)
    assert [
        ["x", "0/3:", "38%", "1.50M/4.00M", "[00:01<00:01,", "1.50MB/s]"],
        ["images:", "33%", "1.00M/3.00M", "[00:01<00:02,", "1.00MB/s]"],
        ["labels:", "50%", "500k/1.00M", "[00:01<00:01,", "500kB/s]"],
    ] == [figures(row) for row in rows]
    rows = terminal.send(*ended("labels", 1_000_000), after=1)
    assert [
        ["x", "1/3:", "50%", "2.00M/4.00M", "[00:02<00:02,", "1.00MB/s]"],
        ["images:", "33%", "1.00M/3.00M", "[00:02<00:04,", "500kB/s]"],
    ] == [figures(row) for row in rows]


def test_bars_stand_below_each_other(terminal: Terminal) -> None:
    """Whatever their labels and figures are, all begin and end in the same columns."""
    terminal.send(RunStarted("x@y", 3, 40_000), started("a", 9_999), started("b", None))
    terminal.send(started("n" * 100, 30_000, 29_000))
    rows = terminal.send(advanced("a", 7), after=1)
    rows += terminal.send(*ended("n" * 100, 30_000))
    assert 7 == len(rows)
    for edge in (str.index, str.rindex):
        assert 1 == len({edge(row, "|") for row in rows})
    assert {terminal.screen.columns - 1} == {len(row) for row in rows}
    assert "..nnn" in rows[3]


def test_a_name_cannot_move_the_cursor(terminal: Terminal) -> None:
    """Nor change the colour, nor break the row."""
    terminal.send(RunStarted("x@y", 2, None), started("a\x1b[31m\nb", 10))
    rows = terminal.send(advanced("a\x1b[31m\nb", 5), after=1)
    assert ["x", "a?[31m?b:"] == [figures(row)[0] for row in rows]


def test_a_short_run_does_not_flash(terminal: Terminal) -> None:
    """Nothing is drawn in its first 0.3 s."""
    terminal.send(RunStarted("x@y", 2, 2_000), started("a", 1_000))
    terminal.send(advanced("a", 500), *ended("a", 1_000), after=0.29)
    assert [""] == terminal.send(RunEnded("x@y"))
    assert FRAME not in terminal.raw


def test_what_was_there_before_is_shown_at_once(terminal: Terminal) -> None:
    """It is done, but it did not come at the present rate."""
    terminal.send(RunStarted("x@y", 2, 10_000_000), after=0)
    rows = terminal.send(started("a", 9_000_000, received=8_000_000), after=1)
    assert ["x", "0/2:", "80%", "8.00M/10.0M"] == figures(rows[0])[:4]
    assert ["a:", "89%", "8.00M/9.00M"] == figures(rows[1])[:3]
    rows = terminal.send(advanced("a", 8_500_000), after=1)
    assert ["500kB/s]", "500kB/s]"] == [figures(row)[-1] for row in rows]


def test_a_further_try_counts_nothing_twice(terminal: Terminal) -> None:
    """A try that begins anew takes the run back; nothing is ever more than whole."""
    terminal.send(RunStarted("x@y", 2, 2_000), started("a", 1_000), started("b", 1_000))
    seen = [terminal.send(*ended("b", 1_000), advanced("a", 900), after=1)]
    seen.append(terminal.send(TransferEnded("x@y", "a", 900, "broken"), after=1))
    seen.append(terminal.send(started("a", 1_000), after=1))
    seen.append(terminal.send(advanced("a", 500), after=1))
    seen.append(terminal.send(TransferEnded("x@y", "a", 500, "broken"), after=1))
    seen.append(terminal.send(started("a", 1_000, 500), advanced("a", 1_000), after=1))
    shares = [next(word for word in figures(rows[0]) if "%" in word) for rows in seen]
    assert ["50%", "95%", "50%", "75%", "75%", "75%"] == shares
    assert [2, 1, 2, 2, 1, 2] == [len(rows) for rows in seen]
    shown = re.findall(rb"(\d+)%", terminal.raw)
    assert 100 >= max(int(share) for share in shown)


def test_nothing_is_more_than_whole(terminal: Terminal) -> None:
    """A source that sends too much is the engine's business."""
    terminal.send(RunStarted("x@y", 2, 100), started("a", 100))
    rows = terminal.send(advanced("a", 150), after=1)
    assert [["100%", "150/"], ["100%", "150/"]] == [figures(row)[-5:-3] for row in rows]


@pytest.mark.parametrize("above", [0, 50])
def test_nothing_remains_at_the_end(terminal: Terminal, above: int) -> None:
    """Neither on the screen nor above it, at its top and at its bottom; the cursor is back."""
    terminal.write("".join(f"line {number}\n" for number in range(above)))
    before = terminal.rows()
    terminal.send(RunStarted("x@y", 30, None))
    for number in range(30):
        name = f"file_{number}"
        terminal.send(started(name, 1_000), after=0.2)
        if number >= 10:
            terminal.send(*ended(f"file_{number - 10}", 1_000), after=0.1)
    assert 9 <= len(terminal.rows()) - above
    assert before == terminal.send(RunEnded("x@y"))
    terminal.write("result\n")
    assert [*(before if above else []), "result"] == terminal.rows()


def test_the_log_is_printed_above_the_bars(terminal: Terminal) -> None:
    """Each line whole, one below the other, and the bars go on."""
    long = "x" * 200
    terminal.send(RunStarted("x@y", 2, 2_000), started("a", 1_000))
    terminal.warn("before there are bars")
    terminal.send(advanced("a", 100), after=1)
    for number in range(20):
        terminal.warn(f"line {number}")
    terminal.warn(long)
    lines = ["before there are bars", *(f"line {number}" for number in range(20))]
    lines += [long[:80], long[80:160], long[160:]]
    rows = terminal.rows()
    assert lines == rows[:-2]
    assert ["x", "a:"] == [figures(row)[0] for row in rows[-2:]]
    assert lines == terminal.send(RunEnded("x@y"))


@pytest.mark.parametrize("lines", range(2, 14))
def test_a_terminal_of_few_lines_shows_what_fits(
    lines: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The run's bar first; two lines are kept free; there are never more than eight files."""
    monkeypatch.setenv("TERM", "xterm")
    with closing(Terminal(80, lines)) as terminal:
        terminal.send(RunStarted("x@y", 100, None))
        terminal.send(*(started(f"file_{number}", 1_000) for number in range(40)))
        rows = terminal.send(advanced("file_0", 100), after=1)
        assert min(9, max(1, lines - 2)) == len(rows)
        assert "0/100:" in rows[0]
        assert [""] == terminal.send(RunEnded("x@y"))


def test_the_size_of_the_terminal_may_change(terminal: Terminal) -> None:
    """It is asked for each frame."""
    terminal.resize(80, 20)
    terminal.send(RunStarted("x@y", 100, None))
    terminal.send(*(started(f"file_{number}", 1_000) for number in range(40)))
    terminal.send(advanced("file_0", 100), after=1)
    termios.tcsetwinsize(terminal.file.fileno(), (6, 40))
    rows = terminal.send(advanced("file_0", 200), after=1)
    assert 4 == len(rows)
    assert 39 == max(len(row) for row in rows)
    assert [""] == terminal.send(RunEnded("x@y"))


def test_a_terminal_without_a_size_has_a_usual_one(
    terminal: Terminal, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As some containers have it."""
    monkeypatch.delenv("COLUMNS", raising=False)
    monkeypatch.delenv("LINES", raising=False)
    termios.tcsetwinsize(terminal.file.fileno(), (0, 0))
    monkeypatch.setattr(sys, "__stdout__", None)
    terminal.send(RunStarted("x@y", 1, 1_000), started("a", 1_000))
    (row,) = terminal.send(advanced("a", 100), after=1)
    assert 79 == len(row)


def test_a_run_of_one_file_has_one_bar(terminal: Terminal) -> None:
    """The second would say the same."""
    terminal.send(RunStarted("x@y", 1, None), started("a", 1_000))
    (row,) = terminal.send(advanced("a", 100), after=1)
    assert ["x:", "10%", "100/1.00k"] == figures(row)[:3]


def test_where_no_size_is_known_the_files_are_counted(terminal: Terminal) -> None:
    """Bytes and their rate are shown, and the run's bar is that of its files."""
    terminal.send(RunStarted("x@y", 10, None), started("a", None))
    for name in "bcd":
        terminal.send(*ended(name, 0))
    rows = terminal.send(advanced("a", 2_000_000), after=2)
    assert [
        ["x", "3/10:", "30%", "2.00M/", "?", "[00:02<", "?,", "1.00MB/s]"],
        ["a:", "2.00M/", "?", "[00:02<", "?,", "1.00MB/s]"],
    ] == [figures(row) for row in rows]


def test_several_data_sets_at_once_have_a_bar_each(terminal: Terminal) -> None:
    """The bars of one go when it ends, and the other's stay."""
    terminal.send(RunStarted("one@y", 2, 2_000), started("a", 1_000, run="one@y"))
    terminal.send(RunStarted("two@y", 2, 2_000), started("a", 1_000, run="two@y"))
    rows = terminal.send(advanced("a", 100, run="two@y"), after=1)
    assert ["one", "a:", "two", "a:"] == [figures(row)[0] for row in rows]
    rows = terminal.send(RunEnded("one@y"))
    assert ["two", "a:"] == [figures(row)[0] for row in rows]
    assert rows == terminal.send(advanced("a", 1_000, run="one@y"), after=1)
    assert [""] == terminal.send(RunEnded("two@y"))


def test_several_data_sets_share_what_room_there_is(terminal: Terminal) -> None:
    """All of their files together are not more than fit."""
    runs = ("one@y", "two@y", "three@y")
    for run in runs:
        terminal.send(RunStarted(run, 9, None), *(started(name, 10, 0, run) for name in "abcd"))
    rows = terminal.send(advanced("a", 5, runs[2]), after=1)
    expected = ["one", "a:", "b:", "c:", "d:", "two", "a:", "b:", "c:", "three"]
    assert expected == [figures(row)[0] for row in rows]


def test_bars_need_no_thread(terminal: Terminal, monkeypatch: pytest.MonkeyPatch) -> None:
    """Not even tqdm's, which looks after bars that nobody moves."""
    monkeypatch.setattr(tqdm, "monitor", None)
    before = set(threading.enumerate())
    terminal.send(RunStarted("x@y", 2, 2_000), started("a", 1_000))
    terminal.send(advanced("a", 100), after=1)
    assert before == set(threading.enumerate())


def test_many_threads_may_tell_at_once(terminal: Terminal) -> None:
    """Of many runs, with the log between them; nothing is lost and nothing remains."""

    def tell(run: str) -> None:
        terminal.display.show(RunStarted(run, 50, None))
        for number in range(50):
            terminal.now += 0.01
            name = f"file_{number}"
            for event in (started(name, 9, run=run), advanced(name, 5, run), *ended(name, 9, run)):
                terminal.display.show(event)
            if number % 10 == 0:
                LOG.warning("%s %d", run, number)
        terminal.display.show(RunEnded(run))

    runs = [f"run_{number}@y" for number in range(8)]
    threads = [threading.Thread(target=tell, args=(run,)) for run in runs]
    with redirect_stderr(terminal.file):
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    assert sorted(f"{run} {n}" for run in runs for n in range(0, 50, 10)) == sorted(terminal.rows())


def test_many_small_files_do_not_cost_a_frame_each(terminal: Terminal) -> None:
    """Ten frames a second at most."""
    terminal.send(RunStarted("x@y", 1_000, None))
    for number in range(1_000):
        name = f"file_{number}"
        terminal.tell(started(name, 1_000), *ended(name, 1_000), after=0.001)
    terminal.rows()
    assert 5 <= terminal.raw.count(FRAME) <= 10


def test_a_file_that_comes_or_goes_is_shown_at_once(terminal: Terminal) -> None:
    """In a run of few files the next event may be far; bytes can wait for the next frame."""
    terminal.send(RunStarted("x@y", 3, None), started("a", 1_000))
    terminal.send(advanced("a", 100), after=1)
    assert ["x", "a:", "b:"] == [
        figures(row)[0] for row in terminal.send(started("b", 1_000), after=0.01)
    ]
    before = terminal.rows()
    assert before == terminal.send(advanced("a", 900), after=0.01)
    assert ["x", "b:"] == [figures(row)[0] for row in terminal.send(*ended("a", 1_000))]


def test_bars_go_below_one_that_surrounds_the_run(terminal: Terminal) -> None:
    """As in ``for id in tqdm(ids): prepare_dataset(id)``; that one stays as it was."""
    with tqdm(total=2, desc="all", file=terminal.file, ncols=79, mininterval=0) as around:
        for _ in range(2):
            terminal.send(RunStarted("x@y", 2, 2_000), started("a", 1_000))
            rows = terminal.send(advanced("a", 100), after=1)
            assert ["all:", "x", "a:"] == [figures(row)[0] for row in rows]
            assert ["all:"] == [figures(row)[0] for row in terminal.send(RunEnded("x@y"))]
            around.update()
    (row,) = terminal.rows()
    assert ["all:", "100%", "2/2"] == figures(row)[:3]


def test_a_bar_of_a_definition_leaves_what_it_should(terminal: Terminal) -> None:
    """A function that makes a file may show a bar of its own, while others arrive."""
    terminal.send(RunStarted("x@y", 3, None), started("a", 1_000), started("b", 1_000))
    terminal.send(advanced("a", 100), after=1)
    with tqdm(total=2, desc="own", file=terminal.file, ncols=79, mininterval=0) as own:
        own.update()
        terminal.send(advanced("a", 200), after=1)
        own.update()
    rows = terminal.send(advanced("a", 300), after=1)
    assert ["own:", "x", "a:", "b:"] == [figures(row)[0] for row in rows]
    (row,) = terminal.send(RunEnded("x@y"))
    assert ["own:", "100%", "2/2"] == figures(row)[:3]


def test_tqdm_switched_off_draws_nothing(
    terminal: Terminal, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its own variable holds here too."""

    class Off(tqdm):  # type: ignore[type-arg]
        """As tqdm is where ``TQDM_DISABLE`` was set when it was imported."""

        def __init__(self, *given: Any, **named: Any) -> None:
            named["disable"] = True
            super().__init__(*given, **named)

    monkeypatch.setattr("tqdm.tqdm", Off)
    terminal.send(RunStarted("x@y", 2, 2_000), started("a", 1_000))
    assert [""] == terminal.send(advanced("a", 100), after=1)
    assert [""] == terminal.send(RunEnded("x@y"))


def test_a_terminal_that_knows_only_ascii_gets_ascii(monkeypatch: pytest.MonkeyPatch) -> None:
    """No question marks in place of blocks."""
    monkeypatch.setenv("TERM", "xterm")
    with closing(Terminal(encoding="ascii")) as terminal:
        terminal.send(RunStarted("x@y", 1, 1_000), started("a", 1_000))
        (row,) = terminal.send(advanced("a", 500), after=1)
    assert "|####" in row


def test_a_check_has_a_bar(terminal: Terminal) -> None:
    """Of the bytes that have been read, with the files."""
    terminal.send(CheckStarted("x@y", 4, 4_000_000))
    rows = terminal.send(CheckAdvanced("x@y", 1, 1_000_000), after=1)
    assert [["x", "1/4:", "25%", "1.00M/4.00M", "[00:01<00:03,", "1.00MB/s]"]] == [
        figures(row) for row in rows
    ]
    assert [""] == terminal.send(CheckEnded("x@y"))
