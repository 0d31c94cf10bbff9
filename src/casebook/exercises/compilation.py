"""What does nbgrader need to know about each cell?

Text notebooks in, notebooks with nbgrader's metadata (schema 3) out. What nbgrader would pass
over in silence, and what would only fail once students have handed in, is an error here.
"""

from __future__ import annotations

import math
from dataclasses import asdict, replace
from typing import Any

import nbformat

from casebook.errors import CasebookError, Problem, Where, raise_if_any
from casebook.exercises.cell_code import assertions, parsed
from casebook.exercises.model import Assignment, AssignmentLimits, Kind, TextCell, TextNotebook
from casebook.exercises.notebook_cells import CELL_TYPES
from casebook.exercises.notebook_text import scan_notebook
from casebook.exercises.regions import RegionKind, scan
from casebook.exercises.text_file import key_lines, read_utf8
from casebook.exercises.written_answers import scheme_in_solution

ALLOWED: dict[RegionKind, tuple[Kind, ...]] = {
    RegionKind.SOLUTION: (Kind.ANSWER, Kind.WRITTEN),
    RegionKind.HIDDEN_TESTS: (Kind.TESTS,),
    RegionKind.MARK_SCHEME: (Kind.WRITTEN, Kind.TASK),
}
# How the kit's own engine runs the tests: apart from the student's code.
ENGINE = {"tests": "isolated"}


def compiled(assignment: Assignment) -> dict[str, Any]:
    """The instructor's notebooks of an assignment, by name.

    Raises
    ------
    CasebookError
        With every problem in all of its notebooks: unreadable cells, duplicate ids, regions
        that are open, misplaced or in a cell of the wrong kind, cells of a type that does not fit
        their kind, points that do not add up.
    """
    notebooks, problems = notebooks_and_problems(assignment)
    raise_if_any(problems)
    return {notebook.name: compile_notebook(notebook, assignment.limits) for notebook in notebooks}


def notebooks_and_problems(assignment: Assignment) -> tuple[list[TextNotebook], list[Problem]]:
    """The notebooks of an assignment as far as they can be read, and what is wrong with them."""
    notebooks: list[TextNotebook] = []
    problems: list[Problem] = []
    for name in assignment.notebooks:
        try:
            notebook, wrong = scan_notebook(assignment.folder / f"{name}.md")
        except CasebookError as error:
            problems += error.problems
            continue
        notebooks.append(notebook)
        problems += wrong
    # With a cell that could not be read, points could not add up.
    can_be_counted = not problems and not math.isnan(assignment.points)
    problems += _problems(notebooks)
    total = sum(cell.points for notebook in notebooks for cell in notebook.cells)
    if can_be_counted and not math.isclose(total, assignment.points):
        line = key_lines(read_utf8(assignment.file)).get(("points",))
        problems.append(
            Problem(
                f"The cells are worth {total:g} points together, but `points` says {assignment.points:g}.",
                Where(assignment.file, line),
                f"write `points: {total:g}`, or mend the points of the cells.",
            )
        )
    return notebooks, problems


def compile_notebook(notebook: TextNotebook, limits: AssignmentLimits) -> Any:
    """One notebook with nbgrader's metadata, and with what the kit's engine needs to know.

    Cell ids come from grade ids and positions, so that the same text gives the same file.

    Returns
    -------
    nbformat.NotebookNode
        Notebook format 4.5.
    """
    taken = {cell.grade_id for cell in notebook.cells}
    cells: list[Any] = []
    for number, cell in enumerate(notebook.cells, start=1):
        cell_id = cell.grade_id or f"cell-{number}"
        while cell.grade_id is None and cell_id in taken:
            # Somebody gave a graded cell an id that looks like a position.
            cell_id += "-"
        cells.append(_compile_cell(cell, cell_id))
    metadata = {"kernelspec": dict(notebook.kernelspec), "casebook": {**ENGINE, "limits": asdict(limits)}}
    return nbformat.v4.new_notebook(cells=cells, metadata=metadata)


def _compile_cell(cell: TextCell, cell_id: str) -> Any:
    make = {
        "code": nbformat.v4.new_code_cell,
        "markdown": nbformat.v4.new_markdown_cell,
        "raw": nbformat.v4.new_raw_cell,
    }[cell.cell_type]
    metadata: dict[str, Any] = dict(cell.metadata)
    source = cell.source
    if cell.kind is not None:
        metadata["nbgrader"] = nbgrader_metadata(cell)
    if cell.kind is Kind.WRITTEN and cell.cell_type == "markdown":
        source = scheme_in_solution(source, cell.where)
    return make(source, id=cell_id, metadata=metadata)


