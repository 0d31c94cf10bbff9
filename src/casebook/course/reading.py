"""What does ``course.yml`` say, and what is wrong with it?

The file is turned into a ``Course`` here and nowhere else; everything that is wrong is named in
one go.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from casebook.course import values
from casebook.course.entry import Entry, open_entry
from casebook.course.graded_work import assignments_in, late_policy_in
from casebook.course.model import (
    Course,
    Days,
    Links,
    Meeting,
    NoClass,
    Staff,
    Weekly,
    WeekPlan,
)
from casebook.errors import CasebookError, Problem, Where
from casebook.exercises.assignment import assignment_names, load_assignment
from casebook.exercises.text_file import read_utf8
from casebook.project import Project

COURSE_FILE = "course.yml"

# A longer one is a slip of the year, and would make a page with hundreds of weeks.
LONGEST_TERM = timedelta(days=400)
_UTC = ZoneInfo("UTC")


@dataclass(frozen=True)
class Contents:
    """What a course may name.

    Parameters
    ----------
    chapters
        Folders under ``chapters/`` that hold a chapter.
    assignments
        Titles of the assignments by name.
    """

    chapters: tuple[str, ...]
    assignments: Mapping[str, str]


def load_course(project: Project) -> Course | None:
    """The casebook's course; None if it has no ``course.yml``.

    Raises
    ------
    CasebookError
        With everything that is wrong with ``course.yml``, and with each ``assignment.yml`` that
        cannot be read.
    """
    file = project.root / COURSE_FILE
    if not file.is_file():
        return None
    chapters = sorted(chapter.parent.name for chapter in project.chapters.glob("*/chapter.md"))
    titles: dict[str, str] = {}
    problems: list[Problem] = []
    for name in assignment_names(project):
        titles[name] = name
        try:
            titles[name] = load_assignment(project, name).title
        except CasebookError as error:
            problems += error.problems
    try:
        course = parse_course(read_utf8(file), file, Contents(tuple(chapters), titles))
    except CasebookError as error:
        raise CasebookError([*error.problems, *problems]) from error
    if problems:
        raise CasebookError(problems)
    return course


def no_course(project: Project) -> CasebookError:
    """What to say when a course is asked for and there is none."""
    return CasebookError.one(
        "This casebook has no course.",
        where=Where(project.root / COURSE_FILE),
        mend=f"describe one in {COURSE_FILE}; the one that this casebook came with is a model.",
    )


def parse_course(text: str, file: Path, contents: Contents) -> Course:
    """The course that a text describes.

    Parameters
    ----------
    text, file
        What to read, and where it stands, for messages.
    contents
        The chapters and assignments that there are.

    Raises
    ------
    CasebookError
        With everything that is wrong, by line.
    """
    whole = open_entry(text, file)
    found = whole.members(
        ("title", "institution", "timezone", "term", "meetings", "weeks"),
        ("about", "no_class", "assignments", "late", "staff", "links"),
    )
    zone = found["timezone"].read(values.time_zone) if "timezone" in found else None
    term = _term(found["term"]) if "term" in found else None
    course = Course(
        title=_text(found, "title"),
        institution=_text(found, "institution"),
        zone=zone or _UTC,
        term=term or Days(date.min, date.min),
        about=(found["about"].read(values.paragraphs) or "") if "about" in found else "",
        no_class=_no_class(found["no_class"], term) if "no_class" in found else (),
        meetings=_meetings(found["meetings"]) if "meetings" in found else (),
        weeks=_weeks(found["weeks"], term, contents) if "weeks" in found else (),
        assignments=assignments_in(found["assignments"], term, zone, contents.assignments)
        if "assignments" in found
        else (),
        late=late_policy_in(found["late"]) if "late" in found else None,
        staff=_staff(found["staff"]) if "staff" in found else (),
        links=_links(found["links"]) if "links" in found else Links(),
    )
    if whole.so_far.problems:
        raise CasebookError(sorted(whole.so_far.problems, key=_line))
    return course


def weeks_in(term: Days) -> int:
    """How many weeks, Monday to Sunday, a term touches."""
    monday = term.first - timedelta(days=term.first.weekday())
    return (term.last - monday).days // 7 + 1


def _line(problem: Problem) -> int:
    return (problem.where and problem.where.line) or 0


def _text(found: Mapping[str, Entry], key: str) -> str:
    return (found[key].read(values.line_of_text) or "") if key in found else ""


def _days(found: Mapping[str, Entry], first_key: str, last_key: str) -> Days | None:
    first = found[first_key].read(values.day) if first_key in found else None
    last = found[last_key].read(values.day) if last_key in found else None
    if first is None or last is None:
        return None
    if last < first:
        found[last_key].problem(
            f'"{last_key}" is {last}, before "{first_key}", which is {first}.', "swap or mend the two dates."
        )
        return None
    return Days(first, last)


def _term(entry: Entry) -> Days | None:
    found = entry.members(("start", "end"))
    term = _days(found, "start", "end")
    if term is not None and term.last - term.first > LONGEST_TERM:
        days = (term.last - term.first).days + 1
        found["end"].problem(f"The term lasts {days} days.", "mend the year of one of the two dates.")
        return None
    return term


def _no_class(entry: Entry, term: Days | None) -> tuple[NoClass, ...]:
    breaks: list[NoClass] = []
    for item in entry.items():
        keys = item.named_members()
        one_day = "date" in keys or not keys.keys() & {"first", "last"}
        found = item.members(("label", "date") if one_day else ("label", "first", "last"))
        days = _days(found, "date", "date") if one_day else _days(found, "first", "last")
        if days is None:
            continue
        if term is not None and not days.touches(term):
            item.problem(
                f"{days.first} is outside the term, {term.first} to {term.last}.", "mend the date or delete the entry."
            )
        breaks.append(NoClass(_text(found, "label"), days))
    return tuple(sorted(breaks, key=lambda each: each.days.first))


def _weekly(found: Mapping[str, Entry]) -> Weekly | None:
    day = found["weekday"].read(values.weekday) if "weekday" in found else None
    start = found["start"].read(values.time_of_day) if "start" in found else None
    end = found["end"].read(values.time_of_day) if "end" in found else None
    place = _text(found, "place")
    if day is None or start is None or end is None:
        return None
    if end <= start:
        found["end"].problem(
            f'"end" is {end:%H:%M}, not after "start", which is {start:%H:%M}.',
            "mend one of the two times; write the afternoon as 13:00 to 23:59.",
        )
        return None
    return Weekly(day, start, end, place)


def _meetings(entry: Entry) -> tuple[Meeting, ...]:
    meetings: list[Meeting] = []
    for item in entry.items():
        found = item.members(("weekday", "start", "end"), ("name", "place"))
        weekly = _weekly(found)
        name = _text(found, "name") or "Class"
        if weekly is not None:
            meetings.append(Meeting(name, weekly))
    return tuple(sorted(meetings, key=lambda each: (each.weekly.weekday, each.weekly.start)))


def _weeks(entry: Entry, term: Days | None, contents: Contents) -> tuple[WeekPlan, ...]:
    plans: dict[int, WeekPlan] = {}
    lines: dict[int, int | None] = {}
    most = weeks_in(term) if term is not None else LONGEST_TERM.days // 7
    for item in entry.items():
        found = item.members(("week", "topic"), ("chapters", "reading"))
        number = found["week"].read(values.week_number(most)) if "week" in found else None
        known = values.one_of(contents.chapters, "chapter")
        chapters = found["chapters"].read_all(known) if "chapters" in found else ()
        reading = found["reading"].read_all(values.line_of_text) if "reading" in found else ()
        topic = _text(found, "topic")
        if number is None:
            continue
        if number in plans:
            found["week"].problem(
                f"Two entries are for week {number}, here and on line {lines[number]}.",
                "give one of them another number, or put the two together.",
            )
        else:
            plans[number] = WeekPlan(number, topic, chapters, reading)
            lines[number] = found["week"].line
    return tuple(plan for _, plan in sorted(plans.items()))


def _staff(entry: Entry) -> tuple[Staff, ...]:
    staff: list[Staff] = []
    for item in entry.items():
        found = item.members(("role",), ("name", "email", "hours"))
        slots = found["hours"].items() if "hours" in found else []
        hours = [_weekly(slot.members(("weekday", "start", "end"), ("place",))) for slot in slots]
        staff.append(
            Staff(
                _text(found, "role"),
                _text(found, "name"),
                _text(found, "email"),
                tuple(slot for slot in hours if slot is not None),
            )
        )
    return tuple(staff)


def _links(entry: Entry) -> Links:
    found = entry.members((), ("repository", "site", "binder", "colab", "jupyterhub"))
    return Links(
        repository=found["repository"].read(values.address) if "repository" in found else None,
        site=found["site"].read(values.address) if "site" in found else None,
        binder=found["binder"].read(values.launch_address) if "binder" in found else None,
        colab=found["colab"].read(values.launch_address) if "colab" in found else None,
        jupyterhub=found["jupyterhub"].read(values.launch_address) if "jupyterhub" in found else None,
    )
