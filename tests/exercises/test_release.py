"""Releases: what students get is whole, the same each time, and free of secrets."""

from __future__ import annotations

import os
import zipfile

import nbformat
import pytest

from casebook.errors import CasebookError
from casebook.exercises.course_directory import CourseDirectory
from casebook.exercises.leaks import leaks_in_release
from casebook.exercises.readable import readable_texts, squeeze
from casebook.exercises.release import build_source, inputs_digest, release_assignment, released_for_site, zipped

SOLUTION = "parcels_in_all = sum(parcels.values())"


@pytest.fixture
def course(tmp_path) -> CourseDirectory:
    return CourseDirectory(tmp_path / "course")


class TestSource:
    def test_the_instructors_folder_holds_notebooks_data_and_instructions(self, tiny_casebook, tiny, course):
        folder = build_source(tiny_casebook, tiny(), course)

        assert folder == course.root / "source" / "tiny"
        names = sorted(path.name for path in folder.iterdir())
        assert names == ["README.md", "arguing.ipynb", "counting.ipynb", "parcels.csv", "requirements.txt"]
        assert SOLUTION in (folder / "counting.ipynb").read_text()

    def test_building_again_replaces_what_was_built(self, tiny_casebook, tiny, course, folder, edit):
        build_source(tiny_casebook, tiny(), course)
        edit(folder / "counting.md", "# Counting", "# Counting again")

        built = build_source(tiny_casebook, tiny(), course)

        assert "Counting again" in (built / "counting.ipynb").read_text()

    def test_notebooks_that_were_edited_by_hand_are_replaced_only_with_force(self, tiny_casebook, tiny, course):
        built = build_source(tiny_casebook, tiny(), course)
        original = (built / "counting.ipynb").read_bytes()
        (built / "counting.ipynb").write_bytes(original + b"\n")

        with pytest.raises(CasebookError, match=r"were edited[\s\S]*--force") as caught:
            build_source(tiny_casebook, tiny(), course)
        assert caught.value.problems[0].where.file == built
        assert (built / "counting.ipynb").read_bytes() == original + b"\n"

        build_source(tiny_casebook, tiny(), course, force=True)
        assert (built / "counting.ipynb").read_bytes() == original

    def test_a_source_that_somebody_else_made_is_left_alone(self, tiny_casebook, tiny, course):
        course.source("tiny").mkdir(parents=True)

        with pytest.raises(CasebookError, match="not made from text"):
            build_source(tiny_casebook, tiny(), course)

    def test_text_that_is_not_sound_leaves_the_source_as_it_was(self, tiny_casebook, tiny, course, folder, edit):
        built = build_source(tiny_casebook, tiny(), course)
        before = {path.name: path.read_bytes() for path in built.iterdir()}
        edit(folder / "counting.md", "### BEGIN SOLUTION\nbusiest", "busiest")

        with pytest.raises(CasebookError, match="closes nothing"):
            build_source(tiny_casebook, tiny(), course)

        assert {path.name: path.read_bytes() for path in built.iterdir()} == before


def test_the_zip_depends_on_names_and_contents_alone(tmp_path):
    for name in ("first", "second"):
        (tmp_path / name / "deep").mkdir(parents=True)
        for file in ("b.csv", "a.ipynb", "deep/c.txt"):
            (tmp_path / name / file).write_text(file)
    os.utime(tmp_path / "second" / "b.csv", (0, 0))
    (tmp_path / "second" / "a.ipynb").chmod(0o600)

    first, second = (zipped(tmp_path / name, "tiny") for name in ("first", "second"))

    assert first == second
    (tmp_path / "second" / "b.csv").write_text("changed")
    assert zipped(tmp_path / "second", "tiny") != first


@pytest.mark.parametrize("changed", ["exercises/tiny/counting.md", "exercises/tiny/rubric.md", "data/parcels.csv"])
def test_a_release_is_made_again_if_its_text_or_its_data_change(tiny_casebook, tiny, changed):
    before = inputs_digest(tiny_casebook, tiny())
    file = tiny_casebook.root / changed
    file.write_text(file.read_text() + "\n")

    assert inputs_digest(tiny_casebook, tiny()) != before


