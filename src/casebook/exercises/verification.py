"""Does each test tell right from wrong?

Everything is graded by nbgrader itself, in a course directory that is thrown away: the solution
must get full points, the blank release nothing on what is autograded, each right answer full
points, and each wrong answer exactly what its file says.
"""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from itertools import repeat
from multiprocessing import get_context
from pathlib import Path
from typing import Any

import nbformat

from casebook.errors import Problem, Where
from casebook.exercises.answers import RIGHT, WRONG, is_autograded, load_answers
from casebook.exercises.compilation import compiled
from casebook.exercises.course_directory import CourseDirectory
from casebook.exercises.model import Assignment
from casebook.exercises.release import release_assignment
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
        Why nbgrader could not grade it; None if it could.
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
                    f"{self.case.name}: nbgrader could not grade it: {self.failure}",
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
        What a case got, as soon as it is known, in the order solution, blank, right answers,
        wrong answers; and the number of cases in all.

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
        # Fresh processes, not forks: by now this one may hold threads, as of a progress bar.
        with ProcessPoolExecutor(
            max_workers=min(len(trials), os.cpu_count() or 1),
            mp_context=get_context("spawn"),
            initializer=_copy_course,
            initargs=(course.root,),
        ) as workers:
            attempts = workers.map(_try, trials, range(len(trials)), repeat(assignment.name), repeat(course.root))
            for verdict in attempts:
                yield verdict, len(trials)


def _copy_of(root: Path) -> Path:
    return root.with_name(f"course-{os.getpid()}")


def _copy_course(root: Path) -> None:
    # One gradebook takes one writer at a time; with its own copy no worker waits for another.
    shutil.copytree(root, _copy_of(root))


def _try(case: Case, number: int, assignment: str, root: Path) -> Verdict:
    course, student = CourseDirectory(_copy_of(root)), f"case-{number}"
    folder = course.submitted(student, assignment)
    shutil.copytree(course.release(assignment), folder, ignore=shutil.ignore_patterns("*.ipynb"))
    for name, notebook in case.notebooks.items():
        write_text(folder / f"{name}.ipynb", nbformat.writes(notebook))
    outcome = course.autograde(assignment, student)
    if not outcome.success:
        return Verdict(case, {}, outcome.reason)
    scores = course.cell_scores(assignment, student)
    return Verdict(case, {score.grade_id: score.earned for score in scores if score.grade_id in case.expected})
