"""The gradebook of a submission: whole or not at all, what a person gave stays, and failures are one clear line."""

from __future__ import annotations

import shutil
import sqlite3
import subprocess
import sys
from dataclasses import replace
from datetime import datetime
from pathlib import Path

import nbformat
import pytest
from sqlalchemy import event

from casebook.errors import CasebookError
from casebook.exercises.assignment import load_assignment
from casebook.exercises.course_directory import CourseDirectory
from casebook.exercises.release import release_assignment
from casebook.grading.gradebook import NbgraderBook, NotebookRecord
from casebook.grading.model import CellPoints
from casebook.grading.settings import read_settings
from casebook.project import Project

TINY = Path(__file__).parents[1] / "notebooks" / "tiny-casebook"
DUE = "2026-03-01 12:00:00.000000"
IN_TIME, LATE = datetime(2026, 3, 1, 11), datetime(2026, 3, 1, 13)  # noqa: DTZ001  (as nbgrader keeps times: UTC)


def counting(total: float = 2, busiest: float = 1, untouched: str = "") -> NotebookRecord:
    points = [CellPoints("parcels-in-all-check", total), CellPoints("busiest-year-check", busiest)]
    return NotebookRecord(points, frozenset(untouched.split()))


def arguing(argument: float | None = None, sure: float = 1) -> NotebookRecord:
    return NotebookRecord([CellPoints("argument", argument), CellPoints("sure-check", sure)])


BOTH = {"counting": counting(), "arguing": arguing()}


@pytest.fixture(scope="module")
def released(tmp_path_factory) -> Path:
    casebook = tmp_path_factory.mktemp("released") / "casebook"
    shutil.copytree(TINY, casebook)
    project, course = Project(casebook), CourseDirectory(casebook / "course")
    release_assignment(project, load_assignment(project, "tiny"), course)
    return course.root


@pytest.fixture
def course(released, tmp_path) -> CourseDirectory:
    """A course with the tiny assignment, which nobody has handed in."""
    shutil.copytree(released, tmp_path / "course")
    return CourseDirectory(tmp_path / "course")


@pytest.fixture
def rows(course):
    """The rows that a query finds in the course's gradebook."""

    def ask(query: str) -> list[tuple]:
        with sqlite3.connect(course.root / "gradebook.db") as database:
            return database.execute(query).fetchall()

    return ask


def everything(course: CourseDirectory) -> str:
    with sqlite3.connect(course.root / "gradebook.db") as database:
        return "\n".join(database.iterdump())


def the_problem(function, *arguments, **named) -> str:
    with pytest.raises(CasebookError) as caught:
        function(*arguments, **named)
    (problem,) = caught.value.problems
    assert "\n" not in problem.what
    return str(problem)


# What the instructor wrote


def test_cells_come_in_the_instructors_order_with_tags_points_and_hidden_tests(course):
    with NbgraderBook(course) as book:
        arguing_notebook, counting_notebook = book.instructor_notebooks("tiny")

    assert [cell.grade_id for cell in counting_notebook.cells] == [
        *("load-parcels", "parcels-in-all", "parcels-in-all-check", "busiest-year", "busiest-year-check")
    ]
    answer, check = counting_notebook.cell("busiest-year"), counting_notebook.cell("parcels-in-all-check")
    assert (answer.metadata["tags"], answer.points, answer.solution, answer.locked) == (["keep-me"], None, True, False)
    assert (check.points, check.is_test, check.locked) == (2, True, True)
    assert "parcels_in_all == 44" in check.source
    assert arguing_notebook.cell("argument").is_marked_by_hand
    assert counting_notebook.kernelspec["name"] == "python3"


def test_the_metadata_of_cells_is_that_of_the_released_notebook(course):
    released = nbformat.read(course.release("tiny") / "counting.ipynb", as_version=4)

    with NbgraderBook(course) as book:
        notebook = book.instructor_notebooks("tiny")[1]

    metadata = {
        cell.metadata.nbgrader.grade_id: cell.metadata for cell in released.cells if "nbgrader" in cell.metadata
    }
    for cell in notebook.cells:
        assert cell.metadata == {name: value for name, value in metadata[cell.grade_id].items() if name != "nbgrader"}


