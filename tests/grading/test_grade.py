"""Grading by the engine: what each submission scores, and what happens the second time."""

from __future__ import annotations

import hashlib
import json
import shutil

import pytest

from casebook.errors import CasebookError
from casebook.exercises.course_directory import CourseDirectory
from casebook.grading.grade import Options, grade, submissions
from casebook.grading.graded import Status
from casebook.lms.csv_export import rows

SOLVED_CELL = "parcels_in_all = sum(parcels.values())"
BROKEN = b'{"cells": [{"cell_type": "code", "sour'

FRESH = Options(fresh=True)

pytestmark = pytest.mark.slow


def of(course, student):
    return next(line for line in course.lines if line["student"] == student)


class TestFirstRun:
    def test_each_submission_gets_one_line_with_the_keys_of_the_contract(self, graded):
        assert sorted(line["student"] for line in graded.lines) == ["blank", "broken", "half", "right", "wrong"]
        keys = {"student", "assignment", "status", "score", "max_score", "reason", "seconds"}
        assert all(set(line) == keys and line["assignment"] == "tiny" for line in graded.lines)
        assert all(line["seconds"] >= 0 for line in graded.lines)

    @pytest.mark.parametrize(("student", "score"), [("right", 4), ("wrong", 2), ("blank", 0), ("half", 3)])
    def test_the_score_is_what_the_answers_earn(self, graded, student, score):
        line = of(graded, student)

        assert (line["status"], line["score"], line["max_score"], line["reason"]) == ("graded", score, 6, "")

    def test_one_broken_submission_stops_no_other_and_ends_the_run_with_exit_code_1(self, graded):
        line = of(graded, "broken")

        assert (line["status"], line["score"], line["max_score"]) == ("needs_attention", None, None)
        assert "submitted/broken/tiny/counting.ipynb:1: Not a notebook: " in line["reason"]
        assert "Mend: ask for the notebook as JupyterLab saves it" in line["reason"]
        assert "\n" not in line["reason"]
        assert graded.exit_code == 1

    def test_what_was_handed_in_is_not_changed(self, graded):
        assert graded.notebook("broken").read_bytes() == BROKEN
        assert SOLVED_CELL in graded.notebook("right").read_text()
        assert '"outputs": []' in graded.notebook("right").read_text()
        files = sorted(path.name for path in (graded.root / "submitted").rglob("*") if path.is_file())
        assert files == ["arguing.ipynb"] * 4 + ["counting.ipynb"] * 5

    def test_nbgraders_own_gradebook_reads_the_scores(self, graded):
        from nbgrader.api import Gradebook

        with Gradebook(f"sqlite:///{graded.root / 'gradebook.db'}") as gradebook:
            right = gradebook.find_submission("tiny", "right")
            assert (right.score, right.max_score, right.needs_manual_grade) == (4, 6, True)
            counting = gradebook.find_submission_notebook("counting", "tiny", "wrong")
            assert {grade.name: grade.auto_score for grade in counting.grades} == {
                "parcels-in-all-check": 0,
                "busiest-year-check": 1,
            }
            blank = gradebook.find_submission("tiny", "blank")
            assert (blank.score, blank.needs_manual_grade) == (0, False)

    def test_the_score_of_each_cell_can_be_asked_and_unmarked_ones_have_none(self, graded):
        scores = {score.grade_id: score for score in graded.directory.cell_scores("tiny", "right")}

        assert scores["argument"].earned is None
        assert scores["argument"].points_possible == 2
        assert (scores["sure-check"].earned, scores["sure-check"].notebook) == (1, "arguing")


