"""Which rows are one series, and does anything break it without saying so?

A series is what a line in a chart joins: rows that agree in every column of the primary key but for
the columns that say when. A column that keeps definitions apart (called ``basis``, ``definition``,
``scope`` or ``series``, or marked ``"keeps_apart": true`` in the passport) must be in the key: then
figures that were counted in different ways are different series, and nothing joins them by mistake.
"""

from __future__ import annotations

import math
import re
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from casebook.data.model import NUMERIC_TYPES, UNIT, Field, Table
from casebook.data.table_file import TableFile
from casebook.data.times import first_day, says_when
from casebook.data.units import BY_ROW, is_part_of_hundred
from casebook.errors import Problem, Where

APART = ("basis", "definition", "scope", "series")

# Thousands written for millions, or a unit of ten thousand for one of a hundred million.
_SLIP = 300
# A fraction written for percent.
_SLIP_OF_PERCENT = 50
# Fewer points have no neighbours to be compared with.
_FEWEST = 3

_BREAK = re.compile(
    r"\b(new|another|other|changed) (basis|definition|scope|method)\b|\bbreak in (the )?series\b", re.IGNORECASE
)
_WARNING = re.compile(r"\b(basis|bases|break|breaks|definition|definitions|scope|scopes|series)\b", re.IGNORECASE)


def keeps_definitions_apart(field: Field) -> bool:
    """Tell whether a column says how a figure was counted."""
    return field.keeps_apart or field.name in APART or field.name.endswith(tuple(f"_{name}" for name in APART))


def series_columns(table: Table) -> tuple[str, ...]:
    """Give the columns that tell one series from another: the key without the columns that say when."""
    times = {field.name for field in table.fields if says_when(field)}
    return tuple(name for name in table.primary_key if name not in times)


def splice_problems(table: Table, passports: Path) -> Iterator[Problem]:
    """Find columns that keep definitions apart, but not in the key."""
    for field in table.fields:
        if keeps_definitions_apart(field) and field.name not in table.primary_key:
            what = (
                f'"{field.name}" keeps definitions apart but is not in the primary key of "{table.name}", '
                "so rows that were counted in different ways are one series."
            )
            mend = f'add "{field.name}" to primaryKey.'
            yield Problem(what, Where(passports, field.line, column=field.name), mend)


def break_problems(table: Table, file: TableFile) -> Iterator[Problem]:
    """Find rows whose note speaks of a new definition, in a table that neither keeps it apart nor warns of it."""
    apart = any(keeps_definitions_apart(field) for field in table.fields)
    if apart or any(_WARNING.search(caveat) for caveat in table.caveats):
        return
    for line, note in file.column("note"):
        if _BREAK.search(note):
            what = f'The series breaks here ("{note}"), and neither a column nor a caveat says so.'
            mend = "keep the definitions apart in a column basis, or name the break in the caveats of the passport."
            yield Problem(what, Where(file.path, line, column="note"), mend)


@dataclass(frozen=True)
class _Point:
    when: date
    value: float
    cell: str
    line: int


def slip_problems(table: Table, file: TableFile) -> Iterator[Problem]:
    """Find figures so far from those before and after that they are likely written in another unit."""
    if table.simulated is not None or not table.primary_key:
        return
    when = next((name for name in table.primary_key if (field := table.field(name)) and says_when(field)), None)
    if when is None or when not in file.header:
        return
    for field in table.fields:
        # Years are numbers, but not figures.
        if field.type in NUMERIC_TYPES and not says_when(field) and file.header.count(field.name) == 1:
            factor = _SLIP_OF_PERCENT if is_part_of_hundred(field.unit or "", field.name) else _SLIP
            for points in _series(table, file, when, field.name).values():
                yield from _slips(points, field, factor, file)


def _series(table: Table, file: TableFile, when: str, column: str) -> Mapping[tuple[str, ...], list[_Point]]:
    """Give the points of each series of one column, in the order of time."""
    apart = [name for name in (*series_columns(table), UNIT) if name in file.header]
    found: dict[tuple[str, ...], list[_Point]] = defaultdict(list)
    for row in file.rows:
        if len(row.cells) != len(file.header):
            continue
        cells = dict(zip(file.header, row.cells, strict=True))
        day, value = first_day(cells[when]), _positive(cells[column])
        if day is not None and value is not None:
            found[tuple(cells[name] for name in apart)].append(_Point(day, value, cells[column], row.line))
    return {key: sorted(points, key=lambda point: point.when) for key, points in found.items()}


def _positive(cell: str) -> float | None:
    try:
        value = float(cell)
    except ValueError:
        return None
    return value if math.isfinite(value) and value > 0 else None


def _slips(points: list[_Point], field: Field, factor: float, file: TableFile) -> Iterator[Problem]:
    if len(points) < _FEWEST:
        return
    for number, point in enumerate(points):
        off = _times_off(points, number, factor)
        if off is None or (len(_around(points, number)) == 1 and _may_be(points, number, off, factor)):
            continue
        shown = " and ".join(f"{near.cell} (line {near.line})" for near in _around(points, number))
        size = f"{off:,.0f} times larger" if off > 1 else f"{1 / off:,.0f} times smaller"
        what = f'"{point.cell}" is {size} than its neighbours in the series: {shown}.'
        unit = "that of its row" if BY_ROW.search(field.unit or "") else field.unit
        mend = f"write it in the unit of the column ({unit}), or correct it."
        yield Problem(what, Where(file.path, point.line, column=field.name), mend)


def _around(points: list[_Point], number: int) -> list[_Point]:
    return [points[near] for near in (number - 1, number + 1) if 0 <= near < len(points)]


def _times_off(points: list[_Point], number: int, factor: float) -> float | None:
    """Give how many times a point is larger, or (below 1) smaller, than its neighbours; None: not by so much."""
    ratios = [points[number].value / near.value for near in _around(points, number)]
    if min(ratios) >= factor:
        return min(ratios)
    return max(ratios) if max(ratios) <= 1 / factor else None


def _may_be(points: list[_Point], number: int, off: float, factor: float) -> bool:
    """Tell whether the first or the last point of a series can be right although it is far off."""
    first = number == 0
    # What is new grows from next to nothing; a share may end so, too; or the neighbour is the one that is off.
    neighbour_off = _times_off(points, 1 if first else number - 1, factor) is not None
    return neighbour_off or factor == _SLIP_OF_PERCENT or (first and off < 1)
