"""Whatever goes wrong in a table is caught, and named with file, line, column and mend."""

from __future__ import annotations

import csv
import shutil
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from casebook.data.check import check_data, load_package
from casebook.data.claims import CLAIMS
from casebook.data.model import NUMERIC_TYPES, SOURCES, Field, Table
from casebook.data.possible import _EXPECTED
from casebook.data.series import _series, series_columns
from casebook.data.table_file import read_table_file
from casebook.data.times import says_when
from casebook.data.units import is_change, is_part_of_hundred, units_by_row
from casebook.errors import Problem
from casebook.project import Project, find_project

REPOSITORY = find_project(Path(__file__).parent)
DATA = REPOSITORY.data
TABLES = [table for table in load_package(REPOSITORY).tables if table.name != SOURCES]
Rows = list[list[str]]
# A table's line (counted as an editor does) and one of its columns.
Place = tuple[int, str]


@dataclass(frozen=True)
class Spoilt:
    """A table gone wrong, and where a person should be sent."""

    table: Table
    rows: Rows
    line: int
    column: str | None


def sound_rows(table: Table) -> Rows:
    with table.file.open(encoding="utf-8", newline="") as file:
        return list(csv.reader(file))


def cells_of(table: Table, rows: Rows, wanted: Callable[[Field], bool]) -> list[Place]:
    """Every cell of the columns that are wanted."""
    names = [field.name for field in table.fields if wanted(field)]
    return [(number, name) for name in names for number in range(1, len(rows))]


# --- what can go wrong in a cell: where it can, and what then stands there ------------------------


def numbers(table: Table, rows: Rows) -> list[Place]:
    return cells_of(table, rows, lambda field: field.type in NUMERIC_TYPES)


def required(table: Table, rows: Rows) -> list[Place]:
    return cells_of(table, rows, lambda field: field.constraints.required)


def sources(table: Table, rows: Rows) -> list[Place]:
    return cells_of(table, rows, lambda field: any(each.column == field.name for each in table.references))


def times(table: Table, rows: Rows) -> list[Place]:
    return cells_of(table, rows, says_when)


def times_of_counts(table: Table, rows: Rows) -> list[Place]:
    """Times in rows that are no forecast, of tables with sources."""
    if table.simulated or table.name == CLAIMS:
        return []
    return [(number, name) for number, name in times(table, rows) if not _EXPECTED.search(" ".join(rows[number]))]


def shares(table: Table, rows: Rows) -> list[Place]:
    def is_share(field: Field) -> bool:
        limit = field.constraints.maximum
        return is_part_of_hundred(field.unit or "", field.name) and (limit is None or float(limit) <= 100)

    return cells_of(table, rows, is_share)


def counts(table: Table, rows: Rows) -> list[Place]:
    """Figures that cannot be negative."""

    def is_count(field: Field) -> bool:
        low = field.constraints.minimum
        own = not units_by_row(table) and not is_change(field.unit or "", field.name)
        return field.type in NUMERIC_TYPES and (float(low) >= 0 if low is not None else own)

    return cells_of(table, rows, is_count)


def texts(table: Table, rows: Rows) -> list[Place]:
    return cells_of(table, rows, lambda field: field.type == "string")


def units(table: Table, rows: Rows) -> list[Place]:
    """Units and currencies in series of at least three rows."""
    series = [rows[0].index(name) for name in series_columns(table)]
    keys = [tuple(row[index] for index in series) for row in rows]
    names = [name for name in units_by_row(table) if name not in table.primary_key]
    return [(number, name) for name in names for number in range(1, len(rows)) if keys[1:].count(keys[number]) > 2]


def points(table: Table, rows: Rows) -> list[Place]:
    """Figures in series of at least three points."""
    when = next((name for name in table.primary_key if (field := table.field(name)) and says_when(field)), None)
    file, _ = read_table_file(table.file)
    if when is None or table.simulated or file is None:
        return []
    columns = [field.name for field in table.fields if field.type in NUMERIC_TYPES and not says_when(field)]
    return [
        (point.line - 1, name)
        for name in columns
        for series in _series(table, file, when, name).values()
        if len(series) > 2 and len({point.when for point in series}) == len(series)
        for point in series
    ]


def changed_cell(
    places: Callable[[Table, Rows], Sequence[Place]], change: Callable[[Callable, str], str]
) -> Callable[[Callable, Table, Rows], Spoilt | None]:
    """A way to spoil a table: one cell becomes another; None if the table has no such cell."""

    def spoil(draw: Callable, table: Table, rows: Rows) -> Spoilt | None:
        found = places(table, rows)
        if not found:
            return None
        number, name = draw(st.sampled_from(found))
        index = rows[0].index(name)
        rows[number][index] = change(draw, rows[number][index])
        return Spoilt(table, rows, number + 1, name)

    return spoil


def one_of(*cells: str) -> Callable[[Callable, str], str]:
    return lambda draw, _: draw(st.sampled_from(cells))


def drawn(cells: st.SearchStrategy[str]) -> Callable[[Callable, str], str]:
    return lambda draw, _: draw(cells)


# --- what can go wrong in a row or a column -------------------------------------------------------


