"""What does each submission score?

For now through nbgrader's Python interface, one submission after the other, so that its gradebook,
formgrader and feedback are what they would be under ``nbgrader autograde``.
"""

from __future__ import annotations

import shutil
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from casebook.errors import CasebookError, Where
from casebook.exercises.assignment import nearest
from casebook.exercises.course_directory import CourseDirectory
from casebook.grading.intake import problems_in
from casebook.grading.journal import Journal, inputs_digest


class Status(StrEnum):
    """How a submission ended."""

    GRADED = "graded"
    UNCHANGED = "unchanged"
    NEEDS_ATTENTION = "needs_attention"


@dataclass(frozen=True)
class Graded:
    """One submission after grading.

    Parameters
    ----------
    student, assignment
        Whose, and of what.
    status
        How it ended.
    score, max_score
        Points so far and points possible. None: nothing could be graded.
    reason
        What a person must do, if anything; else empty.
    seconds
        How long it took.
    """

    student: str
    assignment: str
    status: Status
    score: float | None
    max_score: float | None
    reason: str
    seconds: float


def submissions(course: CourseDirectory, assignment: str, students: Sequence[str] = ()) -> list[str]:
    """Students whose submissions are to be graded.

    Parameters
    ----------
    course, assignment
        Where, and of what.
    students
        Only these; empty: all who handed in.

    Raises
    ------
    CasebookError
        The assignment was never released here, nobody handed in, or one of ``students`` did not.
    """
    course.require(assignment)
    handed_in = course.students_who_submitted(assignment)
    missing = [student for student in students if student not in handed_in]
    if missing:
        raise CasebookError.one(
            f"There is no submission of {assignment!r} by {missing[0]!r}.",
            where=Where(course.submitted(missing[0], assignment)),
            mend=nearest(missing[0], handed_in),
        )
    if not handed_in:
        raise CasebookError.one(
            f"Nobody has handed in {assignment!r} here.",
            where=Where(course.root / "submitted"),
            mend=f"put each submission into submitted/<student>/{assignment}/.",
        )
    return list(students) or handed_in


def grade(
    course: CourseDirectory, assignment: str, students: Sequence[str], *, fresh: bool = False
) -> Iterator[Graded]:
    """Grade submissions one after the other; what goes wrong with one never stops the rest.

    Parameters
    ----------
    course, assignment, students
        As ``submissions`` returns them.
    fresh
        Grade also those that were graded before and have not changed since.

    Yields
    ------
    Graded
        As soon as each submission is done.
    """
    journal = Journal(course.root, assignment)
    notebooks = [file.stem for file in sorted(course.source(assignment).glob("*.ipynb"))]
    for student in students:
        began = time.monotonic()
        folder = course.submitted(student, assignment)
        try:
            digest = inputs_digest(folder, course.source(assignment))
        except OSError as error:
            reason = f"{Where(folder)}: A file in it cannot be read: {error}."
            yield Graded(student, assignment, Status.NEEDS_ATTENTION, None, None, reason, time.monotonic() - began)
            continue
        unchanged = not fresh and journal.digest(student) == digest
        found = course.graded_score(assignment, student) if unchanged else None
        status, reason = Status.UNCHANGED, ""
        if found is None:
            journal.forget(student)
            reason = _grade_one(course, assignment, student, folder, notebooks)
            status = Status.NEEDS_ATTENTION if reason else Status.GRADED
            if not reason:
                journal.record(student, digest)
                found = course.graded_score(assignment, student)
        score, max_score = (None, None) if found is None else (found.score, found.max_score)
        yield Graded(student, assignment, status, score, max_score, reason, time.monotonic() - began)


def _grade_one(course: CourseDirectory, assignment: str, student: str, folder: Path, notebooks: Sequence[str]) -> str:
    problems = problems_in(folder, notebooks)
    if problems:
        # As nbgrader does with one that it fails on: an earlier version's marks would pass for this one's.
        shutil.rmtree(course.autograded(student, assignment), ignore_errors=True)
        return " ".join(str(problem).replace("\n ", "") for problem in problems)
    outcome = course.autograde(assignment, student)
    return "" if outcome.success else f"nbgrader could not grade it: {outcome.reason}"
