"""Which chapters and exercises use which tables?"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from casebook.data.model import DataPackage
from casebook.data.near import known_names
from casebook.errors import Problem, Where
from casebook.exercises.model import Assignment
from casebook.site.data_paths import data_paths
from casebook.site.text_chapter import TextChapter


@dataclass(frozen=True)
class Uses:
    """Who uses which table.

    Parameters
    ----------
    chapters
        Page of a chapter -> the tables that it reads, in the order in which it does.
    assignments
        Name of an assignment -> the tables that lie beside its notebooks.
    """

    chapters: Mapping[str, tuple[str, ...]] = field(default_factory=dict[str, tuple[str, ...]])
    assignments: Mapping[str, tuple[str, ...]] = field(default_factory=dict[str, tuple[str, ...]])

    def chapters_with(self, table: str) -> list[str]:
        """Pages of the chapters that read a table, in the order of the book."""
        return [page for page, tables in self.chapters.items() if table in tables]

    def assignments_with(self, table: str) -> list[str]:
        """Names of the assignments that come with a table."""
        return [name for name, tables in self.assignments.items() if table in tables]


def uses_of(
    chapters: Iterable[TextChapter], assignments: Iterable[Assignment], package: DataPackage
) -> tuple[Uses, list[Problem]]:
    """Find who uses which table, by reading the code of the chapters and the lists of the assignments.

    Code that a chapter only shows, such as that of an answer, counts too: readers will run it.

    Returns
    -------
    Uses
        Tables that the package does not have are left out.
    list of Problem
        A chapter reads a table that the package does not have, or says in a way that nobody can
        follow which one it reads.
    """
    known = [table.name for table in package.tables]
    problems: list[Problem] = []
    read: dict[str, tuple[str, ...]] = {}
    for chapter in chapters:
        tables: dict[str, None] = {}
        for cell in chapter.cells:
            for path in data_paths(cell.source):
                where = Where(chapter.file, cell.line + path.line - 1, cell=cell.name)
                if path.table is None:
                    what = f'The path "{path.path}" does not say which table is read.'
                    mend = 'write it whole, as in pd.read_csv("../../data/table.csv").'
                    problems.append(Problem(what, where, mend))
                elif path.table not in known:
                    what = f'There is no table "{path.table}" in the data package ({known_names(path.table, known)}).'
                    mend = f"mend the name, or add the table and its passport to {package.file.name}."
                    problems.append(Problem(what, where, mend))
                else:
                    tables[path.table] = None
        read[chapter.page] = tuple(tables)
    given = {each.name: tuple(table for table in each.data if table in known) for each in assignments}
    return Uses(read, given), problems
