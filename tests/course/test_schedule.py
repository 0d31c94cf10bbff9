from __future__ import annotations

from datetime import UTC, date, time, timedelta

from casebook.course.model import Days
from casebook.course.schedule import weeks_of


def test_weeks_run_from_monday_to_sunday_and_are_cut_to_the_term(course_with):
    course = course_with(("start: 2027-03-01", "start: 2027-03-03"))

    weeks = weeks_of(course)

    assert [week.number for week in weeks] == [1, 2, 3, 4, 5, 6]
    assert weeks[0].days == Days(date(2027, 3, 3), date(2027, 3, 7))
    assert weeks[1].days == Days(date(2027, 3, 8), date(2027, 3, 14))
    assert weeks[5].days == Days(date(2027, 4, 5), date(2027, 4, 9))


def test_meetings_keep_their_time_on_the_wall_when_clocks_change(course):
    mondays = [each for week in weeks_of(course) for each in week.meetings if each.start.weekday() == 0]

    before, after = mondays[0], mondays[-1]

    assert {each.start.time() for each in mondays} == {time(10)}
    assert (before.start.utcoffset(), after.start.utcoffset()) == (timedelta(0), timedelta(hours=1))
    assert [each.start.astimezone(UTC).hour for each in (before, after)] == [10, 9]


def test_there_is_no_meeting_on_a_day_without_class_and_its_week_says_why(course):
    weeks = weeks_of(course)

    dates = [each.start.date() for week in weeks for each in week.meetings]

    assert len(dates) == 10
    assert date(2027, 3, 29) not in dates
    assert date(2027, 3, 11) not in dates
    assert [[free.label for free in week.no_class] for week in weeks] == [
        [],
        ["Open day"],
        [],
        ["Easter"],
        ["Easter"],
        [],
    ]


def test_assignments_stand_in_the_week_of_their_release_and_of_their_due_date(course):
    weeks = weeks_of(course)

    assert [[each.name for each in week.released] for week in weeks] == [[], ["data-sharing"], [], ["speed"], [], []]
    assert [[each.name for each in week.due] for week in weeks] == [[], [], [], ["data-sharing"], [], ["speed"]]


def test_a_week_without_a_plan_still_has_its_meetings(course):
    third = weeks_of(course)[2]

    assert third.plan is None
    assert len(third.meetings) == 2