def test_an_answer_that_is_as_handed_out_has_the_checksum_that_the_gradebook_gives(course):
    released = nbformat.read(course.release("tiny") / "counting.ipynb", as_version=4)
    answer = next(cell for cell in released.cells if cell.id == "busiest-year")

    with NbgraderBook(course) as book:
        written = book.instructor_notebooks("tiny")[1].cell("busiest-year")

    assert written.source == answer.source
    assert NbgraderBook.checksum(answer) == written.checksum
    answer.source += "\n"
    assert NbgraderBook.checksum(answer) != written.checksum


def test_cells_moved_in_the_source_move_and_without_a_source_they_are_as_entered(course):
    file = course.source("tiny") / "counting.ipynb"
    notebook = nbformat.read(file, as_version=4)
    notebook.cells.reverse()
    nbformat.write(notebook, file)

    with NbgraderBook(course) as book:
        moved = book.instructor_notebooks("tiny")[1]
        for damage in (b"{", b"[]", b'{"cells": [{}]}', b'{"cells": [{"metadata": {"nbgrader": 3}}]}', None):
            if damage is None:
                shutil.rmtree(course.source("tiny"))
            else:
                file.write_bytes(damage)
            entered = book.instructor_notebooks("tiny")[1]
            assert [cell.grade_id for cell in entered.cells] == [cell.grade_id for cell in moved.cells][::-1]
            assert {str(cell.metadata) for cell in entered.cells} == {"{}"}


def test_a_cell_that_the_source_has_lost_follows_the_one_that_was_entered_before_it(course):
    file = course.source("tiny") / "counting.ipynb"
    notebook = nbformat.read(file, as_version=4)
    notebook.cells = [cell for cell in notebook.cells if cell.id not in {"load-parcels", "busiest-year"}]
    nbformat.write(notebook, file)

    with NbgraderBook(course) as book:
        names = [cell.grade_id for cell in book.instructor_notebooks("tiny")[1].cells]

    assert names == ["load-parcels", "parcels-in-all", "parcels-in-all-check", "busiest-year", "busiest-year-check"]


# What is recorded


def test_a_submission_scores_what_its_cells_earned_and_waits_for_a_person(course):
    with NbgraderBook(course) as book:
        score = book.record("tiny", "ada", BOTH, IN_TIME)

    assert (score.score, score.max_score, score.needs_manual_grade) == (4, 6, True)
    assert course.submission_scores("tiny") == {"ada": score}
    assert course.student_ids() == ["ada"]
    assert {each.grade_id: each.earned for each in course.cell_scores("tiny", "ada")} == {
        "parcels-in-all-check": 2,
        "busiest-year-check": 1,
        "argument": None,
        "sure-check": 1,
    }


def test_what_a_person_gave_stays_and_is_to_be_looked_at_again(course, rows):
    with NbgraderBook(course) as book:
        book.record("tiny", "ada", BOTH, IN_TIME)
        with course._gradebook() as gradebook:
            grade = gradebook.find_grade("sure-check", "arguing", "tiny", "ada")
            grade.manual_score, grade.extra_credit, grade.needs_manual_grade = 0.5, 0.25, False
            gradebook.find_comment("sure", "arguing", "tiny", "ada").manual_comment = "Well."
            gradebook.db.commit()
        score = book.record("tiny", "ada", {"counting": counting(0), "arguing": arguing(argument=2, sure=0)}, None)
        assert book.scores("tiny") == {"ada": score}

    assert score.score == 0 + 1 + 2 + 0.75
    assert course.submission_scores("tiny")["ada"] == score
    assert rows(
        "SELECT auto_score, manual_score, extra_credit, needs_manual_grade FROM grade WHERE manual_score > 0"
    ) == [(0, 0.5, 0.25, 1)]
    assert rows("SELECT manual_comment FROM comment WHERE manual_comment NOT NULL") == [("Well.",)]


def test_an_answer_left_as_it_was_gets_no_response_and_loses_it_when_it_is_written(course, rows):
    query = "SELECT c.name FROM comment m JOIN base_cell c ON c.id = m.cell_id WHERE m.auto_comment = 'No response.'"
    with NbgraderBook(course) as book:
        book.record("tiny", "ada", {"counting": counting(untouched="busiest-year load-parcels")}, None)
        first = rows(query)
        book.record("tiny", "ada", {"counting": counting()}, None)

    assert first == [("busiest-year",)]
    assert rows(query) == []


