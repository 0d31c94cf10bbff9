"""Which lines of a cell are a solution, hidden tests or a mark scheme?

The only reader of these markers in the kit: compilation, release, leak gate and pages all ask
``scan``. nbgrader takes any line that contains ``BEGIN SOLUTION`` for a marker, whatever stands
around it, and so do we; but a marker out of place, which nbgrader passes over, is an error here.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from enum import StrEnum

from casebook.errors import CasebookError, Where


class RegionKind(StrEnum):
    """What stands between a BEGIN and an END marker, by nbgrader's names."""

    SOLUTION = "SOLUTION"
    HIDDEN_TESTS = "HIDDEN TESTS"
    MARK_SCHEME = "MARK SCHEME"


@dataclass(frozen=True)
class Part:
    """A run of lines of one kind.

    Parameters
    ----------
    kind
        What it is; None for text outside every region.
    lines
        Its lines without the markers.
    begin, end
        The marker lines; None outside regions.
    """

    kind: RegionKind | None
    lines: tuple[str, ...]
    begin: str | None = None
    end: str | None = None

    @property
    def all_lines(self) -> tuple[str, ...]:
        """The lines with the markers, as they stand in the cell."""
        markers = (self.begin,), (self.end,)
        first, last = (tuple(line for line in marker if line is not None) for marker in markers)
        return first + self.lines + last


MARKER = re.compile(rf"(BEGIN|END) ({'|'.join(RegionKind)})")


# What was meant for a marker, in a comment and with nothing after it, and is none to nbgrader: students
# would read what stands below.
NEARLY = re.compile(
    r"^\s*(?:#+|//+|%+|--+|=+|<!-+|/\*+)\s*(begin|end)[\s_-]*(solutions?|hidden[\s_-]*tests?|mark(?:ing)?[\s_-]*schemes?)[\W_]*$",
    re.IGNORECASE,
)
NAMES = {"s": RegionKind.SOLUTION, "h": RegionKind.HIDDEN_TESTS, "m": RegionKind.MARK_SCHEME}


def _line_of(where: Where, offset: int) -> Where:
    return where if where.line is None else replace(where, line=where.line + offset)


def _refuse_near_marker(line: str, where: Where) -> None:
    if nearly := NEARLY.match(line):
        meant = f"{nearly.group(1).upper()} {NAMES[nearly.group(2)[0].lower()]}"
        raise CasebookError.one(
            f"{line.strip()!r} is no marker, so what it was to hide would be seen.",
            where=where,
            mend=f'write "### {meant}", in capitals and with single blanks.',
        )


def scan(source: str, where: Where) -> tuple[Part, ...]:
    """The parts of a cell, in order.

    Parameters
    ----------
    source
        Text of one cell.
    where
        The cell's first line, for messages.

    Returns
    -------
    tuple of Part
        Each line of the cell is in exactly one part; ``joined(parts)`` gives the source back.

    Raises
    ------
    CasebookError
        A region is never closed, closed by another region's marker, opened inside another, or
        closed without having been opened; two markers stand on one line; or a comment looks like
        a marker and is none to nbgrader.
    """
    parts: list[Part] = []
    lines: list[str] = []
    begin: str | None = None
    kind: RegionKind | None = None
    opened_at = 0
    for offset, line in enumerate(source.split("\n")):
        markers = MARKER.findall(line)
        if not markers:
            _refuse_near_marker(line, _line_of(where, offset))
            lines.append(line)
            continue
        edge, name = markers[0][0], RegionKind(markers[0][1])
        here = _line_of(where, offset)
        if len(markers) > 1:
            # nbgrader reads such a line now as the one marker, now as the other.
            raise CasebookError.one(
                f"{len(markers)} markers stand on one line.", where=here, mend="give each marker a line of its own."
            )
        if edge == "BEGIN" and kind is not None:
            raise CasebookError.one(
                f'"BEGIN {name}" stands inside a {kind.lower()} region that is still open.',
                where=here,
                mend=f'add "END {kind}" above it.',
            )
        if edge == "END" and name is not kind:
            wrong = f"the open region is {kind.lower()}" if kind else "no region is open"
            raise CasebookError.one(
                f'"END {name}" closes nothing: {wrong}.',
                where=here,
                mend=f'delete the line, or add "BEGIN {name}" above it.',
            )
        if edge == "BEGIN":
            if lines:
                parts.append(Part(None, tuple(lines)))
            kind, begin, opened_at = name, line, offset
        else:
            parts.append(Part(kind, tuple(lines), begin, line))
            kind = None
        lines = []
    if kind is not None:
        raise CasebookError.one(
            f'"BEGIN {kind}" is never closed.',
            where=_line_of(where, opened_at),
            mend=f'add "END {kind}" after its last line, or delete the line.',
        )
    if lines:
        parts.append(Part(None, tuple(lines)))
    return tuple(parts)


def joined(parts: Iterable[Part]) -> str:
    """The text that the parts were scanned from."""
    return "\n".join(line for part in parts for line in part.all_lines)
