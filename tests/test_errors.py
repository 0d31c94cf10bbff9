"""A failure says what is wrong, where, and how to mend it."""

from __future__ import annotations

from pathlib import Path

import pytest

from casebook.errors import CasebookError, Problem, Where, raise_if_any


@pytest.mark.parametrize(
    ("where", "text"),
    [
        (Where("a.md"), "a.md"),
        (Where("a.md", 87), "a.md:87"),
        (Where("a.md", 87, cell="q2-median"), "a.md:87 (cell q2-median)"),
        (Where("a.csv", 3, column="share"), "a.csv:3 (column share)"),
        (Where("a.md", cell="q1", column="share"), "a.md (cell q1, column share)"),
    ],
)
def test_a_place_names_file_line_cell_and_column(where, text):
    assert str(where) == text


def test_a_file_under_the_working_directory_is_named_from_there_and_another_in_full(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)

    assert str(Where(tmp_path / "exercises" / "a.md", 2)) == "exercises/a.md:2"
    assert str(Where(tmp_path.parent / "b.md")) == str(tmp_path.parent / "b.md")


def test_a_problem_is_one_line_and_its_mend_stands_below():
    problem = Problem("It is empty.", Where("a.md", 1), "write something.")

    assert str(problem) == "a.md:1: It is empty.\n  Mend: write something."
    assert str(Problem("It is empty.")) == "It is empty."


def test_an_error_carries_every_problem_and_says_them_all():
    problems = [Problem("One."), Problem("Two.", Where(Path("b.md")))]

    error = CasebookError(iter(problems))

    assert error.problems == tuple(problems)
    assert str(error) == "One.\nb.md: Two."


def test_problems_are_raised_together_and_none_raises_nothing():
    raise_if_any([])
    with pytest.raises(CasebookError) as caught:
        raise_if_any(Problem(word) for word in ("One.", "Two."))
    assert [problem.what for problem in caught.value.problems] == ["One.", "Two."]
