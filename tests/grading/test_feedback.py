"""Feedback: a page for each graded notebook, with the student's own answer on it."""

from __future__ import annotations

import pytest

from casebook.errors import CasebookError
from casebook.grading.feedback import graded_students, make_feedback

pytestmark = pytest.mark.slow


def test_every_graded_student_gets_pages_that_show_their_answer_and_points(course):
    students = graded_students(course.directory, "tiny")
    made = {feedback.student: feedback for feedback in make_feedback(course.directory, "tiny", ["right", "wrong"])}

    assert students == ["blank", "half", "right", "wrong"]
    right = made["right"]
    assert right.reason == ""
    assert [page.name for page in right.pages] == ["arguing.html", "counting.html"]
    assert right.pages[0].parent == course.root / "feedback" / "right" / "tiny"
    assert "for villages join; but postage may rise" in right.pages[0].read_text()
    wrong = made["wrong"].pages[1].read_text()
    assert "AssertionError" in wrong
    assert "(Score: 1.0 / 3.0)" in wrong


def test_a_student_whose_graded_work_is_gone_is_told_of_and_stops_no_other(course):
    (course.root / "autograded" / "right" / "tiny" / "counting.ipynb").write_text("no notebook")

    right, half = make_feedback(course.directory, "tiny", ["right", "half"])

    assert right.pages == ()
    assert right.reason
    assert [page.name for page in half.pages] == ["counting.html"]


def test_where_nothing_was_graded_the_message_says_to_grade_first(course):
    for folder in (course.root / "autograded").glob("*/tiny"):
        folder.rename(folder.with_name("other"))

    with pytest.raises(CasebookError, match="No submission of 'tiny' has been graded here") as caught:
        graded_students(course.directory, "tiny")

    assert caught.value.problems[0].mend.startswith("grade first: casebook grade tiny --course ")
