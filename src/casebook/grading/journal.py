r"""Which submissions are to be graded, how far is each, and what did a run leave that was killed?

One small database for a course directory holds the queue of every assignment. A submission's way::

    queued -> running -> executed -> graded
                    |           \-> attention    a person must look; the next run tries again
                    \-> set_aside                the same inputs would end the same way

Without the database everything is graded again, and nothing is lost.
"""

from __future__ import annotations

import threading
import zlib
from collections.abc import Collection, Mapping
from dataclasses import astuple, dataclass, replace
from datetime import UTC, datetime
from enum import StrEnum
from pathlib import Path
from typing import Any, Self

from casebook.grading.journal_file import opened, said_plainly, transaction
from casebook.grading.wire import NotPackedError, pack, unpack

# At so many ends of runs a submission is taken for their cause. A machine may lose its power, and
# somebody may end a run, while an honest one is running.
MOST_KILLS = 3
# zlib's quickest: half the bytes, for a fifth of the usual time.
QUICK = 1


class State(StrEnum):
    """How far a submission is."""

    NEW = "new"  # as one is that the database does not know, or not from these inputs
    QUEUED = "queued"
    RUNNING = "running"
    EXECUTED = "executed"
    GRADED = "graded"
    ATTENTION = "attention"
    SET_ASIDE = "set_aside"


@dataclass(frozen=True)
class Plan:
    """What a run has to do; every submission that was asked for is in one of the parts, and in one only.

    Parameters
    ----------
    to_do
        Students whose submissions are to be executed, in the order given.
    one_by_one
        To be executed after all the others and with nothing else beside them: each was running when an
        earlier run was killed, and may have been what killed it.
    to_record
        Executed already, by a run that was killed before it could record them.
    unchanged
        Graded already, from the same inputs.
    set_aside
        Not to be run again before their inputs change, and why, by student.
    """

    to_do: tuple[str, ...]
    one_by_one: tuple[str, ...]
    to_record: tuple[str, ...]
    unchanged: tuple[str, ...]
    set_aside: Mapping[str, str]


