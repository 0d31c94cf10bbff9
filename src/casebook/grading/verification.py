"""Does each test tell right from wrong?

Everything is graded by the kit's own engine, in a course directory that is thrown away: the solution
must get full points, the blank release nothing on what is autograded, each right answer full points, and
each wrong answer exactly what its file says. Mutants of the solution must lose points; hidden tests must
notice what visible ones do not; no test may lean on another, on the clock, the network or chance, or take
a warning for an error; all must hold with whatever values a student may have; messages must say what was
expected and not give it away; and no notebook may use more than its limits.
"""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable, Generator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from typing import Any

from casebook.errors import Problem
from casebook.exercises.model import Assignment
from casebook.exercises.regions import RegionKind, scan
from casebook.grading.verification_cases import Case, Verdict, cases, full_points
from casebook.grading.verification_failures import Failure
from casebook.grading.verification_independence import (
    check_problem,
    checks,
    closer_checks,
    leaning_problems,
    not_full,
    start_other_parent,
)
from casebook.grading.verification_limits import Use, limit_problems, measuring, use_of
from casebook.grading.verification_messages import message_faults, message_problems, seen_by_students
from casebook.grading.verification_mutants import Tried, failed, mutant_problems, mutants_tried, solutions_answers
from casebook.grading.verification_report import Report
from casebook.grading.verification_stand import Advance, Outcome, Stand, stand
from casebook.grading.verification_variants import variants
from casebook.grading.verification_warnings import warning_checks, warning_problem
from casebook.project import Project

__all__ = ["Case", "Report", "Verdict", "cases", "full_points", "verify"]

# What is being done, how much of it is done, and how much there is.
Progress = Callable[[str, int, int], None]


def verify(project: Project, assignment: Assignment, progress: Progress = lambda _step, _done, _total: None) -> Report:
    """Try an assignment in every way.

    Parameters
    ----------
    project, assignment
        What.
    progress
        Told of each run that has ended.

    Raises
    ------
    CasebookError
        The text is not sound, or something secret would be released.
    """
    seconds: dict[str, float] = {}

    def advance(step: str) -> Advance:
        return lambda done, total: progress(f"{assignment.name}: {step}", done, total)

    with ExitStack() as stack:
        with _timed(seconds, "release"):
            advance("release")(0, 1)
            standing = stack.enter_context(stand(project, assignment))
        with _timed(seconds, "cases"):
            tried = _cases(standing, advance("cases"))
            answers = solutions_answers(standing)
        with _timed(seconds, "mutants"):
            mutants = sorted(mutants_tried(standing, answers, advance("mutants")), key=lambda each: each.mutant.id)
        with _timed(seconds, "apart"):
            uses, apart = _apart(standing, answers, advance("apart"))
        with _timed(seconds, "variants"):
            varied = variants(standing, [verdict.case for verdict, _ in tried], advance("variants"))
    verdicts = [verdict for verdict, _ in tried]
    failures = [
        each for case, outcome in tried if case.case.kind == "wrong" for each in _failures(standing, case, outcome)
    ]
    problems = [
        *(problem for verdict in verdicts for problem in verdict.problems),
        *mutant_problems(standing, mutants),
        *_hidden_problems(standing, [*(each for each, _ in failures), *(f for each in mutants for f in each.failures)]),
        *apart,
        *varied.problems,
        *leaning_problems(standing),
        *_message_problems(standing, tried, answers),
        *limit_problems(standing, uses),
    ]
    return Report(
        assignment=assignment.name,
        points=assignment.points,
        questions=_questions(standing),
        verdicts=verdicts,
        mutants=mutants,
        uses=uses,
        variants=list(varied.tried),
        hints=[*_hints(standing, mutants, answers), *varied.hints],
        seconds=seconds,
        problems=problems,
        survivors=dict(assignment.survivors),
    )


@contextmanager
def _timed(seconds: dict[str, float], step: str) -> Generator[None]:
    began = time.monotonic()
    yield
    seconds[step] = round(time.monotonic() - began, 2)


def _cases(standing: Stand, advance: Advance) -> list[tuple[Verdict, Outcome]]:
    found = cases(standing.assignment, standing.solution, standing.released)
    works = ((str(number), standing.prepared(f"case-{number}", case.notebooks)) for number, case in enumerate(found))
    outcomes = dict(standing.run(works, advance, len(found)))
    return [(_verdict(case, outcomes[str(number)]), outcomes[str(number)]) for number, case in enumerate(found)]


def _verdict(case: Case, outcome: Outcome) -> Verdict:
    earned = {cell: points for cell, points in outcome.points.items() if cell in case.expected}
    return Verdict(case, earned, outcome.failure)


