"""Where does a test fail, and with what words?"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from casebook.errors import Where
from casebook.exercises.regions import RegionKind, scan

COLOURS = re.compile(r"\x1b\[[0-9;]*m")
# IPython's line above each part of a traceback that is in a cell.
IN_CELL = re.compile(r"^Cell In\[\d+\], line (\d+)", re.MULTILINE)
# Where one exception came of another, the last is the one that ended the cell.
CAUSED = re.compile(r"direct cause of the following exception|another exception occurred:")


@dataclass(frozen=True)
class Failure:
    """A test cell that failed.

    Parameters
    ----------
    cell
        Its id.
    error, message
        The exception's name, and what it says.
    line
        The line of the cell; None if it cannot be told.
    hidden
        Whether that line is in its hidden part; then its visible part was passed.
    """

    cell: str
    error: str
    message: str
    line: int | None
    hidden: bool


def failure(cell: str, source: str, outputs: Sequence[Mapping[str, Any]]) -> Failure | None:
    """How a test cell failed; None if it raised nothing.

    Parameters
    ----------
    cell, source
        Its id, and the instructor's text.
    outputs
        Of its run.
    """
    error = next((output for output in outputs if output.get("output_type") == "error"), None)
    if error is None:
        return None
    traceback = COLOURS.sub("", "\n".join(error.get("traceback", [])))
    last = CAUSED.split(traceback)[-1]
    found = IN_CELL.search(last) or IN_CELL.search(traceback)
    line = int(found.group(1)) if found else None
    hidden = line is not None and line in hidden_lines(source)
    return Failure(cell, str(error.get("ename")), str(error.get("evalue", "")), line, hidden)


def hidden_lines(source: str) -> set[int]:
    """The lines of a test cell that students do not see, counted from 1."""
    hidden: set[int] = set()
    number = 0
    for part in scan(source, Where("a test")):
        lines = range(number + 1, number + len(part.all_lines) + 1)
        number += len(part.all_lines)
        if part.kind is RegionKind.HIDDEN_TESTS:
            hidden.update(lines)
    return hidden


def without_hidden(source: str) -> str:
    """A test cell as students see it."""
    return "\n".join(
        line
        for part in scan(source, Where("a test"))
        if part.kind is not RegionKind.HIDDEN_TESTS
        for line in part.lines
    )
