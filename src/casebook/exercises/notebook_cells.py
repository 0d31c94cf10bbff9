"""What would an author have written for this cell of a notebook?

Notebooks come from Jupyter, with outputs and traces of who ran them, and from nbgrader's Create
Assignment. Kinds are told as its toolbar tells them, in every version of nbgrader's metadata.
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Mapping
from typing import Any, cast

from casebook.errors import Problem, Where
from casebook.exercises.model import Kind, TextCell
from casebook.exercises.notebook_text import GRADE_ID
from casebook.exercises.written_answers import scheme_by_itself

NEWEST_SCHEMA = 3
# What Jupyter and its relatives note of a cell that says nothing about its content.
TRACES = {
    *("trusted", "collapsed", "scrolled", "autoscroll", "ExecuteTime", "execution", "outputId", "id"),
    *("jp-MarkdownHeadingCollapsed", "vscode", "colab", "nbgrader", "graded"),
}


def text_cells(notebook: Any, where: Where) -> tuple[list[TextCell], list[Problem]]:
    """The cells of a notebook as an author would write them, and what cannot be text.

    Parameters
    ----------
    notebook
        An ``nbformat`` notebook, format 4.
    where
        Its file.

    Returns
    -------
    list of TextCell, list of Problem
        Markdown cells without a word are left out; so are outputs.
    """
    cells: list[TextCell] = []
    problems: list[Problem] = []
    for number, cell in enumerate(notebook.cells, start=1):
        found, wrong = _text_cell(cell, where.file, number)
        problems += wrong
        if found is not None and (found.cell_type != "markdown" or found.source):
            cells.append(found)
    return cells, problems


def _text_cell(cell: Any, file: Any, number: int) -> tuple[TextCell | None, list[Problem]]:
    cell_type, source = str(cell.cell_type), str(cell.source).replace("\r\n", "\n").replace("\r", "\n")
    said: object = cell.metadata.get("nbgrader")
    marks: Mapping[str, object] = cast("dict[str, object]", said) if isinstance(said, dict) else {}
    grade_id = str(marks.get("grade_id") or "")
    where = Where(file, cell=grade_id or f"number {number}")
    kind, problems = _kind(marks, cell_type, where)
    if cell.get("attachments"):
        names = ", ".join(map(repr, cell.attachments))
        mend = "put the picture into the text as a data: address, or take it out."
        problems.append(Problem(f"It holds the picture {names}, which text cannot hold.", where, mend))
    if cell_type == "markdown":
        source = re.sub(r"\A(?:[ \t]*\n)+", "", source).rstrip()
    if kind is Kind.WRITTEN and cell_type == "markdown":
        source = scheme_by_itself(source, where)
    if kind is not None and not GRADE_ID.match(grade_id):
        what = f"A graded cell needs an id of at most 64 letters, digits, - and _, not {grade_id!r}."
        problems.append(Problem(what, where, "give it another in Create Assignment."))
    if kind is not None and cell_type == "markdown" and not source:
        problems.append(Problem("A graded cell has no text.", where, "write the question into it."))
    metadata = {key: value for key, value in _plain(cell.metadata).items() if key not in TRACES}
    points = _points(marks.get("points")) if kind is not None and kind.earns_points else 0
    found = TextCell(cell_type, source, metadata, where, kind, grade_id if kind else None, points)
    return (None if problems else found), problems


def _plain(metadata: Any) -> dict[str, object]:
    # NotebookNodes, which YAML does not know, become dicts.
    return json.loads(json.dumps(metadata))


def _kind(marks: Mapping[str, object], cell_type: str, where: Where) -> tuple[Kind | None, list[Problem]]:
    version: object = marks.get("schema_version", 0)
    if isinstance(version, int) and version > NEWEST_SCHEMA:
        what = f"Its nbgrader metadata is of version {version}; the newest known here is {NEWEST_SCHEMA}."
        return None, [Problem(what, where, "save it with nbgrader 0.9, or wait for a newer casebook.")]
    grade, solution, locked, task = (bool(marks.get(key)) for key in ("grade", "solution", "locked", "task"))
    if not (grade or solution or locked or (task and version)):
        # The oldest metadata, which has no version, knows no tasks.
        return None, []
    kind = (
        Kind.TASK
        if task
        else Kind.WRITTEN
        if grade and solution
        else Kind.ANSWER
        if solution
        else Kind.TESTS
        if grade
        else Kind.READONLY
    )
    wanted = CELL_TYPES[kind]
    if cell_type not in wanted:
        mend = f"make it a {' or '.join(wanted)} cell, or choose another type for it in Create Assignment."
        return None, [Problem(f"nbgrader knows no {cell_type} cell of kind {kind}.", where, mend)]
    return kind, []


# What nbgrader can keep of each kind; it has no graded cells of raw text.
CELL_TYPES: dict[Kind, tuple[str, ...]] = {
    Kind.ANSWER: ("code",),
    Kind.TESTS: ("code",),
    Kind.WRITTEN: ("markdown", "code"),
    Kind.TASK: ("markdown",),
    Kind.READONLY: ("markdown", "code"),
}


def _points(said: object) -> float:
    """Points as nbgrader reads them from any version of its metadata."""
    try:
        points = float(str(said))
    except ValueError:
        return 0
    return points if 0 < points < math.inf else 0