def test_a_missing_notebook_scores_0_and_nobody_has_to_mark_it_until_it_comes(course):
    with NbgraderBook(course) as book:
        missing = book.record("tiny", "ada", {"counting": counting(), "arguing": None}, None)
        there = book.record("tiny", "ada", BOTH, None)

    assert (missing.score, missing.max_score, missing.needs_manual_grade) == (3, 6, False)
    assert (there.score, there.needs_manual_grade) == (4, True)


def test_a_notebook_that_is_not_named_keeps_its_marks(course):
    with NbgraderBook(course) as book:
        book.record("tiny", "ada", BOTH, None)
        score = book.record("tiny", "ada", {"counting": counting(0, 0)}, None)

    assert score.score == 1


def test_a_submission_without_a_time_keeps_the_one_that_it_had(course, rows):
    stored = []
    with NbgraderBook(course) as book:
        for timestamp in (None, IN_TIME, None, LATE):
            book.record("tiny", "ada", BOTH, timestamp)
            stored += rows("SELECT substr(timestamp, 12, 2) FROM submitted_assignment")

    assert stored == [(None,), ("11",), ("11",), ("13",)]


def late_by(course: CourseDirectory, penalty) -> NbgraderBook:
    with sqlite3.connect(course.root / "gradebook.db") as database:
        database.execute("UPDATE assignment SET duedate = ?", (DUE,))
    return NbgraderBook(course, replace(read_settings(course), late_penalty=penalty))


def test_late_work_loses_what_the_plug_in_says_notebook_by_notebook(course):
    asked = []

    def penalty(student, score, late_s):
        asked.append((student, score, late_s))
        return 1.5

    with late_by(course, penalty) as book:
        in_time = book.record("tiny", "ada", BOTH, IN_TIME)
        assert asked == []
        late = book.record("tiny", "ada", BOTH, LATE)
        assert book.scores("tiny") == {"ada": late}
        in_time_again = book.record("tiny", "ada", BOTH, IN_TIME)

    assert sorted(asked) == [("ada", 1, 3600), ("ada", 3, 3600)]
    assert (in_time.score, in_time_again.score) == (4, 4)
    # The notebook that is worth 1 cannot lose 1.5.
    assert late.score == 4 - 1.5 - 1


def test_an_extension_moves_the_date_and_is_no_harm_where_there_is_none(course, rows):
    with late_by(course, lambda *_: 1.0) as book:
        book.record("tiny", "ada", BOTH, LATE)
        with course._gradebook() as gradebook:
            gradebook.grant_extension("tiny", "ada", minutes=30)
        half = book.record("tiny", "ada", BOTH, LATE)
        with course._gradebook() as gradebook:
            gradebook.grant_extension("tiny", "ada", hours=1)
        enough = book.record("tiny", "ada", BOTH, LATE)
        with sqlite3.connect(course.root / "gradebook.db") as database:
            database.execute("UPDATE assignment SET duedate = NULL")
        never_due = book.record("tiny", "ada", BOTH, LATE)

    assert (half.score, enough.score, never_due.score) == (2, 4, 4)


def test_a_notebook_that_is_missing_now_bears_no_penalty_of_an_earlier_version(course):
    with late_by(course, lambda *_: 1.0) as book:
        book.record("tiny", "ada", BOTH, LATE)
        score = book.record("tiny", "ada", {"counting": counting(), "arguing": None}, LATE)

    assert score.score == 2
    assert course.submission_scores("tiny")["ada"] == score


def test_an_assignment_released_afresh_while_the_gradebook_is_open_is_noticed(course, rows):
    with NbgraderBook(course) as book:
        book.record("tiny", "ada", BOTH, None)
        with sqlite3.connect(course.root / "gradebook.db") as database:
            for table in ("submitted_assignment", "submitted_notebook", "grade", "comment"):
                database.execute(f"DELETE FROM {table}")  # noqa: S608
            database.execute("UPDATE notebook SET id = 'n' || id")
            database.execute("UPDATE base_cell SET notebook_id = 'n' || notebook_id, id = 'c' || id")
            database.execute("UPDATE grade_cells SET id = 'c' || id, max_score = max_score + 1")
        score = book.record("tiny", "ben", BOTH, None)

    assert score.max_score == 10
    assert rows("SELECT COUNT(*) FROM grade JOIN base_cell c ON c.id = cell_id") == [(4,)]
    assert course.submission_scores("tiny") == {"ben": score}


