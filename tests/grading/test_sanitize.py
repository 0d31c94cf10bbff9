"""What is left of a submission that nobody trusts, and what is said about it."""

from __future__ import annotations

import copy
import json

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output, new_raw_cell
from nbgrader.nbgraderformat import MetadataValidator

from casebook.grading.model import InstructorCell, InstructorNotebook
from casebook.grading.sanitize import Repair, sanitize

KERNEL = {"name": "python3", "display_name": "Python 3", "language": "python"}
TESTS = "assert total > 0\n### BEGIN HIDDEN TESTS\nassert total == 42\n### END HIDDEN TESTS"


def known(grade_id, cell_type, source, points=None, **marks):
    flags = (marks.get(mark, False) for mark in ("grade", "solution", "locked", "task"))
    return InstructorCell(grade_id, cell_type, source, points, *flags, "0" * 32, {"tags": [f"of-{grade_id}"]})


INSTRUCTOR = InstructorNotebook(
    "n",
    (
        known("load", "code", "numbers = [1, 2, 39]", locked=True),
        known("total", "code", "# YOUR CODE HERE", solution=True),
        known("total-check", "code", TESTS, 2.0, grade=True, locked=True),
        known("note", "markdown", "Read this.", locked=True),
        known("why", "markdown", "YOUR ANSWER HERE", 3.0, grade=True, solution=True),
        known("draw", "markdown", "Draw.", 1.0, task=True, locked=True),
        known("footer", "markdown", "The end.", locked=True),
    ),
    KERNEL,
)
IDS = [cell.grade_id for cell in INSTRUCTOR.cells]
HANDED_IN = {"total": "total = 42", "total-check": "assert total > 0", "why": "It adds up."}


@pytest.fixture
def instructor():
    return INSTRUCTOR


@pytest.fixture
def handed_in():
    """The released notebook with answers and cells of the student's own, as it is after running."""
    cells = []
    for cell in INSTRUCTOR.cells:
        marks = {mark: getattr(cell, mark) for mark in ("grade_id", "grade", "solution", "locked", "task", "cell_type")}
        marks |= {"schema_version": 3, "checksum": "1" * 32} | ({"points": 2} if cell.is_test else {})
        make = new_code_cell if cell.cell_type == "code" else new_markdown_cell
        source = HANDED_IN.get(cell.grade_id, cell.source)
        cells.append(make(source, id=cell.grade_id, metadata={"nbgrader": marks, **cell.metadata}))
    cells.insert(0, new_markdown_cell("# Counting", id="title"))
    cells.insert(2, new_code_cell("print(numbers)", id="look"))
    cells.insert(4, new_code_cell("scratch = 1", id="scratch"))
    cells.insert(5, new_markdown_cell("My note.", id="my-note"))
    for cell in cells:
        if cell.cell_type == "code":
            cell.update(execution_count=1, outputs=[new_output("stream", text="hello")])
    return new_notebook(cells=cells, metadata={"kernelspec": KERNEL, "language_info": {"name": "python"}})


def at(notebook, grade_id):
    return next(index for index, cell in enumerate(notebook.cells) if cell.id == grade_id)


def ids(notebook):
    return [cell.metadata["nbgrader"]["grade_id"] for cell in notebook.cells if "nbgrader" in cell.metadata]


def test_an_honest_notebook_has_its_tests_restored_its_outputs_cleared_and_nothing_to_repair(handed_in):
    found = sanitize(handed_in, INSTRUCTOR)

    assert found.repairs == ()
    assert [cell.id for cell in found.notebook.cells] == [cell.id for cell in handed_in.cells]
    changed = [
        new.id for new, old in zip(found.notebook.cells, handed_in.cells, strict=True) if new.source != old.source
    ]
    assert changed == ["total-check"]
    code = [cell for cell in found.notebook.cells if cell.cell_type == "code"]
    assert all((cell.outputs, cell.execution_count) == ([], None) for cell in code)


