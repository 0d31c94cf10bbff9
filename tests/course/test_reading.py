from __future__ import annotations

import shutil
from datetime import date, datetime, time
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from icalendar import Calendar

from casebook.course.calendar import calendar_file
from casebook.course.model import Course, Days, LatePolicy, NoClass, Weekly
from casebook.course.reading import Contents, load_course, parse_course
from casebook.course.schedule import weeks_of
from casebook.errors import CasebookError
from casebook.exercises.assignment import assignment_names
from casebook.project import Project
from casebook.site.course_pages import course_pages

ROOT = Path(__file__).parents[2]
SHIPPED = (ROOT / "course.yml").read_text("utf-8")
CONTENTS = Contents(("01-data-sharing",), {"data-sharing": "Data sharing"})


def test_every_part_of_the_file_is_read(course):
    london = ZoneInfo("Europe/London")

    assert (course.title, course.institution, course.zone) == ("Outside In", "Your institution", london)
    assert course.term == Days(date(2027, 3, 1), date(2027, 4, 9))
    assert course.no_class[0] == NoClass("Open day", Days(date(2027, 3, 11), date(2027, 3, 11)))
    assert [meeting.name for meeting in course.meetings] == ["Class", "Lab"]
    assert course.meetings[0].weekly == Weekly(0, time(10), time(11), "Room 1")
    assert [week.topic for week in course.weeks] == ["Predict, look, doubt", "Data sharing"]
    assert course.assignments[0].due == datetime(2027, 3, 25, 18, tzinfo=london)
    assert [each.title for each in course.assignments] == ["Data sharing", "Speed, measured"]
    assert course.late == LatePolicy(percent_per_day=10, cap_percent=50, grace_hours=2)
    assert course.staff[0].hours == (Weekly(1, time(15), time(16), "to be announced"),)
    assert (course.links.site, course.links.binder) == ("https://example.org/book", None)


def test_a_date_alone_is_the_start_of_a_release_and_the_end_of_a_due_date(course):
    speed = course.assignments[1]

    assert (speed.released.time(), speed.due.time()) == (time(0), time(23, 59))


def test_hidden_tests_are_shown_in_feedback_unless_the_course_hides_them(course_with):
    course = course_with(("released: 2027-03-22", "hidden_tests: hide\n    released: 2027-03-22"))

    assert [each.hides_hidden_tests for each in course.assignments] == [False, True]


def test_optional_parts_may_be_left_out_or_left_empty(course_with):
    course = course_with(
        ("late: {percent_per_day: 10, cap_percent: 50, grace_hours: 2}\n", "late:\n"),
        ("links:\n  site: https://example.org/book\n", ""),
    )

    assert course.late is None
    assert course.links.site is None


