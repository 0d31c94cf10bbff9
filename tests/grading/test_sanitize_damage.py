"""Random damage to a submission: whatever was done to it, what is left is sound and the instructor's."""

from __future__ import annotations

import copy
import json

import nbformat
import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st
from nbgrader.nbgraderformat import MetadataValidator

from casebook.grading.intake import notebooks_in
from casebook.grading.model import InstructorCell, InstructorNotebook
from casebook.grading.sanitize import sanitize

#                  id       type        source           points grade  solution locked task
CELLS = (
    InstructorCell("load", "code", "numbers = [1, 41]", None, False, False, True, False, "0" * 32),
    InstructorCell("total", "code", "# YOUR CODE HERE", None, False, True, False, False, "1" * 32),
    InstructorCell("check", "code", "assert total == 42", 2.0, True, False, True, False, "2" * 32, {"tags": ["t"]}),
    InstructorCell("note", "markdown", "Read this.", None, False, False, True, False, "3" * 32),
    InstructorCell("why", "markdown", "YOUR ANSWER HERE", 3.0, True, True, False, False, "4" * 32),
    InstructorCell("draw", "markdown", "Draw.", 1.0, False, False, False, True, "5" * 32),
    InstructorCell("footer", "raw", "The end.", None, False, False, True, False, "6" * 32),
)
INSTRUCTOR = InstructorNotebook("n", CELLS, {"name": "python3", "display_name": "Python 3"})
RELEASE = sanitize(nbformat.v4.new_notebook(), INSTRUCTOR).notebook
IDS = [cell.grade_id for cell in CELLS]
FIXED = {cell.grade_id for cell in CELLS if cell.locked}

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=6,
)
MARKS = JSON | st.fixed_dictionaries(
    {},
    optional={
        "grade_id": st.sampled_from([*IDS, "unknown", ""]) | JSON,
        "grade": st.booleans() | JSON,
        "solution": st.booleans() | JSON,
        "locked": st.booleans() | JSON,
        "task": JSON,
        "points": st.floats() | JSON,
        "schema_version": st.integers(0, 4) | JSON,
        "checksum": JSON,
        "cell_type": JSON,
    },
)
METADATA = st.fixed_dictionaries(
    {},
    optional={
        "nbgrader": MARKS,
        "tags": st.lists(st.sampled_from(["a", "skip-execution", "raises-exception", "b\n"]), max_size=3) | JSON,
        "casebook": JSON,
        "jupyter": JSON,
        "collapsed": JSON,
        "name": JSON,
        "any": JSON,
    },
)
PLACES = st.integers(0, 30)
CELL = st.fixed_dictionaries(
    {
        "cell_type": st.sampled_from(["code", "markdown", "raw"]),
        "metadata": METADATA,
        "source": st.text(max_size=8) | st.lists(st.text(max_size=4), max_size=2),
        "id": st.sampled_from([*IDS, "x", "y"]) | st.text("ab-_ é", max_size=3),
    }
)
DAMAGE = st.lists(
    st.tuples(st.just("delete"), PLACES, st.none())
    | st.tuples(st.just("copy"), PLACES, PLACES)
    | st.tuples(st.just("move"), PLACES, PLACES)
    | st.tuples(st.just("insert"), PLACES, CELL)
    | st.tuples(st.just("mark"), PLACES, MARKS)
    | st.tuples(st.just("metadata"), PLACES, METADATA)
    | st.tuples(st.just("cell_type"), PLACES, st.sampled_from(["code", "markdown", "raw"]))
    | st.tuples(st.just("source"), PLACES, st.text(max_size=8))
    | st.tuples(st.just("id"), PLACES, st.none() | st.text("ab-_ é", max_size=3))
    | st.tuples(
        st.just("attachments"), PLACES, JSON | st.just({"a": {"image/png": ["x", "y"], "application/json": 3}})
    ),
    max_size=8,
)


