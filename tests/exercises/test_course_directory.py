"""The door to nbgrader: what it says is boiled down, and it leaves nothing of itself behind."""

from __future__ import annotations

import logging
import os
import shutil

import pytest

from casebook.errors import CasebookError
from casebook.exercises.course_directory import CourseDirectory
from casebook.exercises.course_outcome import Outcome


@pytest.mark.parametrize(
    ("log", "reason"),
    [
        ("", "nbgrader gave no reason."),
        ("[INFO] one\n[ERROR] two\n\n", "[ERROR] two"),
        ("Traceback\n  File x\nKeyError: 'a'\nnbgrader.apps.baseapp.NbGraderException: see the log\n", "KeyError: 'a'"),
        (
            "sqlalchemy.exc.OperationalError: locked\n[ERROR] more\nNbGraderException: see above",
            "sqlalchemy.exc.OperationalError: locked",
        ),
        ("ValueError: first\nRuntimeError: second", "RuntimeError: second"),
    ],
)
def test_the_reason_is_the_error_that_stopped_nbgrader(log, reason):
    assert Outcome(success=False, log=log).reason == reason


def test_a_course_without_a_gradebook_knows_no_assignment_and_gets_none(tmp_path):
    assert not CourseDirectory(tmp_path).knows("tiny")
    assert list(tmp_path.iterdir()) == []


def test_the_path_and_the_log_are_after_a_request_as_they_were_before(tmp_path, capfd):
    path, propagate = os.environ["PATH"], logging.getLogger("traitlets").propagate

    assert not CourseDirectory(tmp_path).autograde("tiny", "nobody").success

    assert os.environ["PATH"] == path
    assert logging.getLogger("traitlets").propagate is propagate
    assert capfd.readouterr() == ("", "")


@pytest.mark.slow
def test_a_gradebook_that_the_courses_configuration_puts_elsewhere_is_found(released, tmp_path):
    shutil.copyfile(released.folder.parents[1] / "gradebook.db", tmp_path / "elsewhere.db")
    (tmp_path / "course").mkdir()
    config = f"c = get_config()\nc.CourseDirectory.db_url = 'sqlite:///{tmp_path / 'elsewhere.db'}'\n"
    (tmp_path / "course" / "nbgrader_config.py").write_text(config)

    assert CourseDirectory(tmp_path / "course").knows("tiny")
    assert not (tmp_path / "course" / "gradebook.db").exists()


def test_settings_of_the_course_that_are_no_python_name_the_file_and_the_line(tmp_path):
    (tmp_path / "nbgrader_config.py").write_text("c = get_config()\nc.CourseDirectory.course_id = \n")

    with pytest.raises(CasebookError, match=r"nbgrader_config\.py:2: nbgrader's settings cannot be read: SyntaxError"):
        CourseDirectory(tmp_path).generate("tiny")
