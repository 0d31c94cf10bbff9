"""Where a test failed, in words and lines."""

from __future__ import annotations

import pytest

from casebook.grading.model import Limits
from casebook.grading.notebook_run import Folders, run_notebook
from casebook.grading.verification_failures import failure, hidden_lines, without_hidden

TEST = """\
assert x > 0, (
    "x should be above zero."
)
### BEGIN HIDDEN TESTS
right = 3
if right:
    assert x == right, "x is not what the table says."
### END HIDDEN TESTS
"""


def failing(notebook_to_run, tmp_path, answer: str, test: str = TEST):
    for name in ("submission", "given"):
        (tmp_path / name).mkdir()
    to_run = notebook_to_run(("answer", "x = 3", answer), ("test", test), tests="isolated")
    ran, _ = run_notebook(to_run, Limits(), (), Folders(tmp_path / "submission", tmp_path / "given"))
    return failure("q2", test, ran["cells"][1]["outputs"])


def test_a_failure_in_the_visible_part_has_its_line_and_its_message(notebook_to_run, tmp_path):
    found = failing(notebook_to_run, tmp_path, "x = -1")

    assert (found.error, found.message) == ("AssertionError", "x should be above zero.")
    assert (found.line, found.hidden) == (1, False)


def test_a_failure_in_the_hidden_part_is_told_from_one_that_students_see(notebook_to_run, tmp_path):
    found = failing(notebook_to_run, tmp_path, "x = 4")

    assert (found.line, found.hidden) == (7, True)


def test_of_an_error_that_came_of_another_the_last_counts(notebook_to_run, tmp_path):
    test = """\
try:
    y = x["a"]
except TypeError as error:
    ### BEGIN HIDDEN TESTS
    raise AssertionError("x should be a mapping, not a number.") from error
    ### END HIDDEN TESTS
"""
    found = failing(notebook_to_run, tmp_path, "x = 4", test)

    assert (found.error, found.line, found.hidden) == ("AssertionError", 5, True)


def test_in_a_function_of_the_test_the_line_is_where_the_cell_called_it(notebook_to_run, tmp_path):
    test = "def look(value):\n    assert value == 3\n### BEGIN HIDDEN TESTS\nlook(x)\n### END HIDDEN TESTS\n"

    assert failing(notebook_to_run, tmp_path, "x = 4", test).line == 4


def test_a_test_that_passes_has_no_failure(notebook_to_run, tmp_path):
    assert failing(notebook_to_run, tmp_path, "x = 3") is None


def test_hidden_lines_are_counted_with_their_markers():
    assert hidden_lines(TEST) == set(range(4, 9))


def test_without_hidden_tests_a_cell_is_as_students_see_it():
    assert without_hidden(TEST).strip() == 'assert x > 0, (\n    "x should be above zero."\n)'


@pytest.mark.parametrize("outputs", [[], [{"output_type": "stream", "name": "stdout", "text": "Error"}]])
def test_what_is_printed_is_no_failure(outputs):
    assert failure("q1", TEST, outputs) is None