def do(cells, kind, place, what):
    """One piece of damage."""
    here = place % len(cells)
    if kind == "insert":
        cells.insert(here, copy.deepcopy(what))
    elif kind == "delete":
        del cells[here]
    elif kind == "copy":
        cells.insert(what % len(cells), copy.deepcopy(cells[here]))
    elif kind == "move":
        cell = cells.pop(here)
        cells.insert(what % (len(cells) + 1), cell)
    elif kind == "mark":
        cells[here]["metadata"]["nbgrader"] = what
    else:
        cells[here][kind] = what


def damaged(damage, minor):
    notebook = json.loads(nbformat.writes(RELEASE)) | {"nbformat_minor": minor}
    cells = notebook["cells"]
    for kind, place, what in damage:
        if cells:
            do(cells, kind, place, what)
    # So that most of it passes for a notebook: what fits no cell of the type is left out.
    for cell in cells:
        is_code = cell["cell_type"] == "code"
        for key in ("attachments",) if is_code else ("outputs", "execution_count"):
            cell.pop(key, None)
        if is_code:
            cell.update(outputs=cell.get("outputs", []), execution_count=None)
        if minor < 5 or cell.get("id", "") is None:
            cell.pop("id", None)
    return notebook


def claimed(cell):
    marks = cell.metadata.get("nbgrader")
    found = marks.get("grade_id") if isinstance(marks, dict) else None
    return found if isinstance(found, str) else None


def is_sound(notebook):
    nbformat.validate(json.loads(nbformat.writes(notebook)))
    MetadataValidator().validate_nb(notebook)
    return len({cell.id for cell in notebook.cells}) == len(notebook.cells)


def is_the_instructors(cell):
    ours, marks = INSTRUCTOR.cell(claimed(cell)), cell.metadata.nbgrader
    found = (marks.grade, marks.solution, marks.locked, marks.task, marks.get("points"), cell.cell_type)
    wanted = (ours.grade, ours.solution, ours.locked, ours.task, ours.points, ours.cell_type)
    return found == wanted and (not ours.locked or cell.source == ours.source)


@settings(
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow, HealthCheck.filter_too_much]
)
@given(damage=DAMAGE, minor=st.sampled_from([2, 4, 5, 5, 5]))
@pytest.mark.slow
@pytest.mark.filterwarnings("ignore::nbformat.warnings.MissingIDFieldWarning")
@pytest.mark.filterwarnings("ignore::nbformat.warnings.DuplicateCellId")
def test_whatever_was_done_to_a_notebook_what_is_left_is_sound_and_the_instructors(damage, minor, tmp_path):
    file = tmp_path / "n.ipynb"
    file.write_text(json.dumps(damaged(damage, minor)))
    assume(not notebooks_in(tmp_path, ["n"])[1])
    submitted = nbformat.read(file, as_version=4)
    before = json.dumps(submitted)

    found = sanitize(submitted, INSTRUCTOR)

    assert json.dumps(submitted) == before
    assert is_sound(found.notebook)
    graded = [cell for cell in found.notebook.cells if "nbgrader" in cell.metadata]
    own = [cell for cell in found.notebook.cells if "nbgrader" not in cell.metadata]
    assert [claimed(cell) for cell in graded] == IDS
    assert all(is_the_instructors(cell) for cell in graded)
    assert all("casebook" not in cell.metadata for cell in own)
    assert not {"skip-execution", "raises-exception"} & {tag for cell in own for tag in cell.metadata.get("tags", [])}
    code = [cell for cell in found.notebook.cells if cell.cell_type == "code"]
    assert all((cell.outputs, cell.execution_count) == ([], None) for cell in code)
    # No text of the student's is lost, except where they may not write.
    texts = {cell.source for cell in submitted.cells if claimed(cell) not in FIXED}
    assert texts <= {cell.source for cell in found.notebook.cells}


@settings(
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow, HealthCheck.filter_too_much]
)
@given(damage=DAMAGE)
def test_what_is_sound_is_not_mended_again(damage):
    mended = sanitize(nbformat.from_dict(damaged(damage, 5)), INSTRUCTOR).notebook

    again = sanitize(mended, INSTRUCTOR)

    assert json.dumps(again.notebook) == json.dumps(mended)
    assert again.repairs == ()
