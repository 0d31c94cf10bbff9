"""What did a check find, in problems and in counts?"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from casebook.data.claims import CLAIMS
from casebook.data.model import SOURCES, Table
from casebook.data.table_file import TableFile
from casebook.errors import Problem


@dataclass(frozen=True)
class Report:
    """What a check found.

    Parameters
    ----------
    tables, rows, sources
        How many were looked at; the list of sources is not counted as a table.
    problems
        In the order of files and lines; none: all is sound.
    grades
        How many sources have each grade.
    verdicts
        How many claims have each verdict; empty: the collection has no claims.
    unused
        A notice for each table looked at that nothing in the casebook uses yet.
    files
        The tables as they were read, by path.
    """

    tables: int
    rows: int
    sources: int
    problems: tuple[Problem, ...]
    grades: Mapping[str, int] = field(default_factory=dict[str, int])
    verdicts: Mapping[str, int] = field(default_factory=dict[str, int])
    unused: tuple[Problem, ...] = ()
    files: Mapping[Path, TableFile] = field(default_factory=dict[Path, TableFile], repr=False)

    def value(self, problem: Problem) -> str | None:
        """Give the cell that a problem is about; None if it is about no cell."""
        where = problem.where
        if where is None or where.column is None or (file := self.files.get(Path(where.file))) is None:
            return None
        return next((cell for line, cell in file.column(where.column) if line == where.line), None)

    def table(self, problem: Problem) -> str | None:
        """Give the table that a problem is about; None if it is about the passport file."""
        return Path(problem.where.file).stem if problem.where and Path(problem.where.file).suffix == ".csv" else None


def report_of(
    tables: Iterable[Table], files: Mapping[str, TableFile], problems: Sequence[Problem], unused: Sequence[Problem]
) -> Report:
    """Put a report together.

    Parameters
    ----------
    tables
        Those that were looked at.
    files
        Every table that could be read, by name.
    problems, unused
        What was found; of the unused tables only those looked at are kept.
    """
    looked_at = [table for table in tables if table.name != SOURCES]
    read = [table.name for table in looked_at if table.name in files]
    lines = {table.line for table in looked_at}
    return Report(
        tables=len(read),
        rows=sum(len(files[name].rows) for name in read),
        sources=len(files[SOURCES].rows) if SOURCES in files else 0,
        problems=tuple(problems),
        grades=_counts(files.get(SOURCES), "grade"),
        verdicts=_counts(files.get(CLAIMS), "verdict"),
        unused=tuple(each for each in unused if each.where and each.where.line in lines),
        files={file.path: file for file in files.values()},
    )


def _counts(file: TableFile | None, column: str) -> dict[str, int]:
    return dict(Counter(cell for _, cell in file.column(column))) if file else {}
