"""The folder of graded work is put in place whole, and holds nothing from outside the submission."""

from __future__ import annotations

import json
import os
import stat
from dataclasses import replace
from pathlib import Path

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_notebook, new_output

from casebook.errors import CasebookError
from casebook.exercises.course_directory import CourseDirectory
from casebook.grading.autograded import files_beside, is_ignored, write_autograded
from casebook.grading.settings import Settings, read_settings

GRADED = {"one": new_notebook(cells=[new_code_cell("1", id="first")])}


@pytest.fixture
def course(tmp_path) -> CourseDirectory:
    """A course in which ada has handed in a notebook and some files, and the instructor has some of the same names."""
    put(tmp_path, "submitted/ada/week/one.ipynb", "the student's")
    put(tmp_path, "submitted/ada/week/data/rows.csv", "the student's")
    put(tmp_path, "submitted/ada/week/data/deep/notes.txt", "the student's")
    put(tmp_path, "submitted/ada/week/own.py", "the student's")
    put(tmp_path, "submitted/ada/week/timestamp.txt", "2026-03-01 11:00:00 UTC")
    put(tmp_path, "source/week/one.ipynb", "the instructor's")
    put(tmp_path, "source/week/data/rows.csv", "the instructor's")
    put(tmp_path, "source/week/own.py", "the instructor's")
    put(tmp_path, "source/week/tools.py", "the instructor's")
    put(tmp_path, "secret.txt", "answers")
    return CourseDirectory(tmp_path)


@pytest.fixture
def settings(course) -> Settings:
    return read_settings(course)


def put(root: Path, name: str, text: str) -> None:
    (root / name).parent.mkdir(parents=True, exist_ok=True)
    (root / name).write_text(text)


def texts(folder: Path) -> dict[str, str]:
    files = (file for file in folder.rglob("*") if file.is_file() and file.suffix != ".ipynb")
    return {str(file.relative_to(folder)): file.read_text() for file in files}


def mode(path: Path) -> str:
    return stat.filemode(path.stat().st_mode)


def test_the_instructors_files_lie_over_the_students(course, settings):
    written = write_autograded(course, settings, "ada", "week", GRADED)

    assert written.left_out == ()
    assert texts(written.folder) == {
        "data/rows.csv": "the instructor's",
        "data/deep/notes.txt": "the student's",
        "own.py": "the instructor's",
        "tools.py": "the instructor's",
        "timestamp.txt": "2026-03-01 11:00:00 UTC",
    }
    assert nbformat.read(written.folder / "one.ipynb", as_version=4) == GRADED["one"]
    assert mode(written.folder / "one.ipynb") == mode(written.folder / "data" / "rows.csv") == "-r--r--r--"


def test_files_that_the_settings_leave_to_the_student_stay_the_students(course, settings):
    own = replace(settings, exclude_overwriting={"week": ("own.py", "tools.py"), "other": ("data/rows.csv",)})

    folder = write_autograded(course, own, "ada", "week", GRADED).folder

    assert texts(folder)["own.py"] == "the student's"
    assert texts(folder)["data/rows.csv"] == "the instructor's"
    assert not (folder / "tools.py").exists()


def test_notebooks_and_names_that_the_settings_ignore_are_not_copied(course, settings):
    for name in (
        "two.ipynb",
        "deep/three.ipynb",
        "__pycache__/a.py",
        "b.pyc",
        ".ipynb_checkpoints/one.py",
        "feedback/x",
    ):
        put(course.submitted("ada", "week"), name, "no")
        put(course.source("week"), name, "no")

    folder = write_autograded(course, settings, "ada", "week", GRADED).folder

    assert "no" not in texts(folder).values()
    assert [file.name for file in folder.rglob("*.ipynb")] == ["one.ipynb"]


@pytest.mark.parametrize(
    ("name", "pattern", "ignored"),
    [
        ("a.pyc", "*.pyc", True),
        ("a.py", "*.pyc", False),
        (".hidden", "*", False),
        (".hidden", ".*", True),
        ("A.PYC", "*.pyc", False),
        ("a1", "a[0-9]", True),
    ],
)
def test_names_are_ignored_as_a_shell_finds_them(name, pattern, ignored):
    assert is_ignored(name, [pattern]) is ignored


