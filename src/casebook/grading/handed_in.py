"""Whose submissions are to be graded? As nbgrader would choose them: all, or those that are named or match a pattern."""

from __future__ import annotations

import fnmatch
from collections.abc import Sequence

from casebook.errors import CasebookError, Where
from casebook.exercises.assignment import nearest
from casebook.exercises.course_directory import CourseDirectory
from casebook.exercises.gradebook_failures import clear_failures
from casebook.grading.settings import read_settings


def submissions(course: CourseDirectory, assignment: str, students: Sequence[str] = ()) -> list[str]:
    """Students whose submissions are to be graded.

    Parameters
    ----------
    course, assignment
        Where, and of what.
    students
        Only these, or those that match one of these patterns, as in nbgrader; empty: all who handed
        in. Whom the course's settings leave out is not among them.

    Raises
    ------
    CasebookError
        The assignment was never released here, nobody handed in, one of ``students`` did not or is
        left out by the settings, or the gradebook cannot be read.
    """
    with clear_failures(course.db_url):
        course.require(assignment)
    found = course.students_who_submitted(assignment)
    if not found:
        raise CasebookError.one(
            f"Nobody has handed in {assignment!r} here.",
            where=Where(course.submitted("<student>", assignment).parent.parent),
            mend=f"put each submission into submitted/<student>/{assignment}/.",
        )
    left_out = read_settings(course).exclude_students
    handed_in = [student for student in found if student not in left_out]
    chosen: dict[str, None] = {}
    for wanted in students or ["*"]:
        matches = [wanted] if wanted in handed_in else fnmatch.filter(handed_in, wanted)
        if not matches and fnmatch.filter(found, wanted):
            raise CasebookError.one(
                f"{wanted!r} is left out of grading by CourseDirectory.student_id_exclude.",
                where=Where(course.root / "nbgrader_config.py"),
                mend="take it out of student_id_exclude there, or name another student.",
            )
        if not matches:
            raise CasebookError.one(
                f"There is no submission of {assignment!r} by {wanted!r}.",
                where=Where(course.submitted(wanted, assignment)),
                mend=nearest(wanted, handed_in),
            )
        chosen |= dict.fromkeys(matches)
    return list(chosen)
