"""What becomes of the marks that a submission had, when it is graded again?

Pure: rows as they are and what was earned go in, rows as they are to be come out. The rules are
those of ``nbgrader autograde``; where they differ, a comment says so.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import replace

from casebook.errors import CasebookError
from casebook.grading.gradebook_key import NotebookKey
from casebook.grading.gradebook_rows import NO_RESPONSE, CommentRow, GradeRow, NotebookRecord

LatePenalty = Callable[[str, float, float], float | None]


def grades_after(
    notebook: NotebookKey, before: Mapping[str, GradeRow], record: NotebookRecord | None
) -> dict[str, GradeRow]:
    """Grades of a notebook by the row of their cell, from those that it had.

    Parameters
    ----------
    notebook
        The notebook.
    before
        Its grades, one for each cell that earns points.
    record
        What it earned. None: it was not handed in.

    Raises
    ------
    CasebookError
        What a cell earned is no number from 0 to its points, or there is no such cell.
    """
    if record is None:
        return {cell: replace(row, auto_score=0.0, needs_manual_grade=False) for cell, row in before.items()}
    after = dict(before)
    for points in record.points:
        cell = notebook.graded.get(points.grade_id)
        if cell is None:
            raise CasebookError.one(
                f"The gradebook has no cell {points.grade_id!r} in the notebook {notebook.name!r}.",
                mend="the assignment was released afresh meanwhile: grade again.",
            )
        earned, row = points.auto_score, before[cell.id]
        if earned is not None and not (math.isfinite(earned) and 0 <= earned <= cell.max_score):
            raise CasebookError.one(
                f"The cell {points.grade_id!r} of {notebook.name!r} earned {earned}, and is worth {cell.max_score}.",
                mend="let its test give a number from 0 to the points that it is worth.",
            )
        if not cell.is_task:
            # A person looks again at what a person has marked before.
            by_hand = earned is None or row.manual_score is not None
            after[cell.id] = replace(row, auto_score=earned, needs_manual_grade=by_hand)
        elif row.auto_score is not None:
            # Only a missing notebook gives a task points. nbgrader would leave that 0, and nobody
            # would be asked to mark what has come in now.
            after[cell.id] = replace(row, auto_score=None, needs_manual_grade=True)
    return after


def comments_after(
    notebook: NotebookKey, before: Mapping[str, CommentRow], record: NotebookRecord
) -> dict[str, CommentRow]:
    """Comments of a notebook by the row of their cell, from those that it had."""
    after = dict(before)
    for name, cell in notebook.commented.items():
        # Work on a task is done elsewhere: its text is never touched, and that tells nothing.
        untouched = name in record.untouched and name not in tasks_of(notebook)
        after[cell] = replace(before[cell], auto_comment=NO_RESPONSE if untouched else None)
    return after


def tasks_of(notebook: NotebookKey) -> set[str]:
    """Ids of a notebook's tasks."""
    return {name for name, cell in notebook.graded.items() if cell.is_task}


def penalty(late: LatePenalty | None, student: str, score: float, late_s: float) -> float | None:
    """Points to take off a notebook for being late; None: none are.

    Parameters
    ----------
    late
        nbgrader's plug-in of the course; it is asked only about work that is late.
    student, score, late_s
        Whose notebook, its points, and the seconds that it is late.

    Raises
    ------
    CasebookError
        The plug-in fails, or gives what is no number.
    """
    if late is None or late_s <= 0:
        return None
    try:
        points = late(student, score, late_s)
        points = None if points is None else float(points)
    # The plug-in is a program of the instructor's: it may raise anything.
    except Exception as error:
        raise CasebookError.one(
            f"The plug-in for late penalties failed: {type(error).__name__}: {' '.join(str(error).split())}",
            mend="mend the plug-in that AssignLatePenalties.plugin_class in nbgrader_config.py names.",
        ) from error
    if points is not None and math.isnan(points):
        raise CasebookError.one(
            "The plug-in for late penalties gave a penalty that is no number.",
            mend="mend the plug-in that AssignLatePenalties.plugin_class in nbgrader_config.py names.",
        )
    # nbgrader's limits: nobody gains by being late, and nobody falls below zero.
    return None if points is None else min(max(points, 0.0), score)
