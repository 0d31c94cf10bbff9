"""What is recorded and written here is what ``nbgrader autograde`` itself leaves for the same submissions."""

from __future__ import annotations

import shutil
import sqlite3
import stat
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import nbformat
import pytest
from nbformat import NotebookNode
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

from casebook.exercises.course_directory import CourseDirectory
from casebook.exercises.course_scores import SubmissionScore
from casebook.exercises.course_surroundings import surroundings
from casebook.grading.autograded import write_autograded
from casebook.grading.gradebook import NbgraderBook, NotebookRecord
from casebook.grading.model import CellPoints
from casebook.grading.settings import read_settings

CONFIG = """
c = get_config()
c.CourseDirectory.course_id = "parcels-101"
c.CourseDirectory.ignore.append("*.tmp")
c.Autograde.exclude_overwriting = {"week": ["own.py"]}
c.AssignLatePenalties.plugin_class = "late_rules.HalfAPointAnHour"
"""
PLUGIN = """
from nbgrader.plugins import BasePlugin


class HalfAPointAnHour(BasePlugin):
    def late_submission_penalty(self, student_id, score, total_seconds_late):
        return None if student_id == "excused" else total_seconds_late / 7200
"""
TABLES = {
    "course": "SELECT id FROM course",
    "student": "SELECT * FROM student",
    "assignment": "SELECT name, duedate, course_id FROM assignment",
    "cells": "SELECT n.name, c.name, c.type FROM base_cell c JOIN notebook n ON n.id = c.notebook_id",
    "sources": "SELECT n.name, c.name, c.source, c.checksum FROM source_cell c JOIN notebook n ON n.id = c.notebook_id",
    "submitted_assignment": (
        "SELECT a.name, s.student_id, s.timestamp, s.extension"
        " FROM submitted_assignment s JOIN assignment a ON a.id = s.assignment_id"
    ),
    "submitted_notebook": (
        "SELECT s.student_id, n.name, b.flagged, b.late_submission_penalty FROM submitted_notebook b"
        " JOIN submitted_assignment s ON s.id = b.assignment_id JOIN notebook n ON n.id = b.notebook_id"
    ),
    "grade": (
        "SELECT s.student_id, n.name, c.name, c.type, g.auto_score, g.manual_score, g.extra_credit, g.needs_manual_grade"
        " FROM grade g JOIN submitted_notebook b ON b.id = g.notebook_id JOIN base_cell c ON c.id = g.cell_id"
        " JOIN submitted_assignment s ON s.id = b.assignment_id JOIN notebook n ON n.id = b.notebook_id"
    ),
    "comment": (
        "SELECT s.student_id, n.name, c.name, c.type, m.auto_comment, m.manual_comment"
        " FROM comment m JOIN submitted_notebook b ON b.id = m.notebook_id JOIN base_cell c ON c.id = m.cell_id"
        " JOIN submitted_assignment s ON s.id = b.assignment_id JOIN notebook n ON n.id = b.notebook_id"
    ),
}


def known(cell: NotebookNode, grade_id: str, *, points: float | None = None, **marks: bool) -> NotebookNode:
    """A cell that nbgrader knows."""
    cell.id = grade_id
    none = dict.fromkeys(("grade", "solution", "locked", "task"), False)
    worth = {} if points is None else {"points": points}
    cell.metadata["nbgrader"] = {"schema_version": 3, "grade_id": grade_id} | none | marks | worth
    return cell


def answer(grade_id: str, text: str) -> NotebookNode:
    return known(new_code_cell(f"### BEGIN SOLUTION\n{text}\n### END SOLUTION"), grade_id, solution=True)


def check(grade_id: str, points: float, text: str) -> NotebookNode:
    return known(new_code_cell(text), grade_id, points=points, grade=True, locked=True)


