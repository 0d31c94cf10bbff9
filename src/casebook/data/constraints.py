"""What may the cells of a column hold, as its passport says?"""

from __future__ import annotations

import re
from datetime import date

from casebook.data.entry import Entry
from casebook.data.model import NUMERIC_TYPES, Constraints
from casebook.data.near import known_names

CONSTRAINTS = ("enum", "maximum", "minimum", "pattern", "required", "unique")


def constraints_of(field: Entry, kind: str) -> Constraints:
    """Give the constraints of one column.

    Parameters
    ----------
    field
        The entry of the column; without ``constraints`` everything is allowed.
    kind
        Its type: limits are for numbers and dates, patterns for text.
    """
    if "constraints" not in field.members:
        return Constraints()
    entry = field.entry("constraints", "write an object.")
    for name in entry.members:
        if name not in CONSTRAINTS:
            mend = f"use one of: {', '.join(CONSTRAINTS)}."
            entry.problem(f'"{name}" is no constraint ({known_names(name, CONSTRAINTS)}).', name, mend)
    return Constraints(
        required=entry.flag("required"),
        unique=entry.flag("unique"),
        minimum=_limit(entry, "minimum", kind),
        maximum=_limit(entry, "maximum", kind),
        enum=_allowed(entry, kind),
        pattern=_pattern(entry, kind),
    )


def _limit(entry: Entry, key: str, kind: str) -> float | str | None:
    limit = entry.limit(key)
    if limit is None:
        return None
    if kind in NUMERIC_TYPES and not isinstance(limit, str):
        return limit
    if kind == "date" and isinstance(limit, str) and is_day(limit):
        return limit
    mend = "write a number for numbers, a day as YYYY-MM-DD for dates, and no limit for text."
    entry.problem(f"{limit} cannot be the {key} of a column of type {kind}.", key, mend)
    return None


def _allowed(entry: Entry, kind: str) -> tuple[str | float, ...]:
    values = entry.values("enum")
    for value in values:
        if isinstance(value, str) == (kind in NUMERIC_TYPES):
            entry.problem(f"{value} cannot be a value of a column of type {kind}.", "enum", f"write a {kind}.")
            return ()
    return values


def _pattern(entry: Entry, kind: str) -> str | None:
    if "pattern" not in entry.members:
        return None
    pattern = entry.text("pattern", "write a regular expression.")
    if kind != "string":
        entry.problem(f"A column of type {kind} cannot have a pattern.", "pattern", "delete the pattern.")
        return None
    try:
        re.compile(pattern)
    except re.error as error:
        entry.problem(f'"{pattern}" is no regular expression: {error}.', "pattern", "correct the pattern.")
        return None
    return pattern


def is_day(text: str) -> bool:
    """Tell whether this is a day that exists, as ``YYYY-MM-DD``."""
    try:
        return date.fromisoformat(text).isoformat() == text
    except ValueError:
        return False
