"""What the engine learns of an assignment before the first submission."""

from __future__ import annotations

import pytest
from nbformat import read, write
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

from casebook.errors import CasebookError
from casebook.grading import assigned as of_assignments
from casebook.grading.assigned import assigned_in, modules_in
from casebook.grading.gradebook import NbgraderBook
from casebook.grading.model import Tests
from casebook.grading.settings import read_settings


class TestModules:
    def test_they_are_what_code_imports_anywhere_and_not_what_every_warm_parent_has(self, tmp_path):
        cells = [
            new_code_cell("import os, pandas as pd, scipy.stats\nimport altair"),
            new_code_cell(
                "def f():\n    from sklearn.linear_model import Ridge\n    from numpy.random import default_rng"
            ),
            new_markdown_cell("import text"),
            new_code_cell("from . import sibling"),
        ]
        write(new_notebook(cells=cells), tmp_path / "one.ipynb")
        write(new_notebook(cells=[new_code_cell("import duckdb\nimport scipy.stats")]), tmp_path / "two.ipynb")

        assert modules_in(tmp_path) == ("duckdb", "scipy.stats", "sklearn.linear_model")

    def test_what_cannot_be_read_is_passed_over(self, tmp_path):
        cells = [new_code_cell("%matplotlib inline\nimport magical"), new_code_cell("import duckdb")]
        write(new_notebook(cells=cells), tmp_path / "good.ipynb")
        (tmp_path / "broken.ipynb").write_text('{"cells": [')
        (tmp_path / "binary.ipynb").write_bytes(b"\xff\xfe\x00")
        (tmp_path / "empty.ipynb").write_text("[]")
        (tmp_path / "folder.ipynb").mkdir()

        assert modules_in(tmp_path) == ("duckdb",)

    def test_text_in_lines_is_read_and_a_folder_that_is_not_there_has_none(self, tmp_path):
        (tmp_path / "lines.ipynb").write_text(
            '{"cells": [{"cell_type": "code", "source": ["import a\\n", "import b"]}]}'
        )

        assert modules_in(tmp_path) == ("a", "b")
        assert modules_in(tmp_path / "nowhere") == ()


@pytest.mark.parametrize(
    ("said", "seconds"),
    [
        ({"casebook": {"limits": {"notebook_seconds": 60, "memory_mb": 1000}}}, 60),
        ({"casebook": {"limits": {"notebook_seconds": 0.5}}}, 0.5),
        ({}, 600),
        ({"casebook": "isolated"}, 600),
        ({"casebook": {"limits": 60}}, 600),
        ({"casebook": {"limits": {"notebook_seconds": "60"}}}, 600),
        ({"casebook": {"limits": {"notebook_seconds": True}}}, 600),
        ({"casebook": {"limits": {"notebook_seconds": 0}}}, 600),
        ({"casebook": {"limits": {"notebook_seconds": float("nan")}}}, 600),
    ],
)
def test_a_notebook_may_run_as_long_as_its_instructors_copy_says(said, seconds):
    assert of_assignments.notebook_seconds(new_notebook(metadata=said)) == seconds


def test_a_notebook_without_an_instructors_copy_has_the_usual_time():
    assert of_assignments.notebook_seconds(None) == 600


@pytest.mark.parametrize(
    ("said", "wanted"),
    [
        ({}, Tests.SHARED),
        ({"casebook": {"tests": "isolated"}}, Tests.ISOLATED),
        ({"casebook": {"tests": "shared"}}, Tests.SHARED),
        ({"casebook": {"tests": "elsewhere"}}, Tests.SHARED),
        ({"casebook": ["isolated"]}, Tests.SHARED),
    ],
)
def test_an_instructors_notebook_says_where_its_tests_run_and_they_are_shared_if_it_does_not(said, wanted):
    # By its own name pytest would take it for a test.
    assert of_assignments.tests_of(new_notebook(metadata=said)) is wanted


@pytest.fixture
def assigned(course):
    """``assigned(tests)``: what is known of the tiny assignment now."""

    def ask(tests=None):
        directory = course.directory
        settings = read_settings(directory)
        with NbgraderBook(directory, settings) as book:
            return assigned_in(directory, book, "tiny", settings, tests)

    return ask


@pytest.mark.slow
class TestTinyAssignment:
    def test_it_has_the_instructors_notebooks_and_files_and_the_settings(self, course, assigned):
        (course.root / "nbgrader_config.py").write_text(
            "c = get_config()\nc.Execute.timeout = 7\nc.Execute.interrupt_on_timeout = False\n"
            "c.Execute.kernel_name = 'python3'\nc.LimitOutput.max_lines = 9\n"
        )

        found = assigned()

        assert [notebook.name for notebook in found.notebooks] == ["arguing", "counting"]
        assert found.given_files["parcels.csv"] == course.root / "source" / "tiny" / "parcels.csv"
        assert (found.limits.cell_s, found.limits.stop_at_timeout) == (7, True)
        assert (found.kernel, found.rules.max_lines) == ("python3", 9)

    def test_isolated_tests_have_a_plan_for_each_notebook_and_shared_ones_none(self, assigned):
        assert assigned(Tests.ISOLATED).plans.keys() == {"arguing", "counting"}
        assert assigned(Tests.SHARED).plans == {}

    def test_where_tests_run_is_what_each_notebook_says_unless_it_is_said_for_all(self, course, assigned):
        for name, tests in {"counting": "isolated", "arguing": "shared"}.items():
            file = course.root / "source" / "tiny" / f"{name}.ipynb"
            notebook = read(file, as_version=4)
            notebook.metadata["casebook"] = {"tests": tests}
            write(notebook, file)

        assert assigned().plans.keys() == {"counting"}
        assert assigned(Tests.SHARED).plans == {}
        assert assigned(Tests.ISOLATED).plans.keys() == {"arguing", "counting"}

    def test_all_notebooks_may_run_as_long_as_the_slowest_and_as_usual_if_one_does_not_say(self, course, assigned):
        assert assigned().limits.notebook_s == 60

        for seconds, longest in (({"notebook_seconds": 90}, 90), ({}, 600)):
            file = course.root / "source" / "tiny" / "counting.ipynb"
            notebook = read(file, as_version=4)
            notebook.metadata["casebook"] = {"tests": "isolated", "limits": seconds}
            write(notebook, file)

            assert assigned().limits.notebook_s == longest

    def test_without_the_instructors_notebook_tests_can_be_shared_but_not_isolated(self, course, assigned):
        (course.root / "source" / "tiny" / "counting.ipynb").unlink()

        assert "counting" not in assigned().plans
        assert assigned(Tests.SHARED).plans == {}
        with pytest.raises(CasebookError) as caught:
            assigned(Tests.ISOLATED)
        assert "counting.ipynb: The instructor's notebook is not there, and isolated tests need it." in str(
            caught.value
        )
        assert "release the assignment again; or grade with --tests shared." in str(caught.value)

    def test_an_instructors_notebook_that_cannot_be_read_is_one_clear_error(self, course, assigned):
        (course.root / "source" / "tiny" / "counting.ipynb").write_text('{"cells": [')

        with pytest.raises(CasebookError, match=r"counting\.ipynb: The instructor's notebook cannot be read: "):
            assigned(Tests.ISOLATED)
