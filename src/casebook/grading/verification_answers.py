"""What are the answers of a solution, as the tests get them, and are those of another the same?"""

from __future__ import annotations

import math
import os
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any

from casebook.grading.execution import put_files
from casebook.grading.isolation_names import Names, UnreadableError, names_in
from casebook.grading.notebook_run import ANSWER_S, ENVIRONMENT, PYTHON, Step
from casebook.grading.working_folder import working_folder
from casebook.kernels.forked import CAN_FORK
from casebook.kernels.kernel_shell import KernelShell
from casebook.kernels.plain_values import NotPlainDataError, decode
from casebook.kernels.shell_parents import shell_parent
from casebook.kernels.shells import Shell, ShellEndedError

# Under this name a work says that only its answers are asked for; and its result has them.
READ = "read"
CELL_S = 10
TOLERANCE = 1e-9
CANNOT = "cannot"


def answers_read(work: dict[str, Any]) -> dict[str, Any]:
    """Run a work's answer cells, and give at each test what the test would get.

    Returns
    -------
    dict
        Under ``READ``, for each test cell its answers by name, as plain data; a name that cannot cross
        has a dict with ``cannot``. The tests themselves are not run.
    """
    found: dict[str, dict[str, Any]] = {}
    with working_folder() as folder:
        put_files(work["files"], folder)
        for to_run in work["notebooks"].values():
            found |= _read(to_run, folder, tuple(work["preload"]))
    return {READ: found}


def _read(to_run: Mapping[str, Any], folder: Path, preload: tuple[str, ...]) -> dict[str, dict[str, Any]]:
    found: dict[str, dict[str, Any]] = {}
    tests: dict[str, Step] = {step["grade_id"]: step for step in to_run["steps"] if step["is_test"]}
    with _box(folder, preload) as box:
        for cell in to_run["notebook"]["cells"]:
            marks = cell["metadata"].get("nbgrader", {})
            step = tests.get(marks.get("grade_id"))
            if step is not None:
                try:
                    given = box.answers(step["answers"], timeout_s=ANSWER_S)
                except ShellEndedError as error:
                    given = {name: {CANNOT: str(error)} for name in step["answers"]}
                found[marks["grade_id"]] = given
            elif cell["cell_type"] == "code" and cell["source"].strip():
                box.run_cell(cell["source"], timeout_s=CELL_S, output_bytes=1000)
    return found


def _box(folder: Path, preload: tuple[str, ...]) -> Shell | KernelShell:
    environment = os.environ | ENVIRONMENT
    return Shell(shell_parent(preload), folder, environment) if CAN_FORK else KernelShell(PYTHON, folder, environment)


def value_of(answer: Mapping[str, Any] | None) -> Any:
    """The value of an answer as it crossed; ``Unknown`` if it is not bound or cannot cross."""
    if answer is None or "value" not in answer:
        return Unknown()
    try:
        return decode(answer["value"], call=lambda _number, _question: {CANNOT: "it is only looked at"})
    except NotPlainDataError:
        return Unknown()


class Unknown:
    """A value that is not known; it is like no other."""

    __hash__ = None  # type: ignore[assignment]

    def __eq__(self, other: object) -> bool:
        """Like no other."""
        return False


def kind_of(value: Any) -> str:
    """Of which kind a value is, in the words of ``casebook.exercises.mutants.Value``."""
    names = {each.__name__ for each in type(value).__mro__}
    if type(value).__name__ in {"bool", "bool_"}:
        return "flag"
    if names & {"int", "float", "number", "Decimal", "Fraction"}:
        return "number"
    for kind, types in KINDS.items():
        if names & types:
            return kind
    return "function" if callable(value) else "none" if value is None else "other"


KINDS: Mapping[str, frozenset[str]] = {
    "text": frozenset({"str"}),
    "list": frozenset({"list", "tuple", "ndarray"}),
    "dict": frozenset({"dict"}),
    "series": frozenset({"Series"}),
    "table": frozenset({"DataFrame"}),
    "chart": frozenset({"TopLevelMixin"}),
}


def same(one: Any, other: Any) -> bool:
    """Whether two answers are the same: numbers to nine digits, charts by their specs, functions never."""
    kind = kind_of(one)
    if kind_of(other) != kind or kind == "function":
        return False
    match kind:
        case "number":
            alike = _close(float(one), float(other)) and isinstance(one, int) == isinstance(other, int)
        case "series" | "table":
            alike = _same_tables(one, other, kind)
        case "chart":
            alike = one.to_dict() == other.to_dict()
        case "list":
            alike = type(one) is type(other) and len(one) == len(other) and all(map(same, one, other))
        case "dict":
            alike = list(one) == list(other) and all(same(value, other[key]) for key, value in one.items())
        case _:
            # Texts; and dates and the like, which know by themselves.
            alike = type(one) is type(other) and bool(one == other)
    return alike


def _close(one: float, other: float) -> bool:
    return math.isclose(one, other, rel_tol=TOLERANCE, abs_tol=TOLERANCE) or (math.isnan(one) and math.isnan(other))


def _same_tables(one: Any, other: Any, kind: str) -> bool:
    import pandas as pd

    compare: Any = pd.testing.assert_series_equal if kind == "series" else pd.testing.assert_frame_equal
    try:
        compare(one, other, rtol=TOLERANCE, atol=TOLERANCE)
    except AssertionError:
        return False
    return True


def homes(cells: Sequence[Mapping[str, Any]], steps: Sequence[Step]) -> dict[str, dict[str, str]]:
    """For each test cell, for each name that it asks for: the answer cell that has bound it."""
    asked = {str(step["grade_id"]): step["answers"] for step in steps if step["is_test"] and step["grade_id"]}
    bound: dict[str, str] = {}
    found: dict[str, dict[str, str]] = {}
    for cell in cells:
        marks = cell["metadata"].get("nbgrader", {})
        grade_id = str(marks.get("grade_id"))
        if grade_id in asked:
            found[grade_id] = {name: bound[name] for name in asked[grade_id] if name in bound}
        elif marks.get("solution") and cell["cell_type"] == "code":
            names = names_of(cell["source"])
            bound |= dict.fromkeys(names.binds | names.changes, grade_id)
    return found


@cache
def names_of(source: str) -> Names:
    """The names of a cell; none if it cannot be read."""
    try:
        return names_in(source)
    except UnreadableError:
        return Names()
