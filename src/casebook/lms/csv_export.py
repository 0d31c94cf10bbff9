"""What has each student earned, as a table for a spreadsheet?"""

from __future__ import annotations

import csv
import io
from dataclasses import dataclass
from enum import StrEnum

from casebook.exercises.course_directory import CourseDirectory

COLUMNS = ["student_id", "assignment", "score", "max_score", "status"]


class ExportStatus(StrEnum):
    """How far the marking of a student's work has come."""

    GRADED = "graded"
    NEEDS_MANUAL_GRADE = "needs_manual_grade"
    NEEDS_ATTENTION = "needs_attention"
    MISSING = "missing"


@dataclass(frozen=True)
class Row:
    """One student's row. Score and max_score are None if nothing could be graded."""

    student: str
    score: float | None
    max_score: float | None
    status: ExportStatus


def rows(course: CourseDirectory, assignment: str) -> list[Row]:
    """One row for each student who handed in or whom the gradebook knows, by id.

    A submission that could not be graded has no score: an empty field, never a zero that looks
    like a mark. A student who handed in nothing has none either, and the status ``missing``.

    Raises
    ------
    CasebookError
        The assignment was never released in this course.
    """
    scores = course.submission_scores(assignment)
    handed_in = set(course.students_who_submitted(assignment))
    found: list[Row] = []
    for student in sorted({*handed_in, *course.student_ids(), *scores}):
        score = scores.get(student)
        if score is not None and course.autograded(student, assignment).is_dir():
            marked = ExportStatus.NEEDS_MANUAL_GRADE if score.needs_manual_grade else ExportStatus.GRADED
            found.append(Row(student, score.score, score.max_score, marked))
        elif student in handed_in:
            found.append(Row(student, None, None, ExportStatus.NEEDS_ATTENTION))
        else:
            found.append(Row(student, None, None, ExportStatus.MISSING))
    return found


def as_csv(assignment: str, exported: list[Row]) -> str:
    """The rows as CSV text with a header line.

    An id that a spreadsheet would take for a formula is written with a quote mark before it.
    """
    text = io.StringIO(newline="")
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(COLUMNS)
    for row in exported:
        writer.writerow([_plain(row.student), assignment, _number(row.score), _number(row.max_score), row.status])
    return text.getvalue()


def _plain(student: str) -> str:
    return f"'{student}" if student.startswith(("=", "+", "-", "@", "\t")) else student


def _number(value: float | None) -> str:
    return "" if value is None else f"{value:g}"
