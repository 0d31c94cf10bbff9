"""A course in which five students have handed in the tiny assignment, graded once by the real command."""

from __future__ import annotations

import copy
import json
import shutil
from collections.abc import Callable
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import nbformat
import pytest
from nbformat import NotebookNode
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

from casebook.exercises.course_directory import CourseDirectory
from casebook.exercises.course_surroundings import surroundings
from casebook.grading.grade import Options, grade, submissions
from casebook.grading.graded import Graded
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


KERNEL = {"kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"}}


def known(cell: NotebookNode, grade_id: str, *, points: float | None = None, **marks: bool) -> NotebookNode:
    """A cell that nbgrader knows, as its Create Assignment marks it."""
    cell.id = grade_id
    none = dict.fromkeys(("grade", "solution", "locked", "task"), False)
    worth = {} if points is None else {"points": points}
    cell.metadata["nbgrader"] = {"schema_version": 3, "grade_id": grade_id} | none | marks | worth
    return cell


class Cells:
    """The kinds of cells that Create Assignment offers."""

    known = staticmethod(known)

    @staticmethod
    def given(grade_id: str, text: str) -> NotebookNode:
        return known(new_code_cell(text), grade_id, locked=True)

    @staticmethod
    def answer(grade_id: str, text: str) -> NotebookNode:
        return known(new_code_cell(f"### BEGIN SOLUTION\n{text}\n### END SOLUTION"), grade_id, solution=True)

    @staticmethod
    def test(grade_id: str, points: float, text: str) -> NotebookNode:
        return known(new_code_cell(text), grade_id, points=points, grade=True, locked=True)

    @staticmethod
    def essay(grade_id: str, points: float, text: str) -> NotebookNode:
        return known(new_markdown_cell(text), grade_id, points=points, grade=True, solution=True)

    @staticmethod
    def code_by_hand(grade_id: str, points: float, text: str) -> NotebookNode:
        cell = Cells.answer(grade_id, text)
        return known(cell, grade_id, points=points, grade=True, solution=True)

    @staticmethod
    def task(grade_id: str, points: float, text: str) -> NotebookNode:
        return known(new_markdown_cell(text), grade_id, points=points, task=True, locked=True)


FIRST = [
    Cells.given("load", "rows = open('data/deep/rows.txt').read().split()"),
    Cells.answer("count", "count = len(rows)"),
    Cells.test("count-check", 2, "assert count\n### BEGIN HIDDEN TESTS\nassert count == 3\n### END HIDDEN TESTS"),
    Cells.answer("part", "part = 3"),
    Cells.test("part-check", 3, "part"),
    Cells.code_by_hand("sketch", 3, "sorted(rows)"),
    Cells.essay("why", 2, "Why?"),
    Cells.task("interview", 4, "Interview somebody.\n\n=== BEGIN MARK SCHEME ===\nGood.\n=== END MARK SCHEME ==="),
]
SECOND = [Cells.answer("share", "share = 0.5"), Cells.test("share-check", 2, "assert share == 0.5")]
WORK = {
    "count": "count = len(rows)",
    "part": "part = 3",
    "sketch": "rows[::-1]",
    "why": "Because.",
    "share": "share = 0.5",
}


