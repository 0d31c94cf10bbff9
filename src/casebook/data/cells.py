"""Does each cell keep what the passport promises: type, limits, keys?

Frictionless reads each cell and judges it; here its verdicts become sentences with the line of the
file, the value and the mend. Its cell readers are called rather than ``Resource.validate``, which
first loads a validator for passports: 1.5 s for nothing, as ``passport.py`` has read them.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import asdict
from functools import cache
from typing import Any

from casebook.data.model import NUMERIC_TYPES, SOURCE_ID, Field, Table
from casebook.data.near import known_names
from casebook.data.table_file import Row, TableFile
from casebook.errors import Problem, Where

_THOUSANDS = re.compile(r"[+-]?\d{1,3}(?:[,'\u2019 \u00a0\u202f]\d{3})+(?:\.\d+)?")
_DECIMAL_COMMA = re.compile(r"[+-]?\d+,\d+")
_WITH_UNIT = re.compile(r"(?P<before>\D*?)(?P<number>[+-]?\d+(?:\.\d+)?)(?P<after>\D*)")
_NO_NUMBERS = {"nan", "inf", "+inf", "-inf", "infinity", "-infinity"}

# The value that a cell stands for (None: blank, or not of the type), and the names of the rules it breaks.
_Reading = tuple[object, tuple[str, ...]]


def cell_problems(table: Table, file: TableFile) -> list[Problem]:
    """Check every cell of the columns that the passport describes.

    Parameters
    ----------
    file
        Columns that are missing or stand twice and rows of the wrong length are left out:
        ``shape.py`` names them.
    """
    rows = [row for row in file.rows if len(row.cells) == len(file.header) and any(row.cells)]
    columns = {
        field.name: (field, file.header.index(field.name))
        for field in table.fields
        if file.header.count(field.name) == 1
    }
    problems: list[Problem] = []
    values: dict[str, list[object]] = {}
    for name, (field, index) in columns.items():
        read = _reader(field)
        readings = [read(row.cells[index]) for row in rows]
        values[name] = [value for value, _ in readings]
        for row, (_, broken) in zip(rows, readings, strict=True):
            where = Where(file.path, row.line, column=name)
            problems += [_broken(field, rule, row.cells[index], where) for rule in broken]
        if field.constraints.unique:
            problems += _repeated((name,), values, rows, file)
    if table.primary_key and set(table.primary_key) <= columns.keys():
        problems += _repeated(table.primary_key, values, rows, file)
    return problems


def _reader(field: Field) -> Callable[[str], _Reading]:
    """Give Frictionless' reader for the cells of one column."""
    # 0.3 s: nothing but this function needs it.
    from frictionless import fields

    given = asdict(field.constraints)
    limits = {name: value for name, value in given.items() if value is not None and name not in ("unique", "enum")}
    if field.constraints.enum:
        limits["enum"] = list(field.constraints.enum)
    kind: Any = getattr(fields, f"{field.type.capitalize()}Field")
    # `read_cell` would make such a reader anew for each cell.
    reader: Any = kind(name=field.name, constraints=limits).create_cell_reader()

    @cache
    def read(cell: str) -> _Reading:
        # The standard takes NaN and INF for numbers; a chart and a sum cannot.
        if field.type in NUMERIC_TYPES and cell.strip().lower() in _NO_NUMBERS:
            return None, ("finite",)
        value, notes = reader(cell)
        return value, tuple(notes or ())

    return read


def _repeated(
    key: tuple[str, ...], values: dict[str, list[object]], rows: list[Row], file: TableFile
) -> Iterator[Problem]:
    """Find the rows whose key stands in an earlier row; a key with a blank or unreadable cell is named elsewhere."""
    first: dict[tuple[object, ...], Row] = {}
    for number, row in enumerate(rows):
        found = tuple(values[name][number] for name in key)
        if None in found:
            continue
        earlier = first.setdefault(found, row)
        if earlier is row:
            continue
        where = Where(file.path, row.line, column=key[-1])
        shown = ", ".join(f"{name} {value}" for name, value in zip(key, found, strict=True))
        if earlier.cells == row.cells:
            what = f"The key ({shown}) stands already in line {earlier.line}, and the whole row with it."
            yield Problem(what, where, "delete one of the two rows.")
        else:
            pairs = zip(file.header, earlier.cells, row.cells, strict=True)
            others = "; ".join(f'{name} "{there}" there, "{here}" here' for name, there, here in pairs if there != here)
            what = f"The key ({shown}) stands already in line {earlier.line}" + (f" ({others})." if others else ".")
            mend = f"delete the row that is wrong, or tell them apart by {' or '.join(key)}."
            yield Problem(what, where, mend)


def _broken(field: Field, rule: str, cell: str, where: Where) -> Problem:
    """Say in a sentence which rule a cell breaks."""
    limits = field.constraints
    kind = field.unit or field.type
    if rule == "type":
        return _wrong_type(field, cell, where)
    if rule == "finite":
        mend = "leave the cell blank, or leave the row out."
        return Problem(f'"{cell}" is no number that can be shown or summed.', where, mend)
    if rule == "required":
        return _empty(field, where)
    if rule == "enum":
        what = f'"{cell}" is none of the values of this column ({known_names(cell, map(str, limits.enum))}).'
        return Problem(what, where, "correct it, or add the value to the passport.")
    if rule in ("minimum", "maximum"):
        beyond, limit = ("below", limits.minimum) if rule == "minimum" else ("above", limits.maximum)
        what = f'"{cell}" lies {beyond} the {rule}, {limit} ({kind}).'
        return Problem(what, where, f"correct it, or the {rule} in the passport.")
    what = f'"{cell}" is not written as this column asks (pattern {limits.pattern}).'
    return Problem(what, where, f"see what the passport says of it: {field.description}.")


def _empty(field: Field, where: Where) -> Problem:
    if field.name == SOURCE_ID:
        mend = "name the source in which the figure was read; a new one goes into sources.csv first."
        return Problem("The row has no source: the cell is empty.", where, mend)
    return Problem("The cell is empty, and this column may not be.", where, "write the value, or delete the row.")


def _wrong_type(field: Field, cell: str, where: Where) -> Problem:
    if field.type in NUMERIC_TYPES:
        if _THOUSANDS.fullmatch(cell):
            plain = re.sub(r"[^\d.+-]", "", cell)
            return Problem(f'"{cell}" has thousands separators.', where, f"write {plain}.")
        if _DECIMAL_COMMA.fullmatch(cell):
            return Problem(f'"{cell}" has a decimal comma.', where, f"write {cell.replace(',', '.')}.")
        whole = "whole number" if field.type == "integer" else "number"
        what = f'"{cell}" is no {whole} ({field.unit}).'
        match = _WITH_UNIT.fullmatch(cell)
        if match is not None and (match["before"] or match["after"]):
            mend = (
                f'write {match["number"]} if that is in the unit of the column; "{field.unit}" stands in the passport.'
            )
        else:
            mend = f"write a plain {whole}, as 1234{'' if field.type == 'integer' else '.5'}."
        return Problem(what, where, mend)
    mends = {"date": "write a day that exists as YYYY-MM-DD, as 2020-03-16.", "boolean": "write true or false."}
    article = "an" if field.type[0] in "aeiou" else "a"
    mend = mends.get(field.type, f"write {article} {field.type} as the passport describes it: {field.description}.")
    return Problem(f'"{cell}" is no {field.type}.', where, mend)
