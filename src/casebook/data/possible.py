"""Can these figures be? What holds although no passport says it.

A share in percent lies between 0 and 100, a count is not negative, nothing was counted after the
day on which it was read. A passport that gives its own limits is taken at its word, but for shares.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator
from pathlib import Path

from casebook.data.model import NUMERIC_TYPES, UNIT, Field, Table
from casebook.data.table_file import TableFile
from casebook.data.times import FORMS, first_day, says_when
from casebook.data.units import BY_ROW, is_change, is_part_of_hundred
from casebook.errors import Problem, Where

_WHOLE = 100
_SHARE = re.compile(r"(^|_)(share|stake)(_|$)")
_PLAIN_PERCENT = re.compile(r"per[ _]?cent|%", re.IGNORECASE)
_MEND_COLUMN = "correct it; growth says so in its unit; if it can be more, give a maximum in the passport."
_MEND_BY_ROW = "correct it; if it can be more, let the unit say of what, as percent_of_capacity or percent_growth."
_EXPECTED = re.compile(r"\b(expect\w*|forecast\w*|plan\w*|project(ed|ion|ions)|target\w*)\b", re.IGNORECASE)


def limit_promises(table: Table, passports: Path) -> Iterator[Problem]:
    """Find passports that allow a share of less than nothing or of more than the whole."""
    for field in table.fields:
        if not (_SHARE.search(field.name) and is_part_of_hundred(field.unit or "", field.name)):
            continue
        low, high = field.constraints.minimum, field.constraints.maximum
        for key, limit in (("minimum", low), ("maximum", high)):
            if isinstance(limit, (int, float)) and not 0 <= limit <= _WHOLE:
                what = f'The {key} of the share "{field.name}" is {limit}.'
                mend = "a part of a whole lies between 0 and 100 percent: correct it."
                yield Problem(what, Where(passports, field.line, column=field.name), mend)


def value_problems(table: Table, file: TableFile) -> Iterator[Problem]:
    """Find figures below zero, shares beyond the whole, and times that do not exist or were still to come."""
    for field in table.fields:
        if file.header.count(field.name) != 1:
            continue
        if says_when(field):
            yield from _times(table, field, file)
        elif field.type in NUMERIC_TYPES and field.unit:
            yield from _figures(field, file)


def _figures(field: Field, file: TableFile) -> Iterator[Problem]:
    given, own_unit = field.constraints, field.unit or ""
    by_row = BY_ROW.search(own_unit) is not None
    units = dict(file.column(UNIT)) if by_row else {}
    measures = dict(file.column("metric")) if by_row else {}
    for line, cell in file.column(field.name):
        value = _number(cell)
        if value is None:
            continue
        unit, measure = units.get(line, own_unit), measures.get(line, field.name)
        where = Where(file.path, line, column=field.name)
        if value > _WHOLE and _held_to_the_whole(unit, measure, by_row=by_row, limited=given.maximum is not None):
            what = f'"{cell}" is more than the whole ({unit}).'
            yield Problem(what, where, _MEND_BY_ROW if by_row else _MEND_COLUMN)
        if value < 0 and given.minimum is None and not is_change(unit, measure):
            what = f'"{cell}" is below zero ({unit}), and the passport does not say that it can be.'
            yield Problem(what, where, "correct it, or give a minimum in the passport.")


def _held_to_the_whole(unit: str, measure: str, *, by_row: bool, limited: bool) -> bool:
    """Tell whether figures may not pass 100; by row a longer unit, as percent_of_capacity, may."""
    if not is_part_of_hundred(unit, measure):
        return False
    return _PLAIN_PERCENT.fullmatch(unit) is not None or _SHARE.search(measure) is not None if by_row else not limited


def _number(cell: str) -> float | None:
    try:
        value = float(cell)
    except ValueError:
        return None
    return value if math.isfinite(value) else None


def _times(table: Table, field: Field, file: TableFile) -> Iterator[Problem]:
    read = first_day(table.retrieved) if table.retrieved and table.simulated is None else None
    for row in file.rows:
        if len(row.cells) != len(file.header):
            continue
        cell = row.cells[file.header.index(field.name)]
        where = Where(file.path, row.line, column=field.name)
        day = first_day(cell)
        if day is None:
            if cell.strip() and field.type == "string" and _follows(field, cell):
                yield Problem(f'"{cell}" is no time.', where, f"write {FORMS}.")
        elif read is not None and day > read and not _EXPECTED.search(" ".join(row.cells)):
            what = f'"{cell}" was still to come when the figures were read, on {read}.'
            mend = "correct it, or the day in the passport; a forecast says so in its row (basis or note)."
            yield Problem(what, where, mend)


def _follows(field: Field, cell: str) -> bool:
    """Tell whether a cell keeps the pattern of its column; one that does not is named for that."""
    return field.constraints.pattern is None or re.fullmatch(field.constraints.pattern, cell) is not None
