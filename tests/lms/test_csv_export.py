"""One row per student: never a zero that looks like a mark, never a formula."""

from __future__ import annotations

import csv
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from casebook.errors import CasebookError
from casebook.lms.csv_export import COLUMNS, ExportStatus, Row, as_csv, rows

# nbgrader defines its tables in a way that SQLAlchemy 2.1 warns of once, when it is imported.
pytestmark = pytest.mark.filterwarnings("ignore::sqlalchemy.exc.SAWarning")


@pytest.mark.slow
def test_each_student_has_the_status_that_the_marking_of_their_work_has_reached(course):
    found = {row.student: (row.score, row.max_score, str(row.status)) for row in rows(course, "tiny")}

    assert found == {
        "=1+1": (None, None, "needs_attention"),
        "enrolled": (None, None, "missing"),
        "late": (0, 5, "graded"),
        "marked": (3.5, 5, "graded"),
        "refused": (None, None, "needs_attention"),
        "unmarked": (1, 5, "needs_manual_grade"),
        "waiting": (None, None, "needs_attention"),
    }


@pytest.mark.slow
def test_the_file_has_a_header_and_a_line_for_each_student_in_order(course):
    assert as_csv("tiny", rows(course, "tiny")).splitlines() == [
        "student_id,assignment,score,max_score,status",
        "'=1+1,tiny,,,needs_attention",
        "enrolled,tiny,,,missing",
        "late,tiny,0,5,graded",
        "marked,tiny,3.5,5,graded",
        "refused,tiny,,,needs_attention",
        "unmarked,tiny,1,5,needs_manual_grade",
        "waiting,tiny,,,needs_attention",
    ]


@pytest.mark.slow
def test_an_assignment_that_the_gradebook_does_not_know_is_an_error_and_no_empty_file(course):
    with pytest.raises(CasebookError, match="does not know the assignment 'other'"):
        rows(course, "other")


@pytest.mark.parametrize("student", ["=SUM(A1)", "+1", "-1", "@x", "\t=1"])
def test_an_id_that_a_spreadsheet_would_take_for_a_formula_is_quoted(student):
    text = as_csv("tiny", [Row(student, 1, 2, ExportStatus.GRADED)])

    assert list(csv.reader(io.StringIO(text, newline="")))[1][0] == f"'{student}"


@given(
    st.lists(
        st.builds(
            Row,
            st.text(st.characters(codec="utf-8", exclude_categories=["Cc"]), min_size=1, max_size=8),
            st.none() | st.floats(0, 1000).map(lambda points: round(points, 2)),
            st.none() | st.floats(0, 1000).map(lambda points: round(points, 2)),
            st.sampled_from(ExportStatus),
        ),
        max_size=4,
    )
)
def test_what_is_written_can_be_read_back(exported):
    header, *lines = csv.reader(io.StringIO(as_csv("tiny", exported), newline=""))

    assert header == COLUMNS
    assert len(lines) == len(exported)
    for (student, assignment, score, max_score, status), row in zip(lines, exported, strict=True):
        assert student in {row.student, f"'{row.student}"}
        assert assignment == "tiny"
        assert (float(score) if score else None, float(max_score) if max_score else None) == (row.score, row.max_score)
        assert status == row.status
