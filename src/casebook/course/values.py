"""What does one word of ``course.yml`` mean: a date, a time, a weekday, a number?

Each function takes the word as it stands in the file, so that YAML's own ideas (``10:30`` is 630,
``on`` is true) never come in.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Collection
from datetime import date, datetime, time
from functools import cache
from zoneinfo import ZoneInfo, available_timezones

from casebook.course.model import WEEKDAYS
from casebook.data.near import nearest

FIRST_YEAR, LAST_YEAR = 2000, 2100

_DATE = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})", re.ASCII)
_TIME = re.compile(r"(\d{1,2}):(\d{2})(?::00)?", re.ASCII)
_NUMBER = re.compile(r"\d{1,6}(?:\.\d{1,6})?", re.ASCII)
_ADDRESS = re.compile(r"https?://[A-Za-z0-9.-]+(?::\d{1,5})?(?:[/?#][^\s<>\"`\\|^]*)?", re.ASCII)


class NotReadableError(Exception):
    """A word does not mean what it should. Becomes a ``Problem`` where its line is known."""

    def __init__(self, what: str, mend: str) -> None:
        super().__init__(what)
        self.what = what
        self.mend = mend


def line_of_text(word: str) -> str:
    """Some words on one line."""
    return " ".join(paragraphs(word).split())


def paragraphs(word: str) -> str:
    """Text of any length, without characters that no page and no calendar can show."""
    odd = next((letter for letter in word if _is_odd(letter)), None)
    if odd is not None:
        raise NotReadableError(f"It holds the control character {odd!a}.", "take the character out.")
    return word.strip()


def _is_odd(letter: str) -> bool:
    return letter not in "\n\t" and unicodedata.category(letter) in {"Cc", "Cs", "Zl", "Zp"}


def day(word: str) -> date:
    """A date."""
    parts = _DATE.fullmatch(word)
    if parts is None:
        raise NotReadableError(f'"{word}" is no date.', "write it as year-month-day, such as 2027-03-01.")
    year, month, number = (int(part) for part in parts.groups())
    if not FIRST_YEAR <= year <= LAST_YEAR:
        raise NotReadableError(
            f'"{word}" is not in a year of this course.', f"write a year from {FIRST_YEAR} to {LAST_YEAR}."
        )
    try:
        return date(year, month, number)
    except ValueError as error:
        raise NotReadableError(
            f'There is no day "{word}" in the calendar.', "write a day that exists, as year-month-day."
        ) from error


def time_of_day(word: str) -> time:
    """A time by the clock on the wall."""
    parts = _TIME.fullmatch(word)
    if parts is None:
        raise NotReadableError(f'"{word}" is no time of day.', "write it as hours:minutes, such as 09:30.")
    try:
        return time(int(parts[1]), int(parts[2]))
    except ValueError as error:
        raise NotReadableError(
            f'"{word}" is no time of day.', "write hours from 00 to 23 and minutes from 00 to 59."
        ) from error


def moment(default: time) -> Callable[[str], datetime]:
    """Reader of a date with a time of day, or of a date alone, which then means ``default`` on that day."""

    def read(word: str) -> datetime:
        date_word, _, time_word = word.replace("T", " ", 1).partition(" ")
        return datetime.combine(day(date_word), time_of_day(time_word.strip()) if time_word else default)

    return read


def weekday(word: str) -> int:
    """A day of the week; 0 is Monday."""
    if word.title() in WEEKDAYS:
        return WEEKDAYS.index(word.title())
    near = nearest(word.title(), WEEKDAYS)
    raise NotReadableError(
        f'"{word}" is no day of the week.', f"write {near}." if near else f"write one of {', '.join(WEEKDAYS)}."
    )


def number(least: float, most: float, unit: str) -> Callable[[str], float]:
    """Reader of a number between two limits, both allowed."""

    def read(word: str) -> float:
        if _NUMBER.fullmatch(word) and least <= float(word) <= most:
            return float(word)
        raise NotReadableError(
            f'"{word}" is no number from {least:g} to {most:g} ({unit}).',
            "write digits alone, without a sign or a unit.",
        )

    return read


def week_number(most: int) -> Callable[[str], int]:
    """Reader of the number of a week of the term."""

    def read(word: str) -> int:
        if word.isascii() and word.isdigit() and len(word) <= len(str(most)) + 1 and 1 <= int(word) <= most:
            return int(word)
        raise NotReadableError(
            f'"{word}" is no week of the term.', f"write a number from 1 to {most}; the term has {most} weeks."
        )

    return read


def one_of(known: Collection[str], kind: str) -> Callable[[str], str]:
    """Reader of a name that must be known; an unknown one is answered with the nearest."""

    def read(word: str) -> str:
        if word in known:
            return word
        near = nearest(word, known)
        every = f"known: {', '.join(sorted(known))}." if known else "there is none yet; take the line out."
        raise NotReadableError(f'There is no {kind} "{word}".', f"did you mean {near}?" if near else every)

    return read


def time_zone(word: str) -> ZoneInfo:
    """A time zone by the name that the IANA database gives it."""
    zones = _zones()
    if word in zones:
        return ZoneInfo(word)
    city = word.rpartition("/")[2].replace(" ", "_").casefold()
    near = next((zone for zone in sorted(zones) if zone.rpartition("/")[2].casefold() == city), None)
    near = near or nearest(word, zones)
    raise NotReadableError(
        f'There is no time zone "{word}".',
        f"did you mean {near}?" if near else "write its IANA name, Region/City, such as Europe/London.",
    )


@cache
def _zones() -> frozenset[str]:
    return frozenset(available_timezones())


def address(word: str) -> str:
    """A web address."""
    if _ADDRESS.fullmatch(word):
        return word
    raise NotReadableError(f'"{word}" is no web address.', "begin it with https:// and leave no spaces in it.")


def launch_address(word: str) -> str:
    """A web address with ``{path}`` in it."""
    if word.count("{path}") != 1:
        raise NotReadableError(
            f'"{word}" does not say where a notebook\'s path goes.',
            "write {path} once where the path of the notebook belongs, then its ending, .md or .ipynb.",
        )
    address(word.replace("{path}", "path"))
    return word
