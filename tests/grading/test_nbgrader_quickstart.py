"""A course made by ``nbgrader quickstart`` with its own example, graded by the engine; then nbgrader's own commands."""

from __future__ import annotations

import csv
import os
import shutil
import subprocess
import sys
from pathlib import Path

import nbformat
import pytest

from casebook.grading.graded import Status

pytestmark = pytest.mark.slow

# Answers of a student who has half understood it.
BEN = {
    "squares": "def squares(n):\n    return [i ** 2 for i in range(1, n + 1)]",
    "sum_of_squares": "def sum_of_squares(n):\n    return sum(squares(n))",
    "sum_of_squares_equation": "$\\sum i^2$",
    "part-a": "It counts rabbits.",
}


def nbgrader(*words: str, cwd: Path) -> str:
    """nbgrader's own command, without anybody's own settings."""
    environment = os.environ | {"JUPYTER_CONFIG_DIR": str(cwd / ".no-settings"), "PYTHONWARNINGS": "ignore"}
    command = [sys.executable, "-W", "ignore", "-m", "nbgrader", *words]
    done = subprocess.run(command, cwd=cwd, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout + done.stderr


@pytest.fixture(scope="module")
def quickstart(released_week, tmp_path_factory):
    """The example course, with two submissions that the engine has graded."""
    root = tmp_path_factory.mktemp("quickstart")
    nbgrader("quickstart", "course101", cwd=root)
    course = type(released_week)(root / "course101")
    course.release("ps1")
    with course.gradebook() as gradebook:
        gradebook.add_student("bitdiddle", first_name="Ben", last_name="Bitdiddle")
        gradebook.add_student("reasoner")
    course.hand_in(
        "bitdiddle", BEN, ["problem1", "problem2"], assignment="ps1", when="2026-02-02 10:00:00 Europe/Berlin"
    )
    # The instructor's own notebooks are handed in by one who has seen them.
    folder = course.folder("hacker", "ps1")
    folder.mkdir(parents=True)
    for file in course.directory.source("ps1").glob("*.ipynb"):
        shutil.copy(file, folder)
    return course, course.grade(assignment="ps1", workers=2)


def test_the_example_course_is_graded(quickstart):
    course, graded = quickstart

    assert {student: (each.status, each.score, each.max_score) for student, each in graded.items()} == {
        "bitdiddle": (Status.GRADED, 2, 13),
        "hacker": (Status.GRADED, 3, 13),
    }
    assert course.points("bitdiddle", "ps1") == {
        "correct_squares": 1,
        "squares_invalid_input": 0,
        "correct_sum_of_squares": 0.5,
        "sum_of_squares_uses_squares": 0.5,
        "sum_of_squares_equation": None,
        "sum_of_squares_application": 0,
        "cell-938593c4a215c6cc": None,
        "part-a": None,
        "part-b": 0,
    }


def test_what_nbgrader_leaves_is_there_and_its_picture_too(quickstart):
    course, _ = quickstart
    graded = course.directory.autograded("bitdiddle", "ps1")

    assert sorted(file.name for file in graded.iterdir()) == [
        "jupyter.png",
        "problem1.ipynb",
        "problem2.ipynb",
        "timestamp.txt",
    ]
    for file in graded.glob("*.ipynb"):
        nbformat.validate(nbformat.read(file, as_version=4))


def test_nbgraders_lists_know_the_assignment_and_the_students(quickstart):
    course, _ = quickstart

    said = nbgrader("db", "student", "list", cwd=course.root)
    assert "bitdiddle (Bitdiddle, Ben)" in said
    assert "hacker" in said
    assert "ps1" in nbgrader("db", "assignment", "list", cwd=course.root)


def test_nbgrader_exports_the_scores(quickstart):
    course, _ = quickstart

    nbgrader("export", "--to", "grades.csv", cwd=course.root)

    with (course.root / "grades.csv").open(encoding="utf-8") as file:
        rows = {row["student_id"]: row for row in csv.DictReader(file)}
    assert (rows["bitdiddle"]["score"], rows["bitdiddle"]["max_score"], rows["bitdiddle"]["first_name"]) == (
        "2.0",
        "13.0",
        "Ben",
    )
    assert rows["bitdiddle"]["timestamp"].startswith("2026-02-02 09:00:00")
    assert rows["reasoner"]["score"] == "0.0"


def test_nbgrader_makes_feedback_of_what_was_graded_and_marked_by_hand(quickstart):
    course, _ = quickstart
    with course.gradebook() as gradebook:
        grade = gradebook.find_grade("sum_of_squares_equation", "problem1", "ps1", "bitdiddle")
        grade.manual_score, grade.needs_manual_grade = 0.75, False
        gradebook.find_comment("part-a", "problem2", "ps1", "bitdiddle").manual_comment = "Which rabbits?"

    nbgrader("generate_feedback", "ps1", "--student", "bitdiddle", cwd=course.root)

    pages = course.directory.feedback("bitdiddle", "ps1")
    first, second = (pages.joinpath(f"{name}.html").read_text("utf-8") for name in ("problem1", "problem2"))
    assert "(Score: 0.75 / 1.0)" in first
    assert "Which rabbits?" in second


def test_nbgraders_autograde_finds_nothing_left_to_do(quickstart):
    course, _ = quickstart
    file = course.directory.autograded("hacker", "ps1") / "problem1.ipynb"
    before = file.stat().st_mtime_ns

    nbgrader("autograde", "ps1", cwd=course.root)

    assert file.stat().st_mtime_ns == before


def test_nbgraders_server_side_lists_what_the_engine_graded(quickstart):
    from nbgrader.apps import NbGraderAPI
    from traitlets.config.loader import Config

    from casebook.exercises.course_surroundings import surroundings

    course, _ = quickstart
    with surroundings(course.root):
        # What formgrader asks for its pages.
        api = NbGraderAPI(config=Config({"CourseDirectory": {"root": str(course.root)}}))
        assignment = api.get_assignment("ps1")
        submission = api.get_submission("ps1", "hacker")
    assert (assignment["num_submissions"], submission["autograded"], submission["score"]) == (2, True, 3)
    assert (submission["max_code_score"], submission["max_task_score"], submission["needs_manual_grade"]) == (
        5,
        4,
        True,
    )
    assert submission["timestamp"] is None
