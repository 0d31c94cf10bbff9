"""When do a time zone's clocks change, in the words of a calendar file?

Apps do not agree on what a zone's name means, so the file carries its rules. They are written as
yearly rules wherever the zone has them: Outlook passes over changes that are listed date by date,
and then shows every meeting after the change an hour off.
"""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from icalendar import Timezone, TimezoneDaylight, TimezoneStandard

# So many years of changes tell "the fourth Sunday" from "the last".
YEARS_TO_LOOK_AHEAD = 6
_BYDAY = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")


@dataclass(frozen=True)
class _Change:
    """From which difference to UTC a clock goes to which."""

    before: timedelta
    after: timedelta
    name: str
    is_daylight: bool


def vtimezone(zone: ZoneInfo, first: date, last: date) -> Timezone:
    """A zone's rules as RFC 5545, section 3.6.5, wants them.

    Parameters
    ----------
    zone
        The zone.
    first, last
        The days between which everything in the calendar happens.
    """
    start = datetime(first.year - 1, 1, 1, tzinfo=UTC)
    end = datetime(last.year + YEARS_TO_LOOK_AHEAD, 12, 31, tzinfo=UTC)
    onsets = _onsets(zone, start, end)
    component = Timezone()
    component.add("TZID", zone.key)
    if all(min(dates).date() >= first for dates in onsets.values()):
        component.add_component(_observance(_change(zone, start, start), [datetime(1970, 1, 1)]))  # noqa: DTZ001 - by the wall
    for change, dates in onsets.items():
        component.add_component(_observance(change, dates))
    return component


def _onsets(zone: ZoneInfo, start: datetime, end: datetime) -> dict[_Change, list[datetime]]:
    """When each change happens, by the clock before the change, as section 3.6.5 asks."""
    found: dict[_Change, list[datetime]] = {}
    before, day = start, timedelta(days=1)
    while before < end:
        after = before + day
        if _state(zone, before) != _state(zone, after):
            at = _first_moment_of(zone, before, after)
            change = _change(zone, before, at)
            found.setdefault(change, []).append((at + change.before).replace(tzinfo=None))
        before = after
    return found


def _state(zone: ZoneInfo, at: datetime) -> tuple[timedelta, timedelta, str]:
    local = at.astimezone(zone)
    return local.utcoffset() or timedelta(), local.dst() or timedelta(), local.tzname() or zone.key


def _change(zone: ZoneInfo, before: datetime, after: datetime) -> _Change:
    offset, daylight, name = _state(zone, after)
    return _Change(_state(zone, before)[0], offset, name, bool(daylight))


def _first_moment_of(zone: ZoneInfo, before: datetime, after: datetime) -> datetime:
    """The minute between two moments at which the clock changes."""
    while after - before > timedelta(minutes=1):
        middle = before + (after - before) // 2
        middle = middle.replace(second=0, microsecond=0)
        if _state(zone, middle) == _state(zone, before):
            before = middle
        else:
            after = middle
    return after


def _observance(change: _Change, dates: Sequence[datetime]) -> TimezoneDaylight | TimezoneStandard:
    component = TimezoneDaylight() if change.is_daylight else TimezoneStandard()
    component.add("DTSTART", dates[0])
    component.add("TZOFFSETFROM", change.before)
    component.add("TZOFFSETTO", change.after)
    component.add("TZNAME", change.name)
    rule = _yearly_rule(dates)
    if rule is not None:
        component.add("RRULE", rule)
    elif len(dates) > 1:
        component.add("RDATE", list(dates[1:]))
    return component


def _yearly_rule(dates: Sequence[datetime]) -> dict[str, str | int] | None:
    """The rule that the dates follow, such as the last Sunday of March; None if they follow none."""
    years = [each.year for each in dates]
    same = {(each.month, each.weekday(), each.time()) for each in dates}
    if len(dates) < YEARS_TO_LOOK_AHEAD or years != list(range(years[0], years[0] + len(years))) or len(same) > 1:
        return None
    counts = {(each.day - 1) // 7 + 1 for each in dates}
    if all(each.day + 7 > monthrange(each.year, each.month)[1] for each in dates):
        counts = {-1}
    if len(counts) > 1:
        return None
    return {"FREQ": "YEARLY", "BYMONTH": dates[0].month, "BYDAY": f"{counts.pop()}{_BYDAY[dates[0].weekday()]}"}
