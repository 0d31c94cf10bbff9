"""Will a student who opens the table with ``pd.read_csv`` get what the passport promises?

pandas guesses types from the cells. Where its guess would differ from the passport, the figures
come out wrong without a word: whole numbers as decimals, names as missing values, text as numbers.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from casebook.data.model import Field, Table
from casebook.data.table_file import TableFile
from casebook.errors import Problem, Where

# What pandas takes for a missing value; "" is one on purpose.
_MISSING = frozenset(
    {"#N/A", "#N/A N/A", "#NA", "-1.#IND", "-1.#QNAN", "-NaN", "-nan", "1.#IND", "1.#QNAN", "<NA>", "N/A", "NA"}
    | {"NULL", "NaN", "None", "n/a", "nan", "null"}
)
_NUMBER = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?")
_FLAGS = frozenset({"true", "false"})
# What is put for bytes that nobody could read, and the commonest pieces of UTF-8 read as another encoding.
_GARBLED = re.compile("\ufffd|[\u00c2\u00c3][\u0080-\u00bf]|\u00e2\u20ac")


def reading_problems(table: Table, file: TableFile) -> Iterator[Problem]:
    """Find columns that pandas would read with another type, and cells that it or a person would misread."""
    for field in table.fields:
        if file.header.count(field.name) != 1:
            continue
        cells = file.column(field.name)
        yield from _garbled(field, file)
        if field.type == "integer":
            yield from _whole_numbers(field, file)
        elif field.type == "string":
            yield from _text(field, cells, file)


def _garbled(field: Field, file: TableFile) -> Iterator[Problem]:
    for line, cell in file.column(field.name):
        meant = meant_by(cell)
        if meant is not None:
            what = f'"{cell}" was read with a wrong encoding before it came here.'
            mend = f'write "{meant}".' if meant else "write it again as the source has it, in UTF-8."
            yield Problem(what, Where(file.path, line, column=field.name), mend)


def meant_by(cell: str) -> str | None:
    """Give the text that was meant by UTF-8 read with a wrong encoding: "é" written "Ã©".

    Returns
    -------
    str or None
        None: the text is as it should be. Empty: it is not, and what it was is lost.
    """
    if cell.isascii():
        return None
    for encoding in ("cp1252", "latin-1"):
        try:
            return cell.encode(encoding).decode("utf-8")
        except UnicodeError:
            continue
    return "" if _GARBLED.search(cell) else None


def _whole_numbers(field: Field, file: TableFile) -> Iterator[Problem]:
    if field.constraints.required:
        return
    blank = [line for line, cell in file.column(field.name) if not cell.strip()]
    if blank:
        what = "The cell is blank, so pandas reads the whole numbers of this column as decimals."
        mend = 'fill it, leave the row out, or give the column the type "number" in the passport.'
        yield Problem(what, Where(file.path, blank[0], column=field.name), mend)


def _text(field: Field, cells: list[tuple[int, str]], file: TableFile) -> Iterator[Problem]:
    for line, cell in cells:
        if cell in _MISSING:
            what = f'"{cell}" is text here, but pandas reads it as a missing value.'
            mend = "write it in other words, or leave the cell blank."
            yield Problem(what, Where(file.path, line, column=field.name), mend)
    filled = [cell for _, cell in cells if cell.strip() and cell not in _MISSING]
    for guess, others in (("numbers", _NUMBER.fullmatch), ("true and false", _is_flag)):
        if filled and all(others(cell) for cell in filled):
            what = f'The column "{field.name}" is text in its passport, but pandas reads {guess}, as in "{filled[0]}".'
            mend = "correct the type in the passport, or write the cells so that they are text."
            yield Problem(what, Where(file.path, 1, column=field.name), mend)


def _is_flag(cell: str) -> bool:
    return cell.lower() in _FLAGS
