"""What does each student read about their work?"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from casebook.errors import CasebookError, Where
from casebook.exercises.course_directory import CourseDirectory
from casebook.whole_files import write_text

# nbgrader's page asks another host for MathJax, and shows whatever a student's code printed. With
# this policy a browser loads nothing from anywhere and runs no script that stands in the page.
POLICY = (
    '<meta http-equiv="Content-Security-Policy" '
    "content=\"default-src 'none'; img-src data:; style-src 'unsafe-inline'\">"
)


@dataclass(frozen=True)
class Feedback:
    """The feedback of one student.

    Parameters
    ----------
    student
        Whose.
    pages
        Its pages, one for each notebook; empty if they could not be made.
    reason
        Why they could not be made; else empty.
    """

    student: str
    pages: tuple[Path, ...]
    reason: str


def graded_students(course: CourseDirectory, assignment: str) -> list[str]:
    """Students with graded work to give feedback on.

    Raises
    ------
    CasebookError
        There are none.
    """
    course.require(assignment)
    students = course.students_graded(assignment)
    if not students:
        raise CasebookError.one(
            f"No submission of {assignment!r} has been graded here.",
            where=Where(course.root / "autograded"),
            mend=f"grade first: casebook grade {assignment} --course {Where(course.root)}",
        )
    return students


def make_feedback(course: CourseDirectory, assignment: str, students: list[str]) -> Iterator[Feedback]:
    """Make feedback pages one student after the other; one that fails never stops the rest.

    Yields
    ------
    Feedback
        As soon as each student's pages are done.
    """
    for student in students:
        outcome = course.generate_feedback(assignment, student)
        pages = tuple(sorted(course.feedback(student, assignment).glob("*.html"))) if outcome.success else ()
        for page in pages:
            write_text(page, page.read_text(encoding="utf-8").replace("<head>", f"<head>{POLICY}", 1))
        yield Feedback(student, pages, "" if outcome.success else outcome.reason)
