"""What does nbgrader need to know about each cell?

Text notebooks in, notebooks with nbgrader's metadata (schema 3) out. What nbgrader would pass
over in silence, and what would only fail once students have handed in, is an error here.
"""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

import nbformat

from casebook.errors import CasebookError, Problem, Where, raise_if_any
from casebook.exercises.model import Assignment, AssignmentLimits, Kind, TextCell, TextNotebook
from casebook.exercises.notebook_text import read_notebook
from casebook.exercises.regions import Part, RegionKind, joined, scan

ALLOWED: dict[RegionKind, tuple[Kind, ...]] = {
    RegionKind.SOLUTION: (Kind.ANSWER, Kind.WRITTEN),
    RegionKind.HIDDEN_TESTS: (Kind.TESTS,),
    RegionKind.MARK_SCHEME: (Kind.WRITTEN, Kind.TASK),
}
CELL_TYPES: dict[Kind, str] = {
    Kind.ANSWER: "code",
    Kind.TESTS: "code",
    Kind.WRITTEN: "markdown",
    Kind.TASK: "markdown",
}
# How the kit's own engine runs the tests: apart from the student's code.
ENGINE = {"tests": "isolated"}
KERNELSPEC = {"name": "python3", "display_name": "Python 3", "language": "python"}


def compiled(assignment: Assignment) -> dict[str, Any]:
    """The instructor's notebooks of an assignment, by name.

    Raises
    ------
    CasebookError
        With every problem in all of its notebooks: unreadable cells, duplicate ids, regions
        that are open, misplaced or in a cell of the wrong kind, cells of a type that does not fit
        their kind, points that do not add up.
    """
    notebooks = [read_notebook(assignment.folder / f"{name}.md") for name in assignment.notebooks]
    raise_if_any(_problems(assignment, notebooks))
    return {notebook.name: compile_notebook(notebook, assignment.limits) for notebook in notebooks}


def compile_notebook(notebook: TextNotebook, limits: AssignmentLimits) -> Any:
    """One notebook with nbgrader's metadata, and with what the kit's engine needs to know.

    Cell ids come from grade ids and positions, so that the same text gives the same file.

    Returns
    -------
    nbformat.NotebookNode
        Notebook format 4.5.

    Raises
    ------
    CasebookError
        A region in a cell is open or misplaced.
    """
    cells = [_compile_cell(cell, number) for number, cell in enumerate(notebook.cells, start=1)]
    metadata = {"kernelspec": dict(KERNELSPEC), "casebook": {**ENGINE, "limits": asdict(limits)}}
    return nbformat.v4.new_notebook(cells=cells, metadata=metadata)


def _compile_cell(cell: TextCell, number: int) -> Any:
    make = {
        "code": nbformat.v4.new_code_cell,
        "markdown": nbformat.v4.new_markdown_cell,
        "raw": nbformat.v4.new_raw_cell,
    }[cell.cell_type]
    metadata: dict[str, Any] = dict(cell.metadata)
    source = cell.source
    if cell.kind is not None:
        metadata["nbgrader"] = nbgrader_metadata(cell)
    if cell.kind is Kind.WRITTEN:
        source = _scheme_in_solution(cell)
    return make(source, id=cell.grade_id or f"cell-{number}", metadata=metadata)


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


def _scheme_in_solution(cell: TextCell) -> str:
    # nbgrader knows mark schemes in task cells only and stops at one in an answer cell; inside
    # the solution region it reaches the instructor's copy and no other.
    parts = scan(cell.source, cell.where)
    secret = [part for part in parts if part.kind is not None]
    if not secret:
        return cell.source
    body: list[str] = []
    for part in secret:
        heading = ["**Mark scheme**", ""] if part.kind is RegionKind.MARK_SCHEME else []
        body += [*([""] if body else []), *heading, *part.lines]
    solution = Part(RegionKind.SOLUTION, tuple(body), "### BEGIN SOLUTION", "### END SOLUTION")
    first = parts.index(secret[0])
    return joined(
        [
            solution if index == first else part
            for index, part in enumerate(parts)
            if part.kind is None or index == first
        ]
    )


def _problems(assignment: Assignment, notebooks: list[TextNotebook]) -> list[Problem]:
    problems: list[Problem] = []
    seen: dict[str, Where] = {}
    total = 0.0
    for notebook in notebooks:
        for cell in notebook.cells:
            problems += [*_type_problems(cell), *_region_problems(cell)]
            if cell.grade_id is None:
                continue
            total += cell.points
            if cell.grade_id in seen:
                problems.append(
                    Problem(
                        f"The id {cell.grade_id!r} is taken: {seen[cell.grade_id]}.",
                        cell.where,
                        "give this cell an id of its own.",
                    )
                )
            seen.setdefault(cell.grade_id, cell.where)
    if total != assignment.points:
        problems.append(
            Problem(
                f"The cells are worth {total:g} points together, but `points` says {assignment.points:g}.",
                Where(assignment.file),
                f"write `points: {total:g}`, or mend the points of the cells.",
            )
        )
    return problems


def _type_problems(cell: TextCell) -> list[Problem]:
    wanted = CELL_TYPES.get(cell.kind, cell.cell_type) if cell.kind else cell.cell_type
    if cell.cell_type == wanted:
        return []
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
    if cell.kind is Kind.TESTS and "assert" not in cell.source and "raise" not in cell.source:
        problems.append(
            Problem("A test cell never asserts.", cell.where, "add an assert that fails for a wrong answer.")
        )
    return problems
