"""Which rows does a graded submission leave in nbgrader's gradebook?

They are those that ``nbgrader autograde`` leaves. nbgrader joins seven tables to find each of them;
here all rows of a submission are read at once by the columns that they are unique by, so that a
gradebook of 10,000 submissions is as quick as a new one.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, MetaData, Table, bindparam, insert, select, update

from casebook.grading.gradebook_key import AssignmentKey, Due
from casebook.grading.model import CellPoints

NO_RESPONSE = "No response."


@dataclass(frozen=True)
class NotebookRecord:
    """What is to be recorded of one notebook that was graded.

    Parameters
    ----------
    points
        What its cells earned by themselves. A cell that is not named keeps what it had.
    untouched
        Ids of the answers that are as they were handed out.
    """

    points: Sequence[CellPoints]
    untouched: frozenset[str] = frozenset()


@dataclass(frozen=True)
class GradeRow:
    """A row of the table ``grade``, without its id."""

    notebook_id: str
    cell_id: str
    auto_score: float | None = None
    manual_score: float | None = None
    extra_credit: float | None = None
    needs_manual_grade: bool = True

    @property
    def score(self) -> float:
        """Points that count, as nbgrader adds them up."""
        points = self.auto_score if self.manual_score is None else self.manual_score
        return 0.0 if points is None else points + (self.extra_credit or 0.0)


@dataclass(frozen=True)
class CommentRow:
    """A row of the table ``comment``, without its id."""

    notebook_id: str
    cell_id: str
    auto_comment: str | None = None
    manual_comment: str | None = None


@dataclass(frozen=True)
class SubmittedNotebook:
    """A row of the table ``submitted_notebook``."""

    id: str
    late_submission_penalty: float | None


@dataclass(frozen=True)
class Submission:
    """A row of the table ``submitted_assignment``.

    Parameters
    ----------
    id
        Its row.
    late_s
        Seconds that it was handed in after it was due, extension and all; 0: in time.
    """

    id: str
    late_s: float


class SubmissionRows:
    """The rows of submissions of one assignment, in an open transaction.

    Parameters
    ----------
    connection
        Where the transaction is open; nothing is committed here.
    metadata
        nbgrader's tables.
    new_id
        Makes the id of a row.
    key, due
        What the gradebook knows of the assignment.
    """

    def __init__(
        self, connection: Connection, metadata: MetaData, new_id: Callable[[], str], key: AssignmentKey, due: Due
    ) -> None:
        self._connection = connection
        self._tables = metadata.tables
        self._new_id = new_id
        self._key = key
        self._due = due

    def knows_student(self, student: str) -> bool:
        """Whether a student is in the gradebook."""
        table = self._tables["student"]
        return self._connection.execute(select(table.c.id).where(table.c.id == student)).first() is not None

    def add_student(self, student: str) -> None:
        """Enter a student, of whom no more is known than the id."""
        self._connection.execute(insert(self._tables["student"]), {"id": student})

    def submission(self, student: str, timestamp: datetime | None) -> Submission:
        """A student's submission, entered if it is not there; without a timestamp it keeps the one that it had."""
        table = self._tables["submitted_assignment"]
        query = select(table.c.id, table.c.timestamp, table.c.extension).where(
            table.c.assignment_id == self._key.id, table.c.student_id == student
        )
        found = self._connection.execute(query).one_or_none()
        row_id = self._new_id() if found is None else str(found.id)
        if found is None:
            new = {"id": row_id, "assignment_id": self._key.id, "student_id": student, "timestamp": timestamp}
            self._connection.execute(insert(table), new)
        elif timestamp is not None and timestamp != found.timestamp:
            self._connection.execute(update(table).where(table.c.id == row_id), {"timestamp": timestamp})
        when = timestamp if timestamp is not None or found is None else found.timestamp
        extension = found.extension if found is not None and found.extension is not None else timedelta()
        late = (when - self._due.date - extension).total_seconds() if when and self._due.date else 0.0
        return Submission(row_id, max(0.0, late))

    def notebooks(self, submission: Submission) -> dict[str, SubmittedNotebook]:
        """The submission's notebooks by the assignment's; those that it lacks are entered."""
        table = self._tables["submitted_notebook"]
        ids = [notebook.id for notebook in self._key.notebooks]
        query = select(table.c.notebook_id, table.c.id, table.c.late_submission_penalty).where(
            table.c.notebook_id.in_(ids), table.c.assignment_id == submission.id
        )
        found = {row[0]: SubmittedNotebook(row[1], row[2]) for row in self._connection.execute(query)}
        new = {notebook: SubmittedNotebook(self._new_id(), None) for notebook in ids if notebook not in found}
        self._insert(
            table,
            [{"id": row.id, "notebook_id": notebook, "assignment_id": submission.id} for notebook, row in new.items()],
        )
        return found | new

    def grades(self, notebooks: Mapping[str, SubmittedNotebook]) -> dict[str, GradeRow]:
        """The submission's grades by the row of their cell, as they are."""
        cells = [cell.id for notebook in self._key.notebooks for cell in notebook.graded.values()]
        rows = (GradeRow(*row) for row in self._rows("grade", GradeRow, cells, notebooks))
        return {row.cell_id: row for row in rows}

    def comments(self, notebooks: Mapping[str, SubmittedNotebook]) -> dict[str, CommentRow]:
        """The submission's comments by the row of their cell, as they are."""
        cells = [cell for notebook in self._key.notebooks for cell in notebook.commented.values()]
        rows = (CommentRow(*row) for row in self._rows("comment", CommentRow, cells, notebooks))
        return {row.cell_id: row for row in rows}

    def save_penalties(self, notebooks: Mapping[str, SubmittedNotebook], penalties: Mapping[str, float | None]) -> None:
        """Enter what is taken off for being late, by the assignment's notebook."""
        table = self._tables["submitted_notebook"]
        changed = [
            {"row": notebooks[notebook].id, "points": points}
            for notebook, points in penalties.items()
            if points != notebooks[notebook].late_submission_penalty
        ]
        statement = update(table).where(table.c.id == bindparam("row"))
        self._execute(statement.values(late_submission_penalty=bindparam("points")), changed)

    def save_grades(self, before: Mapping[str, GradeRow], after: Mapping[str, GradeRow]) -> None:
        """Enter the grades that are new or have changed."""
        self._save("grade", before, after, ("auto_score", "needs_manual_grade"))

    def save_comments(self, before: Mapping[str, CommentRow], after: Mapping[str, CommentRow]) -> None:
        """Enter the comments that are new or have changed."""
        self._save("comment", before, after, ("auto_comment",))

    def _rows(
        self, name: str, kind: type[GradeRow | CommentRow], cells: list[str], notebooks: Mapping[str, SubmittedNotebook]
    ) -> Iterable[Any]:
        table = self._tables[name]
        columns = [table.c[each.name] for each in fields(kind)]
        rows = [notebook.id for notebook in notebooks.values()]
        # The cell comes first: so does it in the one index that nbgrader's tables have. A server keeps
        # the rows for us until we are done: somebody may be marking by hand at this moment.
        query = select(*columns).where(table.c.cell_id.in_(cells), table.c.notebook_id.in_(rows)).with_for_update()
        return self._connection.execute(query)

    def _save(
        self,
        name: str,
        before: Mapping[str, GradeRow | CommentRow],
        after: Mapping[str, GradeRow | CommentRow],
        columns: tuple[str, ...],
    ) -> None:
        table = self._tables[name]
        self._insert(table, [dict(vars(row)) for cell, row in after.items() if cell not in before])
        statement = update(table).where(
            table.c.cell_id == bindparam("cell"), table.c.notebook_id == bindparam("notebook")
        )
        self._execute(
            statement.values({column: bindparam(f"new_{column}") for column in columns}),
            [
                {"cell": cell, "notebook": row.notebook_id}
                | {f"new_{column}": getattr(row, column) for column in columns}
                for cell, row in after.items()
                if cell in before and row != before[cell]
            ],
        )

    def _insert(self, table: Table, rows: list[dict[str, Any]]) -> None:
        self._execute(insert(table), rows)

    def _execute(self, statement: Any, rows: list[dict[str, Any]]) -> None:
        if rows:
            self._connection.execute(statement, rows)
