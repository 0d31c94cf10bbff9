"""Notebooks come back into their text whole or not at all, and never over newer text."""

from __future__ import annotations

import json

import pytest

from casebook.digests import folder_digest
from casebook.exercises.course_directory import CourseDirectory
from casebook.exercises.release import build_source
from casebook.exercises.text_from_course import bring_back


@pytest.fixture
def course(tiny_casebook, tiny, tmp_path) -> CourseDirectory:
    made = CourseDirectory(tmp_path / "course")
    build_source(tiny_casebook, tiny(), made)
    return made


@pytest.fixture
def change(course):
    """``change(notebook, function)``: edit a notebook of the course, as JupyterLab would save it."""

    def edit(name: str, function) -> None:
        file = course.source("tiny") / f"{name}.ipynb"
        notebook = json.loads(file.read_text("utf-8"))
        function(notebook["cells"])
        file.write_text(json.dumps(notebook, indent=1), "utf-8")

    return edit


def reworded(cells) -> None:
    cells[0]["source"] = ["# Counting again"]


def test_unchanged_notebooks_change_no_file(tiny_casebook, course, folder):
    before = {file: (file.read_bytes(), file.stat().st_mtime_ns) for file in folder.rglob("*.*")}

    assert bring_back(tiny_casebook, "tiny", course).files == {}
    assert {file: (file.read_bytes(), file.stat().st_mtime_ns) for file in folder.rglob("*.*")} == before


def test_only_the_cell_that_was_changed_differs_and_the_rest_of_the_folder_stays(tiny_casebook, course, folder, change):
    before = {file.relative_to(folder): file.read_text() for file in folder.rglob("*.*")}
    change("counting", reworded)

    brought = bring_back(tiny_casebook, "tiny", course)

    (made,) = brought.files.values()
    assert (made.changed, made.added, made.removed) == (("number 1",), (), 0)
    after = {file.relative_to(folder): file.read_text() for file in folder.rglob("*.*")}
    (differs,) = (file for file in before if before[file] != after[file])
    assert after[differs] == before[differs].replace("# Counting", "# Counting again")
    assert before.keys() == after.keys()


def test_a_second_edit_is_brought_back_too(tiny_casebook, course, change):
    change("counting", reworded)
    bring_back(tiny_casebook, "tiny", course)
    change("counting", lambda cells: cells.pop())

    (made,) = [
        written for file, written in bring_back(tiny_casebook, "tiny", course).files.items() if file.suffix == ".md"
    ]
    assert made.removed == 1


def test_text_that_has_changed_since_the_build_is_kept_unless_forced(
    tiny_casebook, course, folder, edit, *, change, problems_of
):
    edit(folder / "counting.md", "**Question 1 (2 points).** How many", "**Question 1 (2 points).** So how many")
    change("counting", reworded)
    before = folder_digest(folder)

    (problem,) = problems_of(bring_back, tiny_casebook, "tiny", course)

    assert problem.what == "This text has changed since the notebook was built from it."
    assert problem.where.file == folder / "counting.md"
    assert "--force replaces the text" in problem.mend
    assert folder_digest(folder) == before
    assert bring_back(tiny_casebook, "tiny", course, force=True).files
    assert "So how many" not in (folder / "counting.md").read_text()


def test_where_nobody_noted_the_build_text_that_differs_is_kept(tiny_casebook, course, change, problems_of):
    (course.root / ".casebook" / "text-tiny.json").unlink()
    change("counting", reworded)

    (problem,) = problems_of(bring_back, tiny_casebook, "tiny", course)

    assert problem.what == "This text may be newer than the notebook."


def test_one_notebook_that_cannot_be_text_keeps_all_of_them_back(tiny_casebook, course, folder, change, problems_of):
    before = folder_digest(folder)
    change("counting", reworded)
    change("arguing", lambda cells: cells[-1]["metadata"]["nbgrader"].update(grade_id="a b"))

    (problem,) = problems_of(bring_back, tiny_casebook, "tiny", course)

    assert problem.where.cell == "a b"
    assert folder_digest(folder) == before


def test_everything_that_keeps_notebooks_back_is_told_at_once(tiny_casebook, course, change, problems_of):
    (course.source("tiny") / "broken.ipynb").write_text('{"cells": [')
    change("arguing", lambda cells: cells[-1]["metadata"]["nbgrader"].update(schema_version=9))
    change("counting", lambda cells: cells.append(cells[-1]))

    said = [problem.what for problem in problems_of(bring_back, tiny_casebook, "tiny", course)]

    assert said[0].startswith("Its nbgrader metadata is of version 9")
    assert said[1].startswith("This notebook cannot be read: ")
    assert said[2] == "Two cells have the id 'busiest-year-check'."


def test_points_and_a_new_notebook_are_entered_in_the_assignment(tiny_casebook, tiny, course, change):
    change("counting", lambda cells: cells[-1]["metadata"]["nbgrader"].update(points=2.5))
    new = {"cells": [], "metadata": {}, "nbformat": 4, "nbformat_minor": 5}
    (course.source("tiny") / "third.ipynb").write_text(json.dumps(new))

    bring_back(tiny_casebook, "tiny", course)

    assert (tiny().points, tiny().notebooks) == (7.5, ("counting", "arguing", "third"))


def test_a_notebook_that_is_gone_is_named(tiny_casebook, course, problems_of):
    (course.source("tiny") / "arguing.ipynb").unlink()

    (problem,) = problems_of(bring_back, tiny_casebook, "tiny", course)

    assert problem.what == "There is no notebook arguing.ipynb, which assignment.yml lists."


@pytest.mark.parametrize("name", ["../tiny", "nowhere"])
def test_a_name_without_notebooks_makes_nothing(tiny_casebook, course, problems_of, name):
    (problem,) = problems_of(bring_back, tiny_casebook, name, course)

    assert problem.what == "There are no notebooks here."


def test_a_notebook_of_the_older_format_is_read(tiny_casebook, course):
    cell = {
        "cell_type": "code",
        "input": ["x = 1"],
        "language": "python",
        "metadata": {},
        "outputs": [],
        "collapsed": False,
    }
    old = {
        "metadata": {"name": "a"},
        "nbformat": 3,
        "nbformat_minor": 0,
        "worksheets": [{"cells": [cell], "metadata": {}}],
    }
    folder = course.source("old")
    folder.mkdir()
    (folder / "a.ipynb").write_text(json.dumps(old))

    bring_back(tiny_casebook, "old", course)

    assert "```{code-cell} ipython3\nx = 1\n```\n" in (tiny_casebook.exercises / "old" / "a.md").read_text()
