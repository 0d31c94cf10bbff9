"""What is left of an honest submission: what nbgrader itself makes of it."""

from __future__ import annotations

import copy
import json
import os
import sysconfig
from contextlib import contextmanager

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook
from nbgrader import preprocessors
from nbgrader.api import Gradebook
from nbgrader.utils import compute_checksum

from casebook.grading.model import InstructorCell, InstructorNotebook
from casebook.grading.sanitize import sanitize

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


def instructors(gradebook, name, assignment, source):
    """The instructor's copy: order and other metadata from their notebook, the rest from the gradebook."""
    found = gradebook.find_notebook(name, assignment)
    cells = {cell.name: cell for cell in found.source_cells}
    made = []
    for cell in source.cells:
        marks = cell.metadata.get("nbgrader")
        if marks:
            known = cells[marks.grade_id]
            flags = (marks.grade, marks.solution, known.locked, marks.task)
            other = {key: part for key, part in cell.metadata.items() if key != "nbgrader"}
            text = (known.name, known.cell_type, known.source)
            made.append(InstructorCell(*text, marks.get("points"), *flags, known.checksum, other))
    return InstructorNotebook(found.name, tuple(made), json.loads(found.kernelspec))


class Nbgrader:
    """nbgrader itself, with the assignment in its gradebook."""

    def __init__(self, file):
        self.url = f"sqlite:///{file}"
        with Gradebook(self.url) as gradebook:
            gradebook.add_assignment("a")
        self.release = self.run(GENERATE, SOURCE)
        with Gradebook(self.url) as gradebook:
            self.instructor = instructors(gradebook, "n", "a", SOURCE)

    def run(self, names, notebook):
        resources = {"nbgrader": {"notebook": "n", "assignment": "a", "student": "s", "db_url": self.url}}
        notebook = copy.deepcopy(notebook)
        for name in names:
            notebook, resources = getattr(preprocessors, name)().preprocess(notebook, resources)
        return notebook


@contextmanager
def gradebook_at(file):
    with pytest.MonkeyPatch.context() as patch:
        # nbgrader calls alembic by its bare name.
        patch.setenv("PATH", sysconfig.get_path("scripts"), prepend=os.pathsep)
        with Gradebook(f"sqlite:///{file}") as gradebook:
            yield gradebook


@pytest.fixture(scope="module")
def nbgrader(tmp_path_factory):
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PATH", sysconfig.get_path("scripts"), prepend=os.pathsep)
        return Nbgrader(tmp_path_factory.mktemp("gradebook") / "gradebook.db")


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

    @pytest.mark.parametrize(
        ("student", "name"),
        [
            *(("right", "counting"), ("right", "arguing")),
            *(("wrong", "counting"), ("wrong", "arguing")),
            *(("blank", "counting"), ("blank", "arguing")),
            ("half", "counting"),
        ],
    )
    def test_a_submission_has_the_cells_that_the_nbgrader_command_has_autograded(self, graded, student, name):
        file = graded.root / "autograded" / student / "tiny" / f"{name}.ipynb"
        source = nbformat.read(graded.root / "source" / "tiny" / f"{name}.ipynb", as_version=4)
        with gradebook_at(graded.root / "gradebook.db") as gradebook:
            instructor = instructors(gradebook, name, "tiny", source)

        found = sanitize(nbformat.read(graded.notebook(student, name), as_version=4), instructor)

        theirs = nbformat.read(file, as_version=4)
        for cell in theirs.cells:
            # What running it has left.
            cell.metadata.pop("execution", None)
            if cell.cell_type == "code":
                cell.update(outputs=[], execution_count=None)
        assert found.notebook.cells == theirs.cells
        assert found.notebook.metadata.kernelspec == theirs.metadata.kernelspec
        assert found.repairs == ()

    def test_of_a_cell_that_is_there_twice_the_one_counts_that_nbgrader_takes(self, nbgrader, handed_in):
        first = copy.deepcopy(handed_in.cells[at(handed_in, "total")])
        first.source = "total = 41"
        handed_in.cells.insert(0, first)

        notebook = sanitize(handed_in, nbgrader.instructor).notebook

        # nbgrader's last step stops here, because one before it left empty marks in the other cell.
        theirs = nbgrader.run(SANITIZE[:-1], handed_in)
        assert [cell.source for cell in notebook.cells] == [cell.source for cell in theirs.cells]
