"""How does a page say a date, a weight, or what lateness costs?"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, datetime

from casebook.course.model import WEEKDAYS, Course, GradedAssignment, LatePolicy

MONTHS = (
    *("January", "February", "March", "April", "May", "June"),
    *("July", "August", "September", "October", "November", "December"),
)

Cell = str | Sequence[str]


def day_words(day: date) -> str:
    """``Thu 1 April``."""
    return f"{WEEKDAYS[day.weekday()][:3]} {day.day} {MONTHS[day.month - 1]}"


def moment_words(moment: datetime) -> str:
    """``Thu 1 April 2027, 23:59``."""
    return f"{day_words(moment)} {moment.year}, {moment:%H:%M}"


def clock_words(course: Course) -> str:
    """By whose clock a course's times are."""
    return f"All times are by the clock of {course.zone.key}."


def weight_words(assignment: GradedAssignment, of: str = "") -> str:
    """``20 %``, and of what; work of weight 0 is not counted."""
    return f"{assignment.weight_percent:g} %{of}" if assignment.weight_percent else "not counted"


def late_words(late: LatePolicy) -> str:
    """What lateness costs, as one or two sentences."""
    text = (
        f"Each day late, also one just begun, takes off {late.percent_per_day:g} % of an assignment's points, "
        f"and never more than {late.cap_percent:g} %."
    )
    if late.grace_hours:
        hours = "hour" if late.grace_hours == 1 else "hours"
        text += f" Work that comes within {late.grace_hours:g} {hours} of the due time is not late."
    return text


def list_table(caption: str, header: Sequence[str], rows: Iterable[Sequence[Cell]]) -> str:
    """A table with a caption, a row of column headings, and a heading in front of each row, as MyST Markdown."""
    lines = ["```{list-table} " + caption, ":header-rows: 1", ":stub-columns: 1", ":class: row-cards", ""]
    for row in [header, *rows]:
        cells = [_cell(cell) for cell in row]
        lines += [f"{'* -' if number == 0 else '  -'} {cell}".rstrip() for number, cell in enumerate(cells)]
    return "\n".join([*lines, "```"])


def _cell(cell: Cell) -> str:
    if isinstance(cell, str):
        return cell
    if len(cell) == 1:
        return cell[0]
    # A list inside the cell; its lines stand under the cell's own text.
    return "\n    ".join(f"- {line}" for line in cell)
