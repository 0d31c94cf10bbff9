"""What passes between the stages of grading? Plain data, so that a stage may run on another machine."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any


class Tests(StrEnum):
    """Where the test cells of a notebook run."""

    __test__ = False  # pytest would take it for tests
    SHARED = "shared"  # in the student's own process, as nbgrader does it
    ISOLATED = "isolated"  # in another process, which asks the student's for named answers


@dataclass(frozen=True)
class InstructorCell:
    """One cell that nbgrader knows, as the instructor wrote it.

    Parameters
    ----------
    grade_id
        Its id, unique in the notebook.
    cell_type
        ``code``, ``markdown`` or ``raw``.
    source
        Its text, hidden tests included. Of an answer: the text that students start from.
    points
        Points that it is worth. None: it is not graded.
    grade, solution, locked, task
        nbgrader's four marks: it earns points, students write in it, students may not change it, it
        describes work that is done elsewhere.
    checksum
        nbgrader's checksum of the text that students start from: an answer that still has it was not
        touched. None: unknown.
    metadata
        The cell's other metadata, tags included; empty where the instructor's notebook is not at hand.
    """

    grade_id: str
    cell_type: str
    source: str
    points: float | None
    grade: bool
    solution: bool
    locked: bool
    task: bool
    checksum: str | None
    metadata: Mapping[str, Any] = field(default_factory=dict)

    @property
    def is_test(self) -> bool:
        """Whether its run decides about points: nbgrader's "autograder tests"."""
        return self.grade and not self.solution and self.cell_type == "code"

    @property
    def is_marked_by_hand(self) -> bool:
        """Whether a person gives the points: nbgrader's "manually graded answer" and "manually graded task"."""
        return self.task or (self.grade and not self.is_test)


@dataclass(frozen=True)
class InstructorNotebook:
    """A notebook of an assignment, as the instructor wrote it.

    Parameters
    ----------
    name
        Its file's name without ``.ipynb``.
    cells
        The cells that nbgrader knows, in order.
    kernelspec
        Its kernel, as in a notebook's metadata; None if the gradebook has none.
    """

    name: str
    cells: tuple[InstructorCell, ...]
    kernelspec: Mapping[str, Any] | None = None

    def cell(self, grade_id: str) -> InstructorCell:
        """The cell of this id.

        Raises
        ------
        KeyError
            There is none.
        """
        return {cell.grade_id: cell for cell in self.cells}[grade_id]


@dataclass(frozen=True)
class Limits:
    """How much a notebook may use.

    Parameters
    ----------
    cell_s
        Seconds for one cell. None: as long as it takes.
    notebook_s
        Seconds for all cells of a notebook together.
    output_bytes
        Bytes of output that are kept of one cell; the rest is cut, and a line says so.
    stop_at_timeout
        Whether a cell that takes too long stops the submission, for a person to look at; else it is
        interrupted, shows an error, and the next cell runs.
    """

    cell_s: float | None = 30
    notebook_s: float = 600
    output_bytes: int = 1_000_000
    stop_at_timeout: bool = False


@dataclass(frozen=True)
class CellPoints:
    """What one graded cell of a submission earned by itself.

    Parameters
    ----------
    grade_id
        Which cell.
    auto_score
        Points; None if a person has to give them.
    """

    grade_id: str
    auto_score: float | None
