"""A small course that crosses the change of clocks, and how to read a spoilt one."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from casebook.course.model import Course
from casebook.course.reading import Contents, parse_course

FILE = Path("course.yml")
CONTENTS = Contents(("01-data-sharing", "02-speed"), {"data-sharing": "Data sharing", "speed": "Speed, measured"})

COURSE = """\
title: Outside In
institution: Your institution
timezone: Europe/London
term: {start: 2027-03-01, end: 2027-04-09}
no_class:
  - {label: Easter, first: 2027-03-26, last: 2027-03-29}
  - {label: Open day, date: 2027-03-11}
meetings:
  - {weekday: Monday, start: 10:00, end: 11:00, place: Room 1}
  - {name: Lab, weekday: Thursday, start: "14:00", end: "15:30"}
weeks:
  - week: 1
    topic: Predict, look, doubt
    reading: ["[](/book/how-to-use.md)"]
  - week: 2
    topic: Data sharing
    chapters: [01-data-sharing]
assignments:
  data-sharing:
    weight: 60
    released: 2027-03-11 15:30
    due: 2027-03-25 18:00
  speed:
    weight: 40
    released: 2027-03-22
    due: 2027-04-08
late: {percent_per_day: 10, cap_percent: 50, grace_hours: 2}
staff:
  - role: Instructor
    hours:
      - {weekday: Tuesday, start: 15:00, end: 16:00, place: to be announced}
links:
  site: https://example.org/book
"""


@pytest.fixture
def course() -> Course:
    return parse_course(COURSE, FILE, CONTENTS)


@pytest.fixture
def course_with() -> Callable[..., Course]:
    """The course after some of its text was replaced."""

    def read(*replacements: tuple[str, str]) -> Course:
        text = COURSE
        for old, new in replacements:
            assert old in text
            text = text.replace(old, new)
        return parse_course(text, FILE, CONTENTS)

    return read
