"""Which dates has each week, and what happens on them?"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from casebook.course.model import Course, Days, GradedAssignment, Meeting, NoClass, WeekPlan

ONE_WEEK = timedelta(days=7)


@dataclass(frozen=True)
class ClassMeeting:
    """One meeting on one date.

    Parameters
    ----------
    start, end
        In the course's time zone: the same clock time before and after clocks change.
    number
        Which meeting of its day it is, from 1.
    """

    meeting: Meeting
    number: int
    start: datetime
    end: datetime


@dataclass(frozen=True)
class Week:
    """One week of the term, Monday to Sunday, cut to the term.

    Parameters
    ----------
    plan
        What it is about. None: nothing is planned for it.
    meetings
        Those that take place, in order.
    no_class
        Days without class in it.
    released, due
        Assignments that come out or fall due in it.
    """

    number: int
    days: Days
    plan: WeekPlan | None
    meetings: tuple[ClassMeeting, ...]
    no_class: tuple[NoClass, ...]
    released: tuple[GradedAssignment, ...]
    due: tuple[GradedAssignment, ...]


def weeks_of(course: Course) -> tuple[Week, ...]:
    """Every week of the term, in order."""
    plans = {plan.number: plan for plan in course.weeks}
    monday = course.term.first - timedelta(days=course.term.first.weekday())
    weeks: list[Week] = []
    while monday <= course.term.last:
        days = Days(max(monday, course.term.first), min(monday + timedelta(days=6), course.term.last))
        number = len(weeks) + 1
        weeks.append(
            Week(
                number=number,
                days=days,
                plan=plans.get(number),
                meetings=_meetings(course, days),
                no_class=tuple(each for each in course.no_class if each.days.touches(days)),
                released=tuple(each for each in course.assignments if each.released.date() in days),
                due=tuple(each for each in course.assignments if each.due.date() in days),
            )
        )
        monday += ONE_WEEK
    return tuple(weeks)


def _meetings(course: Course, days: Days) -> tuple[ClassMeeting, ...]:
    found: list[ClassMeeting] = []
    for offset in range((days.last - days.first).days + 1):
        day = days.first + timedelta(days=offset)
        if not any(day in free.days for free in course.no_class):
            found += _on(course, day)
    return tuple(found)


def _on(course: Course, day: date) -> list[ClassMeeting]:
    meetings = [each for each in course.meetings if each.weekly.weekday == day.weekday()]
    return [
        ClassMeeting(
            meeting,
            number,
            datetime.combine(day, meeting.weekly.start, course.zone),
            datetime.combine(day, meeting.weekly.end, course.zone),
        )
        for number, meeting in enumerate(meetings, 1)
    ]
