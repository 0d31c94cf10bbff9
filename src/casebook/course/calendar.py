"""What does a student's calendar app show of the course?

The file follows RFC 5545 and imports into Google Calendar, Apple Calendar and Outlook. The same
course gives the same bytes. Each event keeps its identity when its time or place is edited, so
that an app that reads the file again moves the event instead of showing a second one.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from uuid import NAMESPACE_URL, uuid5

from icalendar import Alarm, Calendar, Event

from casebook.course.model import Course, GradedAssignment, NoClass
from casebook.course.schedule import ClassMeeting, weeks_of
from casebook.course.vtimezone import vtimezone

REMIND_BEFORE = timedelta(days=1)


def calendar_file(course: Course) -> bytes:
    """The course as an ``.ics`` file: its meetings, days without class and due dates.

    UTF-8, with the line ends and folded lines of RFC 5545: write it as it is.
    """
    calendar = Calendar()
    calendar.add("PRODID", "-//Outside In//casebook//EN")
    calendar.add("VERSION", "2.0")
    calendar.add("CALSCALE", "GREGORIAN")
    calendar.add("METHOD", "PUBLISH")
    calendar.add("X-WR-CALNAME", course.title)
    calendar.add("X-WR-TIMEZONE", course.zone.key)
    calendar.add_component(vtimezone(course.zone, course.term.first, course.term.last))
    for week in weeks_of(course):
        topic = week.plan.topic if week.plan is not None else ""
        for meeting in week.meetings:
            calendar.add_component(_meeting(course, meeting, topic))
    for free in course.no_class:
        calendar.add_component(_no_class(course, free))
    for assignment in course.assignments:
        calendar.add_component(_due(course, assignment))
    return calendar.to_ical()


def _event(course: Course, identity: str, summary: str) -> Event:
    event = Event()
    key = f"{course.institution}\n{course.title}\n{course.term.first}\n{identity}"
    event.add("UID", f"{uuid5(NAMESPACE_URL, key)}@casebook")
    # No clock here, or an unchanged course would give a changed file: a moment that has surely passed.
    event.add("DTSTAMP", datetime(course.term.first.year - 1, 1, 1, tzinfo=UTC))
    event.add("SUMMARY", summary)
    return event


def _meeting(course: Course, meeting: ClassMeeting, topic: str) -> Event:
    name = f"{course.title}: {meeting.meeting.name}"
    event = _event(course, f"meeting {meeting.number} {meeting.start.date()}", name)
    event.add("DTSTART", meeting.start)
    event.add("DTEND", meeting.end)
    if meeting.meeting.weekly.place:
        event.add("LOCATION", meeting.meeting.weekly.place)
    if topic:
        event.add("DESCRIPTION", topic)
    return event


def _no_class(course: Course, free: NoClass) -> Event:
    event = _event(course, f"no class {free.days.first}", f"{course.title}: no class ({free.label})")
    event.add("DTSTART", free.days.first)
    # The end of a whole-day event is the first day after it (RFC 5545, section 3.6.1).
    event.add("DTEND", free.days.last + timedelta(days=1))
    event.add("TRANSP", "TRANSPARENT")
    return event


def _due(course: Course, assignment: GradedAssignment) -> Event:
    summary = f"{course.title}: {assignment.title} is due"
    event = _event(course, f"due {assignment.name}", summary)
    # Without an end it is a moment (RFC 5545, section 3.6.1), and it takes nobody's time.
    event.add("DTSTART", assignment.due)
    event.add("TRANSP", "TRANSPARENT")
    worth = f"Worth {assignment.weight_percent:g} per cent of the final mark."
    event.add("DESCRIPTION", worth if assignment.weight_percent else "Not counted in the final mark.")
    alarm = Alarm()
    alarm.add("ACTION", "DISPLAY")
    alarm.add("DESCRIPTION", summary)
    alarm.add("TRIGGER", -REMIND_BEFORE)
    event.add_component(alarm)
    return event
