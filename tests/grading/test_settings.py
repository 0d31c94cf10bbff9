"""The course's own settings are those that nbgrader reads, and what is not followed is named."""

from __future__ import annotations

import json

import pytest

from casebook.errors import CasebookError
from casebook.exercises.course_directory import CourseDirectory
from casebook.grading.settings import Settings, read_settings


@pytest.fixture
def settings_of(tmp_path):
    """The settings of a course with this text in its nbgrader_config.py."""

    def read(text: str = "") -> Settings:
        (tmp_path / "nbgrader_config.py").write_text(f"c = get_config()\n{text}\n")
        return read_settings(CourseDirectory(tmp_path))

    return read


def test_a_course_that_sets_nothing_has_the_settings_of_nbgrader_itself(tmp_path):
    settings = read_settings(CourseDirectory(tmp_path))

    assert settings.db_url == f"sqlite:///{tmp_path}/gradebook.db"
    assert (settings.course_id, settings.create_student, settings.kernel_name) == ("", True, "")
    assert (settings.cell_timeout_s, settings.interrupt_on_timeout) == (30, True)
    assert (settings.max_lines, settings.max_traceback, settings.ignore_pattern) == (1000, 100, None)
    assert (settings.permissions, settings.groupshared) == (0o444, False)
    assert settings.ignore == (".ipynb_checkpoints", "*.pyc", "__pycache__", "feedback")
    assert (settings.exclude_students, settings.exclude_overwriting) == (frozenset(), {})
    assert settings.late_penalty is None
    assert settings.unfollowed == ()


@pytest.mark.parametrize(
    ("text", "name", "value"),
    [
        ("c.CourseDirectory.course_id = 'econ'", "course_id", "econ"),
        ("c.NbGrader.course_id = 'econ'", "course_id", "econ"),
        ("c.Exchange.course_id = 'econ'", "course_id", "econ"),
        ("c.CourseDirectory.student_id_exclude = 'ada,ben'", "exclude_students", {"ada", "ben"}),
        ("c.CourseDirectory.ignore = ['*.mov']", "ignore", ("*.mov",)),
        ("c.Autograde.create_student = False", "create_student", False),
        ("c.AutogradeApp.create_student = False", "create_student", False),
        ("c.Autograde.exclude_overwriting = {'w': ['a.py']}", "exclude_overwriting", {"w": ("a.py",)}),
        ("c.Autograde.permissions = 640", "permissions", 0o640),
        ("c.BaseConverter.permissions = 640", "permissions", 0o640),
        ("c.CourseDirectory.groupshared = True", "permissions", 0o664),
        ("c.Execute.timeout = 90", "cell_timeout_s", 90),
        ("c.ExecutePreprocessor.timeout = 90", "cell_timeout_s", 90),
        ("c.NotebookExporter.Execute.timeout = 90", "cell_timeout_s", 90),
        ("c.Execute.timeout = None", "cell_timeout_s", None),
        ("c.Execute.timeout = -1", "cell_timeout_s", None),
        ("c.Execute.interrupt_on_timeout = False", "interrupt_on_timeout", False),
        ("c.ExecutePreprocessor.kernel_name = 'r'", "kernel_name", "r"),
        ("c.IgnorePattern.pattern = 'x'", "ignore_pattern", None),
        ("c.IgnorePattern.pattern = 'x'\nc.IgnorePattern.enabled = True", "ignore_pattern", "x"),
        ("c.LimitOutput.max_lines = 7", "max_lines", 7),
        ("c.LimitOutput.enabled = False", "max_traceback", -1),
        ("c.AssignLatePenalties.enabled = False", "late_penalty", None),
        ("c.Autograde.post_convert_hook = print", "post_convert_hook", print),
        ("c.BaseConverter.pre_convert_hook = 'json.dumps'", "pre_convert_hook", json.dumps),
        ("c.CourseDirectory.db_url = 'postgresql://h/x'", "db_url", "postgresql://h/x"),
    ],
)
def test_a_setting_is_followed_under_each_name_that_nbgrader_knows_it_by(settings_of, text, name, value):
    settings = settings_of(text)

    assert getattr(settings, name) == value
    assert settings.unfollowed == ()


