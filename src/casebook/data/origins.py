"""Does every row lead to its source, and is every source used?"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence

from casebook.data.model import SOURCE_ID, SOURCES, Source, Table
from casebook.data.near import known_names, nearest
from casebook.data.table_file import TableFile
from casebook.errors import Problem, Where


def sources_in(file: TableFile) -> tuple[Source, ...]:
    """Give the sources that ``sources.csv`` lists; a column that is missing counts as blank."""

    def source(cells: Mapping[str, str]) -> Source:
        names = ("title", "publisher", "published", "licence", "how_read", "grade")
        known = {name: cells.get(name, "") for name in names}
        return Source(source_id=cells.get(SOURCE_ID, ""), url=cells.get("url") or None, **known)

    return tuple(source(dict(zip(file.header, row.cells, strict=False))) for row in file.rows if any(row.cells))


def reference_problems(table: Table, file: TableFile, files: Mapping[str, TableFile]) -> list[Problem]:
    """Find the cells whose value does not stand in the table that it refers to.

    Parameters
    ----------
    files
        By table name; a reference to a table that could not be read is not checked.
    """
    problems: list[Problem] = []
    for reference in table.references:
        target = files.get(reference.table)
        if target is None or reference.target not in target.header:
            continue
        known = {cell for _, cell in target.column(reference.target)}
        unknown: dict[str, list[int]] = {}
        for line, cell in file.column(reference.column):
            if cell and cell not in known:
                unknown.setdefault(cell, []).append(line)
        # One source is missing, not one in each of its rows.
        for cell, lines in unknown.items():
            near = nearest(cell, known)
            fix = f'write "{near}", or ' if near else ""
            also = f" So in {len(lines)} rows: lines {_ranges(lines)}." if len(lines) > 1 else ""
            what = f'"{cell}" is no {reference.target} of {target.path.name} ({_near_or_count(cell, known)}).{also}'
            mend = f"{fix}add it to {target.path.name}."
            problems.append(Problem(what, Where(file.path, lines[0], column=reference.column), mend))
    return problems


def unused_sources(sources: TableFile, tables: Iterable[Table], files: Mapping[str, TableFile]) -> Iterator[Problem]:
    """Find the sources that no row of any table names; none if a table lacks the column that would name them."""
    naming = [
        (files[table.name], each.column) for table in tables for each in table.references if each.table == SOURCES
    ]
    if any(column not in file.header for file, column in naming):
        return
    used = {cell for file, column in naming for _, cell in file.column(column)}
    for line, source_id in sources.column(SOURCE_ID):
        if source_id and source_id not in used:
            what = f'No row of any table comes from the source "{source_id}".'
            mend = "delete the source, or correct the rows that should name it."
            yield Problem(what, Where(sources.path, line, column=SOURCE_ID), mend)


def _ranges(lines: Sequence[int]) -> str:
    """Give numbers that only grow as "2-4, 7"."""
    runs: list[list[int]] = []
    for line in lines:
        if runs and line == runs[-1][-1] + 1:
            runs[-1].append(line)
        else:
            runs.append([line])
    return ", ".join(f"{run[0]}-{run[-1]}" if len(run) > 1 else str(run[0]) for run in runs)


def _near_or_count(cell: str, known: Collection[str]) -> str:
    """Name the near ones; a list of all sources would hide the message."""
    return known_names(cell, known) if nearest(cell, known) else f"nothing near it among {len(known)}"