FIRST = [
    known(new_code_cell("rows = open('data/rows.txt').read().split()"), "load", locked=True),
    answer("count", "count = len(rows)"),
    check("count-check", 2, "assert count\n### BEGIN HIDDEN TESTS\nassert count == 3\n### END HIDDEN TESTS"),
    known(new_code_cell("### BEGIN SOLUTION\nrows\n### END SOLUTION"), "sketch", points=3, grade=True, solution=True),
    known(new_markdown_cell("Why?"), "why", points=2, grade=True, solution=True),
    known(
        new_markdown_cell("Interview somebody.\n\n=== BEGIN MARK SCHEME ===\nGood.\n=== END MARK SCHEME ==="),
        "interview",
        points=4,
        task=True,
        locked=True,
    ),
]
SECOND = [answer("share", "share = 0.5"), check("share-check", 2, "min(2, share * 3)")]
RIGHT = {"count": "count = len(rows)", "sketch": "rows", "why": "Because.", "share": "share = 0.5"}


@dataclass(frozen=True)
class Twins:
    """The same course twice: one that nbgrader grades, one that is recorded here."""

    theirs: CourseDirectory
    ours: CourseDirectory

    def both(self, change: Callable[[CourseDirectory], object]) -> None:
        for course in (self.theirs, self.ours):
            change(course)

    def hand_in(self, student: str, answers: dict[str, str], notebooks=("first", "second"), when: str = "") -> None:
        def put(course: CourseDirectory) -> None:
            folder = course.submitted(student, "week")
            shutil.rmtree(folder, ignore_errors=True)
            (folder / "data" / "deep").mkdir(parents=True)
            for name in notebooks:
                notebook = nbformat.read(course.release("week") / f"{name}.ipynb", as_version=4)
                for cell in notebook.cells:
                    cell.source = answers.get(cell.id, cell.source)
                nbformat.write(notebook, folder / f"{name}.ipynb")
            for file in ("data/rows.txt", "data/deep/notes.txt", "own.py", "extra.ipynb", "scratch.tmp"):
                (folder / file).write_text(f"{student}'s {file}")
            if when:
                (folder / "timestamp.txt").write_text(when)

        self.both(put)

    def grade(self, student: str) -> SubmissionScore:
        """Let nbgrader grade a submission, and record the same here; the score as recorded here."""
        outcome = self.theirs.autograde("week", student)
        assert outcome.success, outcome.reason
        settings = read_settings(self.ours)
        folder = self.theirs.autograded(student, "week")
        graded = {file.stem: nbformat.read(file, as_version=4) for file in sorted(folder.glob("*.ipynb"))}
        with NbgraderBook(self.ours, settings) as book:
            names = [notebook.name for notebook in book.instructor_notebooks("week")]
            records = {name: record_of(graded[name]) if name in graded else None for name in names}
            score = book.record("week", student, records, self.ours.timestamp(student, "week"))
            assert book.scores("week")[student] == score
        write_autograded(self.ours, settings, student, "week", graded)
        return score

    def by_hand(self, change: Callable[[object], object]) -> None:
        """What a person does in formgrader, or nbgrader's command for the database."""

        def apply(course: CourseDirectory) -> None:
            from nbgrader.api import Gradebook

            with surroundings(course.root), Gradebook(course.db_url, course.course_id) as gradebook:
                change(gradebook)
                gradebook.db.commit()

        self.both(apply)


def record_of(notebook: NotebookNode) -> NotebookRecord:
    """What nbgrader's own functions say that a notebook which nbgrader ran is worth."""
    from nbgrader.utils import determine_grade, is_grade, is_task

    graded = [cell for cell in notebook.cells if is_grade(cell)]
    points = [CellPoints(cell.metadata.nbgrader.grade_id, determine_grade(cell)[0]) for cell in graded]
    tasks = [CellPoints(cell.metadata.nbgrader.grade_id, None) for cell in notebook.cells if is_task(cell)]
    known_cells = [cell for cell in notebook.cells if "nbgrader" in cell.metadata]
    untouched = [cell for cell in known_cells if cell.metadata.nbgrader.get("checksum") == NbgraderBook.checksum(cell)]
    return NotebookRecord([*points, *tasks], frozenset(cell.metadata.nbgrader.grade_id for cell in untouched))


def contents(course: CourseDirectory) -> dict[str, list[tuple]]:
    with sqlite3.connect(course.root / "gradebook.db") as database:
        return {name: sorted(database.execute(query), key=repr) for name, query in TABLES.items()}


