"""The trash, on the command line."""

import json
from pathlib import Path

import pytest

from datamaestro.cli.completion.held import tokens_of
from datamaestro.house.trash.discarding import Removal, discard
from datamaestro.house.trash.items import Piece, claim
from datamaestro.store.descent import open_top
from datamaestro.store.layout import Store
from support.forests import forest, plant
from support.inside import inside
from support.terminals import lines_on_terminal, on_terminal

ODD = "line\nend \udcff"
"""A name that is more than a line, and no UTF-8."""


@pytest.fixture
def token(store: Path) -> str:
    """Move something with an odd name to the trash."""
    plant(store, {"data": {"acme": {ODD: {"x": ("file", b"x", 0o644)}}}})
    path = f"data/acme/{ODD}"
    wanted = Removal(path, "nobody has it", [Piece(path, (store / path).lstat().st_ino)])
    (done,) = discard(Store(store), [wanted])
    return done.token


def thrown(store: Path, what: str, name: str) -> str:
    """Move a file to the trash; return its token."""
    place = store / "data/acme" / name
    place.parent.mkdir(parents=True, exist_ok=True)
    place.write_text(name)
    piece = Piece(f"data/acme/{name}", place.lstat().st_ino)
    (done,) = discard(Store(store), [Removal(what, "a test", [piece])])
    return done.token


def test_what_is_in_the_trash_is_listed(token: str, store: Path) -> None:
    """A line each, whatever the names; as JSON, with all paths."""
    done = inside("trash", "list")
    (line,) = done.out.splitlines()
    assert (0, []) == (done.code, done.lines)
    named, what, size, things, _, why = line.split("\t")
    assert (token, r"data/acme/line\nend \xff", "1", "nobody has it") == (named, what, things, why)
    assert int(size) > 0
    (item,) = inside("trash", "list", "--json").document
    assert (token, [f"data/acme/{ODD}"]) == (item["token"], item["paths"])
    assert int(size) == item["size"]


def test_what_is_half_deleted_is_told(token: str, store: Path) -> None:
    """As where emptying was killed; emptying once more ends it, and asks nothing."""
    (store / "trash" / token).rename(store / f"trash/.gone-{token}")
    done = inside("trash", "list")
    assert (0, "", 1) == (done.code, done.out, len(done.lines))
    assert "deleting 1 item for good has not ended" in done.err
    assert 0 == inside("trash", "empty").code
    assert "there is nothing in the trash" in inside("trash", "list").err


def test_what_it_is_has_room_before_all_else(token: str, tmp_path: Path) -> None:
    """A narrow terminal still shows that, and how large it is."""
    head, line = lines_on_terminal("trash", "list", columns=50, cwd=tmp_path)
    assert ["TOKEN", "WHAT"] == head.split()[:2]
    assert "data/acm" in line


def test_a_name_stands_for_its_token(token: str, store: Path) -> None:
    """As long as nothing else in the trash has it; all of several needs --yes."""
    second = thrown(store, "a.b@acme", "x")
    third = thrown(store, "a.b@acme", "y")
    thrown(store, "c@acme", "z")
    failed = inside("trash", "restore", "a.b")
    assert (2, True) == (failed.code, f"one of {second}, {third}" in failed.err)
    failed = inside("trash", "restore")
    assert (7, True) == (failed.code, "Bring back all 4 items" in failed.err)
    assert 0 == inside("trash", "restore", "c").code
    assert "z" == (store / "data/acme/z").read_text()
    assert [second, third] == inside("trash", "empty", "--yes", "--json", "a.b@acme").document
    assert [token] == [path.name for path in (store / "trash").iterdir()]


def test_what_cannot_come_back_hinders_no_other(token: str, store: Path) -> None:
    """Each is told when it is back; exit code 9 for one on which another process works."""
    other = thrown(store, "c@acme", "z")
    with open_top(store / "trash" / other) as folder:
        claim(folder, "it")
        done = inside("trash", "restore", "--yes")
    assert (9, f"{store}/data/acme/line\\nend \\xff\n") == (done.code, done.out)
    assert [other] == [path.name for path in (store / "trash").iterdir()]


def test_what_comes_back_is_named(token: str, store: Path) -> None:
    """All, or what tokens name."""
    failed = inside("trash", "restore", "none")
    assert (2, True) == (failed.code, "there is no none in the trash" in failed.err)
    done = inside("trash", "restore", token)
    assert (0, f"{store}/data/acme/line\\nend \\xff\n") == (done.code, done.out)
    assert "x" == (store / "data/acme" / ODD / "x").read_text()
    done = inside("trash", "restore")
    assert (0, "", ["there is nothing in the trash"]) == (done.code, done.out, done.lines)


def test_tokens_are_completed(token: str, tmp_path: Path) -> None:
    """Those that there are; nothing where there is no trash."""
    assert [token] == tokens_of("2") == tokens_of(token)
    assert [] == tokens_of("x") == tokens_of("", str(tmp_path / "none"))


def test_what_cannot_come_back_is_named(token: str, store: Path) -> None:
    """Exit code 8; what is there stays."""
    (store / "data/acme" / ODD).write_text("new")
    done = inside("trash", "restore")
    assert (8, "", 2) == (done.code, done.out, len(done.lines))
    assert all("something else is there meanwhile" in line for line in done.lines)
    (one,) = inside("trash", "restore", "--json").document
    assert [[f"data/acme/{ODD}", "something else is there meanwhile"]] == one["left"]
    assert "new" == (store / "data/acme" / ODD).read_text()


def test_emptying_asks(token: str, store: Path, tmp_path: Path) -> None:
    """On a terminal; elsewhere nothing is deleted without --yes."""
    before = forest(store)
    done = inside("trash", "empty")
    (line,) = done.lines
    assert (7, True) == (done.code, "datamaestro trash empty --yes" in line)
    assert 7 == on_terminal("n\n", "trash", "empty", cwd=tmp_path).code
    done = inside("trash", "empty", "--older", "1d", "--yes", "--json")
    assert (0, []) == (done.code, done.document)
    assert before == forest(store)
    done = inside("trash", "empty", "--older", "0s", "--yes", "--json")
    assert [token] == done.document
    assert [] == list((store / "trash").iterdir())
    failed = inside("trash", "empty", "--older", "long")
    assert (2, True) == (failed.code, "30d" in failed.err)


def test_a_damaged_record_is_told(token: str, store: Path) -> None:
    """By each command, and none of them does anything to what is there."""
    record = store / "trash" / token / "record.json"
    record.write_text(record.read_text().replace("nobody", "somebody"))
    before = forest(store)
    for words in (["list"], ["restore"], ["empty", "--yes"], ["list", "--json"]):
        done = inside("trash", *words)
        assert (0, True) == (done.code, "its digest is not right" in done.err)
    assert "its digest is not right" == json.loads(done.out)[0]["damaged"]
    assert 2 == inside("trash", "restore", token).code
    assert before == forest(store)


def test_what_is_on_record_anew_is_told_in_a_line(store: Path) -> None:
    """However many things stay in the trash; with what can be done."""
    record = store / "state/acme/a.b.json"
    record.parent.mkdir(parents=True)
    record.write_text("{}")
    pieces = [Piece("state/acme/a.b.json", record.lstat().st_ino)]
    (one,) = discard(Store(store), [Removal("a.b@acme", "a test", pieces)])
    record.write_text("{}")
    done = inside("trash", "restore", "a.b")
    (line,) = done.lines
    assert (8, True) == (done.code, f"{one.token} is in the trash still" in line)
    assert f"datamaestro trash empty {one.token}" in line
