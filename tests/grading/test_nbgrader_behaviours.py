"""What ``nbgrader autograde`` is known to do, one by one: points, notebooks, students and marks given by hand."""

from __future__ import annotations

import shutil

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell

from casebook.errors import CasebookError
from casebook.grading.grade import submissions
from casebook.grading.graded import Status

pytestmark = pytest.mark.slow

ALL_WORK = {
    "count-check": 2,
    "part-check": 3,
    "sketch": None,
    "why": None,
    "interview": None,
    "share-check": 2,
}


def change_source(course, grade_id, *, source=None, points=None):
    file = course.directory.source("week") / "first.ipynb"
    notebook = nbformat.read(file, as_version=4)
    (cell,) = (cell for cell in notebook.cells if cell.id == grade_id)
    cell.source = source or cell.source
    if points is not None:
        cell.metadata.nbgrader.points = points
    nbformat.write(notebook, file)


class TestPoints:
    def test_each_kind_of_cell_gets_its_points_and_what_a_person_marks_waits(self, week, work):
        week.hand_in("ada", work)

        graded = week.grade()["ada"]

        assert (graded.status, graded.score, graded.max_score, graded.reason) == (Status.GRADED, 7, 16, "")
        assert week.points("ada") == ALL_WORK
        with week.gradebook() as gradebook:
            assert gradebook.find_submission_notebook("first", "week", "ada").needs_manual_grade
            assert not gradebook.find_submission_notebook("second", "week", "ada").needs_manual_grade

    def test_answers_as_handed_out_earn_nothing_ask_nobody_and_say_no_response(self, week, work):
        week.hand_in("blank", {})
        week.hand_in("ada", work)

        graded = week.grade()

        assert graded["blank"].score == 0
        assert week.points("blank") == {**dict.fromkeys(ALL_WORK, 0), "interview": None}
        with week.gradebook() as gradebook:
            for student, said in (("blank", "No response."), ("ada", None)):
                comments = [
                    gradebook.find_comment(cell, "first", "week", student) for cell in ("count", "sketch", "why")
                ]
                assert [comment.comment for comment in comments] == [said] * 3
            # What is done elsewhere is asked for, whatever the text says.
            assert gradebook.find_grade("interview", "first", "week", "blank").needs_manual_grade
            assert not gradebook.find_grade("why", "first", "week", "blank").needs_manual_grade
            assert gradebook.find_comment("interview", "first", "week", "blank").comment is None

    def test_the_value_of_a_tests_last_line_is_its_points_and_any_other_value_is_full_points(self, week, work):
        values = {"zero": "0", "some": "1.25", "text": "'fine'", "true": "True", "nothing": "None", "raises": "1 / 0"}
        for student, value in values.items():
            week.hand_in(student, work | {"part": f"part = {value}"}, ["first"])

        week.grade()

        found = {student: week.points(student)["part-check"] for student in values}
        assert found == {"zero": 0, "some": 1.25, "text": 3, "true": 3, "nothing": 3, "raises": 0}

    @pytest.mark.parametrize("value", ["3.5", "-1", "float('nan')", "float('inf')"])
    def test_points_that_cannot_be_go_to_a_person_and_the_rest_of_the_class_is_graded(self, week, work, value):
        # nbgrader gives full points for a negative number and for what is no number.
        week.hand_in("ada", work)
        week.hand_in("odd", work | {"part": f"part = {value}"})

        graded = week.grade()

        assert (graded["odd"].status, graded["ada"].score) == (Status.NEEDS_ATTENTION, 7)
        assert "'part-check'" in graded["odd"].reason
        assert "\n" not in graded["odd"].reason
        with week.gradebook() as gradebook:
            assert [each.student.id for each in gradebook.find_assignment("week").submissions] == ["ada"]

    def test_hidden_tests_decide_and_stand_in_the_graded_copy(self, week, work):
        week.hand_in("ada", work | {"count": "count = 4"})

        week.grade()

        assert week.points("ada")["count-check"] == 0
        check = next(cell for cell in week.graded_notebook("ada", "first").cells if cell.id == "count-check")
        assert "### BEGIN HIDDEN TESTS\nassert count == 3" in check.source
        assert "HIDDEN" not in (week.folder("ada") / "first.ipynb").read_text()

    def test_a_cell_that_fails_stops_none_after_it(self, week, work):
        week.hand_in("ada", work | {"count": "1 / 0"})

        week.grade()

        assert week.points("ada") == ALL_WORK | {"count-check": 0}
        (error,) = week.outputs("ada", "first")["count"]
        assert (error.output_type, error.ename) == ("error", "ZeroDivisionError")

    def test_outputs_that_were_handed_in_count_for_nothing(self, week, work):
        def invent(notebook):
            for cell in notebook.cells:
                if cell.cell_type == "code":
                    cell.execution_count = 7
                    cell.outputs = [nbformat.v4.new_output("stream", text="invented")]

        week.hand_in("ada", work | {"count": "count = 0"}, change=invent)

        week.grade()

        assert week.points("ada") == ALL_WORK | {"count-check": 0}
        assert "invented" not in str(week.graded_notebook("ada", "first"))

    def test_notebooks_can_tell_that_they_are_being_graded(self, week, work):
        # Instructors skip slow cells so; NBGRADER_VALIDATING is for `nbgrader validate` only.
        text = "import os\npart = 3 * (os.environ['NBGRADER_EXECUTION'] == 'autograde') - ('NBGRADER_VALIDATING' in os.environ)"
        week.hand_in("ada", work | {"part": text})

        week.grade()

        assert week.points("ada")["part-check"] == 3


