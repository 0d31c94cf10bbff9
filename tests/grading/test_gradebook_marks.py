"""What becomes of earlier marks when a submission is graded again, case by case."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as some

from casebook.grading.gradebook_key import GradedCell, NotebookKey
from casebook.grading.gradebook_marks import comments_after, grades_after, penalty
from casebook.grading.gradebook_rows import CommentRow, GradeRow, NotebookRecord
from casebook.grading.model import CellPoints

KEY = NotebookKey(
    id="n",
    name="one",
    graded={
        "test": GradedCell("t", False, 2.0),
        "essay": GradedCell("e", False, 3.0),
        "task": GradedCell("k", True, 4.0),
    },
    commented={"answer": "a", "essay": "e2", "task": "k"},
)
ROWS = {cell.id: GradeRow("s", cell.id) for cell in KEY.graded.values()}
HANDED_IN = NotebookRecord([CellPoints("test", 2.0), CellPoints("essay", None), CellPoints("task", None)])


def marked(row: GradeRow, **changes) -> GradeRow:
    return GradeRow(**{**vars(row), **changes})


def test_the_first_time_a_test_is_done_and_what_a_person_marks_waits():
    after = grades_after(KEY, ROWS, HANDED_IN)

    assert {cell: (row.auto_score, row.needs_manual_grade) for cell, row in after.items()} == {
        "t": (2.0, False),
        "e": (None, True),
        "k": (None, True),
    }


def test_a_mark_by_hand_stays_and_is_to_be_looked_at_again_but_a_task_is_not():
    before = {cell: marked(row, manual_score=1.0, needs_manual_grade=False) for cell, row in ROWS.items()}

    after = grades_after(KEY, before, HANDED_IN)

    assert [row.manual_score for row in after.values()] == [1.0, 1.0, 1.0]
    assert {cell: row.needs_manual_grade for cell, row in after.items()} == {"t": True, "e": True, "k": False}


@pytest.mark.parametrize("by_hand", [None, 1.0])
def test_a_task_of_a_notebook_that_was_missing_waits_for_a_person_when_it_comes(by_hand):
    before = {cell: marked(row, manual_score=by_hand) for cell, row in ROWS.items()}

    missing = grades_after(KEY, before, None)
    there = grades_after(KEY, missing, HANDED_IN)

    assert {(row.auto_score, row.needs_manual_grade) for row in missing.values()} == {(0.0, False)}
    assert (there["k"].auto_score, there["k"].needs_manual_grade, there["k"].manual_score) == (None, True, by_hand)


def test_a_cell_that_is_not_named_keeps_what_it_had():
    before = {cell: marked(row, auto_score=1.0, needs_manual_grade=False) for cell, row in ROWS.items()}

    assert grades_after(KEY, before, NotebookRecord([])) == before


@pytest.mark.parametrize(
    ("auto", "manual", "extra", "score"),
    [
        (None, None, None, 0.0),
        (None, None, 1.0, 0.0),
        (2.0, None, None, 2.0),
        (2.0, None, 0.5, 2.5),
        (2.0, 0.0, None, 0.0),
        (None, 1.0, 0.5, 1.5),
    ],
)
def test_points_count_as_nbgrader_adds_them_up(auto, manual, extra, score):
    assert GradeRow("s", "t", auto, manual, extra).score == score


def test_only_an_answer_gets_no_response_and_a_person_s_words_stay():
    before = {cell: CommentRow("s", cell, "No response.", "Well.") for cell in KEY.commented.values()}

    after = comments_after(KEY, before, NotebookRecord([], frozenset({"answer", "task", "test"})))

    assert {cell: row.auto_comment for cell, row in after.items()} == {"a": "No response.", "e2": None, "k": None}
    assert {row.manual_comment for row in after.values()} == {"Well."}


def test_work_in_time_is_not_shown_to_the_plug_in():
    def never(*_):
        raise AssertionError

    assert penalty(never, "ada", 3.0, 0.0) is None
    assert penalty(None, "ada", 3.0, 60.0) is None


@given(some.floats(allow_nan=False), some.floats(min_value=0, allow_infinity=False))
def test_a_penalty_is_never_below_zero_and_never_more_than_the_points(asked, score):
    taken = penalty(lambda *_: asked, "ada", score, 60.0)

    assert 0 <= taken <= score
    assert taken == asked or asked < 0 or asked > score


def test_a_plug_in_may_take_nothing():
    assert penalty(lambda *_: None, "ada", 3.0, 60.0) is None
