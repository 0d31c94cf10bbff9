"""Does a hidden test give a name of an answer a value of its own?

Tests that come after it would then judge the instructor's value, and pass for everyone.
"""

from __future__ import annotations

import ast
import re
from dataclasses import replace

from casebook.errors import CasebookError, Problem
from casebook.exercises.cell_code import bound_names, parsed, used_names
from casebook.exercises.model import Kind, TextCell, TextNotebook
from casebook.exercises.regions import RegionKind, scan

NAMED = re.compile(r"`([A-Za-z_]\w*)")


def shadowing_problems(notebook: TextNotebook) -> list[Problem]:
    """Hidden tests that bind a name which a question asks for."""
    if notebook.kernelspec["language"] != "python":
        return []
    answers: dict[str, str] = {}
    asked: set[str] = set()
    for cell in notebook.cells:
        if cell.cell_type == "markdown":
            asked.update(NAMED.findall(cell.source))
        elif cell.kind is Kind.TESTS and (tree := _tree(_outside(cell))):
            asked |= used_names(tree) - bound_names(tree).keys()
        elif cell.kind is Kind.ANSWER and (tree := _tree(cell.source)):
            for name in bound_names(tree):
                answers.setdefault(name, str(cell.grade_id))
    return [
        Problem(
            f"The hidden tests give {name!r} a value, which is an answer of {answers[name]}.",
            replace(cell.where, line=line),
            "call it something else, such as expected.",
        )
        for cell in notebook.cells
        if cell.kind is Kind.TESTS
        for name, line in _bound_in_hidden(cell)
        if name in answers and name in asked
    ]


def _tree(source: str) -> ast.Module | None:
    try:
        return parsed(source)
    except SyntaxError:
        return None


def _outside(cell: TextCell) -> str:
    try:
        parts = scan(cell.source, cell.where)
    except CasebookError:
        return ""
    return "\n".join(line for part in parts if part.kind is None for line in part.lines)


def _bound_in_hidden(cell: TextCell) -> list[tuple[str, int]]:
    """Names that hidden tests bind, with the line in the file."""
    try:
        parts = scan(cell.source, cell.where)
    except CasebookError:
        return []
    found: list[tuple[str, int]] = []
    line = cell.where.line or 1
    for part in parts:
        tree = _tree("\n".join(part.lines)) if part.kind is RegionKind.HIDDEN_TESTS else None
        # The first line of the region is its marker.
        found += [(name, line + at) for name, at in bound_names(tree).items()] if tree else []
        line += len(part.all_lines)
    return found
