"""What is left of a submission that nobody trusts; nbgrader itself is the judge of honest ones."""

from __future__ import annotations

import copy
import json
import os
import sysconfig

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_raw_cell
from nbgrader import preprocessors
from nbgrader.api import Gradebook
from nbgrader.nbgraderformat import MetadataValidator
from nbgrader.utils import compute_checksum

from casebook.grading.model import InstructorCell, InstructorNotebook
from casebook.grading.sanitize import Repair, sanitize

KERNEL = {"name": "python3", "display_name": "Python 3", "language": "python"}
GENERATE = ("LockCells", "ClearSolutions", "ComputeChecksums", "SaveCells", "ClearHiddenTests", "ClearMarkScheme")
SANITIZE = ("ClearOutput", "DeduplicateIds", "OverwriteKernelspec", "OverwriteCells", "CheckCellMetadata")

# Its judge is nbgrader with a gradebook, which takes seconds to make.
pytestmark = pytest.mark.slow


def marked(make, grade_id, source, **marks):
    flags = {"grade": False, "solution": False, "locked": False, "task": False}
    metadata = {"nbgrader": {"schema_version": 3, "grade_id": grade_id, **flags, **marks}, "tags": [f"of-{grade_id}"]}
    return make(source, id=grade_id, metadata=metadata)


SOURCE = new_notebook(
    metadata={"kernelspec": KERNEL},
    cells=[
        new_markdown_cell("# Counting", id="title"),
        marked(new_code_cell, "load", "numbers = [1, 2, 39]", locked=True),
        new_code_cell("print(numbers)", id="look", metadata={"tags": ["hide-input"]}),
        marked(new_code_cell, "total", "### BEGIN SOLUTION\ntotal = sum(numbers)\n### END SOLUTION", solution=True),
        marked(
            new_code_cell,
            "total-check",
            "assert total > 0\n### BEGIN HIDDEN TESTS\nassert total == 42\n### END HIDDEN TESTS",
            grade=True,
            locked=True,
            points=2,
        ),
        marked(new_markdown_cell, "note", "Read this.", locked=True),
        marked(
            new_markdown_cell,
            "why",
            "Why?\n### BEGIN SOLUTION\nBecause.\n### END SOLUTION",
            grade=True,
            solution=True,
            points=3,
        ),
        marked(
            new_markdown_cell,
            "draw",
            "Draw.\n=== BEGIN MARK SCHEME ===\nA line.\n=== END MARK SCHEME ===",
            task=True,
            locked=True,
            points=1,
        ),
        marked(new_markdown_cell, "footer", "The end.", locked=True),
    ],
)
IDS = ["load", "total", "total-check", "note", "why", "draw", "footer"]
ANSWERS = {"total": "total = 42", "why": "It adds up."}


class Nbgrader:
    """nbgrader itself, with the assignment in its gradebook."""

    def __init__(self, file):
        self.url = f"sqlite:///{file}"
        with Gradebook(self.url) as gradebook:
            gradebook.add_assignment("a")
        self.release = self.run(GENERATE, SOURCE)
        tags = {cell.id: {"tags": cell.metadata.tags} for cell in SOURCE.cells if "nbgrader" in cell.metadata}
        with Gradebook(self.url) as gradebook:
            found = gradebook.find_notebook("n", "a")
            marks = {
                cell.metadata.nbgrader.grade_id: cell.metadata.nbgrader
                for cell in self.release.cells[1:]
                if "nbgrader" in cell.metadata
            }
            self.instructor = InstructorNotebook(
                "n",
                tuple(
                    InstructorCell(
                        cell.name,
                        cell.cell_type,
                        cell.source,
                        marks[cell.name].get("points"),
                        marks[cell.name]["grade"],
                        marks[cell.name]["solution"],
                        cell.locked,
                        marks[cell.name]["task"],
                        cell.checksum,
                        tags[cell.name],
                    )
                    for cell in found.source_cells
                ),
                json.loads(found.kernelspec),
            )

    def run(self, names, notebook):
        resources = {"nbgrader": {"notebook": "n", "assignment": "a", "student": "s", "db_url": self.url}}
        notebook = copy.deepcopy(notebook)
        for name in names:
            notebook, resources = getattr(preprocessors, name)().preprocess(notebook, resources)
        return notebook


@pytest.fixture(scope="module")
def nbgrader(tmp_path_factory):
    with pytest.MonkeyPatch.context() as patch:
        # nbgrader calls alembic by its bare name.
        patch.setenv("PATH", sysconfig.get_path("scripts"), prepend=os.pathsep)
        return Nbgrader(tmp_path_factory.mktemp("gradebook") / "gradebook.db")


@pytest.fixture(scope="module")
def instructor(nbgrader):
    return nbgrader.instructor