def column_dropped(draw: Callable, table: Table, rows: Rows) -> Spoilt:
    name = draw(st.sampled_from(rows[0]))
    index = rows[0].index(name)
    return Spoilt(table, [row[:index] + row[index + 1 :] for row in rows], 1, name)


def row_repeated(draw: Callable, table: Table, rows: Rows) -> Spoilt:
    number = draw(st.integers(1, len(rows) - 1))
    return Spoilt(table, [*rows, list(rows[number])], len(rows) + 1, table.primary_key[-1])


def row_cut_off(draw: Callable, table: Table, rows: Rows) -> Spoilt:
    number = draw(st.integers(1, len(rows) - 1))
    rows[number] = rows[number][: draw(st.integers(1, len(rows[0]) - 1))]
    return Spoilt(table, rows, number + 1, None)


WAYS = {
    "text in a number": changed_cell(numbers, drawn(st.text("abcxyz%", min_size=1, max_size=8))),
    "a stray separator": changed_cell(numbers, one_of("1,234", "12 345", "3,5", "1'000", "1\u202f000", "1.234.567")),
    "a unit in the cell": changed_cell(numbers, one_of("7%", "USD 5", "5 million", "12bn", "NaN", "inf")),
    "an empty cell": changed_cell(required, one_of("")),
    "a missing source": changed_cell(sources, one_of("")),
    "an unknown source": changed_cell(sources, drawn(st.text("qxz_", min_size=1, max_size=20))),
    "no such date": changed_cell(times, one_of("2020/13", "2020-13", "2020-02-30", "13/2020", "2020-Q5", "March 2020")),
    "a date still to come": changed_cell(times_of_counts, one_of("2031", "2031-01", "2031-Q1", "2031-01-31")),
    "more than the whole": changed_cell(shares, one_of("100.5", "101", "5800")),
    "less than nothing": changed_cell(counts, one_of("-1", "-0.5", "-300")),
    "a wrong encoding": changed_cell(texts, one_of("SÃ£o Paulo", "Libreâ€™s", "\ufffdber")),
    "spaces round a cell": changed_cell(texts, lambda _, cell: f" {cell}" if cell else " "),
    "mixed units": changed_cell(units, one_of("qqq", "zorkmid")),
    "a figure in another unit": changed_cell(points, lambda _, cell: f"{float(cell) * 1e7:.0f}"),
    "a column dropped": column_dropped,
    "a row repeated": row_repeated,
    "a row cut off": row_cut_off,
}


@st.composite
def spoilt_tables(draw: Callable, way: str) -> Spoilt:
    spoil = WAYS[way]
    # Not every table can go wrong in every way: the next one that can is taken.
    start = draw(st.integers(0, len(TABLES) - 1))
    for table in (*TABLES[start:], *TABLES[:start]):
        spoilt = spoil(draw, table, sound_rows(table))
        if spoilt is not None:
            return spoilt
    raise AssertionError(f"no table can have {way}")


def problems_of(spoilt: Spoilt, write: Callable[[Path], object]) -> list[Problem]:
    """What the check says of a table, with nothing else in the folder than what it refers to."""
    with tempfile.TemporaryDirectory() as folder:
        project = Project(Path(folder))
        project.data.mkdir()
        for name in ("datapackage.json", *(f"{each.table}.csv" for each in spoilt.table.references)):
            shutil.copy(DATA / name, project.data)
        write(project.data / spoilt.table.file.name)
        problems = check_data(project, (spoilt.table.name,))
    return [each for each in problems if each.where and Path(each.where.file).name == spoilt.table.file.name]


@pytest.mark.parametrize("way", WAYS)
@given(st.data())
@settings(max_examples=6, deadline=None)
def test_a_random_corruption_is_caught_and_named_with_file_line_column_and_mend(way: str, data: st.DataObject):
    spoilt = data.draw(spoilt_tables(way))

    def write(file: Path) -> None:
        with file.open("w", encoding="utf-8", newline="") as out:
            csv.writer(out, lineterminator="\n").writerows(spoilt.rows)

    found = problems_of(spoilt, write)

    assert (spoilt.line, spoilt.column) in [(each.where.line, each.where.column) for each in found], list(
        map(str, found)
    )
    assert all(each.mend for each in found)


@given(st.data())
@settings(max_examples=8, deadline=None)
def test_a_byte_of_another_encoding_is_named_with_its_line_column_and_the_words_round_it(data: st.DataObject):
    table = data.draw(st.sampled_from(TABLES))
    lines = table.file.read_bytes().split(b"\n")[:-1]
    number = data.draw(st.integers(1, len(lines) - 1))
    bad = data.draw(st.sampled_from([b"\xe9", b"\xff", b"\xc3"]))
    lines[number] = lines[number][:1] + bad + lines[number][1:]
    content = b"\n".join([*lines, b""])

    (found,) = problems_of(Spoilt(table, [], number + 1, None), lambda file: file.write_bytes(content))

    assert f"not UTF-8 text: byte 0x{bad.hex()} in " in found.what
    assert (found.where.line, found.where.column) == (number + 1, table.fields[0].name)
    assert found.mend
