from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from icalendar import Calendar, Event

from casebook.course.calendar import calendar_file
from casebook.course.model import Course
from casebook.course.schedule import weeks_of

LONG_TOPIC = "数据共享、谁来送包裹 " * 8 + "?"


def events(course: Course) -> list[Event]:
    return Calendar.from_ical(calendar_file(course)).events


def by_uid(course: Course) -> dict[str, Event]:
    return {str(event["UID"]): event for event in events(course)}


def test_every_meeting_day_without_class_and_due_date_is_one_event(course):
    found = events(course)

    names = [str(event["SUMMARY"]) for event in found]
    assert len(found) == len(by_uid(course)) == 14
    assert names.count("Outside In: Class") == 5
    assert names.count("Outside In: Lab") == 5
    assert [name for name in names if "no class" in name] == [
        "Outside In: no class (Open day)",
        "Outside In: no class (Easter)",
    ]
    assert [name for name in names if name.endswith("is due")] == [
        "Outside In: Data sharing is due",
        "Outside In: Speed, measured is due",
    ]


def test_meetings_have_the_times_of_the_schedule_on_both_sides_of_the_change_of_clocks(course):
    starts = {event.start for event in events(course) if event["SUMMARY"] in {"Outside In: Class", "Outside In: Lab"}}

    assert starts == {meeting.start for week in weeks_of(course) for meeting in week.meetings}
    assert {start.astimezone(UTC).hour for start in starts} == {9, 10, 13, 14}


def test_a_due_date_is_a_moment_that_takes_no_time_and_rings_a_day_before(course):
    due = next(event for event in events(course) if event["SUMMARY"] == "Outside In: Data sharing is due")

    assert due.start == datetime(2027, 3, 25, 18, tzinfo=ZoneInfo("Europe/London"))
    assert "DTEND" not in due
    assert due["TRANSP"] == "TRANSPARENT"
    assert [alarm["TRIGGER"].dt for alarm in due.walk("VALARM")] == [timedelta(days=-1)]


def test_days_without_class_are_whole_days_and_end_on_the_day_after(course):
    easter = next(event for event in events(course) if "Easter" in event["SUMMARY"])

    assert (easter.start, easter.end) == (date(2027, 3, 26), date(2027, 3, 30))


def test_the_same_course_gives_the_same_bytes(course):
    assert calendar_file(course) == calendar_file(course)


def test_an_event_keeps_its_identity_when_its_time_or_place_is_edited(course, course_with):
    edited = course_with(("start: 10:00, end: 11:00, place: Room 1", "start: 12:00, end: 13:00, place: Hall"))

    assert by_uid(course).keys() == by_uid(edited).keys()


def test_an_event_keeps_its_identity_when_a_due_date_moves_or_another_meeting_is_added(course, course_with):
    edited = course_with(
        ("due: 2027-04-08", "due: 2027-04-07"),
        ("meetings:\n", "meetings:\n  - {weekday: Tuesday, start: 09:00, end: 10:00}\n"),
    )

    assert by_uid(course).keys() < by_uid(edited).keys()


def test_lines_end_and_fold_as_calendar_apps_want_them(course_with):
    content = calendar_file(course_with(("topic: Data sharing", f"topic: {LONG_TOPIC}")))

    lines = content.split(b"\r\n")
    assert content.endswith(b"END:VCALENDAR\r\n")
    assert all(b"\n" not in line and len(line) <= 75 for line in lines)
    assert LONG_TOPIC in {str(event.get("DESCRIPTION")) for event in Calendar.from_ical(content).events}
    assert {b"METHOD:PUBLISH", b"VERSION:2.0", b"X-WR-CALNAME:Outside In"} <= set(lines)


def test_commas_semicolons_and_backslashes_in_words_survive(course_with):
    course = course_with(("topic: Data sharing", "topic: 'One; two, three \\ four'"))

    assert "One; two, three \\ four" in {str(event.get("DESCRIPTION")) for event in events(course)}
