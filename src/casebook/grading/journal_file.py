"""Where is the journal kept, and what if its file is damaged?

In one SQLite database under the course directory. Losing it costs time and no marks: the marks are in
the gradebook, so a file that cannot be read is put aside, and a new one begun.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Generator
from contextlib import contextmanager, suppress
from pathlib import Path

from casebook.errors import CasebookError, Where

# "case" in ASCII: in the file's head, so that another program's database is not taken for ours.
APPLICATION = 0x63617365
LAYOUT = 1
TABLE = """
CREATE TABLE submissions (
  assignment TEXT NOT NULL,
  student TEXT NOT NULL,
  digest TEXT NOT NULL,                 -- of all that its marks depend on
  state TEXT NOT NULL,                  -- queued, running, executed, graded, attention, set_aside
  attempts INTEGER NOT NULL DEFAULT 0,  -- how often it was run, from this digest
  kills INTEGER NOT NULL DEFAULT 0,     -- how many runs ended while it was running
  reason TEXT NOT NULL DEFAULT '',      -- what a person must do
  changed TEXT NOT NULL DEFAULT '',     -- when the state changed last, UTC
  result BLOB,                          -- of an executed one, until it is recorded
  PRIMARY KEY (assignment, student)
)
"""


class _NotOursError(Exception):
    """A file in the journal's place that is no journal, or a damaged one."""


def opened(file: Path) -> tuple[sqlite3.Connection, Path | None]:
    """The journal's database, made if it is not there.

    Returns
    -------
    tuple
        The connection, and where a file that could not be read was moved; None: nothing was in the way.

    Raises
    ------
    CasebookError
        It can be neither opened nor made.
    """
    with said_plainly(file):
        file.parent.mkdir(parents=True, exist_ok=True)
        try:
            return _connected(file), None
        except _NotOursError:
            aside = _moved_aside(file)
            return _connected(file), aside


@contextmanager
def said_plainly(file: Path) -> Generator[None]:
    """Turn what SQLite and the system raise about ``file`` into a CasebookError."""
    try:
        yield
    except sqlite3.DatabaseError as error:
        damaged = getattr(error, "sqlite_errorname", "").startswith(("SQLITE_CORRUPT", "SQLITE_NOTADB"))
        mend = (
            "run the command again: it begins a new journal, and marks that are in the gradebook stay."
            if damaged
            else "see that the disk has room, that you may write here and that no other program has the file open; "
            "then run the command again: it goes on where this one stopped."
        )
        raise CasebookError.one(
            f"The journal of this grading run cannot be used: {error}.", where=Where(file), mend=mend
        ) from error
    except OSError as error:
        raise CasebookError.one(
            f"The journal of this grading run cannot be kept here: {error.strerror or error}.",
            where=Where(file),
            mend="give yourself the right to write in the course directory, and room on its disk.",
        ) from error


def _connected(file: Path) -> sqlite3.Connection:
    connection = sqlite3.connect(file, timeout=2, isolation_level=None, check_same_thread=False)
    try:
        # One run at a time uses it. Held so, SQLite needs no memory shared between processes, and the
        # journal works on network drives too.
        connection.execute("PRAGMA locking_mode = EXCLUSIVE")
        empty = _is_empty(connection)
        # Nothing waits for the disk at each step: a killed run loses nothing, and a power cut at most the last
        # steps, never the file. Those submissions are then graded once more, with the same marks.
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("PRAGMA synchronous = NORMAL")
        if empty:
            with transaction(connection):
                connection.execute(TABLE)
                connection.execute(f"PRAGMA application_id = {APPLICATION}")
                connection.execute(f"PRAGMA user_version = {LAYOUT}")
    except sqlite3.DatabaseError as error:
        connection.close()
        name = getattr(error, "sqlite_errorname", "")
        if name.startswith(("SQLITE_CORRUPT", "SQLITE_NOTADB")):
            raise _NotOursError from error
        raise
    except BaseException:
        connection.close()
        raise
    return connection


def _is_empty(connection: sqlite3.Connection) -> bool:
    """Whether nothing is in the file yet; what is there must be a journal, and whole."""
    application, layout, tables = (
        int(connection.execute(f"PRAGMA {name}").fetchone()[0])
        for name in ("application_id", "user_version", "schema_version")
    )
    if not tables and not application:
        return True
    if (application, layout) != (APPLICATION, LAYOUT):
        raise _NotOursError
    if connection.execute("PRAGMA quick_check(1)").fetchone() != ("ok",):
        raise _NotOursError
    try:
        connection.execute("SELECT student, digest, state, attempts, kills, reason, result FROM submissions LIMIT 1")
    except sqlite3.OperationalError as error:
        raise _NotOursError from error
    return False


@contextmanager
def transaction(connection: sqlite3.Connection) -> Generator[None]:
    """All that the block writes, or nothing."""
    connection.execute("BEGIN IMMEDIATE")
    try:
        yield
    except BaseException:
        # A full disk has rolled it back already.
        with suppress(sqlite3.Error):
            connection.execute("ROLLBACK")
        raise
    connection.execute("COMMIT")


def _moved_aside(file: Path) -> Path:
    number = 1
    while (aside := file.with_name(f"{file.name}.damaged-{number}")).exists():
        number += 1
    file.rename(aside)
    # What was not yet written into it goes with it.
    for ending in ("-wal", "-shm", "-journal"):
        with suppress(FileNotFoundError):
            file.with_name(file.name + ending).rename(aside.with_name(aside.name + ending))
    return aside
