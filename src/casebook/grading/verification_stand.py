"""How is an answer tried? As the kit would grade it, in a course directory that is thrown away."""

from __future__ import annotations

import copy
import os
import tempfile
from collections.abc import Callable, Collection, Generator, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, cast

import nbformat

from casebook.errors import CasebookError, Where
from casebook.exercises.compilation import compiled
from casebook.exercises.course_directory import CourseDirectory
from casebook.exercises.model import Assignment
from casebook.exercises.notebook_text import read_notebook
from casebook.exercises.release import release_assignment
from casebook.grading.assigned import assigned_in
from casebook.grading.autograded import files_beside
from casebook.grading.execution import Result, Work, execute_plain
from casebook.grading.executors import Job, Lost, local
from casebook.grading.gradebook import NbgraderBook
from casebook.grading.notebook_run import Step
from casebook.grading.settings import Settings, read_settings
from casebook.grading.submission import Assigned, mark, prepare
from casebook.grading.verification_answers import READ, answers_read
from casebook.project import Project
from casebook.whole_files import write_text

Advance = Callable[[int, int], None]


@dataclass(frozen=True)
class Outcome:
    """What came of a run.

    Parameters
    ----------
    points
        Of each graded cell, by id; None: a person has to give them.
    outputs
        Of each code cell with an id that nbgrader knows; and of the last cell of each notebook under the
        notebook's own name.
    failure
        Why it could not be graded; None if it could.
    seconds
        How long it took.
    values
        For a run that only reads answers, the answers.
    """

    points: dict[str, float | None] = field(default_factory=dict[str, float | None])
    outputs: dict[str, list[dict[str, Any]]] = field(default_factory=dict[str, list[dict[str, Any]]])
    failure: str | None = None
    seconds: float = 0
    values: dict[str, Any] = field(default_factory=dict[str, Any])


class Stand:
    """Where the answers to an assignment are tried; see ``stand``.

    Parameters
    ----------
    project, assignment
        What is tried.
    course
        A course in which it is released.
    released
        The released notebooks, by name.
    """

    def __init__(
        self, project: Project, assignment: Assignment, course: CourseDirectory, released: dict[str, Any]
    ) -> None:
        self.project = project
        self.assignment = assignment
        self.solution = compiled(assignment)
        self.released = released
        # The ids of its test cells.
        self.tests = frozenset(
            cell.id for notebook in self.solution.values() for cell in notebook.cells if is_test(cell)
        )
        self._course = course
        self._settings: Settings = read_settings(course)
        with NbgraderBook(course, self._settings) as book:
            self.assigned: Assigned = assigned_in(course, book, assignment.name, self._settings, None)
        self._prepared = self.prepared("solution", self.solution)

    def where(self, cell: str) -> Where:
        """Where a cell stands in the assignment's text."""
        notebook = next(name for name, each in self.solution.items() if any(c.id == cell for c in each.cells))
        file = self.assignment.folder / f"{notebook}.md"
        return next(c.where for c in read_notebook(file).cells if c.grade_id == cell)

    def prepared(self, student: str, notebooks: Mapping[str, Any]) -> Work:
        """What is executed if somebody hands these notebooks in."""
        folder = self._course.submitted(student, self.assigned.name)
        for name, notebook in notebooks.items():
            write_text(folder / f"{name}.ipynb", nbformat.writes(notebook))
        files = files_beside(self._course, self._settings, student, self.assigned.name)
        return prepare(folder, files, self.assigned, as_bytes=False).work

    def work(self, notebook: str, cells: Mapping[str, str] | None = None) -> Work:
        """One notebook of the solution, alone, with other text in some of its cells."""
        to_run = copy.deepcopy(self._prepared["notebooks"][notebook])
        for cell in to_run["notebook"]["cells"]:
            grade_id = cell["metadata"].get("nbgrader", {}).get("grade_id")
            cell["source"] = (cells or {}).get(grade_id, cell["source"])
        return cast("Work", {**self._prepared, "notebooks": {notebook: to_run}})

    def steps(self, notebook: str) -> list[Step]:
        """What runs in the test process of a notebook; none if its tests are not isolated."""
        return self._prepared["notebooks"][notebook]["steps"]

    def run(self, works: Iterable[tuple[str, Work]], advance: Advance, total: int) -> Iterator[tuple[str, Outcome]]:
        """Try works, several at once; each with its name and what came of it, as they finish."""
        advance(0, total)
        jobs = (Job(name, dict(work)) for name, work in works)
        with local(os.cpu_count() or 1, _run_or_read) as executor:
            for number, (job, result) in enumerate(executor.results(jobs), start=1):
                yield job.name, self._outcome(result)
                advance(number, total)

    def _outcome(self, result: dict[str, Any] | Lost) -> Outcome:
        if isinstance(result, Lost):
            return Outcome(failure=result.reason)
        if READ in result:
            return Outcome(values=result[READ])
        if result["stopped"]:
            return Outcome(failure=result["stopped"], seconds=result["seconds"])
        try:
            marked = mark(cast("Result", result), self.assigned, NbgraderBook.checksum)
        except CasebookError as error:
            return Outcome(failure=error.problems[0].what, seconds=result["seconds"])
        outputs: dict[str, list[dict[str, Any]]] = {}
        for name, each in marked.items():
            for cell in each.notebook.cells:
                if cell.cell_type == "code":
                    outputs[cell.metadata.get("nbgrader", {}).get("grade_id") or name] = cell.outputs
        points = {point.grade_id: point.auto_score for each in marked.values() for point in each.points}
        return Outcome(points, outputs, None, result["seconds"])


@contextmanager
def stand(project: Project, assignment: Assignment) -> Generator[Stand]:
    """Release an assignment where nobody sees it, and try answers there.

    Raises
    ------
    CasebookError
        The text is not sound, or something secret would be released.
    """
    with tempfile.TemporaryDirectory() as temporary:
        course = CourseDirectory(Path(temporary) / "course")
        released = release_assignment(project, assignment, course)
        blank = {notebook.stem: nbformat.read(notebook, as_version=4) for notebook in released.notebooks}
        yield Stand(project, assignment, course, blank)


def only_tests(work: Work, notebook: str, kept: Collection[str]) -> Work:
    """The same without the other test cells, and without what comes after the last one."""
    to_run = copy.deepcopy(work["notebooks"][notebook])
    cells = to_run["notebook"]["cells"]
    ids = [cell["metadata"].get("nbgrader", {}).get("grade_id") for cell in cells]
    last = max((number for number, grade_id in enumerate(ids) if grade_id in kept), default=len(cells))
    for number, cell in enumerate(cells):
        if (is_test(cell) and ids[number] not in kept) or (number > last and cell["cell_type"] == "code"):
            # An empty cell is not run.
            cell["source"] = ""
    to_run["steps"] = [step for step in to_run["steps"] if not step["is_test"] or step["grade_id"] in kept]
    return cast("Work", {**work, "notebooks": {notebook: to_run}})


def is_test(cell: Mapping[str, Any]) -> bool:
    """Whether a cell of a notebook is an autograder test."""
    marks = cell["metadata"].get("nbgrader", {})
    return bool(marks.get("grade")) and not marks.get("solution") and cell["cell_type"] == "code"


def _run_or_read(work: dict[str, Any]) -> dict[str, Any]:
    return answers_read(work) if work.get(READ) else execute_plain(work)