class Journal:
    """The queues of a course directory. One process uses it at a time (``run_lock``); its threads share it.

    Parameters
    ----------
    course
        The course directory.

    Raises
    ------
    CasebookError
        From here and from every method: the file cannot be used, as on a full disk.
    """

    def __init__(self, course: Path) -> None:
        self._file = course / ".casebook" / "grading.db"
        self._lock = threading.Lock()
        self._connection, self.moved_aside = opened(self._file)
        """Where a damaged file was put that was in the journal's place; None: all was well."""

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """End the use of the file. What is running stays so: whoever opens it next takes it for killed."""
        with self._lock, said_plainly(self._file):
            self._connection.close()

    def enqueue(self, assignment: str, digests: Mapping[str, str], *, fresh: Collection[str] = ()) -> Plan:
        """Begin a run, or go on with one that was killed.

        Parameters
        ----------
        assignment
            Of what.
        digests
            From what each student's submission would be graded now, in the order in which to grade them.
        fresh
            Students who are to be graded whatever the journal knows of them.
        """
        known = self._known(assignment)
        wanted = set(fresh)
        parts: dict[str, list[str]] = {"to_do": [], "one_by_one": [], "to_record": [], "unchanged": []}
        set_aside: dict[str, str] = {}
        changed: list[_Submission] = []
        kills: dict[str, int] = {}
        for student, digest in digests.items():
            before = known.get(_text(student))
            if before is None or student in wanted or before.digest != digest:
                before = _Submission(_text(student), digest, State.NEW, 0, 0, "")
            after = before.in_a_new_run()
            kills[student] = after.kills
            if after != before:
                changed.append(after)
            if after.state is State.SET_ASIDE:
                set_aside[student] = after.reason
            else:
                parts[after.part].append(student)
        # Whoever was there least often first, so that kills at any moment do not all meet the same one.
        parts["one_by_one"].sort(key=kills.__getitem__)
        with self._lock, said_plainly(self._file), transaction(self._connection):
            self._connection.executemany(
                "INSERT OR REPLACE INTO submissions (assignment, student, digest, state, attempts, kills, reason, changed)"
                " VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
                [(_text(assignment), *astuple(each), _now()) for each in changed],
            )
        return Plan(**{part: tuple(students) for part, students in parts.items()}, set_aside=set_aside)

    def start(self, assignment: str, student: str) -> None:
        """Note that a submission is about to run, on this machine."""
        self._change(assignment, student, State.RUNNING, attempts=1)

    def put_back(self, assignment: str) -> None:
        """Note that what is running was stopped on purpose, and was not what ended the run."""
        with self._lock, said_plainly(self._file):
            self._connection.execute(
                "UPDATE submissions SET state = 'queued', changed = ? WHERE assignment = ? AND state = 'running'",
                (_now(), _text(assignment)),
            )

    def executed(self, assignment: str, student: str, result: dict[str, Any]) -> None:
        """Keep what a submission's run gave, until it is recorded; ``result``: plain data as in ``wire.pack``."""
        self._change(assignment, student, State.EXECUTED, result=zlib.compress(pack(result), QUICK))

    def result(self, assignment: str, student: str) -> dict[str, Any] | None:
        """What was kept of a submission's run; None: there is nothing, or it is damaged."""
        with self._lock, said_plainly(self._file):
            row = self._connection.execute(
                "SELECT result FROM submissions WHERE assignment = ? AND student = ? AND state = 'executed'",
                (_text(assignment), _text(student)),
            ).fetchone()
        try:
            return unpack(zlib.decompress(row[0])) if row is not None and row[0] is not None else None
        except (zlib.error, NotPackedError):
            return None

    def recorded(self, assignment: str, student: str) -> None:
        """Note that a submission's marks are in the gradebook."""
        self._change(assignment, student, State.GRADED)

    def needs_attention(self, assignment: str, student: str, reason: str) -> None:
        """Note what a person must do; the next run tries again."""
        self._change(assignment, student, State.ATTENTION, reason=reason)

    def set_aside(self, assignment: str, student: str, reason: str) -> None:
        """Note why a submission must not be run again before its inputs change."""
        self._change(assignment, student, State.SET_ASIDE, reason=reason)

    def _known(self, assignment: str) -> dict[str, _Submission]:
        with self._lock, said_plainly(self._file):
            rows = self._connection.execute(
                "SELECT student, digest, state, attempts, kills, reason FROM submissions WHERE assignment = ?",
                (_text(assignment),),
            ).fetchall()
        return {row[0]: _Submission(row[0], row[1], State(row[2]), *row[3:]) for row in rows}

    def _change(
        self,
        assignment: str,
        student: str,
        state: State,
        *,
        attempts: int = 0,
        reason: str = "",
        result: bytes | None = None,
    ) -> None:
        with self._lock, said_plainly(self._file):
            found = self._connection.execute(
                "UPDATE submissions SET state = ?, attempts = attempts + ?, reason = ?, result = ?, changed = ?"
                " WHERE assignment = ? AND student = ?",
                (state, attempts, _text(reason), result, _now(), _text(assignment), _text(student)),
            ).rowcount
        if not found:
            raise KeyError(f"{student!r} is not in the queue of {assignment!r}")


@dataclass(frozen=True)
class _Submission:
    """A row of the database, without its result."""

    student: str
    digest: str
    state: State
    attempts: int
    kills: int
    reason: str

    def in_a_new_run(self) -> _Submission:
        """What becomes of it when a run begins. No other run is under way, so what is running was killed."""
        if self.state is State.RUNNING:
            kills = self.kills + 1
            if kills < MOST_KILLS:
                return replace(self, state=State.QUEUED, kills=kills)
            reason = (
                f"It was running {MOST_KILLS} times when the grading ended without a word: look at it by hand, "
                f"or grade it alone with --student {self.student} --fresh."
            )
            return replace(self, state=State.SET_ASIDE, kills=kills, reason=reason)
        if self.state in {State.NEW, State.ATTENTION}:
            return replace(self, state=State.QUEUED, reason="")
        return self

    @property
    def part(self) -> str:
        """In which part of a plan it stands."""
        if self.state is State.QUEUED:
            return "one_by_one" if self.kills else "to_do"
        return "to_record" if self.state is State.EXECUTED else "unchanged"


def _text(text: str) -> str:
    # A folder's name need not be UTF-8, and SQLite takes nothing else.
    return text.encode("utf-8", "backslashreplace").decode("utf-8")


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="milliseconds")