class TestNotebooks:
    def test_a_missing_notebook_scores_nothing_and_nobody_is_asked_to_mark_it(self, week, work):
        week.hand_in("ada", work, ["second"])

        assert week.grade()["ada"].score == 2

        assert week.points("ada") == {**dict.fromkeys(ALL_WORK, 0), "share-check": 2}
        with week.gradebook() as gradebook:
            assert not gradebook.find_submission("week", "ada").needs_manual_grade
        assert not (week.directory.autograded("ada", "week") / "first.ipynb").exists()

    def test_a_notebook_that_comes_in_later_is_graded_and_its_task_asked_for(self, week, work):
        week.hand_in("ada", work, ["second"])
        week.grade()
        week.hand_in("ada", work)

        assert week.grade()["ada"].score == 7

        assert week.points("ada") == ALL_WORK
        with week.gradebook() as gradebook:
            # nbgrader leaves the 0 of the missing notebook's task, and asks nobody.
            assert gradebook.find_grade("interview", "first", "week", "ada").needs_manual_grade

    def test_notebooks_that_are_not_the_assignments_are_passed_over(self, week, work):
        folder = week.hand_in("ada", work)
        (folder / "first copy.ipynb").write_bytes((folder / "first.ipynb").read_bytes())
        (folder / "mine.ipynb").write_text("not even a notebook")

        assert week.grade()["ada"].score == 7

        graded = week.directory.autograded("ada", "week")
        assert sorted(file.name for file in graded.glob("*.ipynb")) == ["first.ipynb", "second.ipynb"]

    def test_two_students_who_hand_in_the_same_file_each_get_its_marks(self, week, work):
        for student in ("ada", "ben"):
            week.hand_in(student, work)

        graded = week.grade(workers=2)

        assert [graded[student].score for student in ("ada", "ben")] == [7, 7]
        assert week.points("ada") == week.points("ben") == ALL_WORK
        notebooks = [week.graded_notebook(student, "first") for student in ("ada", "ben")]
        assert notebooks[0] == notebooks[1]

    def test_notebooks_of_one_name_in_two_assignments_keep_apart(self, week, work, cells):
        week.write_source(
            "later", {"first": [cells.answer("count", "count = 1"), cells.test("count-check", 5, "count")]}
        )
        week.release("later")
        week.hand_in("ada", work)
        week.hand_in("ada", {"count": "count = 4"}, ["first"], assignment="later")

        assert week.grade()["ada"].score == 7
        assert week.grade(assignment="later")["ada"].score == 4
        assert week.points("ada")["count-check"] == 2
        assert week.points("ada", "later") == {"count-check": 4}

    def test_the_kernel_is_the_instructors_whatever_the_submission_says(self, week, work):
        def other(notebook):
            notebook.metadata["kernelspec"] = {"name": "cobol", "display_name": "COBOL"}

        week.hand_in("ada", work, change=other)

        assert week.grade()["ada"].score == 7
        assert week.graded_notebook("ada", "first").metadata.kernelspec.name == "python3"

    @pytest.mark.parametrize("metadata", [{}, {"kernelspec": {"name": "python", "display_name": "Python"}}])
    def test_a_source_that_names_no_kernel_or_plain_python_runs_in_this_python(self, week, cells, metadata):
        week.write_source(
            "bare", {"one": [cells.answer("it", "it = 1"), cells.test("it-check", 1, "assert it == 1")]}, metadata
        )
        week.release("bare")
        week.hand_in("ada", {"it": "it = 1"}, ["one"], assignment="bare")

        assert week.grade(assignment="bare")["ada"].score == 1

    def test_a_kernel_that_is_not_here_ends_the_run_with_one_line_that_names_it(self, week, cells):
        metadata = {"kernelspec": {"name": "cobol", "display_name": "COBOL", "language": "python"}}
        week.write_source("old", {"one": [cells.answer("it", "it = 1"), cells.test("it-check", 1, "it")]}, metadata)
        week.release("old")
        week.hand_in("ada", {"it": "it = 1"}, ["one"], assignment="old")

        with pytest.raises(CasebookError, match="needs the kernel 'cobol', which is not installed here") as caught:
            week.grade(assignment="old")

        assert "jupyter kernelspec list" in caught.value.problems[0].mend
        assert not week.directory.autograded("ada", "old").exists()

    def test_released_afresh_the_new_tests_and_points_are_those_that_count(self, week, work):
        week.hand_in("ada", work)
        week.grade()
        change_source(week, "count-check", source="assert count == 4")
        change_source(week, "part-check", points=6)
        week.release()

        graded = week.grade()["ada"]

        assert (graded.status, graded.score, graded.max_score) == (Status.GRADED, 5, 19)
        assert week.points("ada") == ALL_WORK | {"count-check": 0}

    def test_a_test_that_was_released_after_the_student_fetched_is_put_into_its_place(self, week, work, cells):
        week.hand_in("ada", work)
        file = week.directory.source("week") / "first.ipynb"
        source = nbformat.read(file, as_version=4)
        source.cells = [cell for cell in source.cells if cell.id != "why"]
        source.cells.insert(5, cells.test("new-check", 4, "assert part == 3"))
        nbformat.write(source, file)
        week.release()

        graded = week.grade()["ada"]

        # nbgrader would leave the new test without marks, unless add_missing_cells is set.
        assert (graded.status, graded.score, graded.max_score) == (Status.GRADED, 11, 18)
        assert week.points("ada")["new-check"] == 4
        known = [
            cell.metadata.nbgrader for cell in week.graded_notebook("ada", "first").cells if "nbgrader" in cell.metadata
        ]
        order = [marks.grade_id for marks in known]
        assert order == ["load", "count", "count-check", "part", "part-check", "new-check", "sketch", "interview"]

    def test_cells_of_the_students_own_run_where_they_stand_and_stay(self, week, work):
        def add(notebook):
            notebook.cells.insert(1, new_code_cell("three = len(rows)"))
            notebook.cells.insert(2, new_markdown_cell("My notes"))

        week.hand_in("ada", work | {"count": "count = three"}, ["first"], change=add)

        assert week.grade()["ada"].score == 5
        sources = [cell.source for cell in week.graded_notebook("ada", "first").cells]
        assert sources[1:4] == ["three = len(rows)", "My notes", "count = three"]


