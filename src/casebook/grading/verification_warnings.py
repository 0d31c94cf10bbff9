"""Does what a student's function warns of cost points?

Text on the error stream takes all points of a test cell, in nbgrader too, and a warning of pandas is
such text: a right function must not lose points because it calls something that a later version drops.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from casebook.errors import Problem
from casebook.grading.verification_answers import homes, kind_of, value_of
from casebook.grading.verification_independence import Check
from casebook.grading.verification_stand import Stand, only_tests

MEND = 'begin the test cell with: import warnings; warnings.simplefilter("ignore")'

# Each warning says something else, since Python says the same thing once only. What ``inspect`` reads
# of the function stays what the student wrote.
WRAPPING = """\
def _warning(function):
    import functools, itertools, warnings
    calls = itertools.count(1)
    @functools.wraps(function)
    def warned(*given, **named):
        for kind in (DeprecationWarning, FutureWarning, UserWarning):
            warnings.warn(f"Call {next(calls)}: a later version does without this.", kind)
        return function(*given, **named)
    return warned
"""


def warning_checks(stand: Stand, answers: Mapping[str, Mapping[str, Any]]) -> dict[str, Check]:
    """For each notebook with functions that tests ask for: a run in which these warn.

    Parameters
    ----------
    stand
        Where it is tried.
    answers
        The solution's answers for each test.
    """
    found: dict[str, Check] = {}
    for notebook, compiled in stand.solution.items():
        asked = homes(compiled.cells, stand.steps(notebook))
        functions: dict[str, set[str]] = {}
        tests: dict[str, list[str]] = {}
        for test, names in asked.items():
            for name, cell in names.items():
                if kind_of(value_of(answers.get(test, {}).get(name))) == "function":
                    functions.setdefault(cell, set()).add(name)
                    tests.setdefault(test, []).append(name)
        if not tests:
            continue
        sources = {cell.id: cell.source for cell in compiled.cells}
        wrapped = {
            cell: "\n".join([sources[cell], WRAPPING, *(f"{name} = _warning({name})" for name in sorted(names))])
            for cell, names in functions.items()
        }
        work = only_tests(stand.work(notebook, wrapped), notebook, list(tests))
        said = ", ".join(sorted({name for names in tests.values() for name in names}))
        found[f"{notebook}/warnings"] = Check(work, tuple(tests), notebook, f"{said} warns")
    return found


def warning_problem(stand: Stand, check: Check, test: str) -> Problem:
    """A test in which a warning costs points."""
    return Problem(
        f"A right answer does not get full points in {test} when {check.otherwise}: what it warns of is taken for an error.",
        stand.where(test),
        MEND,
    )
