"""What one cell earns: each rule by itself, and nbgrader's own function as the judge over all of them."""

from __future__ import annotations

import contextlib
import itertools
import math

import pytest
from hypothesis import given
from hypothesis import strategies as st
from nbformat.v4 import new_code_cell, new_markdown_cell, new_output
from nbgrader.utils import compute_checksum, determine_grade

from casebook.errors import CasebookError
from casebook.grading.model import InstructorCell
from casebook.grading.score import ScoreError, score

SOURCE = "assert answer == 42"


def cell(*, points=2.0, grade=True, solution=False, locked=True, task=False, cell_type="code"):
    return InstructorCell("q", cell_type, SOURCE, points, grade, solution, locked, task, None)


def result(text):
    return new_output("execute_result", data={"text/plain": text}, execution_count=1)


ERROR = new_output("error", ename="AssertionError", evalue="", traceback=["AssertionError"])
STDOUT = new_output("stream", name="stdout", text="fine\n")
STDERR = new_output("stream", name="stderr", text="a warning\n")
PICTURE = new_output("display_data", data={"text/plain": "0.5", "image/png": "iVBORw0KGgo="})


def points_of(*outputs, **settings):
    return score(cell(**settings), outputs, untouched=False).auto_score


class TestTestCells:
    def test_a_cell_that_ends_well_earns_all_its_points(self):
        assert points_of() == 2
        assert points_of(STDOUT, PICTURE) == 2

    @pytest.mark.parametrize("output", [ERROR, STDERR])
    def test_an_error_or_text_on_the_error_stream_earns_nothing(self, output):
        assert points_of(STDOUT, output) == 0
        assert points_of(output, result("2")) == 0

    @pytest.mark.parametrize(
        ("text", "points"),
        [("0", 0), ("0.5", 0.5), ("2", 2), (" 1.5 \n", 1.5), ("1_0", 10), ("1e-1", 0.1), ("-0.0", 0), ("+1", 1)],
    )
    def test_a_result_that_is_a_number_is_the_points(self, text, points):
        earned = points_of(result(text), points=10)

        assert earned == points
        assert math.copysign(1, earned) == 1

    @pytest.mark.parametrize("text", ["None", "'1'", "True", "np.float64(0.5)", "[1]", "1 point", "1,5"])
    def test_any_other_result_earns_all_the_points(self, text):
        assert points_of(result(text)) == 2

    def test_the_first_result_counts_and_what_comes_after_it_does_not(self):
        assert points_of(result("1"), STDERR) == 1
        assert points_of(result("1"), result("2")) == 1

    @pytest.mark.parametrize(("text", "points"), [(["1"], 1), (["1", "\n2"], 2)])
    def test_a_result_as_files_hold_it_is_read_too(self, text, points):
        assert points_of(result(text)) == points

    @pytest.mark.parametrize(
        ("text", "why"),
        [
            ("nan", "it is not a number (nan)"),
            ("inf", "it is infinite (inf)"),
            ("-Infinity", "it is infinite (-inf)"),
            ("-0.5", "it is -0.5, less than 0"),
            ("2.5", "it is 2.5, more than the 2 points that it is worth"),
            ("", "it has no text"),
            ([], "it has no text"),
        ],
    )
    def test_a_number_that_cannot_be_points_is_an_error_that_says_what_and_how_to_mend_it(self, text, why):
        with pytest.raises(ScoreError) as caught:
            points_of(result(text))

        assert str(caught.value) == (
            f"The result of the test cell 'q' cannot be points: {why}.\n"
            "  Mend: let its last line give a number from 0 to 2, or none at all."
        )
        assert isinstance(caught.value, CasebookError)

    def test_a_result_without_any_text_is_an_error(self):
        with pytest.raises(ScoreError, match="it has no text"):
            points_of(new_output("execute_result", data={"image/png": "iVBORw0KGgo="}))

    def test_a_cell_that_is_worth_nothing_earns_nothing(self):
        assert points_of(points=0.0) == 0
        assert points_of(result("0"), points=0.0) == 0


