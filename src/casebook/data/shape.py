"""Do the columns and rows of a table have the shape that its passport gives?"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from casebook.data.model import Table
from casebook.data.near import known_names, nearest
from casebook.data.table_file import TableFile
from casebook.errors import Problem, Where


def shape_problems(table: Table, file: TableFile) -> list[Problem]:
    """Compare header and rows with the passport; look into no cell but for stray spaces."""
    return [
        *_header_problems(table, file),
        *_row_problems(file),
        *_space_problems(file),
        *_blank_columns(file),
    ]


def _header_problems(table: Table, file: TableFile) -> Iterator[Problem]:
    where = Where(file.path, 1)
    promised = [field.name for field in table.fields]
    extra = [name for name in file.header if name not in promised]
    for name in promised:
        if name not in file.header:
            here = Where(file.path, 1, column=name)
            written = nearest(name, extra)
            mend = (
                f'write "{name}" instead of "{written}" in the header.'
                if written
                else f'put the column "{name}" back, or take it out of the passport.'
            )
            what = f'The column "{name}" is missing; the header is: {",".join(file.header)}.'
            yield Problem(what, here, mend)
    for name in extra:
        if not name.strip():
            yield Problem("A column has no name.", where, "name it in the header, or delete it.")
        elif nearest(name, [each for each in promised if each not in file.header]) is None:
            mend = "describe it in datapackage.json (type, unit, description), or delete it."
            what = f'The passport says nothing of the column "{name}" ({known_names(name, promised)}).'
            yield Problem(what, Where(file.path, 1, column=name), mend)
    for name, times in Counter(file.header).items():
        if times > 1:
            here = Where(file.path, 1, column=name)
            yield Problem(f'The column "{name}" stands {times} times in the header.', here, "delete or rename one.")
    if sorted(promised) == sorted(file.header) and promised != list(file.header):
        what = f"The columns stand in another order than in the passport: {','.join(file.header)}."
        yield Problem(what, where, f"order them so: {','.join(promised)}.")


def _row_problems(file: TableFile) -> Iterator[Problem]:
    width = len(file.header)
    if not file.rows:
        yield Problem("The table has no rows.", Where(file.path, 1), "add rows, or take the table out.")
    for row in file.rows:
        where = Where(file.path, row.line)
        if not any(cell.strip() for cell in row.cells):
            yield Problem("The line is empty.", where, "delete it.")
        elif len(row.cells) > width:
            what = f"The row has {len(row.cells)} cells, the header {width}: {','.join(row.cells)}"
            mend = "write numbers without thousands separators, and text that holds a comma in quotation marks."
            yield Problem(what, where, mend)
        elif len(row.cells) < width:
            what = f"The row has {len(row.cells)} cells, the header {width}: {','.join(row.cells)}"
            yield Problem(what, where, f"add what is missing (here: {', '.join(file.header[len(row.cells) :])}).")


def _space_problems(file: TableFile) -> Iterator[Problem]:
    for row in file.rows:
        for name, cell in zip(file.header, row.cells, strict=False):
            if cell != cell.strip() and any(each.strip() for each in row.cells):
                where = Where(file.path, row.line, column=name)
                yield Problem(f'"{cell}" begins or ends with a space.', where, f'write "{cell.strip()}".')


def _blank_columns(file: TableFile) -> Iterator[Problem]:
    """Find columns without a single value: pandas would read text as missing numbers."""
    for name in dict.fromkeys(file.header):
        cells = [cell for _, cell in file.column(name)]
        if cells and not any(cell.strip() for cell in cells):
            where = Where(file.path, 1, column=name)
            yield Problem(
                f'The column "{name}" is blank in every row.',
                where,
                "fill it, or take it out of the table and of its passport.",
            )
