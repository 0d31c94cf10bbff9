"""Whatever goes wrong in a table is caught, and named with file and line."""

from __future__ import annotations

import csv
import shutil
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from casebook.data.check import check_data, load_package
from casebook.data.model import NUMERIC_TYPES, SOURCES, Table
from casebook.project import Project, find_project

REPOSITORY = find_project(Path(__file__).parent)
DATA = REPOSITORY.data
TABLES = [table for table in load_package(REPOSITORY).tables if table.name != SOURCES]
Rows = list[list[str]]


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


def column_dropped(draw: Callable, table: Table, rows: Rows) -> Spoilt:
    name = draw(st.sampled_from(rows[0]))
    index = rows[0].index(name)
    return Spoilt(table, [row[:index] + row[index + 1 :] for row in rows], 1, name)


def cell_changed(draw: Callable, table: Table, rows: Rows, columns: list[str], cells: st.SearchStrategy[str]) -> Spoilt:
    name = draw(st.sampled_from(columns))
    number = draw(st.integers(1, len(rows) - 1))
    rows[number][rows[0].index(name)] = draw(cells)
    return Spoilt(table, rows, number + 1, name)


def unknown_source(draw: Callable, table: Table, rows: Rows) -> Spoilt:
    if table.simulated:
        return text_in_a_number(draw, table, rows)
    return cell_changed(draw, table, rows, ["source_id"], st.text("qxz_", min_size=1, max_size=20))


def text_in_a_number(draw: Callable, table: Table, rows: Rows) -> Spoilt:
    numeric = [field.name for field in table.fields if field.type in NUMERIC_TYPES]
    words = st.text("abcxyz %", min_size=1, max_size=8) | st.sampled_from(
        ["1,234", "12 345", "3,5", "7%", "NaN", "inf"]
    )
    return cell_changed(draw, table, rows, numeric, words)


def row_repeated(draw: Callable, table: Table, rows: Rows) -> Spoilt:
    number = draw(st.integers(1, len(rows) - 1))
    return Spoilt(table, [*rows, list(rows[number])], len(rows) + 1, table.primary_key[-1])


def required_cell_emptied(draw: Callable, table: Table, rows: Rows) -> Spoilt:
    required = [field.name for field in table.fields if field.constraints.required]
    return cell_changed(draw, table, rows, required, st.just(""))


@st.composite
def spoilt_tables(draw: Callable) -> Spoilt:
    table = draw(st.sampled_from(TABLES))
    ways = [column_dropped, unknown_source, text_in_a_number, row_repeated, required_cell_emptied]
    return draw(st.sampled_from(ways))(draw, table, sound_rows(table))


@given(spoilt_tables())
@settings(max_examples=60, deadline=None)
def test_a_random_corruption_is_caught_and_named_with_file_line_column_and_mend(spoilt: Spoilt):
    with tempfile.TemporaryDirectory() as folder:
        shutil.copytree(DATA, Path(folder) / "data")
        project = Project(Path(folder))
        file = project.data / spoilt.table.file.name
        with file.open("w", encoding="utf-8", newline="") as out:
            csv.writer(out, lineterminator="\n").writerows(spoilt.rows)

        problems = check_data(project, (spoilt.table.name,))

    named = [each.where for each in problems if each.where and each.where.file == file]
    assert (spoilt.line, spoilt.column) in [(where.line, where.column) for where in named], [str(p) for p in problems]
    assert all(each.mend for each in problems)
