"""Do the tests give the same whatever else runs, and whenever and wherever?"""

from __future__ import annotations

import copy
import os
from collections.abc import Mapping
from itertools import pairwise
from typing import Any, NamedTuple, cast

from casebook.errors import Problem, Where
from casebook.grading.execution import Work
from casebook.grading.model import Tests
from casebook.grading.notebook_run import Step
from casebook.grading.verification_stand import Outcome, Stand, is_test, only_tests
from casebook.grading.verification_surroundings import MENDS, leanings
from casebook.kernels.shell_parents import shell_parent

# A module that changes nothing, so that the warm parent with the other hash seed is one of its own.
OTHER_PARENT = "__future__"
OTHER_HASH_SEED = "4711"

# Each is run at the beginning of both processes.
PROLOGUES: Mapping[str, str] = {
    "chance": """\
def _begin():
    import random, numpy
    random.seed({seed})
    numpy.random.seed({seed})
""",
    "the time zone": """\
def _begin():
    import os, time
    os.environ["TZ"] = "{zone}"
    time.tzset()
""",
    "the day": """\
def _begin():
    import datetime, sys, time
    shift = datetime.timedelta(days={days})
    def shifted(kind, names):
        class Meta(type(kind)):
            def __instancecheck__(cls, value):
                return isinstance(value, kind)
            def __call__(cls, *given, **named):
                return kind(*given, **named)
        def later(name):
            return classmethod(lambda cls, *given, **named: getattr(kind, name)(*given, **named) + shift)
        return Meta(kind.__name__, (kind,), {{name: later(name) for name in names}})
    datetime.date = shifted(datetime.date, ["today"])
    datetime.datetime = shifted(datetime.datetime, ["now", "today", "utcnow"])
    real = time.time
    time.time = lambda: real() + shift.total_seconds()
    if "pandas" in sys.modules:
        import pandas
        now = pandas.Timestamp.now
        pandas.Timestamp.now = pandas.Timestamp.today = classmethod(lambda cls, *given: now(*given) + shift)
""",
    "the network": """\
def _begin():
    import socket
    def refused(*given, **named):
        raise OSError("There is no network while tests run.")
    socket.socket.connect = socket.socket.connect_ex = refused
    socket.getaddrinfo = socket.create_connection = refused
""",
}
ELSEWHERE = (
    {"seed": 11, "zone": "Pacific/Kiritimati", "days": 199},
    {"seed": 12, "zone": "Etc/GMT+12", "days": -4000},
)
HASH_SEED = "the hash seed (the order of a set)"


class Check(NamedTuple):
    """One run that should give the same as the solution.

    Parameters
    ----------
    work
        What is run.
    tests
        The test cells that should have full points.
    notebook
        The notebook.
    otherwise
        What is other than usual, for a sentence such as "It fails when ...".
    """

    work: Work
    tests: tuple[str, ...]
    notebook: str
    otherwise: str


def start_other_parent(stand: Stand) -> None:
    """Start the warm parent in which texts have other hashes; it ends with this process."""
    before = os.environ.get("PYTHONHASHSEED")
    os.environ["PYTHONHASHSEED"] = OTHER_HASH_SEED
    try:
        shell_parent((*stand.assigned.preload, OTHER_PARENT))
    finally:
        del os.environ["PYTHONHASHSEED"]
        if before is not None:
            os.environ["PYTHONHASHSEED"] = before


def checks(stand: Stand) -> dict[str, Check]:
    """All runs that should give the same as the solution, by name."""
    found: dict[str, Check] = {}
    for name in stand.solution:
        work = stand.work(name)
        tests = tuple(cell.id for cell in stand.solution[name].cells if cell.id in stand.tests)
        found[f"{name}/alone"] = Check(work, tests, name, "its notebook is run alone")
        if len(tests) > 1:
            found[f"{name}/reversed"] = Check(
                _reversed(work, name), tests, name, "the tests of an answer run in reverse order"
            )
            for test in tests:
                only = only_tests(work, name, [test])
                found[f"{name}/only {test}"] = Check(only, (test,), name, "the other test cells are left out")
        for number, where in enumerate(ELSEWHERE):
            prologues = [text.format(**where) for text in PROLOGUES.values()]
            away = _elsewhere(work, name, prologues, other_parent=number == 0)
            found[f"{name}/elsewhere-{number}"] = Check(away, tests, name, "the surroundings are others")
    return found


