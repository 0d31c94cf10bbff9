"""What would a person want to see of one table before using it?"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

from casebook.data.check import load_package, load_sources
from casebook.data.model import SOURCE_ID, SOURCES, Source, Table
from casebook.data.near import known_names
from casebook.data.table_file import TableFile, read_table_file
from casebook.errors import CasebookError, Where
from casebook.project import Project


@dataclass(frozen=True)
class Shown:
    """One table, its passport, its rows and where they are from.

    Parameters
    ----------
    sources
        Each source with the number of rows that name it, most rows first.
    """

    table: Table
    file: TableFile
    sources: tuple[tuple[Source, int], ...]

    def rows(self, most: int | None) -> list[dict[str, str]]:
        """Give the first rows as written, by column; None: all."""
        return [dict(zip(self.file.header, row.cells, strict=False)) for row in self.file.rows[:most]]


def show_table(project: Project, name: str) -> Shown:
    """Find what there is to see of a table.

    Raises
    ------
    CasebookError
        There is no such table, or its file or the passports cannot be read.
    """
    package = load_package(project)
    table = package.table(name)
    if table is None:
        known = [each.name for each in package.tables]
        what = f'There is no table "{name}" ({known_names(name, known)}).'
        raise CasebookError.one(what, where=Where(package.file), mend="name a table of this file.")
    file, problems = read_table_file(table.file)
    if file is None:
        raise CasebookError(problems)
    counts = Counter(cell for _, cell in file.column(SOURCE_ID)) if name != SOURCES else Counter[str]()
    # Without figures from sources there is no need for the list of sources.
    known = {source.source_id: source for source in load_sources(project)} if counts else {}
    named = tuple((known[each], rows) for each, rows in counts.most_common() if each in known)
    return Shown(table, file, named)
