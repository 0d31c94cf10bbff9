"""Which of the book's tables was a chart made from?"""

from __future__ import annotations

import ast
from collections.abc import Iterator, Sequence

from casebook.site.data_paths import data_paths


def tables_behind(cells: Sequence[str]) -> list[str]:
    """The tables that the last of a notebook's code cells draws from, through all names on the way.

    Parameters
    ----------
    cells
        The code of the cells up to and including the one with the chart.
    """
    known: dict[str, dict[str, None]] = {}
    last: dict[str, None] = {}
    for cell in cells:
        try:
            statements = ast.parse(cell).body
        except SyntaxError:
            # A line for IPython alone, such as %time, makes no table.
            continue
        last = {}
        for statement in statements:
            last = _tables_in(statement, known)
            for name in _names_set(statement):
                # A column added to a table brings in where its values are from.
                old = known.get(name, {}) if _changes_in_place(statement) else {}
                known[name] = {**old, **last}
    return list(last)


def _tables_in(statement: ast.stmt, known: dict[str, dict[str, None]]) -> dict[str, None]:
    found: dict[str, None] = {}
    for path in data_paths(ast.unparse(statement)):
        if path.table is not None:
            found[path.table] = None
    names = [node for node in ast.walk(statement) if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load)]
    # As they stand in the code, not as the tree is deep.
    for name in sorted(names, key=lambda name: (name.lineno, name.col_offset)):
        found |= known.get(name.id, {})
    return found


def _names_set(statement: ast.stmt) -> Iterator[str]:
    if isinstance(statement, ast.Assign):
        targets: list[ast.expr] = statement.targets
    elif isinstance(statement, ast.AugAssign | ast.AnnAssign):
        targets = [statement.target]
    else:
        return
    for target in targets:
        yield from _set_by(target)


def _set_by(target: ast.expr) -> Iterator[str]:
    """The names that a target gives a value; in ``table[rows, name]`` the table, and not what picks the place."""
    if isinstance(target, ast.Name):
        yield target.id
    elif isinstance(target, ast.Subscript | ast.Attribute | ast.Starred):
        yield from _set_by(target.value)
    elif isinstance(target, ast.Tuple | ast.List):
        for part in target.elts:
            yield from _set_by(part)


def _changes_in_place(statement: ast.stmt) -> bool:
    if isinstance(statement, ast.AugAssign):
        return True
    return isinstance(statement, ast.Assign) and any(isinstance(target, ast.Subscript) for target in statement.targets)
