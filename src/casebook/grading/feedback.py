"""What does each student read about their work?"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import nullcontext
from dataclasses import dataclass
from pathlib import Path

import nbformat

from casebook.errors import CasebookError, Problem, Where
from casebook.exercises.course_directory import CourseDirectory
from casebook.exercises.leaks import Gate
from casebook.grading.feedback_hidden import as_reason, hidden_in, hidden_secrets
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


def make_feedback(
    course: CourseDirectory, assignment: str, students: list[str], *, hide_hidden_tests: bool = False
) -> Iterator[Feedback]:
    """Make feedback pages one student after the other; one that fails never stops the rest.

    Parameters
    ----------
    course, assignment, students
        Whose work.
    hide_hidden_tests
        Leave hidden tests out of the pages: their code, and what a traceback shows of it. The
        message of the assertion that failed stays. No page is left that holds any of them.

    Yields
    ------
    Feedback
        As soon as each student's pages are done.
    """
    for student in students:
        with hidden_in(course.config) if hide_hidden_tests else nullcontext():
            outcome = course.generate_feedback(assignment, student)
        pages = tuple(sorted(course.feedback(student, assignment).glob("*.html"))) if outcome.success else ()
        for page in pages:
            write_text(page, page.read_text(encoding="utf-8").replace("<head>", f"<head>{POLICY}", 1))
        reason = "" if outcome.success else outcome.reason
        if hide_hidden_tests and pages:
            reason = as_reason(_hidden_tests_on(pages, course.autograded(student, assignment)))
            for page in pages if reason else ():
                page.unlink()
        yield Feedback(student, () if reason else pages, reason)


def _hidden_tests_on(pages: Iterable[Path], graded: Path) -> list[Problem]:
    problems: list[Problem] = []
    for page in pages:
        notebook = nbformat.read(graded / f"{page.stem}.ipynb", as_version=4)
        gate = Gate(hidden_secrets(notebook, page.stem), markers=False)
        problems += gate.leaks_in_file(page, page.read_bytes())
    return problems
