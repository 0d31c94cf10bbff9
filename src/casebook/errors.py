"""How things fail: every failure says what is wrong, where, and how to mend it.

A *check* returns a list of ``Problem``; an *action* raises ``CasebookError`` with one or more of
them. ``casebook.cli`` catches that one class, prints each problem and ends with exit code 1.
Nothing else in the kit prints an error.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Self


@dataclass(frozen=True)
class Where:
    """A place that a person can go to.

    Parameters
    ----------
    file
        The file, absolute or relative.
    line
        Line in that file, counted from 1. None: the whole file.
    cell
        Id or number of a notebook cell.
    column
        Name of a table's column.
    """

    file: Path | str
    line: int | None = None
    cell: str | None = None
    column: str | None = None

    def __str__(self) -> str:
        """``exercises/x.md:87 (cell q2-median)``, relative to the working directory if inside it."""
        path = Path(self.file)
        if path.is_absolute() and path.is_relative_to(Path.cwd()):
            path = path.relative_to(Path.cwd())
        place = str(path) if self.line is None else f"{path}:{self.line}"
        details = [f"cell {self.cell}"] if self.cell is not None else []
        details += [f"column {self.column}"] if self.column is not None else []
        return f"{place} ({', '.join(details)})" if details else place


@dataclass(frozen=True)
class Problem:
    """One thing that is wrong.

    Parameters
    ----------
    what
        What is wrong, with the offending value; one sentence that ends in a full stop.
    where
        Where it is. None: nowhere in particular, as when a program is missing.
    mend
        What a person can do about it, as an instruction.
    """

    what: str
    where: Where | None = None
    mend: str | None = None

    def __str__(self) -> str:
        """The problem on one line, its mend indented on the next."""
        line = self.what if self.where is None else f"{self.where}: {self.what}"
        return line if self.mend is None else f"{line}\n  Mend: {self.mend}"


class CasebookError(Exception):
    """Something that a person must mend. Carries one or more problems.

    Parameters
    ----------
    problems
        At least one.
    """

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = tuple(problems)
        super().__init__("\n".join(str(problem) for problem in self.problems))

    @classmethod
    def one(cls, what: str, *, where: Where | None = None, mend: str | None = None) -> Self:
        """An error with a single problem."""
        return cls([Problem(what, where, mend)])


def raise_if_any(problems: Iterable[Problem]) -> None:
    """Do nothing if all is well.

    Raises
    ------
    CasebookError
        With all the problems, if there are any.
    """
    found = tuple(problems)
    if found:
        raise CasebookError(found)
