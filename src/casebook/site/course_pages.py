"""The pages of a course: syllabus, schedule by week, assignments. Readers get none of them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from casebook.course.model import WEEKDAYS, Course, Days, GradedAssignment, Links, Staff, Weekly
from casebook.course.schedule import ClassMeeting, Week, weeks_of
from casebook.site.course_words import (
    MONTHS,
    Cell,
    clock_words,
    day_words,
    late_words,
    list_table,
    moment_words,
    weight_words,
)
from casebook.site.markdown_words import as_words

FOLDER = "book/course"
# Beside the pages, in the sources and on the site.
CALENDAR = f"{FOLDER}/calendar.ics"
EDITIONS_WITH_DATES = ("student", "instructor")


def course_pages(course: Course | None, edition: str) -> dict[str, str]:
    """The pages as MyST Markdown, by path from the root of the sources.

    Parameters
    ----------
    course
        None: the casebook has no ``course.yml``; there are no pages.
    edition
        ``reader``, ``student`` or ``instructor``; a reader has no dates and so no pages.
    """
    if course is None or edition not in EDITIONS_WITH_DATES:
        return {}
    return {
        f"{FOLDER}/syllabus.md": _syllabus(course),
        f"{FOLDER}/schedule.md": _schedule(course),
        f"{FOLDER}/assignments.md": _assignments(course),
    }


def course_toc_part(course: Course | None, edition: str) -> dict[str, object] | None:
    """The part of the table of contents that lists the pages; None if there are none."""
    pages = course_pages(course, edition)
    if not pages:
        return None
    return {"caption": "This course", "chapters": [{"file": page.removesuffix(".md")} for page in pages]}


def _syllabus(course: Course) -> str:
    chapters = dict.fromkeys(chapter for week in course.weeks for chapter in week.chapters)
    lessons = "\n".join(f"1. [](/chapters/{chapter}/chapter.md)" for chapter in chapters)
    meetings = [
        (WEEKDAYS[each.weekly.weekday], _hours(each.weekly), as_words(each.name), as_words(each.weekly.place))
        for each in course.meetings
    ]
    parts = [
        "# Syllabus",
        f"**{as_words(course.title)}**, {as_words(course.institution)}, {_dates(course)}",
        course.about,
        "## Meetings",
        list_table("When and where we meet", ("Day", "Time", "What", "Where"), meetings)
        if meetings
        else "There are no weekly meetings.",
        *(f"There is no class {_on_days(free.days)} ({as_words(free.label)})." for free in course.no_class),
        "The [schedule](schedule.md) says what happens in which week.",
        *(["## Who to ask", _staff_table(course.staff)] if course.staff else []),
        *(["## Lessons", lessons] if lessons else []),
        "## Graded work",
        _weights(course.assignments),
        "## Calendar",
        _calendar(course.links),
    ]
    return _page(parts)


def _schedule(course: Course) -> str:
    rows = [_week_row(week) for week in weeks_of(course)]
    parts = [
        "# Schedule",
        _dates(course),
        list_table("Week by week", ("Week", "Subject", "Class", "Assignments"), rows),
        _calendar(course.links),
    ]
    return _page(parts)


def _assignments(course: Course) -> str:
    rows = [
        (
            f"[](/exercises/{each.name}/index.md)",
            weight_words(each),
            moment_words(each.released),
            moment_words(each.due),
        )
        for each in course.assignments
    ]
    parts = [
        "# Assignments",
        f"{clock_words(course)} Weights are shares of the final mark.",
        list_table("What is due when", ("Assignment", "Weight", "Comes out", "Due"), rows)
        if rows
        else "This course sets no graded work.",
        *(["## Late work", late_words(course.late)] if course.late is not None and rows else []),
        *(["## Calendar", _calendar(course.links)] if rows else []),
    ]
    return _page(parts)


def _week_row(week: Week) -> tuple[Cell, ...]:
    subject: list[str] = []
    if week.plan is not None:
        subject = [as_words(week.plan.topic)]
        subject += [f"Lesson: [](/chapters/{chapter}/chapter.md)" for chapter in week.plan.chapters]
        subject += [f"Reading: {reading}" for reading in week.plan.reading]
    classes = [_class(meeting) for meeting in week.meetings]
    classes += [f"No class {_on_days(free.days)}: {as_words(free.label)}" for free in week.no_class]
    work = [f"Comes out {moment_words(each.released)}: {_assignment(each)}" for each in week.released]
    work += [f"Due {moment_words(each.due)}: {_assignment(each)}" for each in week.due]
    return f"Week {week.number}, {_span(week.days, with_year=False)}", subject, classes, work


def _class(meeting: ClassMeeting) -> str:
    return f"{day_words(meeting.start)}, {_hours(meeting.meeting.weekly)}: {as_words(meeting.meeting.name)}"


def _assignment(assignment: GradedAssignment) -> str:
    return f"[](/exercises/{assignment.name}/index.md)"


def _staff_table(staff: Iterable[Staff]) -> str:
    rows: list[Sequence[Cell]] = []
    for person in staff:
        name = ", ".join(as_words(word) for word in (person.role, person.name, person.email) if word)
        hours = [
            f"{WEEKDAYS[slot.weekday]}, {_hours(slot)}" + (f", {as_words(slot.place)}" if slot.place else "")
            for slot in person.hours
        ]
        rows.append((name, hours or "by appointment"))
    return list_table("Staff and their hours", ("Who", "Hours"), rows)


def _weights(assignments: Sequence[GradedAssignment]) -> str:
    if not assignments:
        return "This course sets no graded work."
    lines = [f"- {_assignment(each)}: {weight_words(each, ' of the final mark')}" for each in assignments]
    lines += ["", "Due dates and what lateness costs are on the page [Assignments](assignments.md)."]
    return "\n".join(lines)


def _calendar(links: Links) -> str:
    text = """Meetings and due dates for your own calendar (Google, Apple, Outlook and others):

```{button-link} calendar.ics
:color: primary
Download the calendar (ics)
```"""
    if links.site is not None:
        address = f"{links.site.rstrip('/')}/{CALENDAR}"
        text += f"\n\nTo see later changes too, let your calendar app subscribe to this address: `{address}`"
    return text


def _page(parts: Iterable[str]) -> str:
    return "\n\n".join(part for part in parts if part) + "\n"


def _dates(course: Course) -> str:
    return f"{_span(course.term)}. {clock_words(course)}"


def _hours(weekly: Weekly) -> str:
    return f"{weekly.start:%H:%M} to {weekly.end:%H:%M}"


def _on_days(days: Days) -> str:
    if days.first == days.last:
        return f"on {day_words(days.first)}"
    return f"from {day_words(days.first)} to {day_words(days.last)}"


def _span(days: Days, *, with_year: bool = True) -> str:
    """Some days, the month and the year of the first left out where they are those of the last."""
    first, last = days.first, days.last
    end = f"{last.day} {MONTHS[last.month - 1]}" + (f" {last.year}" if with_year else "")
    if first == last:
        return end
    start = str(first.day)
    if (first.month, first.year) != (last.month, last.year):
        start += f" {MONTHS[first.month - 1]}"
    if with_year and first.year != last.year:
        start += f" {first.year}"
    return f"{start} to {end}"
