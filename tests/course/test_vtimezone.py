from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from io import StringIO
from zoneinfo import ZoneInfo

import pytest
from dateutil.tz import tzical

from casebook.course.vtimezone import vtimezone

# Yearly rules on both sides of the equator, half an hour, no change, changes by the moon, a Friday rule, a new rule.
ZONES = [
    *("Europe/London", "America/New_York", "Asia/Shanghai", "Australia/Lord_Howe", "Africa/Casablanca"),
    *("Asia/Jerusalem", "America/Santiago", "Asia/Kathmandu", "UTC", "Africa/Cairo"),
]


@pytest.mark.parametrize("name", ZONES)
def test_another_reader_of_the_rules_finds_the_same_clock_on_every_day_of_two_years(name):
    zone = ZoneInfo(name)
    text = vtimezone(zone, date(2027, 1, 15), date(2028, 12, 20)).to_ical().decode()

    read = tzical(StringIO(text)).get(name)

    day = datetime(2027, 1, 15, 12, tzinfo=UTC)
    while day.date() < date(2028, 12, 20):
        local = day.astimezone(zone).replace(tzinfo=None)
        assert read.utcoffset(local) == zone.utcoffset(local), local
        day += timedelta(days=1)


def test_a_zone_with_yearly_changes_is_written_as_yearly_rules():
    text = vtimezone(ZoneInfo("America/New_York"), date(2027, 1, 1), date(2027, 5, 1)).to_ical().decode()

    assert "DTSTART:20260308T020000\r\nRRULE:FREQ=YEARLY;BYDAY=2SU;BYMONTH=3\r\n" in text
    assert "DTSTART:20261101T020000\r\nRRULE:FREQ=YEARLY;BYDAY=1SU;BYMONTH=11\r\n" in text
    assert "RDATE" not in text


def test_a_zone_whose_clocks_never_change_has_one_rule():
    text = vtimezone(ZoneInfo("Asia/Shanghai"), date(2027, 1, 1), date(2027, 5, 1)).to_ical().decode()

    assert text.count("BEGIN:STANDARD") == 1
    assert "TZOFFSETTO:+0800" in text
    assert "DAYLIGHT" not in text
