"""Does a row stand twice, word for word or nearly so?

Rows with the same key are found by ``cells.py``, which reads the key's values; here is what
it cannot tell: rows that repeat in a table without a key, and keys that differ in capitals or spaces
alone.
"""

from __future__ import annotations

from collections.abc import Iterator

from casebook.data.model import NUMERIC_TYPES, Table
from casebook.data.table_file import TableFile
from casebook.errors import Problem, Where


def duplicate_problems(table: Table, file: TableFile) -> Iterator[Problem]:
    """Find rows that repeat another, and keys that only look different."""
    yield from _whole_rows(table, file)
    yield from _look_alikes(table, file)


def _whole_rows(table: Table, file: TableFile) -> Iterator[Problem]:
    # With a key in place, cells.py says it.
    if table.primary_key and set(table.primary_key) <= set(file.header):
        return
    first: dict[tuple[str, ...], int] = {}
    for row in file.rows:
        if not any(cell.strip() for cell in row.cells):
            continue
        if row.cells in first:
            what = f"The row stands already, word for word, in line {first[row.cells]}: {','.join(row.cells)}."
            yield Problem(what, Where(file.path, row.line), "delete one of the two.")
        else:
            first[row.cells] = row.line


def _look_alikes(table: Table, file: TableFile) -> Iterator[Problem]:
    """Find keys such as "JD.com" and "JD.Com": a person meant one thing, pandas sees two."""
    for name in table.primary_key:
        field = table.field(name)
        if field is None or field.type in NUMERIC_TYPES or file.header.count(name) != 1:
            continue
        first: dict[str, tuple[str, int]] = {}
        named: set[str] = set()
        for line, cell in file.column(name):
            folded = "".join(cell.split()).casefold()
            spelt, earlier = first.setdefault(folded, (cell, line))
            # Spaces at the ends are named by shape.py.
            if cell.strip() != spelt.strip() and cell not in named:
                named.add(cell)
                what = f'"{cell}" is written "{spelt}" in line {earlier}: the same thing would count as two.'
                yield Problem(what, Where(file.path, line, column=name), "write it in one way.")