def test_links_out_of_a_submission_are_left_out_and_those_inside_are_copied(course, settings):
    folder = course.submitted("ada", "week")
    (folder / "answers.txt").symlink_to(course.root / "secret.txt")
    (folder / "up.txt").symlink_to("../../../secret.txt")
    (folder / "all").symlink_to(course.root)
    (folder / "nothing").symlink_to("not-there")
    (folder / "loop").symlink_to("loop")
    (folder / "again.py").symlink_to("own.py")
    (folder / "also").symlink_to("data")
    os.mkfifo(folder / "pipe")

    written = write_autograded(course, settings, "ada", "week", GRADED)

    assert sorted(written.left_out) == ["all", "also", "answers.txt", "loop", "nothing", "pipe", "up.txt"]
    assert "answers" not in texts(written.folder).values()
    assert texts(written.folder)["again.py"] == "the student's"
    assert not any(path.is_symlink() for path in written.folder.rglob("*"))
    beside = {name: path.read_text() for name, path in files_beside(course, settings, "ada", "week").items()}
    assert beside == texts(written.folder)


def test_a_submission_that_is_itself_a_link_is_read_where_it_is(course, settings):
    course.submitted("ada", "week").rename(course.root / "elsewhere")
    course.submitted("ada", "week").symlink_to(course.root / "elsewhere")

    assert "timestamp.txt" in texts(write_autograded(course, settings, "ada", "week", GRADED).folder)


def test_names_of_the_student_that_are_in_the_way_of_the_instructors_give_way(course, settings):
    folder = course.submitted("ada", "week")
    (folder / "tools.py").mkdir()
    put(folder, "tools.py/own.txt", "no")
    (folder / "one.ipynb").unlink()
    put(course.source("week"), "lists/a.txt", "the instructor's")
    put(folder, "lists", "a file")

    written = write_autograded(course, settings, "ada", "week", GRADED)

    assert texts(written.folder)["tools.py"] == texts(written.folder)["lists/a.txt"] == "the instructor's"


def test_an_earlier_folder_is_replaced_and_drafts_of_a_killed_run_are_cleared_away(course, settings):
    old = course.autograded("ada", "week")
    put(old, "stale.txt", "stale")
    for name in (".week.ab12cd_8", ".week.old.ab12cd_8", ".weekly.ab12cd_8", ".week.notes"):
        put(old.parent, f"{name}/x", "x")

    write_autograded(course, settings, "ada", "week", GRADED)

    assert not (old / "stale.txt").exists()
    assert sorted(path.name for path in old.parent.iterdir()) == [".week.notes", ".weekly.ab12cd_8", "week"]


def test_a_failure_half_way_leaves_the_earlier_folder_and_no_draft(course, settings):
    folder = write_autograded(course, settings, "ada", "week", GRADED).folder
    before = texts(folder)
    too_long = {"one": GRADED["one"], "x" * 300: GRADED["one"]}

    with pytest.raises(CasebookError, match="The graded work could not be written: File name too long"):
        write_autograded(course, settings, "ada", "week", too_long)

    assert texts(folder) == before
    assert [path.name for path in folder.parent.iterdir()] == ["week"]


def test_work_is_graded_without_the_source_folder(course, settings):
    (course.source("week").parent).rename(course.root / "away")

    assert texts(write_autograded(course, settings, "ada", "week", GRADED).folder)["own.py"] == "the student's"


def test_half_a_character_in_an_output_does_not_stop_the_notebook(course, settings):
    printed = new_output("stream", text="\ud800 and \u00e9\n")
    notebook = new_notebook(cells=[new_code_cell("print()", outputs=[printed])])

    file = write_autograded(course, settings, "ada", "week", {"one": notebook}).folder / "one.ipynb"

    assert json.loads(file.read_text("utf-8"))["cells"][0]["outputs"][0]["text"] == ["? and \u00e9\n"]


def test_shared_folders_can_be_written_by_their_group_and_others_are_as_this_person_makes_them(course, settings):
    umask = os.umask(0o077)
    try:
        private = write_autograded(course, settings, "ada", "week", GRADED).folder
        assert mode(private) == mode(private / "data") == "drwx------"
        shared = replace(settings, groupshared=True, permissions=0o664)
        folder = write_autograded(course, shared, "ada", "week", GRADED).folder
    finally:
        os.umask(umask)

    assert mode(folder) == mode(folder / "data" / "deep") == mode(course.root / "autograded") == "drwxrws---"
    assert mode(folder / "own.py") == "-rw-rw-r--"


def test_folders_are_where_the_settings_of_the_course_put_them(course, tmp_path):
    (tmp_path / "nbgrader_config.py").write_text(
        "c = get_config()\n"
        "c.CourseDirectory.directory_structure = '{assignment_id}/{nbgrader_step}/{student_id}'\n"
        "c.CourseDirectory.autograded_directory = 'graded'\n"
        "c.CourseDirectory.submitted_directory = 'in'\n"
    )
    moved = CourseDirectory(tmp_path)
    put(tmp_path, "week/in/ada/own.py", "the student's")

    written = write_autograded(moved, read_settings(moved), "ada", "week", GRADED)

    assert written.folder == tmp_path / "week" / "graded" / "ada"
    assert texts(written.folder) == {"own.py": "the student's"}
