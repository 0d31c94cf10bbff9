"""A gradebook with students at every stage, made with nbgrader's own interface; no kernel runs."""

from __future__ import annotations

import os
import sysconfig

import pytest

from casebook.exercises.course_directory import CourseDirectory


@pytest.fixture(scope="session")
def course(tmp_path_factory: pytest.TempPathFactory) -> CourseDirectory:
    """Assignment ``tiny``: 2 points by a test, 3 by hand; a folder or record for each kind of student. Only read it."""
    from nbgrader.api import Gradebook

    root = tmp_path_factory.mktemp("marked")
    with pytest.MonkeyPatch.context() as patch:
        # nbgrader makes a new gradebook by running alembic, which lies beside this Python.
        patch.setenv("PATH", sysconfig.get_path("scripts"), prepend=os.pathsep)
        with Gradebook(f"sqlite:///{root / 'gradebook.db'}") as gradebook:
            _fill(gradebook)
    for student in ("marked", "unmarked", "refused", "late", "waiting", "=1+1"):
        (root / "submitted" / student / "tiny").mkdir(parents=True)
    # What nbgrader failed on has a record and no graded notebooks.
    for student in ("marked", "unmarked", "late"):
        (root / "autograded" / student / "tiny").mkdir(parents=True)
    return CourseDirectory(root)


def _fill(gradebook) -> None:
    gradebook.add_assignment("tiny")
    gradebook.add_notebook("first", "tiny")
    gradebook.add_grade_cell("check", "first", "tiny", max_score=2, cell_type="code")
    gradebook.add_grade_cell("words", "first", "tiny", max_score=3, cell_type="markdown")
    gradebook.add_student("enrolled")
    for student, manual in (("marked", 2.5), ("unmarked", None), ("refused", 3), ("late", 0)):
        gradebook.add_student(student)
        gradebook.add_submission("tiny", student)
        check = gradebook.find_grade("check", "first", "tiny", student)
        check.auto_score, check.needs_manual_grade = 1, False
        words = gradebook.find_grade("words", "first", "tiny", student)
        words.manual_score, words.needs_manual_grade = manual, manual is None
    gradebook.find_submission("tiny", "late").notebooks[0].late_submission_penalty = 4
    gradebook.db.commit()
