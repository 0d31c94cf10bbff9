"""The door to nbgrader: what it says is boiled down, and it leaves nothing of itself behind."""

from __future__ import annotations

import logging
import os
import shutil
from datetime import UTC, datetime

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


def test_folders_are_those_of_nbgrader_unless_the_course_says_otherwise(tmp_path):
    course = CourseDirectory(tmp_path)

    assert course.source("a") == tmp_path / "source" / "a"
    assert course.release("a") == tmp_path / "release" / "a"
    assert course.submitted("ada", "a") == tmp_path / "submitted" / "ada" / "a"
    assert course.autograded("ada", "a") == tmp_path / "autograded" / "ada" / "a"
    assert course.feedback("ada", "a") == tmp_path / "feedback" / "ada" / "a"


@pytest.mark.parametrize(
    ("structure", "step", "folder"),
    [
        ("{nbgrader_step}/{student_id}/{assignment_id}", "in[1]", "in[1]/ada/a*b"),
        ("{assignment_id}/{nbgrader_step}/{student_id}", "in", "a*b/in/ada"),
        ("{student_id}/{assignment_id}/{nbgrader_step}", "in/here", "ada/a*b/in/here"),
        ("work/{nbgrader_step}/{assignment_id}+{student_id}", "in", "work/in/a*b+ada"),
        ("{student_id}/{nbgrader_step}/{student_id}/{assignment_id}", "in", "ada/in/ada/a*b"),
    ],
)
def test_students_are_found_in_whatever_structure_the_course_has(tmp_path, structure, step, folder):
    (tmp_path / "nbgrader_config.py").write_text(
        f"c = get_config()\n"
        f"c.CourseDirectory.directory_structure = {structure!r}\n"
        f"c.CourseDirectory.submitted_directory = {step!r}\n"
        f"c.CourseDirectory.autograded_directory = {step + 'graded'!r}\n"
    )
    course = CourseDirectory(tmp_path)
    for student in ("ben", "ada"):
        course.submitted(student, "a*b").mkdir(parents=True)
        course.submitted(student, "axb").mkdir(parents=True)
    course.submitted("file", "a*b").parent.mkdir(parents=True, exist_ok=True)
    course.submitted("file", "a*b").touch()
    course.autograded("cleo", "a*b").mkdir(parents=True)

    assert course.submitted("ada", "a*b") == tmp_path / folder
    assert course.students_who_submitted("a*b") == ["ada", "ben"]
    assert course.students_graded("a*b") == ["cleo"]


def test_work_may_lie_outside_the_course_directory(tmp_path):
    (tmp_path / "course").mkdir()
    (tmp_path / "course" / "nbgrader_config.py").write_text(
        f"c = get_config()\nc.CourseDirectory.submitted_directory = {str(tmp_path / 'inbox')!r}\n"
    )
    course = CourseDirectory(tmp_path / "course")
    (tmp_path / "inbox" / "ada" / "a").mkdir(parents=True)

    assert course.students_who_submitted("a") == ["ada"]


@pytest.mark.parametrize(
    ("db_url", "found"),
    [
        ("", "sqlite:///{root}/gradebook.db"),
        ("sqlite:///marks.db", "sqlite:///{root}/marks.db"),
        ("sqlite:///marks.db?timeout=9", "sqlite:///{root}/marks.db?timeout=9"),
        ("sqlite:////srv/marks.db", "sqlite:////srv/marks.db"),
        ("postgresql://me@host/marks", "postgresql://me@host/marks"),
    ],
)
def test_a_gradebook_at_a_relative_place_lies_in_the_course_directory(tmp_path, monkeypatch, db_url, found):
    monkeypatch.chdir("/")
    (tmp_path / "nbgrader_config.py").write_text(f"c = get_config()\nc.CourseDirectory.db_url = {db_url!r}\n")

    assert CourseDirectory(tmp_path).db_url == found.format(root=tmp_path)


@pytest.mark.parametrize(
    ("text", "when"),
    [
        ("2026-03-01 11:00:00 UTC\n", datetime(2026, 3, 1, 11, tzinfo=UTC)),
        ("2026-03-01 11:00:00.25 Europe/Berlin", datetime(2026, 3, 1, 10, 0, 0, 250_000, tzinfo=UTC)),
        ("2026-03-01T11:00:00+02:00", datetime(2026, 3, 1, 9, tzinfo=UTC)),
        ("2026-03-01", datetime(2026, 3, 1, tzinfo=UTC)),
        ("\n", None),
        (None, None),
    ],
)
def test_the_time_of_a_submission_is_read_as_nbgrader_reads_it(tmp_path, text, when):
    course = CourseDirectory(tmp_path)
    course.submitted("ada", "a").mkdir(parents=True)
    if text is not None:
        (course.submitted("ada", "a") / "timestamp.txt").write_text(text)

    assert course.timestamp("ada", "a") == (when and when.replace(tzinfo=None))


@pytest.mark.parametrize(
    "content", [b"soon", b"99999999999999999999 1 1", b"\xff", b"2026-13-41 25:00:00 UTC", b"1 2 3"]
)
def test_a_time_that_is_none_is_one_clear_line(tmp_path, content):
    course = CourseDirectory(tmp_path)
    course.submitted("ada", "a").mkdir(parents=True)
    (course.submitted("ada", "a") / "timestamp.txt").write_bytes(content)

    with pytest.raises(CasebookError, match=r"timestamp\.txt: .* is no time"):
        course.timestamp("ada", "a")


def test_the_settings_of_another_course_or_person_do_not_count(tmp_path, monkeypatch):
    (tmp_path / "home").mkdir()
    (tmp_path / "home" / "nbgrader_config.py").write_text("c = get_config()\nc.CourseDirectory.course_id = 'other'\n")
    monkeypatch.setenv("JUPYTER_CONFIG_DIR", str(tmp_path / "home"))
    monkeypatch.chdir(tmp_path / "home")

    assert CourseDirectory(tmp_path / "course").course_id == ""
