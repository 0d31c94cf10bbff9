"""How many points does one cell earn?

The one function that decides: nbgrader's rules, except that a result that cannot be points is an
error, where nbgrader gives all points for it.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

from casebook.errors import CasebookError
from casebook.grading.model import CellPoints, InstructorCell


class ScoreError(CasebookError):
    """The result of a test cell cannot be points."""


def score(cell: InstructorCell, outputs: Sequence[Mapping[str, Any]], *, untouched: bool) -> CellPoints:
    """The points that one graded cell earned by itself.

    The first output that decides, in order: an error or text on the error stream gives nothing; a
    result (the value of the cell's last line) that is a number gives that many points, any other
    result all of them. A test cell without such an output gives all its points.

    Parameters
    ----------
    cell
        The cell as the instructor wrote it: what it is and what it is worth come from there alone.
    outputs
        What it printed and showed when it ran, as in a notebook, after the course's limits on output.
    untouched
        Whether an answer is still the text that students start from. Test cells do not ask.

    Returns
    -------
    CellPoints
        Between 0 and the cell's points. None: a person has to give them.

    Raises
    ------
    ScoreError
        The result is a number that cannot be points: not a number, infinite, below zero or above
        the cell's points; or it has no text to be read.
    ValueError
        The cell is not graded.
    """
    if not (cell.grade or cell.task):
        message = f"The cell {cell.grade_id!r} is not graded."
        raise ValueError(message)
    if cell.is_test:
        return CellPoints(cell.grade_id, _test_points(cell, outputs))
    return CellPoints(cell.grade_id, 0.0 if cell.solution and untouched and not cell.task else None)


def _test_points(cell: InstructorCell, outputs: Sequence[Mapping[str, Any]]) -> float:
    # Wherever it stands: a student's function that a test calls can show a result before it fails.
    if any(output.get("output_type") == "error" for output in outputs):
        return 0.0
    for output in outputs:
        kind = output.get("output_type")
        if kind == "stream" and output.get("name") == "stderr":
            return 0.0
        if kind == "execute_result":
            return _partial_points(cell, output)
    return _possible(cell)


def _possible(cell: InstructorCell) -> float:
    return 0.0 if cell.points is None else float(cell.points)


def _partial_points(cell: InstructorCell, output: Mapping[str, Any]) -> float:
    text: object = (output.get("data") or {}).get("text/plain")
    if isinstance(text, list):
        # As files hold it, a text of several lines is a list; such a text is no number.
        if len(text) > 1:
            return _possible(cell)
        text = text[0] if text else None
    if not isinstance(text, str) or not text:
        raise _cannot_be_points(cell, "has no text")
    try:
        points = float(text)
    except ValueError:
        return _possible(cell)
    if math.isnan(points):
        raise _cannot_be_points(cell, "is not a number (nan)")
    if math.isinf(points):
        raise _cannot_be_points(cell, f"is infinite ({points})")
    if points < 0:
        raise _cannot_be_points(cell, f"is {points:g}, less than 0")
    if points > _possible(cell):
        raise _cannot_be_points(cell, f"is {points:g}, more than the {_possible(cell):g} points that it is worth")
    # Minus zero is zero.
    return points + 0.0


def _cannot_be_points(cell: InstructorCell, why: str) -> CasebookError:
    return ScoreError.one(
        f"The result of the test cell {cell.grade_id!r} cannot be points: it {why}.",
        mend=f"let its last line give a number from 0 to {_possible(cell):g}, or none at all.",
    )