def _failures(standing: Stand, verdict: Verdict, outcome: Outcome) -> list[tuple[Failure, bool]]:
    """How tests failed, and whether an answer of the same notebook had raised an error by itself."""
    found: list[tuple[Failure, bool]] = []
    for name, notebook in verdict.case.notebooks.items():
        stopped = any(
            output["output_type"] == "error"
            for cell in notebook.cells
            if cell.id not in standing.tests
            for output in outcome.outputs.get(cell.id, [])
        )
        found += [(each, stopped) for each in failed(standing, name, outcome)]
    return found


def _apart(
    standing: Stand, answers: Mapping[str, Mapping[str, Any]], advance: Advance
) -> tuple[list[Use], list[Problem]]:
    """What notebooks use, and tests that lean on something else."""
    start_other_parent(standing)
    warned = warning_checks(standing, answers)
    all_checks = checks(standing) | warned
    measured = list(measuring(standing))
    works = [
        *((f"use {name}", work) for name, work in measured),
        *((name, check.work) for name, check in all_checks.items()),
    ]
    outcomes = dict(standing.run(works, advance, len(works)))
    uses = [use_of(name, outcomes[f"use {name}"]) for name, _ in measured]
    lost = {name: not_full(standing, check, outcomes[name]) for name, check in all_checks.items()}
    away: dict[str, tuple[str, ...]] = {}
    problems: list[Problem] = []
    for name, check in all_checks.items():
        if "/elsewhere" in name and lost[name] and not lost[f"{check.notebook}/alone"]:
            away[check.notebook] = tuple(dict.fromkeys([*away.get(check.notebook, ()), *lost[name]]))
        elif name in warned:
            failing = [test for test in lost[name] if test not in lost[f"{check.notebook}/alone"]]
            problems += [warning_problem(standing, check, test) for test in failing]
        elif "/elsewhere" not in name:
            problems += [check_problem(standing, check, test) for test in lost[name]]
    return uses, problems + _closer(standing, away)


def _closer(standing: Stand, away: Mapping[str, tuple[str, ...]]) -> list[Problem]:
    """Why tests fail in other surroundings: each cause by itself."""
    closer = closer_checks(standing, away)
    works = [(name, check.work) for name, check in closer.items()]
    outcomes = dict(standing.run(works, lambda _done, _total: None, len(works)))
    found: dict[tuple[str, str], Problem] = {}
    for name, check in closer.items():
        for test in not_full(standing, check, outcomes[name]):
            found[test, check.otherwise] = check_problem(standing, check, test)
    named = {test for test, _ in found}
    for notebook, tests in away.items():
        together = next(check for check in closer.values() if check.notebook == notebook)
        for test in tests:
            if test not in named:
                check = together._replace(otherwise="seeds, time zone, day and network are others together")
                found[test, ""] = check_problem(standing, check, test)
    return list(found.values())


def _hidden_problems(standing: Stand, failures: Sequence[Failure]) -> list[Problem]:
    """Hidden tests that notice nothing which the visible part of their cell lets through."""
    noticing = {each.cell for each in failures if each.hidden}
    return [
        Problem(
            f"The hidden tests of {cell.id} add nothing: no wrong answer and no mutant passes the visible part and fails here.",
            standing.where(cell.id),
            "add a wrong answer that only the hidden part notices, or delete what the visible part says already.",
        )
        for notebook in standing.solution.values()
        for cell in notebook.cells
        if cell.id in standing.tests and cell.id not in noticing
        if any(part.kind is RegionKind.HIDDEN_TESTS for part in scan(cell.source, standing.where(cell.id)))
    ]


def _message_problems(
    standing: Stand, tried: Sequence[tuple[Verdict, Outcome]], answers: Mapping[str, Mapping[str, Any]]
) -> list[Problem]:
    seen = seen_by_students(standing.released)
    return [
        problem
        for verdict, outcome in tried
        if verdict.case.kind == "wrong"
        for problem in message_problems(
            verdict.case.name, verdict.case.where, _failures(standing, verdict, outcome), answers, seen
        )
    ]


def _hints(standing: Stand, mutants: Sequence[Tried], answers: Mapping[str, Mapping[str, Any]]) -> list[str]:
    """Tests whose messages are not what they should be for some mutants."""
    seen = seen_by_students(standing.released)
    counted: Counter[str] = Counter()
    example: dict[str, str] = {}
    for each in mutants:
        for failure in each.failures:
            for what, _ in message_faults(failure, answers.get(failure.cell, {}), seen, own_error=True):
                counted[failure.cell] += 1
                example.setdefault(failure.cell, f"{each.mutant.id}: {what}")
    return [
        f"{cell}: for {number} of the mutants its message says too little or too much, such as {example[cell]}"
        for cell, number in counted.items()
    ]


def _questions(standing: Stand) -> int:
    marks = [cell.metadata.get("nbgrader", {}) for notebook in standing.solution.values() for cell in notebook.cells]
    return sum(bool(mark.get("solution") or mark.get("task")) for mark in marks)
