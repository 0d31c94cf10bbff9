"""Does the solution get all, the blank nothing, and each right or wrong answer what it should?"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from casebook.errors import Problem, Where
from casebook.exercises.answers import RIGHT, WRONG, is_autograded, load_answers
from casebook.exercises.model import Assignment


@dataclass(frozen=True)
class Case:
    """One submission with a known right grade.

    Parameters
    ----------
    name
        What it is called, such as ``wrong-answers/in-percent``.
    where
        What to mend if it gets something else.
    notebooks
        The notebooks that it hands in, by name.
    expected
        Points that each autograded cell of these notebooks should get, by id.
    """

    name: str
    where: Where
    notebooks: dict[str, Any]
    expected: dict[str, float]

    @property
    def kind(self) -> str:
        """``solution``, ``blank``, ``right`` or ``wrong``."""
        return {RIGHT: "right", WRONG: "wrong"}.get(self.name.partition("/")[0], self.name)

    @property
    def points_possible(self) -> float:
        """Points that the autograded cells of these notebooks are worth together."""
        return sum(points for notebook in self.notebooks.values() for points in full_points(notebook).values())


@dataclass(frozen=True)
class Verdict:
    """What a case got.

    Parameters
    ----------
    case
        The case.
    earned
        Points of each autograded cell, by id. None: a cell without a score.
    failure
        Why it could not be graded; None if it could.
    """

    case: Case
    earned: dict[str, float | None]
    failure: str | None = None

    @property
    def problems(self) -> list[Problem]:
        """One for each cell that got other points than it should."""
        if self.failure is not None:
            return [
                Problem(
                    f"{self.case.name}: it could not be graded: {self.failure}",
                    self.case.where,
                    "run the notebook by hand in JupyterLab and see where it stops.",
                )
            ]
        return [
            Problem(
                f"{self.case.name}: earned {self.earned.get(cell)} where {points:g} were expected.",
                Where(self.case.where.file, self.case.where.line, cell=cell),
                "change the test so that it tells this answer from the others, or mend what is expected.",
            )
            for cell, points in self.case.expected.items()
            if self.earned.get(cell) != points
        ]


def cases(assignment: Assignment, solution: dict[str, Any], blank: dict[str, Any]) -> list[Case]:
    """All submissions that an assignment is tried with.

    Parameters
    ----------
    assignment
        The assignment.
    solution, blank
        Its notebooks with the solutions in, and as released; by name.
    """
    full = {name: full_points(notebook) for name, notebook in solution.items()}
    everything = {cell: points for notebook in full.values() for cell, points in notebook.items()}
    found = [
        Case("solution", Where(assignment.file), solution, everything),
        Case("blank", Where(assignment.file), blank, dict.fromkeys(everything, 0.0)),
    ]
    for folder in (RIGHT, WRONG):
        for answer in load_answers(assignment, folder, solution):
            points = {cell: value for name in answer.notebooks for cell, value in full[name].items()}
            handed_in = answer.handed_in(solution)
            found.append(Case(f"{folder}/{answer.name}", Where(answer.file), handed_in, points | answer.expect))
    return found


def full_points(notebook: Any) -> dict[str, float]:
    """What each autograded cell of a compiled or released notebook is worth, by id."""
    return {cell.id: float(cell.metadata.nbgrader["points"]) for cell in notebook.cells if is_autograded(cell)}
