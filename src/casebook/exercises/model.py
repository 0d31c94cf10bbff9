"""What the other modules of this package pass to each other."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path

from casebook.errors import Where


class Kind(StrEnum):
    """What a cell with ``graded`` metadata is for.

    The names on the right are those that nbgrader's Create Assignment toolbar shows.
    """

    ANSWER = "answer"  # Autograded answer
    TESTS = "tests"  # Autograder tests
    WRITTEN = "written"  # Manually graded answer
    TASK = "task"  # Manually graded task
    READONLY = "readonly"  # Read-only

    @property
    def earns_points(self) -> bool:
        """Whether a cell of this kind is worth points."""
        return self in (Kind.TESTS, Kind.WRITTEN, Kind.TASK)


@dataclass(frozen=True)
class AssignmentLimits:
    """How much one notebook of an assignment may use.

    Parameters
    ----------
    notebook_seconds
        Seconds for all of its cells together.
    memory_mb
        Megabytes of memory that its process may hold.
    """

    notebook_seconds: float = 60
    memory_mb: int = 1000


# What a student installs beside JupyterLab where the assignment does not say.
INSTALLED = ("pandas>=3", "altair>=6")


@dataclass(frozen=True)
class Assignment:
    """One assignment as its ``assignment.yml`` tells it.

    Parameters
    ----------
    name
        Folder under ``exercises/`` and name in the gradebook.
    title, summary
        For people: a few words; one or two sentences.
    chapter
        Folder under ``chapters/`` of the lesson it belongs to.
    minutes
        How long a student needs.
    points
        Marks in total, autograded and hand-graded.
    notebooks
        Names without extension, in the order in which they are done.
    data
        Names of tables in ``data/`` that lie beside the notebooks when students get them.
    folder
        Where its text lies.
    limits
        What each notebook may use.
    install
        What a student needs beside JupyterLab, as pip takes it.
    parameters
        What differs from student to student; empty: nothing.
    survivors
        Why it is right that no test notices a change of a solution, by the id of that change.
    """

    name: str
    title: str
    chapter: str
    summary: str
    minutes: int
    points: float
    notebooks: tuple[str, ...]
    data: tuple[str, ...]
    folder: Path
    limits: AssignmentLimits = AssignmentLimits()
    install: tuple[str, ...] = INSTALLED
    parameters: Mapping[str, object] = field(default_factory=dict[str, object])
    survivors: Mapping[str, str] = field(default_factory=dict[str, str])

    @property
    def file(self) -> Path:
        """The file that describes it."""
        return self.folder / "assignment.yml"


@dataclass(frozen=True)
class TextCell:
    """A cell of a text notebook.

    Parameters
    ----------
    cell_type
        ``code``, ``markdown`` or ``raw``.
    source
        Text of the cell.
    metadata
        The cell's other metadata, such as tags, as written.
    where
        Its first line in the file.
    kind, grade_id, points
        From ``graded``. Kind None: a cell that nbgrader need not know.
    """

    cell_type: str
    source: str
    metadata: dict[str, object]
    where: Where
    kind: Kind | None = None
    grade_id: str | None = None
    points: float = 0


@dataclass(frozen=True)
class TextNotebook:
    """A notebook written as MyST text."""

    name: str
    file: Path
    cells: tuple[TextCell, ...]


@dataclass(frozen=True)
class Release:
    """What students get of one assignment.

    Parameters
    ----------
    assignment
        The assignment.
    folder
        Holds the notebooks, their data and the instructions.
    archive
        The same as one zip file.
    notebooks
        The released notebooks, in the order in which they are done.
    """

    assignment: Assignment
    folder: Path
    archive: Path
    notebooks: tuple[Path, ...]
