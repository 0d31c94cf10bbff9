"""When is this? Years, months, quarters and days as text (ISO 8601, and quarters as 2020-Q3)."""

from __future__ import annotations

import re
from datetime import date

from casebook.data.model import Field

TIME_TYPES = frozenset({"date", "datetime", "year", "yearmonth"})
FORMS = "a year, month, quarter or day that exists: 2020, 2020-08, 2020-Q3 or 2020-08-31"

# Of columns of text. Words that also mean other things, as in "based_on", are left to the type.
_NAMES = frozenset({"as_of", "date", "end", "month", "period", "published", "quarter", "retrieved", "start", "year"})
_ENDINGS = ("_as_of", "_date", "_month", "_period", "_quarter", "_year")
_YEARS = re.compile(r"\b(fiscal |calendar )?years?\b")
_FORM = re.compile(r"(?P<year>\d{4})(?:-(?:Q(?P<quarter>[1-4])|H(?P<half>[12])|(?P<month>\d{2})(?:-(?P<day>\d{2}))?))?")


def says_when(field: Field) -> bool:
    """Tell whether a column says when: by its type, or by the name of a column of text or of years."""
    if field.type in TIME_TYPES:
        return True
    if field.type == "integer":
        return field.unit is not None and _YEARS.fullmatch(field.unit) is not None
    return field.type == "string" and (field.name in _NAMES or field.name.endswith(_ENDINGS))


def first_day(text: str) -> date | None:
    """Give the first day of the time that some text names; of an interval, that of its later half.

    Parameters
    ----------
    text
        As ``FORMS`` says; an interval has two of these with ``/`` between them.

    Returns
    -------
    date or None
        None: the text names no time that exists.
    """
    begins = [_first_day(part) for part in text.split("/", 1)]
    known = [begin for begin in begins if begin is not None]
    return known[-1] if len(known) == len(begins) and known == sorted(known) else None


def _first_day(text: str) -> date | None:
    match = _FORM.fullmatch(text)
    if match is None:
        return None
    month = int(match["month"] or 1)
    if match["quarter"]:
        month = 3 * int(match["quarter"]) - 2
    elif match["half"]:
        month = 6 * int(match["half"]) - 5
    try:
        return date(int(match["year"]), month, int(match["day"] or 1))
    except ValueError:
        return None