def closer_checks(stand: Stand, failed: Mapping[str, tuple[str, ...]]) -> dict[str, Check]:
    """For notebooks with tests that fail elsewhere: the runs that tell why, one cause each."""
    found: dict[str, Check] = {}
    for name, tests in failed.items():
        work = stand.work(name)
        found[f"{name}/hash"] = Check(
            _elsewhere(work, name, [], other_parent=True), tests, name, f"{HASH_SEED} is another"
        )
        for what, text in PROLOGUES.items():
            for number, where in enumerate(ELSEWHERE):
                away = _elsewhere(work, name, [text.format(**where)], other_parent=False)
                otherwise = "there is no network" if what == "the network" else f"{what} is another"
                found[f"{name}/{what} {number}"] = Check(away, tests, name, otherwise)
    return found


def _elsewhere(work: Work, notebook: str, prologues: list[str], *, other_parent: bool) -> Work:
    to_run = copy.deepcopy(work["notebooks"][notebook])
    source = "\n".join(f"{text}\n_begin()\ndel _begin" for text in prologues) or "pass"
    cell: dict[str, Any] = {"cell_type": "code", "id": "surroundings", "metadata": {}, "source": source}
    to_run["notebook"]["cells"].insert(0, cell | {"outputs": [], "execution_count": None})
    if to_run["tests"] == Tests.ISOLATED:
        first = Step(grade_id=None, source=source, answers=[], imports=[], tests=Tests.ISOLATED, is_test=False)
        to_run["steps"].insert(0, first)
    preload = [*work["preload"], OTHER_PARENT] if other_parent else work["preload"]
    return cast("Work", {**work, "notebooks": {notebook: to_run}, "preload": preload})


def _reversed(work: Work, notebook: str) -> Work:
    """Tests that follow each other with no answer and nothing given between them, the last one first."""
    to_run = copy.deepcopy(work["notebooks"][notebook])
    cells: list[dict[str, Any]] = []
    group: list[dict[str, Any]] = []
    for cell in to_run["notebook"]["cells"]:
        if is_test(cell):
            group.insert(0, cell)
        elif cell["cell_type"] == "code":
            cells += [*group, cell]
            group = []
    to_run["notebook"]["cells"] = [*cells, *group]
    steps: list[Step] = []
    tests: list[Step] = []
    followed = _followed(work["notebooks"][notebook]["notebook"]["cells"])
    for step in to_run["steps"]:
        if step["is_test"] and (not tests or (tests[0]["grade_id"], step["grade_id"]) in followed):
            tests.insert(0, step)
            continue
        steps += tests
        tests = [step] if step["is_test"] else []
        steps += [] if step["is_test"] else [step]
    to_run["steps"] = [*steps, *tests]
    return cast("Work", {**work, "notebooks": {notebook: to_run}})


def _followed(cells: list[dict[str, Any]]) -> set[tuple[str | None, str | None]]:
    """Pairs of test cells of which the second comes after the first, with no other code between them."""
    code = [cell for cell in cells if cell["cell_type"] == "code"]
    ids = [cell["metadata"].get("nbgrader", {}).get("grade_id") if is_test(cell) else None for cell in code]
    return {(one, other) for one, other in pairwise(ids) if one and other}


def not_full(stand: Stand, check: Check, outcome: Outcome) -> tuple[str, ...]:
    """The test cells of a check that did not get full points."""
    full = {
        cell.id: float(cell.metadata.nbgrader["points"])
        for cell in stand.solution[check.notebook].cells
        if cell.id in check.tests
    }
    return tuple(cell for cell in check.tests if outcome.points.get(cell) != full[cell])


def check_problem(stand: Stand, check: Check, test: str) -> Problem:
    """A test that does not give the solution full points in other surroundings."""
    return Problem(
        f"The solution does not get full points in {test} when {check.otherwise}.",
        stand.where(test),
        "let the test make for itself all that it needs, the same each time.",
    )


def leaning_problems(stand: Stand) -> list[Problem]:
    """Cells of the instructor's that ask the clock, the network or chance."""
    return [
        Problem(
            f"{_short(text)} asks {'chance' if what == 'chance' else f'the {what}'}, so that it may give something else another time.",
            _line(stand, notebook, cell, line),
            MENDS[what],
        )
        for notebook, compiled in stand.solution.items()
        for cell in compiled.cells
        if cell.cell_type == "code" and not cell.metadata.get("nbgrader", {}).get("solution")
        for line, what, text in leanings(cell.source)
    ]


def _line(stand: Stand, notebook: str, cell: Any, line: int) -> Where:
    if "nbgrader" not in cell.metadata:
        return Where(stand.assignment.folder / f"{notebook}.md", cell=cell.id)
    where = stand.where(cell.id)
    return Where(where.file, None if where.line is None else where.line + line - 1, cell=cell.id)


def _short(text: str) -> str:
    return text if len(text) <= 60 else f"{text[:59]}…"  # noqa: PLR2004  (the most of a line)
