"""What does the gradebook say that work is worth?"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class CellScore:
    """What one graded cell of one submission earned.

    Parameters
    ----------
    grade_id, notebook
        Which cell.
    earned
        Points; None if a person has yet to give them.
    points_possible
        Points that the cell is worth.
    """

    grade_id: str
    notebook: str
    earned: float | None
    points_possible: float


@dataclass(frozen=True)
class SubmissionScore:
    """What the gradebook says of one submission.

    Parameters
    ----------
    student
        Id of the student.
    score, max_score
        Points so far, late penalty taken off, and points possible.
    needs_manual_grade
        Whether a person has yet to mark something in it.
    """

    student: str
    score: float
    max_score: float
    needs_manual_grade: bool