def test_settings_in_json_are_read_too_and_go_before_those_in_python(tmp_path, settings_of):
    (tmp_path / "nbgrader_config.json").write_text('{"Execute": {"timeout": 9}}')

    settings = settings_of("c.Execute.timeout = 8\nc.LimitOutput.max_lines = 7")

    assert (settings.cell_timeout_s, settings.max_lines) == (9, 7)


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("c.Execute.execute_retries = 2", "Execute.execute_retries is set, and is not followed."),
        ("c.Execute.enabled = False", "Execute.enabled is set, and is not followed."),
        ("c.CourseDirectory.notebook_id = 'a*'", "CourseDirectory.notebook_id is set, and is not followed."),
        (
            "c.Exporter.preprocessors = ['nbconvert.preprocessors.TagRemovePreprocessor']",
            "NotebookExporter.preprocessors is set, and is not followed.",
        ),
        (
            "c.ClearMetadataPreprocessor.enabled = True",
            "ClearMetadataPreprocessor.enabled is set, and is not followed.",
        ),
        (
            "c.Autograde.sanitize_preprocessors = ['nbgrader.preprocessors.ClearOutput']",
            "Autograde.sanitize_preprocessors is set, and is not followed.",
        ),
        (
            "from nbconvert.preprocessors import TagRemovePreprocessor as T\nc.Autograde.autograde_preprocessors = [T]",
            "TagRemovePreprocessor is not part of grading here; nbgrader would run it.",
        ),
    ],
)
def test_a_setting_that_is_not_followed_is_named(settings_of, text, sentence):
    assert sentence in settings_of(text).unfollowed


def test_the_plug_in_for_late_work_may_lie_in_the_course_and_has_its_own_settings(tmp_path, settings_of):
    (tmp_path / "my_late_rules.py").write_text(
        "from traitlets import Float\n"
        "from nbgrader.plugins import BasePlugin\n"
        "class Flat(BasePlugin):\n"
        "    points = Float(1).tag(config=True)\n"
        "    def late_submission_penalty(self, student_id, score, total_seconds_late):\n"
        "        return self.points\n"
    )

    settings = settings_of("c.AssignLatePenalties.plugin_class = 'my_late_rules.Flat'\nc.Flat.points = 2.5")

    assert settings.late_penalty("ada", 5.0, 60.0) == 2.5


def test_nbgraders_own_plug_in_takes_everything_if_it_is_told_to(settings_of):
    assert settings_of("c.LateSubmissionPlugin.penalty_method = 'zero'").late_penalty("ada", 5.0, 60.0) == 5.0


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("c.Execute.timeout = 'long'", "TraitError: The 'timeout' trait"),
        ("c.CourseDirectory.course_id = 3", "TraitError: The 'course_id' trait"),
        ("c.AssignLatePenalties.plugin_class = 'no_such.Plugin'", "no_such"),
        ("c.Autograde.permissions = 999", "Autograde.permissions is 999, which is no file mode."),
        ("c.CourseDirectory.submitted_directory = 3", "CourseDirectory.submitted_directory is 3"),
        ("c.CourseDirectory.directory_structure = '{student_id}'", "lacks a field"),
        ("c.CourseDirectory.directory_structure = '{student}/{x}'", "a field that nbgrader does not know: 'student'"),
        ("exit()", "nbgrader's settings cannot be read: SystemExit"),
        ("1 / 0", "nbgrader's settings cannot be read: ZeroDivisionError: division by zero."),
    ],
)
def test_a_setting_that_cannot_be_is_one_clear_line_about_its_file(tmp_path, text, message):
    (tmp_path / "nbgrader_config.py").write_text(f"c = get_config()\n{text}\n")
    course = CourseDirectory(tmp_path)

    with pytest.raises(CasebookError) as caught:
        (course.submitted("ada", "week"), read_settings(course), course.knows("week"))

    (problem,) = caught.value.problems
    assert message in problem.what
    assert "nbgrader_config.py" in str(problem.where)
    assert "\n" not in problem.what