class TestWhoIsGraded:
    def test_a_student_whom_the_gradebook_does_not_know_is_entered(self, week, work):
        week.hand_in("new", work)

        assert week.grade()["new"].score == 7
        with week.gradebook() as gradebook:
            assert [student.id for student in gradebook.students] == ["new"]

    def test_where_the_course_forbids_it_that_student_goes_to_a_person_and_the_others_are_graded(self, week, work):
        week.configure("c.Autograde.create_student = False")
        with week.gradebook() as gradebook:
            gradebook.add_student("ada", first_name="Ada")
        for student in ("ada", "new"):
            week.hand_in(student, work)

        graded = week.grade()

        assert graded["ada"].score == 7
        assert graded["new"].status is Status.NEEDS_ATTENTION
        assert "create_student forbids" in graded["new"].reason
        assert "nbgrader db student add new" in graded["new"].reason
        with week.gradebook() as gradebook:
            (ada,) = gradebook.students
            assert (ada.id, ada.first_name) == ("ada", "Ada")

    def test_students_whom_the_settings_leave_out_are_left_alone(self, week, work):
        week.configure("c.CourseDirectory.student_id_exclude = 'ben,cleo'")
        for student in ("ada", "ben", "cleo"):
            week.hand_in(student, work)

        assert list(week.grade()) == ["ada"]
        assert submissions(week.directory, "week", ["*"]) == ["ada"]
        assert not week.directory.autograded("ben", "week").exists()
        with week.gradebook() as gradebook:
            assert [student.id for student in gradebook.students] == ["ada"]

    def test_a_student_who_is_left_out_is_said_to_be_so_when_asked_for(self, week, work):
        week.configure("c.CourseDirectory.student_id_exclude = 'ben'")
        week.hand_in("ada", work)
        week.hand_in("ben", work)

        with pytest.raises(CasebookError, match="'ben' is left out of grading") as caught:
            submissions(week.directory, "week", ["ben"])

        assert "student_id_exclude" in caught.value.problems[0].mend

    def test_a_pattern_names_students_as_for_nbgrader(self, week, work):
        for student in ("s1", "s12", "t1"):
            week.hand_in(student, work)

        assert sorted(week.grade("s*")) == ["s1", "s12"]
        assert sorted(week.grade("?1")) == ["s1", "t1"]

    def test_an_assignment_that_was_never_released_is_refused_before_anything_runs(self, week):
        folder = week.root / "submitted" / "ada" / "other"
        folder.mkdir(parents=True)

        with pytest.raises(CasebookError, match="does not know the assignment 'other'"):
            week.grade(assignment="other")

    def test_a_class_that_nobody_of_handed_in_is_said_to_be_so(self, week):
        with pytest.raises(CasebookError, match="Nobody has handed in 'week' here"):
            week.grade()

    def test_an_empty_folder_goes_to_a_person_and_the_others_are_graded(self, week, work):
        # nbgrader passes over it, and only its log says so.
        week.folder("ben").mkdir(parents=True)
        week.hand_in("ada", work)

        graded = week.grade()

        assert graded["ada"].score == 7
        assert "No notebook of the assignment is here: the folder is empty" in graded["ben"].reason
        assert not week.directory.autograded("ben", "week").exists()


