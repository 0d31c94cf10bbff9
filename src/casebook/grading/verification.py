"""Does each test tell right from wrong?

Everything is graded by the kit's own engine, in a course directory that is thrown away: the solution
must get full points, the blank release nothing on what is autograded, each right answer full
points, and each wrong answer exactly what its file says.
"""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast

import nbformat

from casebook.errors import CasebookError, Problem, Where
from casebook.exercises.answers import RIGHT, WRONG, is_autograded, load_answers
from casebook.exercises.compilation import compiled
from casebook.exercises.course_directory import CourseDirectory
from casebook.exercises.model import Assignment
from casebook.exercises.release import release_assignment
from casebook.grading.assigned import assigned_in
from casebook.grading.autograded import files_beside
from casebook.grading.execution import Result, execute_plain
from casebook.grading.executors import Job, Lost, local
from casebook.grading.gradebook import NbgraderBook
from casebook.grading.settings import Settings, read_settings
from casebook.grading.submission import Assigned, mark, prepare
from casebook.project import Project
from casebook.whole_files import write_text


@dataclass(frozen=True)
class Case:
    """One submission with a known right grade.

    Parameters
    ----------
    name
        Also the student's name in the temporary course.
    where
        What to mend if it gets something else.
    notebooks
        The notebooks that it hands in, by name.
    expected
        Points that each autograded cell of these notebooks should get, by id.
    """

    name: str
    where: Where
    notebooks: dict[str, Any]
    expected: dict[str, float]

    @property
    def points_possible(self) -> float:
        """Points that the autograded cells of these notebooks are worth together."""
        return sum(points for notebook in self.notebooks.values() for points in full_points(notebook).values())


@dataclass(frozen=True)
class Verdict:
    """What a case got.

    Parameters
    ----------
    case
        The case.
    earned
        Points of each autograded cell, by id. None: a cell without a score.
    failure
        Why it could not be graded; None if it could.
    """

    case: Case
    earned: dict[str, float | None]
    failure: str | None = None

    @property
    def problems(self) -> list[Problem]:
        """One for each cell that got other points than it should."""
        if self.failure is not None:
            return [
                Problem(
                    f"{self.case.name}: it could not be graded: {self.failure}",
                    self.case.where,
                    "run the notebook by hand in JupyterLab and see where it stops.",
                )
            ]
        return [
            Problem(
                f"{self.case.name}: earned {self.earned.get(cell)} where {points:g} were expected.",
                Where(self.case.where.file, self.case.where.line, cell=cell),
                "change the test so that it tells this answer from the others, or mend what is expected.",
            )
            for cell, points in self.case.expected.items()
            if self.earned.get(cell) != points
        ]


def cases(assignment: Assignment, solution: dict[str, Any], blank: dict[str, Any]) -> list[Case]:
    """All submissions that an assignment is tried with.

    Parameters
    ----------
    assignment
        The assignment.
    solution, blank
        Its notebooks with the solutions in, and as released; by name.
    """
    full = {name: full_points(notebook) for name, notebook in solution.items()}
    everything = {cell: points for notebook in full.values() for cell, points in notebook.items()}
    found = [
        Case("solution", Where(assignment.file), solution, everything),
        Case("blank", Where(assignment.file), blank, dict.fromkeys(everything, 0.0)),
    ]
    for folder in (RIGHT, WRONG):
        for answer in load_answers(assignment, folder, solution):
            points = {cell: value for name in answer.notebooks for cell, value in full[name].items()}
            handed_in = answer.handed_in(solution)
            found.append(Case(f"{folder}/{answer.name}", Where(answer.file), handed_in, points | answer.expect))
    return found


def full_points(notebook: Any) -> dict[str, float]:
    """What each autograded cell of a compiled or released notebook is worth, by id."""
    return {cell.id: float(cell.metadata.nbgrader["points"]) for cell in notebook.cells if is_autograded(cell)}


def verify(project: Project, assignment: Assignment) -> Iterator[tuple[Verdict, int]]:
    """Try an assignment with every case.

    Yields
    ------
    Verdict, int
        What a case got, as soon as it and those before it are known, in the order solution, blank,
        right answers, wrong answers; and the number of cases in all.

    Raises
    ------
    CasebookError
        The text is not sound, or something secret would be released.
    """
    with tempfile.TemporaryDirectory() as temporary:
        course = CourseDirectory(Path(temporary) / "course")
        released = release_assignment(project, assignment, course)
        blank = {notebook.stem: nbformat.read(notebook, as_version=4) for notebook in released.notebooks}
        trials = cases(assignment, compiled(assignment), blank)
        settings = read_settings(course)
        with NbgraderBook(course, settings) as book:
            assigned = assigned_in(course, book, assignment.name, settings, None)
        tried: dict[int, Verdict] = {}
        given = 0
        with local(os.cpu_count() or 1, execute_plain) as executor:
            for job, result in executor.results(_jobs(course, settings, assigned, trials)):
                number = int(job.name)
                tried[number] = _verdict(trials[number], result, assigned)
                # Those that are done before their turn wait for it.
                while given in tried:
                    yield tried.pop(given), len(trials)
                    given += 1


def _jobs(course: CourseDirectory, settings: Settings, assigned: Assigned, trials: Sequence[Case]) -> Iterator[Job]:
    for number, case in enumerate(trials):
        student = f"case-{number}"
        folder = course.submitted(student, assigned.name)
        for name, notebook in case.notebooks.items():
            write_text(folder / f"{name}.ipynb", nbformat.writes(notebook))
        files = files_beside(course, settings, student, assigned.name)
        yield Job(str(number), dict(prepare(folder, files, assigned, as_bytes=False).work))


def _verdict(case: Case, result: dict[str, Any] | Lost, assigned: Assigned) -> Verdict:
    if isinstance(result, Lost):
        return Verdict(case, {}, result.reason)
    try:
        marked = mark(cast("Result", result), assigned, NbgraderBook.checksum)
    except CasebookError as error:
        return Verdict(case, {}, error.problems[0].what)
    earned = {points.grade_id: points.auto_score for each in marked.values() for points in each.points}
    return Verdict(case, {cell: points for cell, points in earned.items() if cell in case.expected})
