"""Does an assignment list the data that its cells read, and nothing else?"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import replace

from casebook.errors import Problem, Where
from casebook.exercises.assignment import FILE
from casebook.exercises.cell_code import files_read, parsed, texts
from casebook.exercises.model import Assignment, TextCell, TextNotebook
from casebook.exercises.near_names import nearest
from casebook.exercises.text_file import key_lines, read_utf8
from casebook.exercises.variants import FILE as PARAMETERS
from casebook.project import Project


def data_problems(
    project: Project, assignment: Assignment, notebooks: list[TextNotebook], *, is_whole: bool
) -> list[Problem]:
    """Files that cells read and students would not have, and tables that no cell reads.

    Parameters
    ----------
    project, assignment, notebooks
        Where, of what, and its notebooks.
    is_whole
        Whether all of its cells could be read. Else nobody knows which tables are not.
    """
    tables = {f"{name}.csv" for name in assignment.data}
    known = sorted(file.name for file in project.data.glob("*.csv"))
    problems: list[Problem] = []
    said = {value for parameter in _choices(assignment) for value in parameter}
    for cell, tree in _code(notebooks):
        said |= texts(tree)
        for name, line in files_read(tree):
            if name in tables or (name == PARAMETERS and assignment.parameters is not None):
                continue
            where = replace(cell.where, line=(cell.where.line or 1) + line - 1)
            problems.append(Problem(*_unlisted(name, known, where)))
    lines = key_lines(read_utf8(assignment.file))
    problems += [
        Problem(
            f"No cell reads {table}.csv.",
            Where(assignment.file, lines.get(("data", number))),
            "take it out of `data`, or read it.",
        )
        for number, table in enumerate(assignment.data)
        if is_whole and table not in said and not any(f"{table}.csv" in text for text in said)
    ]
    return problems


def _choices(assignment: Assignment) -> Iterator[set[str]]:
    if assignment.parameters is not None:
        for parameter in assignment.parameters.choices:
            yield {str(value) for value in parameter.values}


def _unlisted(name: str, known: list[str], where: Where) -> tuple[str, Where, str]:
    bare = name.replace("\\", "/").rsplit("/", 1)[-1]
    if name == PARAMETERS:
        return f"The cell reads {name}, but {FILE} has no `parameters`.", where, "add them, or write the values here."
    if bare != name:
        return (
            f"The cell reads {name!r}; students have their data in the folder of the notebook.",
            where,
            f"read {bare!r}, and list it under `data`.",
        )
    table = name.removesuffix(".csv")
    mend = f"add {table} to `data`." if name in known else nearest(name, known)
    return f"The cell reads {name!r}, which {FILE} does not list, so students would not have it.", where, mend


def _code(notebooks: list[TextNotebook]) -> Iterator[tuple[TextCell, ast.Module]]:
    """Each code cell that can be read. What cannot is told of where tests are looked at."""
    for notebook in notebooks:
        if notebook.kernelspec["language"] != "python":
            continue
        for cell in notebook.cells:
            try:
                tree = parsed(cell.source) if cell.cell_type == "code" else None
            except SyntaxError:
                continue
            if tree is not None:
                yield cell, tree