class TestSecondRun:
    def test_what_changed_is_graded_again_and_what_did_not_is_not(self, course, run_casebook):
        broken_now = course.notebook("right")
        broken_now.write_bytes(BROKEN)
        course.notebook("wrong").write_text(
            course.notebook("wrong").read_text().replace("parcels_in_all = len(parcels)", SOLVED_CELL)
        )
        before = {path: path.stat().st_mtime_ns for path in (course.root / "autograded" / "blank").rglob("*")}

        result = run_casebook("grade", "tiny", "--course", course.root, "--json", cwd=course.root)

        lines = {line["student"]: line for line in map(json.loads, result.stdout.splitlines())}
        assert {student: (line["status"], line["score"]) for student, line in lines.items()} == {
            "blank": ("unchanged", 0),
            "broken": ("needs_attention", None),
            "half": ("unchanged", 3),
            "right": ("needs_attention", None),
            "wrong": ("graded", 4),
        }
        assert {path: path.stat().st_mtime_ns for path in before} == before
        # The marks of the version that the student took back are no longer given out.
        exported = {row.student: (row.score, str(row.status)) for row in rows(course.directory, "tiny")}
        assert exported["right"] == (None, "needs_attention")
        assert exported["wrong"] == (4, "needs_manual_grade")

    def test_fresh_grades_one_that_did_not_change(self, course):
        (half,) = grade(course.directory, "tiny", ["half"], FRESH)

        assert (half.status, half.score) == (Status.GRADED, 3)

    def test_a_submission_that_the_gradebook_has_lost_is_graded_again(self, course):
        from nbgrader.api import Gradebook

        with Gradebook(f"sqlite:///{course.root / 'gradebook.db'}") as gradebook:
            gradebook.remove_submission("tiny", "half")

        (half,) = grade(course.directory, "tiny", ["half"])

        assert (half.status, half.score) == (Status.GRADED, 3)

    def test_a_test_that_changed_grades_again_what_was_handed_in_before(self, course):
        source = course.directory.source("tiny") / "counting.ipynb"
        source.write_text(source.read_text().replace("parcels_in_all == 44", "parcels_in_all == 3"))
        assert course.directory.generate("tiny").success

        (half,) = grade(course.directory, "tiny", ["half"])

        assert (half.status, half.score) == (Status.GRADED, 1)

    def test_a_submission_with_a_file_that_cannot_be_read_goes_to_a_person(self, course):
        # Nobody can read this one, not even root.
        course.notebook("blank").with_name("memory").symlink_to("/proc/self/mem")

        blank, half = sorted(grade(course.directory, "tiny", ["blank", "half"]), key=lambda graded: graded.student)

        assert (blank.status, blank.score) == (Status.NEEDS_ATTENTION, None)
        assert "submitted/blank/tiny: A file in it cannot be read: " in blank.reason
        assert half.status is Status.UNCHANGED

    def test_half_a_letter_in_an_answer_costs_that_letter_and_nothing_else(self, course):
        # Sound JSON that cannot be written as UTF-8; nbgrader stops at it.
        notebook = course.notebook("half")
        notebook.write_text(notebook.read_text().replace("busiest_year = 2015", r"busiest_year = 2015 # \ud83d"))

        (half,) = grade(course.directory, "tiny", ["half"])

        assert (half.status, half.score) == (Status.GRADED, 3)
        graded = course.directory.autograded("half", "tiny") / "counting.ipynb"
        assert "busiest_year = 2015 # \ufffd" in graded.read_text(encoding="utf-8")

    def test_the_handed_in_bytes_stay_as_they_were_through_all_of_it(self, course):
        def digests():
            files = sorted(path for path in (course.root / "submitted").rglob("*") if path.is_file())
            return [hashlib.sha256(file.read_bytes()).hexdigest() for file in files]

        before = digests()
        list(grade(course.directory, "tiny", ["half", "broken"], FRESH))

        assert digests() == before


class TestWhoIsGraded:
    def test_all_who_handed_in_or_those_named(self, graded):
        assert submissions(graded.directory, "tiny") == ["blank", "broken", "half", "right", "wrong"]
        assert submissions(graded.directory, "tiny", ["wrong", "blank"]) == ["wrong", "blank"]

    def test_a_pattern_names_all_whose_ids_match_it(self, graded):
        assert submissions(graded.directory, "tiny", ["b*", "right"]) == ["blank", "broken", "right"]

    def test_a_student_who_did_not_hand_in_is_named_with_the_likeliest_one_who_did(self, graded):
        with pytest.raises(CasebookError, match="There is no submission of 'tiny' by 'wrnog'") as caught:
            submissions(graded.directory, "tiny", ["right", "wrnog"])

        assert caught.value.problems[0].mend == "did you mean 'wrong'?"
        assert caught.value.problems[0].where.file == graded.directory.submitted("wrnog", "tiny")

    def test_an_assignment_that_was_not_released_is_named_with_how_to_release_it(self, graded):
        with pytest.raises(CasebookError, match="does not know the assignment 'tinny'") as caught:
            submissions(graded.directory, "tinny")

        assert caught.value.problems[0].mend.startswith("release it first: casebook exercises release tinny")

    def test_where_nobody_handed_in_the_message_says_where_to_put_submissions(self, course):
        shutil.rmtree(course.root / "submitted")

        with pytest.raises(CasebookError, match="Nobody has handed in 'tiny' here") as caught:
            submissions(course.directory, "tiny")

        assert caught.value.problems[0].mend == "put each submission into submitted/<student>/tiny/."

    def test_a_folder_that_is_no_course_or_not_there_is_named_and_not_made(self, tmp_path):
        with pytest.raises(CasebookError, match="no such course directory"):
            submissions(CourseDirectory(tmp_path / "nowhere"), "tiny")
        with pytest.raises(CasebookError, match="does not know the assignment"):
            submissions(CourseDirectory(tmp_path), "tiny")
        assert list(tmp_path.iterdir()) == []
