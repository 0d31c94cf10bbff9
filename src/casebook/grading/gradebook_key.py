"""What does the gradebook know of an assignment? Its notebooks, and which of their cells have grades and comments."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, MetaData, func, select

from casebook.errors import CasebookError


@dataclass(frozen=True)
class GradedCell:
    """A cell that earns points.

    Parameters
    ----------
    id
        Its row in the gradebook.
    is_task
        Whether it describes work that is done elsewhere; a person marks it.
    max_score
        Points that it is worth.
    """

    id: str
    is_task: bool
    max_score: float


@dataclass(frozen=True)
class NotebookKey:
    """A notebook of an assignment.

    Parameters
    ----------
    id, name
        Its row in the gradebook, and its file's name without ``.ipynb``.
    graded
        The cells that earn points, by their ``grade_id``.
    commented
        Rows of the cells that get a comment, by their ``grade_id``: answers and tasks.
    """

    id: str
    name: str
    graded: Mapping[str, GradedCell]
    commented: Mapping[str, str]


@dataclass(frozen=True)
class AssignmentKey:
    """An assignment.

    Parameters
    ----------
    id, name
        Its row in the gradebook, and what it is called.
    notebooks
        Its notebooks, by name.
    """

    id: str
    name: str
    notebooks: tuple[NotebookKey, ...]

    @property
    def max_score(self) -> float:
        """Points possible."""
        return sum(cell.max_score for notebook in self.notebooks for cell in notebook.graded.values())


@dataclass(frozen=True)
class Due:
    """What may change of an assignment while its submissions are graded.

    Parameters
    ----------
    id
        Its row in the gradebook.
    date
        When it is due, in UTC; None: never.
    notebooks
        Rows of its notebooks. They are others once the assignment has been released afresh.
    """

    id: str
    date: datetime | None
    notebooks: frozenset[str]


def read_due(connection: Connection, metadata: MetaData, assignment: str) -> Due:
    """An assignment's due date, and the notebooks that it has now.

    Raises
    ------
    CasebookError
        The gradebook does not know the assignment, or no notebook of it.
    """
    one, notebook = metadata.tables["assignment"], metadata.tables["notebook"]
    query = (
        select(one.c.id, one.c.duedate, notebook.c.id)
        .select_from(one.join(notebook, notebook.c.assignment_id == one.c.id))
        .where(one.c.name == assignment)
    )
    rows = connection.execute(query).all()
    if not rows:
        raise CasebookError.one(
            f"The gradebook here does not know the assignment {assignment!r}.",
            mend="release it first: casebook exercises release, or nbgrader generate_assignment.",
        )
    return Due(rows[0][0], rows[0][1], frozenset(row[2] for row in rows))


def read_key(connection: Connection, metadata: MetaData, assignment: str, due: Due) -> AssignmentKey:
    """What the gradebook knows of an assignment."""
    tables = metadata.tables
    notebook, base = tables["notebook"], tables["base_cell"]
    grade, task = tables["grade_cells"], tables["task_cells"]
    names = connection.execute(
        select(notebook.c.id, notebook.c.name).where(notebook.c.assignment_id == due.id).order_by(notebook.c.name)
    ).all()
    cells = connection.execute(
        select(
            base.c.notebook_id, base.c.name, base.c.id, base.c.type, func.coalesce(grade.c.max_score, task.c.max_score)
        )
        .select_from(
            base.outerjoin(grade, grade.c.id == base.c.id).outerjoin(task, task.c.id == base.c.id),
        )
        .where(base.c.notebook_id.in_(due.notebooks))
    ).all()
    return AssignmentKey(
        due.id,
        assignment,
        tuple(
            NotebookKey(
                notebook_id,
                name,
                {
                    cell: GradedCell(row, kind == "TaskCell", float(points))
                    for home, cell, row, kind, points in cells
                    if home == notebook_id and kind in {"GradeCell", "TaskCell"}
                },
                {
                    cell: row
                    for home, cell, row, kind, _ in cells
                    if home == notebook_id and kind in {"SolutionCell", "TaskCell"}
                },
            )
            for notebook_id, name in names
        ),
    )
