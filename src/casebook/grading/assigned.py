"""What does the engine need to know of an assignment before the first submission?"""

from __future__ import annotations

import ast
from collections.abc import Iterable
from pathlib import Path

import nbformat
from nbformat import NotebookNode

from casebook.errors import CasebookError, Where
from casebook.exercises.course_directory import CourseDirectory
from casebook.grading.autograded import given_files
from casebook.grading.gradebook import NbgraderBook
from casebook.grading.isolation import Plan, plan
from casebook.grading.model import InstructorNotebook, Tests
from casebook.grading.settings import Settings
from casebook.grading.submission import Assigned


def assigned_in(
    course: CourseDirectory, book: NbgraderBook, assignment: str, settings: Settings, tests: Tests | None
) -> Assigned:
    """What a course directory and its gradebook say of an assignment.

    Parameters
    ----------
    course, book, assignment, settings
        Where, and of what.
    tests
        Where tests run. None: as each of the instructor's notebooks says.

    Raises
    ------
    CasebookError
        The gradebook does not know the assignment, or tests are to be isolated and the instructor's
        notebook is missing or cannot be read.
    """
    notebooks = book.instructor_notebooks(assignment)
    sources = {notebook.name: course.source(assignment) / f"{notebook.name}.ipynb" for notebook in notebooks}
    plans: dict[str, Plan] = {}
    for notebook in notebooks:
        source = _source(sources[notebook.name], needed=tests is Tests.ISOLATED)
        if source is not None and (tests or _wanted(source)) is Tests.ISOLATED:
            plans[notebook.name] = plan(source)
    return Assigned(
        name=assignment,
        notebooks=notebooks,
        plans=plans,
        given_files=given_files(settings, assignment),
        limits=settings.limits,
        rules=settings.outputs,
        preload=modules_imported(notebooks),
    )
