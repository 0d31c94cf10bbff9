"""A course in which five students have handed in the tiny assignment, graded once by the real command."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import nbformat
import pytest

from casebook.exercises.course_directory import CourseDirectory
from casebook.grading.isolation import plan
from casebook.grading.notebook_run import NotebookToRun
from casebook.grading.submission import steps_of

TINY = Path(__file__).parents[1] / "notebooks" / "tiny-casebook"

SOLVED = {
    "parcels-in-all": "parcels_in_all = sum(parcels.values())",
    "busiest-year": "busiest_year = 2015",
    "sure": "sure = 0.3",
    "argument": "It will, for villages join; but postage may rise.",
}
ONE_WRONG = SOLVED | {"parcels-in-all": "parcels_in_all = len(parcels)", "argument": "Yes."}
BROKEN = b'{"cells": [{"cell_type": "code", "sour'


@dataclass(frozen=True)
class Course:
    """A course directory, and what ``casebook grade --json`` said of it."""

    root: Path
    exit_code: int
    lines: list[dict]

    @property
    def directory(self) -> CourseDirectory:
        return CourseDirectory(self.root)

    def notebook(self, student: str, name: str = "counting") -> Path:
        return self.root / "submitted" / student / "tiny" / f"{name}.ipynb"

    def hand_in(self, student: str, answers: dict[str, str], notebooks=("counting", "arguing")) -> None:
        """The released notebooks with these answers in their cells."""
        for name in notebooks:
            notebook = nbformat.read(self.root / "release" / "tiny" / f"{name}.ipynb", as_version=4)
            for cell in notebook.cells:
                cell.source = answers.get(cell.id, cell.source)
            target = self.notebook(student, name)
            target.parent.mkdir(parents=True, exist_ok=True)
            nbformat.write(notebook, target)


@pytest.fixture(scope="session")
def graded(tmp_path_factory, run_casebook) -> Course:
    """Tests only read it."""
    casebook = tmp_path_factory.mktemp("graded") / "casebook"
    shutil.copytree(TINY, casebook)
    released = run_casebook("exercises", "release", "tiny", cwd=casebook)
    assert (released.returncode, released.stderr) == (0, "")
    course = Course(casebook / "course", 0, [])
    course.hand_in("right", SOLVED)
    course.hand_in("wrong", ONE_WRONG)
    course.hand_in("blank", {})
    course.hand_in("half", SOLVED, ["counting"])
    course.hand_in("broken", SOLVED, ["arguing"])
    course.notebook("broken").write_bytes(BROKEN)
    result = run_casebook("grade", "tiny", "--json", cwd=casebook)
    return Course(course.root, result.returncode, [json.loads(line) for line in result.stdout.splitlines()])


@pytest.fixture
def course(graded, tmp_path) -> Course:
    """A copy of the graded course that a test may change."""
    shutil.copytree(graded.root, tmp_path / "course")
    return Course(tmp_path / "course", graded.exit_code, graded.lines)


MARKS = {
    "given": {"grade": False, "solution": False, "locked": True},
    "answer": {"grade": False, "solution": True, "locked": False},
    "test": {"grade": True, "solution": False, "locked": True, "points": 1},
}


@pytest.fixture(scope="session")
def notebook_to_run() -> Callable[..., NotebookToRun]:
    """``notebook_to_run((kind, source, [the student's answer], [metadata]), ..., tests="isolated")``.

    A cell of the kind ``own`` is the student's, and not in the instructor's notebook. Ids are q1, q2...
    """

    def make(*cells, tests, skip_tag="", kernel="python3") -> NotebookToRun:
        instructor, student = [], []
        for number, (kind, source, *more) in enumerate(cells, start=1):
            metadata = next((each for each in more if isinstance(each, dict)), {})
            if kind in MARKS:
                metadata = {"nbgrader": {"grade_id": f"q{number}", "schema_version": 3, **MARKS[kind]}} | metadata
                instructor.append(nbformat.v4.new_code_cell(source, metadata=metadata))
            said = next((each for each in more if isinstance(each, str)), source)
            student.append(nbformat.v4.new_code_cell(said, metadata=metadata))
        notebook = nbformat.v4.new_notebook(cells=student)
        notebook.metadata["kernelspec"] = {"name": kernel, "display_name": kernel}
        return NotebookToRun(
            notebook=notebook,
            tests=tests,
            steps=steps_of(plan(nbformat.v4.new_notebook(cells=instructor))) if tests == "isolated" else [],
            skip_tag=skip_tag,
        )

    return make