WRONG = [
    (
        "chapters: [01-data-sharing]",
        "chapters: [01-data-sharnig]",
        'course.yml:17: Entry 1 of "chapters": There is no chapter "01-data-sharnig".',
        "did you mean 01-data-sharing?",
    ),
    (
        "  data-sharing:",
        "  data-shraing:",
        'course.yml:19: There is no assignment "data-shraing".',
        "did you mean data-sharing?",
    ),
    (
        "due: 2027-04-08",
        "due: 2027-04-18",
        "course.yml:26: speed is due on 2027-04-18, outside the term, 2027-03-01 to 2027-04-09.",
        "mend the date.",
    ),
    (
        "due: 2027-03-25 18:00",
        "due: 2027-03-10 18:00",
        "course.yml:22: data-sharing is due at 2027-03-10 18:00, not after its release at 2027-03-11 15:30.",
        "mend one of the two dates.",
    ),
    (
        "weight: 40",
        "weight: 30",
        "course.yml:18: The weights sum to 90 per cent, not 100.",
        "mend the weights until they sum to 100.",
    ),
    (
        "weight: 40",
        "weight: 40%",
        'course.yml:24: "weight": "40%" is no number from 0 to 100 (per cent).',
        "write digits alone, without a sign or a unit.",
    ),
    (
        "Europe/London",
        "Europe/Londn",
        'course.yml:3: "timezone": There is no time zone "Europe/Londn".',
        "did you mean Europe/London?",
    ),
    (
        "Europe/London",
        "Shanghai",
        'course.yml:3: "timezone": There is no time zone "Shanghai".',
        "did you mean Asia/Shanghai?",
    ),
    (
        "week: 2",
        "week: 1",
        "course.yml:15: Two entries are for week 1, here and on line 12.",
        "give one of them another number, or put the two together.",
    ),
    (
        "week: 2",
        "week: 7",
        'course.yml:15: "week": "7" is no week of the term.',
        "write a number from 1 to 6; the term has 6 weeks.",
    ),
    (
        "{label: Open day, date: 2027-03-11}",
        "{label: Open day, date: 2027-02-30}",
        'course.yml:7: "date": There is no day "2027-02-30" in the calendar.',
        "write a day that exists, as year-month-day.",
    ),
    (
        "{label: Open day, date: 2027-03-11}",
        "{label: Open day, date: 2028-03-11}",
        "course.yml:7: 2028-03-11 is outside the term, 2027-03-01 to 2027-04-09.",
        "mend the date or delete the entry.",
    ),
    (
        "released: 2027-03-22",
        "released: 22 March",
        'course.yml:25: "released": "22" is no date.',
        "write it as year-month-day, such as 2027-03-01.",
    ),
    (
        "released: 2027-03-22",
        "hidden_tests: hid\n    released: 2027-03-22",
        'course.yml:25: "hidden_tests": There is no choice for hidden tests "hid".',
        "did you mean hide?",
    ),
    (
        "due: 2027-03-25 18:00",
        "due: 2027-03-28 01:30",
        'course.yml:22: "due": the time 2027-03-28 01:30 does not exist in Europe/London, where clocks then go forward.',
        "write a time an hour earlier or later.",
    ),
    (
        "start: 2027-03-01, end: 2027-04-09",
        "start: 2027-04-09, end: 2027-03-01",
        'course.yml:4: "end" is 2027-03-01, before "start", which is 2027-04-09.',
        "swap or mend the two dates.",
    ),
    (
        "end: 2027-04-09",
        "end: 2072-04-09",
        "course.yml:4: The term lasts 16477 days.",
        "mend the year of one of the two dates.",
    ),
    (
        "late: {percent_per_day",
        "late: {percent_per_dya",
        'course.yml:27: "late" has no key "percent_per_dya" (near it: percent_per_day).',
        "mend the name or delete the key.",
    ),
    (
        "cap_percent: 50",
        "cap_percent: 5",
        "course.yml:27: The cap of 5 per cent is below the 10 per cent of one day.",
        "mend one of the two.",
    ),
    (
        "title: Outside In\n",
        "",
        'course.yml: The course lacks the key "title".',
        "add a line `title: ...`.",
    ),
    (
        "title: Outside In",
        "title: [Outside, In]",
        'course.yml:1: "title" must be a single value, not a list.',
        "write one value on its line.",
    ),
    (
        "title: Outside In",
        "title:",
        'course.yml:1: "title" is empty.',
        "write a value there.",
    ),
    (
        "title: Outside In",
        'title: "Outside\\0In"',
        "course.yml:1: \"title\": It holds the control character '\\x00'.",
        "take the character out.",
    ),
    (
        "institution: Your institution",
        "institution: Your institution\ntitle: Again",
        'course.yml:3: "title" stands here and on line 1.',
        "delete one of the two.",
    ),
    (
        "chapters: [01-data-sharing]",
        "chapters: 01-data-sharing",
        'course.yml:17: "chapters" must be a list, not "01-data-sharing".',
        "begin each entry with a dash, `- `.",
    ),
    (
        "weekday: Tuesday",
        "weekday: Tusday",
        'course.yml:31: "weekday": "Tusday" is no day of the week.',
        "write Tuesday.",
    ),
    (
        "start: 10:00, end: 11:00",
        "start: 10:00, end: 10 am",
        'course.yml:9: "end": "10 am" is no time of day.',
        "write it as hours:minutes, such as 09:30.",
    ),
    (
        "start: 10:00, end: 11:00",
        "start: 10:00, end: 24:00",
        'course.yml:9: "end": "24:00" is no time of day.',
        "write hours from 00 to 23 and minutes from 00 to 59.",
    ),
    (
        "start: 10:00, end: 11:00",
        "start: 10:00, end: 9:00",
        'course.yml:9: "end" is 09:00, not after "start", which is 10:00.',
        "mend one of the two times; write the afternoon as 13:00 to 23:59.",
    ),
    (
        "site: https://example.org/book",
        "site: example.org",
        'course.yml:33: "site": "example.org" is no web address.',
        "begin it with https:// and leave no spaces in it.",
    ),
    (
        "site: https://example.org/book",
        "binder: https://mybinder.org/v2/gh/OWNER/NAME/HEAD",
        'course.yml:33: "binder": "https://mybinder.org/v2/gh/OWNER/NAME/HEAD" does not say where a notebook\'s path goes.',
        "write {path} once where the path of the notebook belongs, then its ending, .md or .ipynb.",
    ),
    (
        "staff:\n",
        "staff: [\n",
        "course.yml:29: Not valid YAML: expected the node content, but found '-'.",
        "mend the line, or the one above it: indentation, a missing colon or a stray quotation mark.",
    ),
]


