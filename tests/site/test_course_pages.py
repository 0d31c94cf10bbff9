from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from casebook.course.model import Course, Links, NoClass, Staff, Weekly
from casebook.course.reading import Contents, parse_course
from casebook.site.course_pages import CALENDAR, course_pages, course_toc_part

SIX_WEEKS = Path(__file__).parents[1] / "course/six-weeks.yml"
NAMES = ["book/course/syllabus.md", "book/course/schedule.md", "book/course/assignments.md"]


@pytest.fixture
def course() -> Course:
    contents = Contents(("01-data-sharing",), {"data-sharing": "Data sharing"})
    return parse_course(SIX_WEEKS.read_text("utf-8"), Path("course.yml"), contents)


@pytest.mark.parametrize("edition", ["student", "instructor"])
def test_the_editions_with_dates_have_three_pages_in_the_table_of_contents(course, edition):
    assert list(course_pages(course, edition)) == NAMES
    assert course_toc_part(course, edition) == {
        "caption": "This course",
        "chapters": [{"file": name.removesuffix(".md")} for name in NAMES],
    }


def test_readers_get_no_page_of_the_course(course):
    assert course_pages(course, "reader") == {}
    assert course_toc_part(course, "reader") is None


def test_a_casebook_without_a_course_has_no_pages_in_any_edition():
    assert course_pages(None, "instructor") == {}
    assert course_toc_part(None, "student") is None


def test_the_schedule_has_a_row_with_dates_subject_classes_and_work_for_each_week(course):
    page = course_pages(course, "student")[NAMES[1]]

    assert [f"* - Week {number}, " in page for number in range(1, 7)] == [True] * 6
    assert "* - Week 2, 8 to 14 March\n" in page
    assert "* - Week 5, 29 March to 4 April\n" in page
    assert "Lesson: [](/chapters/01-data-sharing/chapter.md)" in page
    assert "Mon 8 March, 10:00 to 11:00: Lecture" in page
    assert "Mon 29 March, 10:00" not in page
    assert "No class from Fri 26 March to Mon 29 March: Easter" in page
    assert "Due Thu 1 April 2027, 23:59: [](/exercises/data-sharing/index.md)" in page


def test_tables_have_a_caption_and_headings_for_columns_and_rows(course):
    for page in course_pages(course, "student").values():
        for table in page.split("```{list-table}")[1:]:
            assert table.split("\n", 1)[0].strip()
            assert ":header-rows: 1\n:stub-columns: 1\n" in table


def test_every_row_of_a_table_has_as_many_cells_as_its_head(course):
    for page in course_pages(course, "student").values():
        for table in page.split("```{list-table}")[1:]:
            rows = table.split("\n```")[0].split("\n* -")[1:]
            assert len({row.count("\n  -") for row in rows}) == 1


def test_the_assignments_page_says_weight_dates_and_what_lateness_costs(course):
    page = course_pages(course, "student")[NAMES[2]]

    assert (
        "* - [](/exercises/data-sharing/index.md)\n  - 100 %\n  - Thu 11 March 2027, 15:30\n  - Thu 1 April 2027, 23:59\n"
        in page
    )
    assert "takes off 10 % of an assignment's points, and never more than 50 %." in page
    assert "within 2 hours of the due time is not late" in page


def test_the_syllabus_says_when_and_where_and_who_to_ask(course):
    page = course_pages(course, "student")[NAMES[0]]

    assert "1 March to 9 April 2027. All times are by the clock of Europe/London." in page
    assert "* - Monday\n  - 10:00 to 11:00\n  - Lecture\n  - to be announced\n" in page
    assert "* - Instructor\n  - Tuesday, 15:00 to 16:00, to be announced\n" in page


def test_every_page_leads_to_the_calendar_and_names_its_address_only_when_the_site_has_one(course):
    with_site = replace(course, links=Links(site="https://example.org/book/"))

    for name in NAMES:
        assert "```{button-link} calendar.ics\n" in course_pages(course, "student")[name]
        assert "subscribe" not in course_pages(course, "student")[name]
        assert f"`https://example.org/book/{CALENDAR}`" in course_pages(with_site, "student")[name]


def test_a_course_without_graded_work_staff_or_late_policy_says_so_without_empty_tables(course):
    bare = replace(course, assignments=(), staff=(), late=None, meetings=())

    syllabus, _, assignments = course_pages(bare, "student").values()

    assert "This course sets no graded work." in syllabus
    assert "This course sets no graded work." in assignments
    assert "There are no weekly meetings." in syllabus
    assert "Who to ask" not in syllabus
    assert "{list-table}" not in syllabus + assignments


def test_signs_of_markdown_in_names_stay_words(course):
    hours = (Weekly(0, course.meetings[0].weekly.start, course.meetings[0].weekly.end, "Room *7* | {left}"),)
    odd = replace(
        course,
        staff=(Staff("1. Tutor", "", "", hours),),
        no_class=(NoClass("``` [x](y)", course.no_class[0].days),),
    )

    syllabus = course_pages(odd, "student")[NAMES[0]]

    assert r"* - 1\. Tutor" in syllabus
    assert r"Room \*7\* \| \{left\}" in syllabus
    assert r"(\`\`\` \[x\](y))" in syllabus