def files(folder: Path) -> dict[str, tuple[bytes, str]]:
    return {
        str(file.relative_to(folder)): (file.read_bytes(), stat.filemode(file.stat().st_mode))
        for file in folder.rglob("*")
        if file.is_file()
    }


@pytest.fixture(scope="module")
def twins(tmp_path_factory) -> Twins:
    root = tmp_path_factory.mktemp("twins")
    course = CourseDirectory(root / "theirs")
    folder = course.source("week")
    (folder / "data").mkdir(parents=True)
    (folder / "data" / "rows.txt").write_text("a b c")
    (folder / "own.py").write_text("the instructor's")
    (folder / "tools.py").write_text("the instructor's")
    (course.root / "nbgrader_config.py").write_text(CONFIG)
    (course.root / "late_rules.py").write_text(PLUGIN)
    kernel = {"kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"}}
    for name, cells in (("first", FIRST), ("second", SECOND)):
        nbformat.write(new_notebook(cells=cells, metadata=kernel), folder / f"{name}.ipynb")
    outcome = course.generate("week")
    assert outcome.success, outcome.log
    shutil.copytree(course.root, root / "ours")
    both = Twins(course, CourseDirectory(root / "ours"))
    both.by_hand(lambda gradebook: gradebook.update_or_create_assignment("week", duedate="2026-03-01 12:00:00"))
    return both


@pytest.mark.slow
def test_a_term_of_submissions_leaves_the_same_rows_files_feedback_and_export(twins):
    twins.hand_in("ada", RIGHT, when="2026-03-01 11:00:00 UTC")
    twins.hand_in("ben", RIGHT | {"count": "count = 0"}, ["first"], when="2026-03-01 14:30:00 UTC")
    twins.hand_in("cleo", {}, when="2026-03-05 12:00:00 Europe/Berlin")
    twins.hand_in("excused", RIGHT | {"share": "share = 'x'"}, when="2026-03-09 12:00:00 UTC")
    scores = {student: twins.grade(student) for student in ("ada", "ben", "cleo", "excused")}

    assert contents(twins.ours) == contents(twins.theirs)
    assert scores == twins.theirs.submission_scores("week") == twins.ours.submission_scores("week")
    assert [scores[student].score for student in ("ada", "ben", "cleo", "excused")] == [3.5, 0, 0, 2]

    def mark(gradebook):
        why = gradebook.find_grade("why", "first", "week", "ada")
        why.manual_score, why.extra_credit, why.needs_manual_grade = 1.5, 0.5, False
        interview = gradebook.find_grade("interview", "first", "week", "ada")
        interview.manual_score, interview.needs_manual_grade = 4, False
        gradebook.find_grade("count-check", "first", "week", "ben").manual_score = 1
        gradebook.find_comment("why", "first", "week", "ada").manual_comment = "Say more."
        gradebook.grant_extension("week", "ben", hours=2)

    twins.by_hand(mark)
    twins.hand_in("ada", RIGHT | {"why": "Because of postage."}, when="2026-03-01 13:00:00 UTC")
    twins.hand_in("ben", RIGHT | {"count": "1 / 0"})
    again = {student: twins.grade(student) for student in ("ada", "ben")}

    assert contents(twins.ours) == contents(twins.theirs)
    assert again == {student: twins.theirs.submission_scores("week")[student] for student in again}
    assert again["ada"].score == 2 + 1.5 + 2 + 4 - 0.5 - 0.5

    for student in ("ada", "ben", "cleo", "excused"):
        left = [files(course.autograded(student, "week")) for course in (twins.theirs, twins.ours)]
        assert left[0] == left[1]
        pages = []
        for course in (twins.theirs, twins.ours):
            assert course.generate_feedback("week", student).success
            pages.append({name: content for name, (content, _) in files(course.feedback(student, "week")).items()})
        assert pages[0] == pages[1]

    from nbgrader.plugins import CsvExportPlugin

    exported = []
    for course in (twins.theirs, twins.ours):
        plugin = CsvExportPlugin()
        plugin.to = str(course.root / "grades.csv")
        with course._gradebook() as gradebook:
            plugin.export(gradebook)
        exported.append((course.root / "grades.csv").read_text())
    assert exported[0] == exported[1]
    assert exported[0].count("\n") == 5