@pytest.mark.parametrize(("old", "new", "what", "mend"), WRONG, ids=[row[1].strip()[:40] for row in WRONG])
def test_what_is_wrong_is_named_with_its_line_and_its_mend(course_with, old, new, what, mend):
    with pytest.raises(CasebookError) as caught:
        course_with((old, new))

    assert f"{what}\n  Mend: {mend}" in [str(problem) for problem in caught.value.problems]


def test_all_that_is_wrong_is_named_in_one_run_in_the_order_of_the_file(course_with):
    with pytest.raises(CasebookError) as caught:
        course_with(
            ("Europe/London", "Mars/Olympus"),
            ("weekday: Monday", "weekday: Moonday"),
            ("[01-data-sharing]", "[07-nothing-like-it]"),
            ("weight: 40", "weight: 41"),
            ("late:", "lateness:"),
        )

    assert [problem.where.line for problem in caught.value.problems] == [3, 9, 17, 18, 27]


@pytest.mark.parametrize(
    "text", ["", "# nothing\n", "[", "- a\n", "just words", "\x00", "[" * 1500, "a: *b", "a: 1\n--- 2"]
)
def test_a_file_that_is_no_course_ends_in_a_problem_with_a_mend(text):
    with pytest.raises(CasebookError) as caught:
        parse_course(text, Path("course.yml"), CONTENTS)

    assert all(problem.mend and problem.where for problem in caught.value.problems)


PIECES = (
    st.sampled_from(
        ["", " ", ":", "- ", "[", "]", "{", "}", '"', "'", "&a ", "*a", "|", ">", "!", "%", "#", "\t", "\n"]
    )
    | st.sampled_from(["2027-02-30", "9999-12-31", "0001-01-01", "24:00", "1e9", ".nan", "-1", "<<: *a", '"\\uD800"'])
    | st.text(max_size=6)
)


@st.composite
def damaged(draw) -> str:
    """The shipped file, without its comments, after a few slips: pieces put in, cut out or copied."""
    text = "".join(line for line in SHIPPED.splitlines(keepends=True) if not line.startswith("#"))
    for _ in range(draw(st.integers(1, 4))):
        start = draw(st.integers(0, len(text)))
        end = draw(st.integers(start, min(len(text), start + draw(st.sampled_from([0, 1, 8, 80, 2000])))))
        middle = draw(PIECES | st.just(text[start:end] * 2))
        text = text[:start] + middle + text[end:]
    return text


def outcome(text: str) -> Course | CasebookError:
    try:
        return parse_course(text, Path("course.yml"), CONTENTS)
    except CasebookError as error:
        return error


@given(damaged())
@settings(max_examples=60)
def test_any_damage_ends_in_problems_with_mends_or_in_a_course_that_can_be_used(text):
    found = outcome(text)

    if isinstance(found, CasebookError):
        assert found.problems
        assert all(problem.what and problem.mend and problem.where for problem in found.problems)
    else:
        meetings = sum(len(week.meetings) for week in weeks_of(found))
        events = Calendar.from_ical(calendar_file(found)).events
        assert len(events) == meetings + len(found.no_class) + len(found.assignments)
        assert all(page.encode("utf-8") for page in course_pages(found, "student").values())


def test_the_course_that_is_shipped_is_sound_and_names_what_is_here():
    course = load_course(Project(ROOT))

    assert course is not None
    titles = {graded.name: graded.title for graded in course.assignments}
    assert titles["data-sharing"] == "Data sharing: who sells, who carries, who gains"
    assert sorted(titles) == assignment_names(Project(ROOT))


def test_a_casebook_without_the_file_has_no_course(tmp_path):
    assert load_course(Project(tmp_path)) is None


def test_an_assignment_that_cannot_be_read_is_named_beside_what_is_wrong_in_the_course(tmp_path):
    for folder in ("chapters", "exercises", "data"):
        shutil.copytree(ROOT / folder, tmp_path / folder)
    (tmp_path / "course.yml").write_text(SHIPPED.replace("weight: 22", "weight: 12"), "utf-8")
    assignment = tmp_path / "exercises/data-sharing/assignment.yml"
    assignment.write_text(assignment.read_text("utf-8").replace("minutes: 100", "minutes: long"), "utf-8")

    with pytest.raises(CasebookError) as caught:
        load_course(Project(tmp_path))

    assert [Path(problem.where.file).name for problem in caught.value.problems] == ["course.yml", "assignment.yml"]