def test_a_notebook_added_to_an_assignment_that_was_handed_in_gets_its_rows(course, rows):
    with NbgraderBook(course) as book:
        book.record("tiny", "ada", BOTH, None)
        with sqlite3.connect(course.root / "gradebook.db") as database:
            database.execute("DELETE FROM grade WHERE cell_id IN (SELECT id FROM base_cell WHERE name = 'sure-check')")
            database.execute("DELETE FROM submitted_notebook WHERE rowid = 1")
        assert book.record("tiny", "ada", BOTH, None).score == 4

    assert rows("SELECT COUNT(*) FROM submitted_notebook") == [(2,)]


def test_however_full_the_gradebook_a_submission_takes_few_statements_and_no_table_is_read_through(course):
    statements: list[tuple[str, object]] = []
    with NbgraderBook(course) as book:
        for number in range(30):
            book.record("tiny", f"student-{number}", BOTH, IN_TIME)
        event.listen(
            book._engine, "before_cursor_execute", lambda _c, _u, text, values, *_: statements.append((text, values))
        )
        book.record("tiny", "student-0", {"counting": counting(0), "arguing": arguing(2)}, LATE)

    asked = [(text, values) for text, values in statements if text.startswith(("SELECT", "UPDATE"))]
    assert len(statements) <= 12
    with sqlite3.connect(course.root / "gradebook.db") as database:
        for text, values in asked:
            plan = database.execute(f"EXPLAIN QUERY PLAN {text}", values[0] if isinstance(values, list) else values)
            read_through = {step.split()[1] for *_, step in plan if step.startswith("SCAN")}
            assert not read_through & {"grade", "comment", "submitted_notebook", "submitted_assignment", "student"}, (
                text
            )


# Whole or not at all


@pytest.mark.parametrize(
    ("records", "message"),
    [
        ({"counting": counting(3)}, "'parcels-in-all-check' of 'counting' earned 3, and is worth 2.0."),
        ({"counting": counting(float("nan"))}, "earned nan"),
        ({"counting": counting(), "arguing": arguing(sure=-1)}, "earned -1"),
        ({"counting": arguing()}, "no cell 'argument' in the notebook 'counting'"),
        ({"writing": counting()}, "no notebook 'writing' in 'tiny'"),
    ],
)
def test_what_cannot_be_recorded_leaves_the_gradebook_as_it_was(course, records, message):
    with NbgraderBook(course) as book:
        book.record("tiny", "ada", BOTH, None)
        before = everything(course)
        for student in ("ada", "ben"):
            assert message in the_problem(book.record, "tiny", student, records, LATE)

    assert everything(course) == before


@pytest.mark.parametrize(
    ("answer", "message"),
    [
        (ValueError("no\nrule"), "The plug-in for late penalties failed: ValueError: no rule"),
        ("much", "failed: ValueError: could not convert"),
        (float("nan"), "gave a penalty that is no number"),
    ],
)
def test_a_plug_in_that_fails_leaves_the_gradebook_as_it_was(course, answer, message):
    def penalty(*_):
        if isinstance(answer, Exception):
            raise answer
        return answer

    with late_by(course, penalty) as book:
        before = everything(course)
        assert message in the_problem(book.record, "tiny", "ada", BOTH, LATE)

    assert everything(course) == before


@pytest.mark.slow
def test_a_run_that_is_killed_while_it_records_leaves_the_gradebook_as_it_was(course):
    before = everything(course)
    program = f"""
import os, sqlalchemy
from casebook.exercises.course_directory import CourseDirectory
from casebook.grading.gradebook import NbgraderBook, NotebookRecord
from casebook.grading.model import CellPoints
book = NbgraderBook(CourseDirectory(__import__("pathlib").Path({str(course.root)!r})))
sqlalchemy.event.listen(book._engine, "commit", lambda connection: os.kill(os.getpid(), 9))
book.record("tiny", "ada", {{"counting": NotebookRecord([CellPoints("busiest-year-check", 1)])}}, None)
"""

    assert subprocess.run([sys.executable, "-c", program], check=False).returncode == -9

    assert everything(course) == before
    with NbgraderBook(course) as book:
        assert book.record("tiny", "ada", BOTH, None).score == 4


# Failures are one clear line


def test_a_student_who_may_not_be_entered_is_named(course):
    with NbgraderBook(course, replace(read_settings(course), create_student=False)) as book:
        message = the_problem(book.record, "tiny", "ada", BOTH, None)

    assert "has no student 'ada', and Autograde.create_student forbids" in message
    assert "nbgrader db student add ada" in message
    assert course.student_ids() == []