@pytest.fixture
def handed_in(nbgrader):
    """The released notebook with answers, as a student hands it in after running it."""
    notebook = copy.deepcopy(nbgrader.release)
    notebook.metadata.language_info = {"name": "python"}
    for cell in notebook.cells:
        cell.source = ANSWERS.get(cell.id, cell.source)
        if cell.cell_type == "code":
            cell.execution_count = 1
            cell.outputs = [nbformat.v4.new_output("stream", text="hello")]
            cell.metadata.collapsed = False
    notebook.cells.insert(4, new_code_cell("scratch = 1", id="scratch"))
    notebook.cells.insert(6, new_markdown_cell("My note."))
    return notebook


def at(notebook, grade_id):
    return next(index for index, cell in enumerate(notebook.cells) if cell.id == grade_id)


def ids(notebook):
    return [cell.metadata["nbgrader"]["grade_id"] for cell in notebook.cells if "nbgrader" in cell.metadata]


def sources(notebook):
    return [cell.source for cell in notebook.cells]


class TestHonestNotebooks:
    def test_an_honest_notebook_becomes_what_nbgrader_makes_of_it(self, nbgrader, handed_in):
        ours = sanitize(handed_in, nbgrader.instructor)
        theirs = nbgrader.run(SANITIZE, handed_in)

        assert ours.notebook.cells == theirs.cells
        assert ours.notebook.metadata.kernelspec == theirs.metadata.kernelspec
        assert ours.repairs == ()

    def test_an_untouched_release_keeps_its_texts_and_order_but_has_its_hidden_parts_again(self, nbgrader):
        found = sanitize(nbgrader.release, nbgrader.instructor)

        pairs = zip(found.notebook.cells, nbgrader.release.cells, strict=True)
        assert [cell.id for cell, released in pairs if cell.source != released.source] == ["total-check", "draw"]
        assert "assert total == 42" in found.notebook.cells[at(found.notebook, "total-check")].source
        assert found.notebook.cells == nbgrader.run(SANITIZE, nbgrader.release).cells
        assert found.repairs == ()

    def test_nbgraders_checksum_still_tells_whether_an_answer_was_touched(self, nbgrader, handed_in):
        handed_in.cells[at(handed_in, "why")].source = nbgrader.release.cells[at(nbgrader.release, "why")].source

        notebook = sanitize(handed_in, nbgrader.instructor).notebook

        untouched = {
            cell.id: compute_checksum(cell) == cell.metadata.nbgrader.checksum
            for cell in notebook.cells
            if "nbgrader" in cell.metadata
        }
        assert untouched == dict.fromkeys(IDS, True) | {"total": False}

    def test_an_older_notebook_without_cell_ids_gets_some(self, nbgrader, handed_in):
        handed_in.nbformat_minor = 4
        for cell in handed_in.cells:
            del cell["id"]

        notebook = sanitize(handed_in, nbgrader.instructor).notebook

        nbformat.validate(notebook)
        assert [cell.id for cell in notebook.cells if "nbgrader" in cell.metadata] == IDS
        assert [cell.id for cell in notebook.cells][:3] == ["cell-1", "load", "cell-2"]


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
        self, nbgrader, handed_in, instructor
    ):
        first = copy.deepcopy(handed_in.cells[at(handed_in, "total")])
        first.source = "total = 41"
        handed_in.cells.insert(0, first)

        notebook, repairs = self.repaired(handed_in, instructor)

        assert notebook.cells[0].source == "total = 41"
        assert "nbgrader" not in notebook.cells[0].metadata
        assert notebook.cells[at(notebook, "total")].source == "total = 42"
        assert repairs == (Repair("total", "This cell was there more than once; the last one counts.", serious=True),)
        # nbgrader takes the same one; then it stops, because it left empty marks in the other.
        assert sources(notebook) == sources(nbgrader.run(SANITIZE[:-1], handed_in))

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

        notebook, _ = self.repaired(handed_in, instructor)

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

    def test_a_missing_answer_comes_back_as_students_get_it_and_a_person_should_look(self, nbgrader, handed_in):
        found = sanitize(self.without(handed_in, "total"), nbgrader.instructor)

        notebook = found.notebook
        start = nbgrader.release.cells[at(nbgrader.release, "total")].source
        assert notebook.cells[at(notebook, "total")].source == start
        what = "This answer cell was missing; it was put back in its place, as students get it."
        assert found.repairs == (Repair("total", what, serious=True),)
        assert compute_checksum(notebook.cells[at(notebook, "total")]) == nbgrader.instructor.cell("total").checksum

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
        assert names[:6] == ["title", "load", "look", "total", "scratch", "total-check"]
        assert ids(found.notebook) == IDS
        what = (
            "The cells stood in another order, beginning with 'total-check'; they are in the instructor's order again."
        )
        assert found.repairs == (Repair(None, what, serious=True),)