class TestAgain:
    def test_what_is_graded_and_has_not_changed_is_passed_over_unless_asked_for(self, week, work):
        week.hand_in("ada", work)
        week.grade()
        left = week.directory.autograded("ada", "week") / "data" / "deep" / "rows.txt"
        left.unlink()

        assert week.grade()["ada"].status is Status.UNCHANGED
        assert not left.exists()
        assert week.grade(fresh=True)["ada"].status is Status.GRADED
        assert left.exists()

    def test_graded_work_that_somebody_removed_is_made_again(self, week, work):
        week.hand_in("ada", work)
        week.grade()
        shutil.rmtree(week.directory.autograded("ada", "week"))

        assert week.grade()["ada"].status is Status.GRADED
        assert (week.directory.autograded("ada", "week") / "first.ipynb").is_file()

    def test_a_file_that_the_student_took_back_is_gone_from_the_graded_work(self, week, work):
        folder = week.hand_in("ada", work, files={"notes.txt": "x"})
        week.grade()
        (folder / "notes.txt").unlink()

        assert week.grade()["ada"].status is Status.GRADED
        assert not (week.directory.autograded("ada", "week") / "notes.txt").exists()

    def test_marks_comments_and_extra_credit_that_a_person_gave_survive_a_regrade(self, week, work):
        week.hand_in("ada", work)
        week.grade()
        with week.gradebook() as gradebook:
            why = gradebook.find_grade("why", "first", "week", "ada")
            why.manual_score, why.extra_credit, why.needs_manual_grade = 1.5, 0.5, False
            gradebook.find_grade("count-check", "first", "week", "ada").manual_score = 1
            gradebook.find_comment("why", "first", "week", "ada").manual_comment = "Say more."
        week.hand_in("ada", work | {"why": "Because of postage.", "part": "part = 1"})

        graded = week.grade()["ada"]

        assert graded.score == 1 + 1 + 1.5 + 0.5 + 2
        with week.gradebook() as gradebook:
            why = gradebook.find_grade("why", "first", "week", "ada")
            # A person looks again at what a person has marked before.
            assert (why.manual_score, why.extra_credit, why.needs_manual_grade) == (1.5, 0.5, True)
            assert gradebook.find_grade("count-check", "first", "week", "ada").needs_manual_grade
            assert gradebook.find_comment("why", "first", "week", "ada").comment == "Say more."

    def test_what_is_marked_by_hand_afterwards_adds_up_as_usual(self, week, work):
        week.hand_in("ada", work)
        week.grade()

        with week.gradebook() as gradebook:
            for cell, points in (("sketch", 3), ("why", 2), ("interview", 4)):
                grade = gradebook.find_grade(cell, "first", "week", "ada")
                grade.manual_score, grade.needs_manual_grade = points, False
            gradebook.db.commit()
            submission = gradebook.find_submission("week", "ada")
            assert (submission.score, submission.max_score, submission.needs_manual_grade) == (16, 16, False)
            assert gradebook.average_assignment_score("week") == 16