def test_an_assignment_that_was_never_released_is_named(course):
    with NbgraderBook(course) as book:
        for ask in (book.instructor_notebooks, lambda name: book.record(name, "ada", {}, None)):
            assert "does not know the assignment 'huge'" in the_problem(ask, "huge")


def test_a_gradebook_that_another_program_writes_to_is_waited_for_and_then_said_to_be_locked(course):
    file = course.root / "gradebook.db"
    program = (
        f"import sqlite3\nd = sqlite3.connect({str(file)!r})\nd.execute('BEGIN IMMEDIATE')\nprint(flush=True)\ninput()"
    )
    with (
        NbgraderBook(course, patience_s=0.1) as book,
        subprocess.Popen([sys.executable, "-c", program], stdin=subprocess.PIPE, stdout=subprocess.PIPE) as other,
    ):
        other.stdout.readline()
        message = the_problem(book.record, "tiny", "ada", BOTH, None)
        other.communicate(b"\n")

        assert f"{file}: It is locked by another program, and stayed so. Open in: process {other.pid} (" in message
        assert "close what writes to it" in message
        assert book.record("tiny", "ada", BOTH, None).score == 4


@pytest.mark.parametrize(
    ("pragma", "message"),
    [
        ("query_only = ON", "gradebook.db: It cannot be written to."),
        ("max_page_count = 1", "gradebook.db: The disk is full, so nothing could be recorded."),
    ],
)
def test_a_disk_that_takes_nothing_more_is_said_and_nothing_is_lost(course, pragma, message):
    wide = f"student-{'x' * 3000}"
    with NbgraderBook(course) as book:
        book.record("tiny", "ada", BOTH, None)
        before = everything(course)
        book._engine.dispose()
        event.listen(book._engine, "connect", lambda connection, _: connection.execute(f"PRAGMA {pragma}"))
        assert message in the_problem(book.record, "tiny", wide, BOTH, LATE)

    assert everything(course) == before


def test_a_gradebook_of_an_older_nbgrader_is_named_and_left_alone(course):
    with sqlite3.connect(course.root / "gradebook.db") as database:
        database.execute("ALTER TABLE student DROP COLUMN lms_user_id")
    before = everything(course)

    message = the_problem(NbgraderBook, course)

    assert "It is of an older nbgrader: it has no student.lms_user_id." in message
    assert "nbgrader db upgrade" in message
    assert the_problem(course.require, "tiny") == message
    assert everything(course) == before


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (None, "There is no gradebook here."),
        (b"", "The gradebook is empty."),
        (b"SQLite format 3\0" + b"x" * 5000, "It is damaged, or no gradebook."),
        (b"not a database at all " * 100, "It is damaged, or no gradebook."),
    ],
)
def test_what_is_no_gradebook_is_named_and_none_is_made(course, content, message):
    file = course.root / "gradebook.db"
    file.unlink()
    if content is not None:
        file.write_bytes(content)

    assert message in the_problem(NbgraderBook, course)
    assert "gradebook" in the_problem(course.require, "tiny")
    assert (file.read_bytes() if file.exists() else None) == content


def test_another_gradebook_can_be_named(course, tmp_path):
    shutil.copy(course.root / "gradebook.db", tmp_path / "other.db")
    before = everything(course)

    with NbgraderBook(course, db_url=f"sqlite:///{tmp_path / 'other.db'}") as book:
        book.record("tiny", "ada", BOTH, None)

    assert everything(course) == before
    with sqlite3.connect(tmp_path / "other.db") as database:
        assert database.execute("SELECT id FROM student").fetchall() == [("ada",)]


@pytest.mark.parametrize(
    ("db_url", "message"),
    [
        ("nonsense", "CourseDirectory.db_url is not the address of a database."),
        ("nosuch://somewhere/db", "CourseDirectory.db_url is not the address of a database."),
        ("mysql+pymysql://me:secret@localhost/db", "The Python package 'pymysql'"),
        ("postgresql+psycopg://me:secret@127.0.0.1:1/db", "The server that holds it does not answer."),
    ],
)
def test_an_address_that_leads_nowhere_is_said_without_its_password(course, db_url, message):
    said = the_problem(NbgraderBook, course, db_url=db_url, patience_s=2)

    assert message in said
    assert "secret" not in said
