"""The file of the index: never changed where it lies, but replaced whole by a rename.

So readers need no lock, several processes may write it at once, and it works on network file
systems. Whatever is wrong with it, it counts as not being there.
"""

from __future__ import annotations

import os
import sqlite3
from contextlib import closing, suppress
from typing import TYPE_CHECKING

from datamaestro.settings.user import cache_folder
from datamaestro.store.scratch import scratch_beside, sweep

if TYPE_CHECKING:
    from pathlib import Path

NAME = "catalogue.sqlite"

APPLICATION = 0x444D4958
"""What tells our files from other SQLite files (``PRAGMA application_id``): DMIX."""

FORMAT = 10
"""Changed when the tables, or what stands in them, change (``PRAGMA user_version``)."""

TABLES = """
CREATE TABLE environments(number INTEGER PRIMARY KEY, name TEXT UNIQUE, written INTEGER);
CREATE TABLE surveys(
    number INTEGER PRIMARY KEY, environment INTEGER, key TEXT, offers TEXT,
    UNIQUE(environment, key)
);
CREATE TABLE repositories(
    number INTEGER PRIMARY KEY, environment INTEGER, name TEXT, implementation TEXT,
    provider TEXT, key TEXT, description TEXT, failure TEXT, flawed INTEGER,
    closed INTEGER,
    UNIQUE(environment, name)
);
CREATE TABLE data_sets(
    number INTEGER PRIMARY KEY, owner INTEGER, id TEXT, repository TEXT, type_name TEXT,
    module TEXT, name TEXT, size INTEGER, place INTEGER
);
CREATE INDEX data_sets_of ON data_sets(owner);
CREATE TABLE ranges(owner INTEGER, repository TEXT, first INTEGER, data_sets INTEGER);
CREATE TABLE columns(first INTEGER, field TEXT, lines, PRIMARY KEY(first, field));
CREATE TABLE texts(number INTEGER PRIMARY KEY, field TEXT, text TEXT, UNIQUE(field, text));
CREATE TABLE said(
    owner INTEGER, text INTEGER, data_set INTEGER, PRIMARY KEY(owner, text, data_set)
) WITHOUT ROWID;
CREATE TABLE cards(data_set INTEGER PRIMARY KEY, card TEXT);
CREATE TABLE names(name TEXT, data_set INTEGER, PRIMARY KEY(name, data_set)) WITHOUT ROWID;
CREATE TABLE parts(data_set INTEGER, path TEXT, PRIMARY KEY(data_set, path)) WITHOUT ROWID;
CREATE TABLE broken(owner INTEGER, module TEXT, reason TEXT);
"""
"""One row per data set; what a search does not look at stands apart, so that it stays quick.

``flawed`` is whether a repository has rows in ``broken``, or a ``failure``, which is why the whole
of it cannot be used; ``closed``, whether all of its ids are in ``names``. The data sets of a
repository are numbered by their ids, ``place`` is their own order; ``ranges`` has the number of the
first and how many there are, and ``columns`` what they say in a field, for all at once
(:mod:`datamaestro.index.columns`). ``texts`` are those that many data sets have in common, such as
tags, and ``said`` which have which. ``offers`` and ``card`` are JSON. What is described in a data
directory stands here as a repository does (:mod:`datamaestro.index.described`).
"""

WORDS = "id, name, tag, task, description"
"""The words of each data set, below its number (:mod:`datamaestro.query.words`)."""

FULL_TEXT = "fts5"
"""What of SQLite finds words. It tells them apart at the blanks, as all else is part of a word."""

SPECIAL = str.maketrans({"%": "%25", "?": "%3f", "#": "%23"})
"""What is written otherwise in the address of a file (https://www.sqlite.org/uri.html)."""


def index_path() -> Path:
    """Return where the index is, whether it exists or not."""
    return cache_folder() / NAME


def empty_index() -> sqlite3.Connection:
    """Return an index without rows, in memory."""
    connection = sqlite3.connect(":memory:", isolation_level=None)
    connection.executescript(TABLES)
    try:
        connection.execute(
            f"CREATE VIRTUAL TABLE words USING {FULL_TEXT}({WORDS}, tokenize = 'ascii')"
        )
    except sqlite3.OperationalError as error:
        if "no such module" not in str(error):
            raise
        connection.execute(f"CREATE TABLE words({WORDS})")
    connection.execute(f"PRAGMA application_id = {APPLICATION}")
    connection.execute(f"PRAGMA user_version = {FORMAT}")
    return connection


def open_index() -> sqlite3.Connection:
    """Open the file for reading; it will not change, so SQLite need not wait for anybody.

    Raises:
        sqlite3.Error: there is none, or it is none of ours.
    """
    address = f"file:{str(index_path()).translate(SPECIAL)}?mode=ro&immutable=1"
    connection = sqlite3.connect(address, isolation_level=None, uri=True)
    try:
        found = [
            connection.execute(f"PRAGMA {fact}").fetchone()[0]
            for fact in ("application_id", "user_version")
        ]
        if found != [APPLICATION, FORMAT]:
            raise sqlite3.DatabaseError("it is not of this version of datamaestro")
        connection.execute("SELECT count(*) FROM sqlite_master")  # reads what tables there are
    except ValueError as error:  # so Python says that what SQLite says of damage is no text
        connection.close()
        raise sqlite3.DatabaseError("it is damaged") from error
    except BaseException:
        connection.close()
        raise
    return connection


def load_index() -> sqlite3.Connection:
    """Return what the file has, in memory, where it may be changed.

    Raises:
        sqlite3.Error: there is none, it is none of ours, or it is damaged.
    """
    connection = sqlite3.connect(":memory:", isolation_level=None)
    try:
        with closing(open_index()) as found:
            found.backup(connection)
        faults = connection.execute("PRAGMA quick_check(1)").fetchone()
        if faults != ("ok",):
            raise sqlite3.DatabaseError("it is damaged")
    except BaseException:
        connection.close()
        raise
    return connection


def save(connection: sqlite3.Connection) -> None:
    """Replace the file by what a connection has in memory.

    Raises:
        OSError, sqlite3.Error: it cannot be written.
    """
    path = index_path()
    path.parent.mkdir(parents=True, exist_ok=True)
    sweep(path)
    scratch = scratch_beside(path)
    try:
        with closing(sqlite3.connect(scratch)) as target:
            target.execute("PRAGMA journal_mode = OFF")
            connection.backup(target)
        with scratch.open("rb") as file:
            os.fsync(file.fileno())
        with suppress(OSError):
            path.rmdir()  # an empty folder, such as docker mounts where there is no file
        scratch.replace(path)
    except BaseException:
        scratch.unlink(missing_ok=True)
        raise
