"""What does it mean when the gradebook refuses? One clear line instead of a database's own words."""

from __future__ import annotations

import os
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import make_url
from sqlalchemy.exc import ArgumentError, NoSuchModuleError, SQLAlchemyError

from casebook.errors import CasebookError, Where
from casebook.exercises.course_config import sqlite_file


class GradebookError(CasebookError):
    """The gradebook cannot be used; what was meant for it has to wait."""


AGAIN = "then run this again: it goes on with what is left"

# Words of SQLite's and of PostgreSQL's messages -> what is wrong, and how to mend it.
MEANINGS = (
    (
        ("locked", "lock timeout", "lock_timeout"),
        "It is locked by another program, and stayed so.",
        f"close what writes to it (formgrader, nbgrader, another run of casebook grade), {AGAIN}.",
    ),
    (
        ("readonly", "read-only", "permission denied"),
        "It cannot be written to.",
        f"give yourself permission to write the gradebook and the folder that it is in, {AGAIN}.",
    ),
    (
        ("disk is full", "no space left", "disk full", "could not extend file"),
        "The disk is full, so nothing could be recorded.",
        f"make room, {AGAIN}.",
    ),
    (
        ("disk i/o error",),
        "The disk failed to write or to read.",
        f"look after the disk, make sure that there is room on it, {AGAIN}.",
    ),
    (
        ("not a database", "malformed", "file is encrypted"),
        "It is damaged, or no gradebook.",
        "put a sound copy in its place; `nbgrader db upgrade` leaves copies beside it.",
    ),
    (
        ("no such table", "no such column", "has no column", "does not exist"),
        "It is of an older nbgrader.",
        "make a copy of it, then run: nbgrader db upgrade",
    ),
    (
        ("unable to open",),
        "It cannot be opened.",
        "see that it and the folder that it is in exist, and that you may read and write them.",
    ),
    (
        (
            "could not connect",
            "connection refused",
            "connection failed",
            "could not translate",
            "closed the connection",
        ),
        "The server that holds it does not answer.",
        f"see that it runs and that db_url in nbgrader_config.py names it, {AGAIN}.",
    ),
)


def place_of(db_url: str) -> str:
    """A gradebook's address for a person: its file, or its URL without the password."""
    file = sqlite_file(db_url)
    if file is not None:
        return str(Where(file))
    try:
        return make_url(db_url).render_as_string(hide_password=True)
    except ArgumentError:
        return "the gradebook"


def refused(error: Exception, db_url: str) -> GradebookError:
    """What a failure of the database means for the person who grades."""
    cause = getattr(error, "orig", None) or error
    words = " ".join(str(cause).split()) or type(cause).__name__
    where = place_of(db_url)
    if isinstance(error, (ArgumentError, NoSuchModuleError)):
        return GradebookError.one(
            "CourseDirectory.db_url is not the address of a database.",
            mend="write sqlite:////path/to/gradebook.db or postgresql+psycopg://user@host/name in nbgrader_config.py.",
        )
    if isinstance(error, ModuleNotFoundError):
        return GradebookError.one(
            f"{where}: The Python package {error.name!r}, which talks to this kind of database, is not installed.",
            mend=f"run: pip install {error.name}",
        )
    for signs, what, mend in MEANINGS:
        if any(sign in words.lower() for sign in signs):
            return GradebookError.one(f"{where}: {what}{_held(what, db_url)}", mend=mend)
    return GradebookError.one(f"{where}: The gradebook refused: {words}", mend=f"mend what it names, {AGAIN}.")


def _held(what: str, db_url: str) -> str:
    file = sqlite_file(db_url)
    held = holders(file) if file is not None and "locked" in what else []
    return f" Open in: {', '.join(held)}." if held else ""


def holders(file: Path) -> list[str]:
    """Other processes of this person that have a file open, where the system tells (Linux)."""
    found: list[str] = []
    for process in sorted(Path("/proc").glob("[0-9]*"), key=lambda folder: int(folder.name)):
        if int(process.name) == os.getpid():
            continue
        try:
            opened = any(link.is_symlink() and link.readlink() == file for link in (process / "fd").iterdir())
            words = (process / "cmdline").read_bytes().replace(b"\0", b" ").split() if opened else []
        # Another person's process, or one that has just ended.
        except OSError:
            continue
        if opened:
            found.append(f"process {process.name} ({b' '.join(words)[:60].decode(errors='replace')})")
    return found


@contextmanager
def clear_failures(db_url: str) -> Generator[None]:
    """Turn what the database raises into one clear line.

    Raises
    ------
    CasebookError
        Instead of what the database raised.
    """
    try:
        yield
    except (SQLAlchemyError, ModuleNotFoundError) as error:
        raise refused(error, db_url) from error