@pytest.mark.slow
class TestRelease:
    def test_students_get_notebooks_data_and_instructions_as_a_folder_and_a_zip(self, released):
        names = ["README.md", "arguing.ipynb", "counting.ipynb", "parcels.csv", "requirements.txt"]

        assert sorted(path.name for path in released.folder.iterdir()) == names
        assert [path.name for path in released.notebooks] == ["counting.ipynb", "arguing.ipynb"]
        with zipfile.ZipFile(released.archive) as archive:
            assert sorted(archive.namelist()) == [f"tiny/{name}" for name in names]
            assert archive.read("tiny/counting.ipynb") == released.notebooks[0].read_bytes()

    def test_the_instructions_name_notebooks_in_order_data_and_points(self, released):
        text = (released.folder / "README.md").read_text()

        assert "1. `counting.ipynb`\n2. `arguing.ipynb`" in text
        assert "- `parcels.csv`" in text
        assert "Worth 6 points; about 10 minutes." in text

    def test_every_region_is_gone_and_the_rest_of_each_cell_is_there(self, released):
        counting, arguing = (nbformat.read(path, as_version=4) for path in released.notebooks)
        sources = {cell.id: cell.source for cell in [*counting.cells, *arguing.cells]}

        assert sources["parcels-in-all"] == "# YOUR CODE HERE\nraise NotImplementedError()"
        assert sources["parcels-in-all-check"] == 'assert parcels_in_all > 0, "Parcels are counted upwards."'
        assert sources["argument"].startswith("**Question 3 (2 points).** Will it go on? One sentence.\n\n")
        assert sources["argument"].endswith("YOUR ANSWER HERE")
        assert "import csv" in sources["load-parcels"]

    def test_no_line_of_a_solution_a_hidden_test_a_scheme_or_an_answer_is_left(self, released):
        assert leaks_in_release(released.assignment, released.folder) == []
        views = [view for _, view in readable_texts("tiny.zip", released.archive.read_bytes())]
        for secret in (
            SOLUTION,
            "forty-four",
            "doubt about the reason",
            "villages",
            "BEGIN SOLUTION",
            "HIDDEN TESTS",
            "6180339887",
        ):
            assert not any(squeeze(secret) in view for view in views)

    def test_the_gradebook_knows_the_assignment(self, released):
        course = CourseDirectory(released.folder.parents[1])

        assert course.knows("tiny")
        assert not course.knows("other")

    def test_a_release_that_would_leak_leaves_nothing_behind(self, tiny_casebook, tiny, course, folder, edit):
        edit(folder / "assignment.yml", "Add up three years, then argue.", f"Write {SOLUTION}")

        with pytest.raises(CasebookError) as caught:
            release_assignment(tiny_casebook, tiny(), course)

        (problem,) = caught.value.problems
        assert "counting.md:26 (cell parcels-in-all)" in problem.what
        assert problem.where.file == course.release("tiny") / "README.md"
        assert list((course.root / "release").iterdir()) == []

    def test_a_release_that_nbgrader_refuses_says_why_and_leaves_no_older_one(self, tiny_casebook, tiny, course):
        release_assignment(tiny_casebook, tiny(), course)
        # In a course for R alone, nbgrader has nothing to put in place of a solution in Python.
        (course.root / "nbgrader_config.py").write_text(
            'c = get_config()\nc.ClearSolutions.code_stub = {"R": "fail()"}\n'
        )

        with pytest.raises(CasebookError, match=r"nbgrader could not make the students' version: .*'python'") as caught:
            release_assignment(tiny_casebook, tiny(), CourseDirectory(course.root))

        assert "if students have already handed in" in caught.value.problems[0].mend
        assert list((course.root / "release").iterdir()) == []

    def test_the_sites_releases_are_made_once_and_again_when_the_text_changes(self, tiny_casebook, folder, edit):
        (first,) = released_for_site(tiny_casebook)
        made = {path: path.stat().st_mtime_ns for path in (*first.folder.iterdir(), first.archive)}
        content = first.archive.read_bytes()

        (again,) = released_for_site(tiny_casebook)
        assert again == first
        assert {path: path.stat().st_mtime_ns for path in made} == made

        first.archive.unlink()
        (remade,) = released_for_site(tiny_casebook)
        assert remade.archive.read_bytes() == content

        edit(folder / "counting.md", "# Counting", "# Counting anew")
        (changed,) = released_for_site(tiny_casebook)
        assert "Counting anew" in changed.notebooks[0].read_text()