class TestRepairs:
    def repaired(self, notebook, instructor):
        found = sanitize(notebook, instructor)
        nbformat.validate(found.notebook)
        MetadataValidator().validate_nb(found.notebook)
        assert ids(found.notebook) == IDS
        return found.notebook, found.repairs

    def test_a_changed_test_gets_the_instructors_text_again(self, handed_in, instructor):
        handed_in.cells[at(handed_in, "total-check")].source = "pass"

        notebook, repairs = self.repaired(handed_in, instructor)

        assert notebook.cells[at(notebook, "total-check")].source == instructor.cell("total-check").source
        what = "The text of this locked cell was changed; the instructor's was put back."
        assert repairs == (Repair("total-check", what, serious=False),)

    def test_changed_marks_points_and_tags_are_the_instructors_again(self, handed_in, instructor):
        cell = handed_in.cells[at(handed_in, "total-check")]
        cell.metadata.nbgrader.update(points=100, grade=False, solution=True, locked=False)
        cell.metadata.tags = ["skip-execution"]
        cell.metadata.casebook = {"answers": []}

        notebook, repairs = self.repaired(handed_in, instructor)

        metadata = notebook.cells[at(notebook, "total-check")].metadata
        marks = {mark: metadata.nbgrader[mark] for mark in ("points", "grade", "solution", "locked")}
        assert marks == {"points": 2, "grade": True, "solution": False, "locked": True}
        assert metadata.tags == ["of-total-check"]
        assert "casebook" not in metadata
        what = "nbgrader's marks of this cell were changed (grade, solution, points); the instructor's were put back."
        assert repairs == (Repair("total-check", what, serious=False),)

    def test_of_a_cell_that_is_there_twice_the_last_counts_and_the_first_is_an_ordinary_cell(
        self, handed_in, instructor
    ):
        first = copy.deepcopy(handed_in.cells[at(handed_in, "total")])
        first.source = "total = 41"
        handed_in.cells.insert(0, first)

        notebook, repairs = self.repaired(handed_in, instructor)

        assert notebook.cells[0].source == "total = 41"
        assert "nbgrader" not in notebook.cells[0].metadata
        assert notebook.cells[at(notebook, "total")].source == "total = 42"
        assert repairs == (Repair("total", "This cell was there more than once; the last one counts.", serious=True),)

    def test_a_copied_test_is_named_but_no_work_is_lost_by_it(self, handed_in, instructor):
        handed_in.cells.append(copy.deepcopy(handed_in.cells[at(handed_in, "footer")]))

        _, repairs = self.repaired(handed_in, instructor)

        assert [(repair.grade_id, repair.serious) for repair in repairs] == [("footer", False)]

    def test_a_cell_whose_type_was_changed_has_its_own_type_again(self, handed_in, instructor):
        for grade_id, make in (("total", new_markdown_cell), ("why", new_code_cell), ("footer", new_raw_cell)):
            index = at(handed_in, grade_id)
            was = handed_in.cells[index]
            handed_in.cells[index] = make(was.source, id=grade_id, metadata=was.metadata)
        handed_in.cells[at(handed_in, "total")].attachments = {"a.png": {"image/png": "iVBORw0KGgo="}}

        notebook, repairs = self.repaired(handed_in, instructor)

        types = {grade_id: notebook.cells[at(notebook, grade_id)].cell_type for grade_id in ("total", "why", "footer")}
        assert types == {"total": "code", "why": "markdown", "footer": "markdown"}
        assert notebook.cells[at(notebook, "total")].source == "total = 42"
        assert repairs[0] == Repair(
            "total", "This code cell had become a markdown cell; it was changed back.", serious=False
        )

    def test_pictures_in_a_written_answer_stay(self, handed_in, instructor):
        picture = {"a.png": {"image/png": "iVBORw0KGgo="}}
        handed_in.cells[at(handed_in, "why")].attachments = picture

        notebook, _ = self.repaired(handed_in, instructor)

        assert notebook.cells[at(notebook, "why")].attachments == picture

    def test_an_unknown_id_is_named_and_its_cell_is_the_students_own(self, handed_in, instructor):
        cell = handed_in.cells[at(handed_in, "scratch")]
        cell.metadata.nbgrader = {"grade_id": "x" * 60, "solution": True, "schema_version": 3}

        notebook, repairs = self.repaired(handed_in, instructor)

        assert notebook.cells[at(notebook, "scratch")].metadata == {}
        what = f"A cell had the id '{'x' * 40}...', which is not in the instructor's notebook; it counts as the student's own."
        assert repairs == (Repair(None, what, serious=False),)

    def test_marks_that_mean_nothing_go_without_a_word(self, handed_in, instructor):
        # So nbgrader's toolbar leaves cells that were marked and are no longer.
        handed_in.cells[0].metadata.nbgrader = {
            "grade_id": "cell-1",
            "grade": False,
            "solution": False,
            "locked": False,
        }

        notebook, repairs = self.repaired(handed_in, instructor)

        assert notebook.cells[0].metadata == {}
        assert repairs == ()

    def test_the_students_own_cells_lose_tags_that_change_how_they_run_and_keep_others(self, handed_in, instructor):
        handed_in.cells[at(handed_in, "scratch")].metadata.tags = ["skip-execution", "mine", "raises-exception"]

        notebook, repairs = self.repaired(handed_in, instructor)

        assert notebook.cells[at(notebook, "scratch")].metadata.tags == ["mine"]
        what = (
            "A cell of the student's own had the tags skip-execution, raises-exception, which change how it runs; "
            "they were removed."
        )
        assert repairs == (Repair(None, what, serious=False),)

    def test_half_a_character_becomes_a_replacement_and_the_notebook_can_be_written(self, handed_in, instructor):
        handed_in.cells[at(handed_in, "total")].source = "total = '\ud800'"
        handed_in.cells[at(handed_in, "scratch")].source = "'\udfff'"

        notebook, repairs = self.repaired(handed_in, instructor)

        what = "This cell held half a character (a lone surrogate); U+FFFD stands in its place."
        assert repairs == (Repair("total", what, serious=True), Repair(None, what, serious=True))

        assert nbformat.writes(notebook).encode()
        assert notebook.cells[at(notebook, "total")].source == "total = '\ufffd'"

    def test_metadata_of_any_depth_is_cut_where_no_reader_stumbles(self, handed_in, instructor):
        deep = []
        for _ in range(400):
            deep = [deep]
        handed_in.cells[at(handed_in, "scratch")].metadata.deep = deep

        notebook, _ = self.repaired(handed_in, instructor)

        assert len(json.dumps(notebook.cells[at(notebook, "scratch")].metadata.deep)) < 50

    def test_the_kernel_is_the_instructors_and_nothing_else_is_taken_from_the_notebooks_metadata(
        self, handed_in, instructor
    ):
        handed_in.metadata.kernelspec = {"name": "mine", "display_name": "Mine"}
        handed_in.metadata.widgets = {"state": "<script>"}

        assert sanitize(handed_in, instructor).notebook.metadata == {"kernelspec": KERNEL}
        nameless = InstructorNotebook("n", instructor.cells)
        assert sanitize(handed_in, nameless).notebook.metadata == {}


