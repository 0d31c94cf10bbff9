"""How is a gradebook opened, so that what is recorded of a submission is recorded whole or not at all?"""

from __future__ import annotations

from typing import Any

import sqlalchemy
from sqlalchemy import Engine, MetaData, event

from casebook.errors import CasebookError, Problem, Where
from casebook.exercises.course_config import sqlite_file
from casebook.exercises.gradebook_failures import clear_failures, place_of

RELEASE = "release an assignment first: casebook exercises release, or nbgrader generate_assignment."


class NoGradebookError(CasebookError):
    """There is no gradebook yet, or it is empty."""


def open_database(db_url: str, tables: MetaData, *, patience_s: float) -> Engine:
    """A connection to a gradebook that exists and is of this nbgrader.

    Parameters
    ----------
    db_url
        Its address, as SQLAlchemy writes it.
    tables
        The tables that it should have.
    patience_s
        Seconds to wait for another program that writes to it.

    Raises
    ------
    NoGradebookError
        There is no gradebook, or it is empty. None is made.
    CasebookError
        It is of an older nbgrader, or it cannot be opened.
    """
    file = sqlite_file(db_url)
    if file is not None and not file.is_file():
        # Opening it would make an empty one.
        raise NoGradebookError([Problem("There is no gradebook here.", Where(file), RELEASE)])
    with clear_failures(db_url):
        url = sqlalchemy.make_url(db_url)
        engine = sqlalchemy.create_engine(url, connect_args=_waiting(url.get_backend_name(), patience_s))
        if url.get_backend_name() == "sqlite":
            event.listen(engine, "connect", _begin_by_hand)
            event.listen(engine, "begin", _begin)
        try:
            _check(engine, tables, db_url)
        except BaseException:
            engine.dispose()
            raise
    return engine


def writing(engine: Engine) -> Engine:
    """The same database; each transaction takes the right to write when it begins."""
    return engine.execution_options(writes=True)


def _waiting(backend: str, patience_s: float) -> dict[str, Any]:
    if backend == "sqlite":
        return {"timeout": patience_s}
    if backend == "postgresql":
        return {"options": f"-c lock_timeout={int(patience_s * 1000)}", "connect_timeout": max(2, int(patience_s))}
    return {}


def _begin_by_hand(connection: Any, _record: object) -> None:
    # Python's sqlite3 begins a transaction at the first change, after what was read for it: another
    # program could write in between, and then neither could go on.
    connection.isolation_level = None


def _begin(connection: sqlalchemy.Connection) -> None:
    writes = connection.get_execution_options().get("writes", False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")


def _check(engine: Engine, tables: MetaData, db_url: str) -> None:
    found = sqlalchemy.inspect(engine).get_multi_columns()
    columns = {name: {column["name"] for column in table} for (_, name), table in found.items()}
    if not columns:
        raise NoGradebookError([Problem(f"{place_of(db_url)}: The gradebook is empty.", mend=RELEASE)])
    for table in tables.sorted_tables:
        if missing := set(table.columns.keys()) - columns.get(table.name, set()):
            raise CasebookError.one(
                f"{place_of(db_url)}: It is of an older nbgrader: it has no {table.name}.{min(missing)}.",
                mend="make a copy of it, then run: nbgrader db upgrade",
            )