class TestOtherCells:
    @pytest.mark.parametrize("cell_type", ["code", "markdown", "raw"])
    def test_an_answer_that_a_person_marks_earns_nothing_if_untouched_and_else_waits(self, cell_type):
        written = cell(solution=True, locked=False, cell_type=cell_type)

        assert score(written, [ERROR], untouched=True).auto_score == 0
        assert score(written, [], untouched=False).auto_score is None

    @pytest.mark.parametrize("untouched", [True, False])
    def test_a_task_waits_for_a_person(self, untouched):
        task = cell(grade=False, task=True, cell_type="markdown")

        assert score(task, [], untouched=untouched).auto_score is None

    @pytest.mark.parametrize("settings", [{}, {"solution": True}, {"locked": False}])
    def test_a_cell_that_is_not_graded_cannot_be_scored(self, settings):
        with pytest.raises(ValueError, match="'q' is not graded"):
            score(cell(grade=False, **settings), [], untouched=False)


def judged_by_nbgrader(ours, outputs, *, untouched):
    metadata = {"grade_id": "q", "grade": True, "solution": ours.solution, "locked": ours.locked, "points": ours.points}
    if ours.cell_type == "code":
        theirs = new_code_cell(SOURCE, outputs=list(outputs), metadata={"nbgrader": metadata})
    else:
        theirs = new_markdown_cell(SOURCE, metadata={"nbgrader": metadata})
    theirs.metadata.nbgrader.checksum = compute_checksum(theirs) if untouched else "0" * 32
    return determine_grade(theirs)[0]


def agree(ours, outputs, *, untouched):
    """Ours is nbgrader's, or an error where nbgrader fails too or gives all points for nonsense.

    nbgrader believes a result that stands before an error.
    """
    if ours.grade and not ours.solution and ours.cell_type == "code" and ERROR in outputs:
        return score(ours, outputs, untouched=untouched).auto_score == 0
    try:
        earned = score(ours, outputs, untouched=untouched).auto_score
    except ScoreError:
        first = next(output for output in outputs if output.output_type == "execute_result")
        text = first["data"]["text/plain"]
        try:
            theirs = judged_by_nbgrader(ours, outputs, untouched=untouched)
        except (KeyError, ValueError):
            return True
        return theirs == ours.points and not float(text) >= 0
    return earned == judged_by_nbgrader(ours, outputs, untouched=untouched)


def test_a_result_that_was_shown_before_an_error_earns_nothing():
    assert score(cell(), [result("2"), ERROR], untouched=False).auto_score == 0


TEXTS = ("0", "1", "2", "3", "0.5", "-1", "nan", "inf", "-inf", "None", "", "1_0", " 2 ", "abc", "2.0000001")


def test_every_pair_of_outputs_earns_what_nbgrader_gives():
    kinds = [ERROR, STDOUT, STDERR, PICTURE, *map(result, TEXTS)]
    rows = [(), *((kind,) for kind in kinds), *itertools.product(kinds, repeat=2)]

    wrong = [row for row in rows for points in (0.0, 2.0) if not agree(cell(points=points), row, untouched=False)]

    assert len(rows) > 300
    assert wrong == []


@pytest.mark.parametrize("cell_type", ["code", "markdown"])
@pytest.mark.parametrize("solution", [True, False])
@pytest.mark.parametrize("untouched", [True, False])
def test_every_kind_of_graded_cell_earns_what_nbgrader_gives(cell_type, solution, untouched):
    assert agree(cell(cell_type=cell_type, solution=solution), [], untouched=untouched)


@given(
    st.lists(
        st.sampled_from([ERROR, STDOUT, STDERR, PICTURE])
        | st.floats().map(repr).map(result)
        | st.floats(0, 5).map(repr).map(result)
        | st.text().map(result)
    ),
    st.floats(0, 5),
)
def test_whatever_a_cell_shows_it_earns_what_nbgrader_gives_and_never_more_than_it_is_worth(outputs, points):
    ours = cell(points=points)

    assert agree(ours, outputs, untouched=False)
    with contextlib.suppress(ScoreError):
        assert 0 <= score(ours, outputs, untouched=False).auto_score <= points