class AnyCourse:
    """An nbgrader course that was not made by a casebook."""

    def __init__(self, root: Path) -> None:
        self.root = root

    @property
    def directory(self) -> CourseDirectory:
        # Made anew each time: the settings may have changed.
        return CourseDirectory(self.root)

    def write_source(self, assignment: str, notebooks: dict[str, list[NotebookNode]], metadata=KERNEL) -> Path:
        """The instructor's notebooks, as Create Assignment leaves them."""
        folder = self.directory.source(assignment)
        folder.mkdir(parents=True, exist_ok=True)
        for name, cells in notebooks.items():
            nbformat.write(new_notebook(cells=copy.deepcopy(cells), metadata=metadata), folder / f"{name}.ipynb")
        return folder

    def release(self, assignment: str = "week") -> None:
        outcome = self.directory.generate(assignment)
        assert outcome.success, outcome.log

    def configure(self, *lines: str) -> None:
        (self.root / "nbgrader_config.py").write_text("\n".join(["c = get_config()", *lines, ""]), "utf-8")

    def released(self, name: str, assignment: str = "week") -> NotebookNode:
        return nbformat.read(self.directory.release(assignment) / f"{name}.ipynb", as_version=4)

    def folder(self, student: str, assignment: str = "week") -> Path:
        return self.directory.submitted(student, assignment)

    def hand_in(
        self,
        student: str,
        answers: dict[str, str],
        notebooks=("first", "second"),
        *,
        when: str = "",
        files: dict[str, str] | None = None,
        assignment: str = "week",
        change=lambda _notebook: None,
    ) -> Path:
        """The released notebooks with these answers; ``change`` may do more to each."""
        folder = self.folder(student, assignment)
        folder.mkdir(parents=True, exist_ok=True)
        for name in notebooks:
            notebook = self.released(name, assignment)
            for cell in notebook.cells:
                grade_id = cell.metadata.get("nbgrader", {}).get("grade_id")
                cell.source = answers.get(grade_id, cell.source)
            change(notebook)
            nbformat.write(notebook, folder / f"{name}.ipynb")
        for name, content in (({"timestamp.txt": when} if when else {}) | (files or {})).items():
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            (folder / name).write_text(content, "utf-8")
        return folder

    def grade(self, *students: str, assignment: str = "week", **options) -> dict[str, Graded]:
        """As ``casebook grade`` does, in this process."""
        chosen = submissions(self.directory, assignment, students)
        graded = grade(self.directory, assignment, chosen, Options(**({"workers": 1} | options)))
        return {each.student: each for each in graded}

    @contextmanager
    def gradebook(self):
        """nbgrader's own, for what a person does by hand."""
        from nbgrader.api import Gradebook

        with surroundings(self.root), Gradebook(self.directory.db_url, self.directory.course_id) as gradebook:
            yield gradebook
            gradebook.db.commit()

    def points(self, student: str, assignment: str = "week") -> dict[str, float | None]:
        """What each cell earned by itself, as nbgrader reads it."""
        with self.gradebook() as gradebook:
            submission = gradebook.find_submission(assignment, student)
            return {grade.name: grade.auto_score for notebook in submission.notebooks for grade in notebook.grades}

    def graded_notebook(self, student: str, name: str, assignment: str = "week") -> NotebookNode:
        return nbformat.read(self.directory.autograded(student, assignment) / f"{name}.ipynb", as_version=4)

    def outputs(self, student: str, name: str, assignment: str = "week") -> dict[str, list[NotebookNode]]:
        """Outputs of the cells that nbgrader knows, by their ids."""
        cells = [cell for cell in self.graded_notebook(student, name, assignment).cells if cell.cell_type == "code"]
        return {cell.metadata.nbgrader.grade_id: cell.outputs for cell in cells if "nbgrader" in cell.metadata}


@pytest.fixture(scope="session")
def cells() -> type[Cells]:
    return Cells


@pytest.fixture(scope="session")
def work() -> dict[str, str]:
    """Right answers to the assignment ``week``."""
    return dict(WORK)


@pytest.fixture(scope="session")
def released_week(tmp_path_factory) -> AnyCourse:
    """The assignment ``week`` of two notebooks, released by nbgrader; tests only copy it."""
    course = AnyCourse(tmp_path_factory.mktemp("any") / "course")
    folder = course.write_source("week", {"first": FIRST, "second": SECOND})
    (folder / "data" / "deep").mkdir(parents=True)
    (folder / "data" / "deep" / "rows.txt").write_text("a b c")
    course.release()
    return course


@pytest.fixture
def week(released_week, tmp_path) -> AnyCourse:
    """A course with the assignment ``week``, which nobody has handed in yet."""
    shutil.copytree(released_week.root, tmp_path / "course")
    return AnyCourse(tmp_path / "course")


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
