"""What does verification say of an assignment?"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from casebook.errors import Problem
from casebook.exercises.variants import Values
from casebook.grading.verification_cases import Verdict
from casebook.grading.verification_limits import Use
from casebook.grading.verification_mutants import Tried


@dataclass(frozen=True)
class Report:
    """All that was tried of one assignment.

    Parameters
    ----------
    assignment
        Its name.
    points, questions
        What it is worth, and how many answers it asks for.
    verdicts
        Of the cases: solution, blank, right answers, wrong answers.
    mutants
        What became of each mutant.
    uses
        What each notebook used.
    hints
        What need not be mended, and could be better.
    seconds
        How long each step took.
    problems
        What has to be mended.
    survivors
        Why mutants live that are explained.
    variants
        The sets of values of its parameters with which it was tried; none: it has none.
    """

    assignment: str
    points: float
    questions: int
    verdicts: list[Verdict]
    mutants: list[Tried]
    uses: list[Use]
    hints: list[str]
    seconds: dict[str, float]
    problems: list[Problem]
    survivors: dict[str, str] = field(default_factory=dict[str, str])
    variants: list[Values] = field(default_factory=list[Values])

    @property
    def fates(self) -> Counter[str]:
        """How many mutants were killed, equivalent, explained, survived."""
        return Counter(tried.fate for tried in self.mutants)

    def count(self, kind: str) -> int:
        """How many cases of a kind there are."""
        return sum(verdict.case.kind == kind for verdict in self.verdicts)

    def as_json(self) -> Iterator[dict[str, Any]]:
        """One object for each case, mutant, hint and problem, and one in the end for all of it."""
        for verdict in self.verdicts:
            yield {
                "assignment": self.assignment,
                "kind": "case",
                "case": verdict.case.name,
                "as_expected": not verdict.problems,
                "earned": verdict.earned,
                "expected": verdict.case.expected,
                "failure": verdict.failure,
            }
        for tried in self.mutants:
            mutant = tried.mutant
            yield {
                "assignment": self.assignment,
                "kind": "mutant",
                "mutant": mutant.id,
                "cell": mutant.cell,
                "operator": mutant.operator,
                "fate": tried.fate,
                "before": mutant.before,
                "after": mutant.after,
                "hint": mutant.hint,
                "reason": self.survivors.get(mutant.id) if tried.fate == "explained" else None,
            }
        for hint in self.hints:
            yield {"assignment": self.assignment, "kind": "hint", "hint": hint}
        for problem in self.problems:
            yield problem_as_json(self.assignment, problem)
        yield {
            "assignment": self.assignment,
            "kind": "assignment",
            "as_expected": not self.problems,
            "points": self.points,
            "questions": self.questions,
            "right": self.count("right"),
            "wrong": self.count("wrong"),
            "mutants": len(self.mutants),
            **{fate: self.fates[fate] for fate in ("killed", "equivalent", "explained", "survived")},
            "variants": self.variants,
            "notebooks": [vars(use) for use in self.uses],
            "seconds": self.seconds,
        }


def problem_as_json(assignment: str, problem: Problem) -> dict[str, Any]:
    """A problem as one object."""
    return {
        "assignment": assignment,
        "kind": "problem",
        "what": problem.what,
        "where": None if problem.where is None else str(problem.where),
        "mend": problem.mend,
    }
