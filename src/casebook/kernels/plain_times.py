"""How do dates, times and time zones cross?

Time zones are UTC, a fixed distance from it, or a place's name in the IANA database.
"""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, time, timedelta, timezone, tzinfo
from typing import Any
from zoneinfo import ZoneInfo

from casebook.kernels.plain_model import (
    CannotCrossError,
    NotPlainDataError,
    Plain,
    Reader,
    Reading,
    Writer,
    Writing,
    always,
    numbers,
)

# Without dots: a key is looked up in folders, and in a package of that name.
PLACE = re.compile(r"[A-Za-z0-9_+-]{1,40}(/[A-Za-z0-9_+-]{1,40}){0,3}")


def _date(value: date, _: Writing) -> Plain:
    return {"kind": "date", "items": [value.year, value.month, value.day]}


def _time(value: time, writing: Writing) -> Plain:
    return {"kind": "time", "items": _clock(value), "zone": writing.plain(value.tzinfo)}


def _datetime(value: datetime, writing: Writing) -> Plain:
    items = [value.year, value.month, value.day, *_clock(value)]
    return {"kind": "datetime", "items": items, "zone": writing.plain(value.tzinfo)}


def _clock(value: time | datetime) -> list[int]:
    return [value.hour, value.minute, value.second, value.microsecond, value.fold]


def _timedelta(value: timedelta, _: Writing) -> Plain:
    return {"kind": "timedelta", "items": [value.days, value.seconds, value.microseconds]}


def _zone(value: timezone, writing: Writing) -> Plain:
    if value is UTC:
        return {"kind": "UTC"}
    # Without a name of its own, a zone makes one from its distance; giving it would make it its own.
    distance, *name = value.__getinitargs__()  # pyright: ignore[reportAttributeAccessIssue]
    return {"kind": "timezone", "items": writing.many([distance, *name])}


def _place(value: ZoneInfo, _: Writing) -> Plain:
    if type(value.key) is not str or not PLACE.fullmatch(value.key):
        raise CannotCrossError("a time zone that has no name in the time zone database cannot cross")
    return {"kind": "ZoneInfo", "key": value.key}


def _read_time(data: dict[str, Any], reading: Reading) -> time:
    *clock, fold = numbers(data, "items")
    return time(*clock, fold=fold, tzinfo=read_zone(data["zone"], reading))


def _read_datetime(data: dict[str, Any], reading: Reading) -> datetime:
    *parts, fold = numbers(data, "items")
    return datetime(*parts, fold=fold, tzinfo=read_zone(data["zone"], reading))


def read_zone(data: Plain, reading: Reading) -> tzinfo | None:
    """Give the time zone, or None, that some data stands for."""
    zone = reading.value(data)
    if zone is not None and not isinstance(zone, tzinfo):
        raise NotPlainDataError("a time zone is missing")
    return zone


def _read_place(data: dict[str, Any], _: Reading) -> ZoneInfo:
    if type(data["key"]) is not str or not PLACE.fullmatch(data["key"]):
        raise NotPlainDataError("a time zone has no name")
    return ZoneInfo(data["key"])


WRITERS: dict[type, Writer] = {
    date: _date,
    time: _time,
    datetime: _datetime,
    timedelta: _timedelta,
    timezone: _zone,
    ZoneInfo: _place,
}
READERS: dict[str, Reader] = {
    "date": lambda data, _: date(*numbers(data, "items")),
    "time": _read_time,
    "datetime": _read_datetime,
    "timedelta": lambda data, _: timedelta(*numbers(data, "items")),
    "UTC": always(UTC),
    "timezone": lambda data, reading: timezone(*reading.many(data["items"])),
    "ZoneInfo": _read_place,
}
