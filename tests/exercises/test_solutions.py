"""The copy to hand out after the deadline: answers, and why other answers are right or wrong."""

from __future__ import annotations

import nbformat
import pytest

from casebook.exercises.solutions import solution_notebooks


@pytest.fixture
def texts(tiny):
    """All that a solution copy says, by notebook."""

    def made(**options) -> dict[str, str]:
        notebooks = solution_notebooks(tiny(), **options)
        return {each.name: "\n\n".join(cell.source for cell in each.notebook.cells) for each in notebooks}

    return made


def test_the_answers_stand_where_students_put_theirs_and_no_marker_is_left(texts):
    counting = texts()["counting"]

    assert "parcels_in_all = sum(parcels.values())" in counting
    assert "busiest_year = max(parcels, key=parcels.get)" in counting
    assert "SOLUTION" not in counting
    assert "YOUR CODE HERE" not in counting


def test_each_common_mistake_is_told_with_its_reason_its_code_and_its_points(texts):
    assert (
        "**Common answers that are not right, and why**\n\n"
        "- Counts the rows, not the parcels (0 of 2 points).\n\n"
        "  ```python\n  number_of_rows_in_table = len(parcels)\n" in texts()["counting"]
    )


def test_other_right_answers_are_told_too(texts):
    assert (
        "**Right too**\n\n- Adds them up by hand.\n\n  ```python\n  parcels_in_all = parcels[2013]"
        in texts()["counting"]
    )


def test_the_explanation_comes_after_the_tests_of_its_question(texts):
    counting = texts()["counting"]

    places = [
        counting.index(text)
        for text in ("sum(parcels.values())", "Parcels are counted upwards.", "**Right too**", "**Common", "Question 2")
    ]
    assert places == sorted(places)


def test_hidden_tests_are_left_out_unless_they_are_asked_for(texts):
    hidden = "assert parcels_in_all == 44"

    assert hidden not in texts()["counting"]
    assert "assert parcels_in_all > 0" in texts()["counting"]
    assert hidden in texts(hidden_tests=True)["counting"]
    assert "HIDDEN TESTS" not in texts(hidden_tests=True)["counting"]


def test_a_written_question_has_its_model_answer_and_its_mark_scheme(texts):
    arguing = texts()["arguing"]

    assert "**An answer that earns all the points**\n\n> It may, because villages are still joining" in arguing
    assert "**How it is marked** (2 points)\n\nOne point for a reason" in arguing


def test_a_test_cell_of_which_all_is_hidden_leaves_no_empty_cell(tiny, folder, edit):
    edit(folder / "arguing.md", "assert 0 <= sure <= 1", "### BEGIN HIDDEN TESTS\nassert sure\n### END HIDDEN TESTS")

    (_, arguing) = solution_notebooks(tiny())

    assert all(cell.source.strip() for cell in arguing.notebook.cells)


def test_notebooks_carry_nothing_of_nbgrader_and_are_the_same_each_time(tiny):
    first, second = (solution_notebooks(tiny()) for _ in range(2))

    assert [each.title for each in first] == ["Solution: Counting", "Solution: Arguing"]
    for one, other in zip(first, second, strict=True):
        nbformat.validate(one.notebook)
        assert nbformat.writes(one.notebook) == nbformat.writes(other.notebook)
        assert not any("nbgrader" in cell.metadata or "graded" in cell.metadata for cell in one.notebook.cells)