class TestMissingCells:
    def without(self, notebook, *gone):
        notebook.cells = [cell for cell in notebook.cells if cell.id not in gone]
        return notebook

    def test_a_missing_test_comes_back_after_what_the_student_wrote_before_it(self, handed_in, instructor):
        found = sanitize(self.without(handed_in, "total-check"), instructor)

        assert ids(found.notebook) == IDS
        assert [cell.id for cell in found.notebook.cells[3:6]] == ["total", "scratch", handed_in.cells[5].id]
        assert found.notebook.cells[6].source == instructor.cell("total-check").source
        what = "This test cell was missing; it was put back in its place."
        assert found.repairs == (Repair("total-check", what, serious=False),)

    def test_a_missing_answer_comes_back_as_students_get_it_and_a_person_should_look(self, handed_in, instructor):
        found = sanitize(self.without(handed_in, "total"), instructor)

        notebook = found.notebook
        assert notebook.cells[at(notebook, "total")].source == "# YOUR CODE HERE"
        what = "This answer cell was missing; it was put back in its place, as students get it."
        assert found.repairs == (Repair("total", what, serious=True),)

    def test_a_missing_given_cell_comes_back_before_cells_that_may_use_it(self, handed_in, instructor):
        notebook = sanitize(self.without(handed_in, "load"), instructor).notebook

        assert [cell.id for cell in notebook.cells[:3]] == ["load", "title", "look"]

    def test_an_empty_notebook_gets_every_cell_back(self, instructor):
        found = sanitize(new_notebook(), instructor)

        assert ids(found.notebook) == [cell.id for cell in found.notebook.cells] == IDS
        assert [repair.grade_id for repair in found.repairs] == IDS
        assert [repair.grade_id for repair in found.repairs if repair.serious] == ["total", "why"]
        nbformat.validate(found.notebook)


class TestOrder:
    def test_cells_in_another_order_go_back_and_take_the_students_own_along(self, handed_in, instructor):
        moved = [handed_in.cells.pop(at(handed_in, grade_id)) for grade_id in ("total", "scratch")]
        handed_in.cells += moved

        found = sanitize(handed_in, instructor)

        names = [cell.id for cell in found.notebook.cells]
        assert names[:7] == ["title", "load", "look", "my-note", "total", "scratch", "total-check"]
        assert ids(found.notebook) == IDS
        what = (
            "The cells stood in another order ('total-check' before 'total'); they are in the instructor's order again."
        )
        assert found.repairs == (Repair(None, what, serious=True),)