def nbgrader_metadata(cell: TextCell) -> dict[str, Any]:
    """What nbgrader's Create Assignment would write for a cell of this kind."""
    metadata: dict[str, Any] = {
        "schema_version": 3,
        "grade_id": cell.grade_id,
        "grade": cell.kind in (Kind.TESTS, Kind.WRITTEN),
        "solution": cell.kind in (Kind.ANSWER, Kind.WRITTEN),
        # nbgrader wants a task locked, and stops at grading where it is not.
        "locked": cell.kind in (Kind.TESTS, Kind.READONLY, Kind.TASK),
        "task": cell.kind is Kind.TASK,
    }
    if cell.kind is not None and cell.kind.earns_points:
        metadata["points"] = cell.points
    return metadata


def _problems(notebooks: list[TextNotebook]) -> list[Problem]:
    problems: list[Problem] = []
    seen: dict[str, Where] = {}
    for notebook in notebooks:
        is_python = notebook.kernelspec["language"] == "python"
        for cell in notebook.cells:
            problems += [*_type_problems(cell), *_region_problems(cell)]
            if cell.kind is Kind.TESTS and cell.cell_type == "code" and is_python:
                problems += _test_problems(cell)
            if cell.grade_id is None:
                continue
            if cell.grade_id in seen:
                problems.append(
                    Problem(
                        f"The id {cell.grade_id!r} is taken: {seen[cell.grade_id]}.",
                        cell.where,
                        "give this cell an id of its own.",
                    )
                )
            seen.setdefault(cell.grade_id, cell.where)
    return problems


def _type_problems(cell: TextCell) -> list[Problem]:
    if cell.kind is None or cell.cell_type in CELL_TYPES[cell.kind]:
        return []
    wanted = CELL_TYPES[cell.kind][0]
    mend = f"make it a {wanted} cell, or give it another kind."
    return [Problem(f"A cell of kind {cell.kind} is a {wanted} cell, not a {cell.cell_type} cell.", cell.where, mend)]


def _region_problems(cell: TextCell) -> list[Problem]:
    try:
        parts = scan(cell.source, cell.where)
    except CasebookError as error:
        return list(error.problems)
    problems = [
        Problem(
            f"A {part.kind.lower()} region stands in a cell of kind {cell.kind or 'none'}.",
            cell.where,
            f"move it to a cell of kind {' or '.join(ALLOWED[part.kind])}, or give this cell that kind.",
        )
        for part in parts
        if part.kind is not None and cell.kind not in ALLOWED[part.kind]
    ]
    if cell.kind is Kind.WRITTEN and cell.cell_type == "code":
        problems += [
            Problem(
                "A mark scheme stands in a code cell, where it would be run.",
                cell.where,
                "write it as comments inside the solution region, or into rubric.md.",
            )
            for part in parts
            if part.kind is RegionKind.MARK_SCHEME
        ]
    if cell.kind is Kind.ANSWER and all(part.kind is None for part in parts):
        problems.append(
            Problem(
                "An answer cell has no solution region.",
                cell.where,
                'put the solution between "### BEGIN SOLUTION" and "### END SOLUTION".',
            )
        )
    if cell.kind is Kind.WRITTEN and all(part.kind is None for part in parts):
        problems.append(
            Problem(
                "A written cell has neither a model answer nor a mark scheme, so nbgrader would clear the question.",
                cell.where,
                'put one below the question: "=== BEGIN MARK SCHEME ===", what earns points, "=== END MARK SCHEME ===".',
            )
        )
    return problems


def _test_problems(cell: TextCell) -> list[Problem]:
    """What makes a test cell give its points to everyone, or to nobody."""

    def at(line: int) -> Where:
        return cell.where if cell.where.line is None else replace(cell.where, line=cell.where.line + line - 1)

    try:
        tree = parsed(cell.source)
    except SyntaxError as error:
        what = f"A test cell is no Python: {error.msg}."
        return [Problem(what, at(error.lineno or 1), "mend the line; nobody could earn its points.")]
    if tree is None:
        return []
    found = assertions(tree)
    if not found:
        what = "A test cell never asserts, so everyone earns its points."
        return [Problem(what, cell.where, "add an assert that fails for a wrong answer.")]
    if any(not each.constant for each in found):
        # One that means nothing among others is worth a word only if it was meant to say something.
        found = [each for each in found if "parentheses" in each.constant]
    return [
        Problem(
            f"A test cannot fail: {each.constant}.",
            at(each.line),
            "take the parentheses away: assert answer > 0, 'why'."
            if "parentheses" in each.constant
            else "assert something of the answer, by its name.",
        )
        for each in found
    ]
