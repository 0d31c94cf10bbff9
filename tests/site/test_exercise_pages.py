"""The page of an assignment and the page of all: what each edition says, and what none gives away."""

from __future__ import annotations

import json
import shutil
import zipfile
from dataclasses import replace
from pathlib import Path

import pytest

from casebook.course.model import Course, Links
from casebook.course.reading import Contents, parse_course
from casebook.exercises.model import Assignment, Release
from casebook.exercises.variants import Parameter, Parameters
from casebook.project import Project
from casebook.site.course_pages import course_pages
from casebook.site.edition import Edition
from casebook.site.exercise_index import exercise_index
from casebook.site.exercise_pages import Surroundings, assignment_page, size_words

ROOT = Path(__file__).parents[2]
NOTEBOOKS = ROOT / "tests/notebooks"
SIX_WEEKS = ROOT / "tests/course/six-weeks.yml"
TITLES = {"parcels": "Parcels by year", "firms": "Firms and their *shares*"}
RUBRIC = """# For the person who marks

Give a point for what only markers may read.

## For students

A figure with its year and unit earns a point.

### What costs points

An opinion alone.

## Anchor answers

> They got rich on volume.
"""


NOTEBOOK = """---
jupytext:
  text_representation: {extension: .md, format_name: myst}
kernelspec: {name: python3, display_name: Python 3}
---

```{code-cell} ipython3
---
graded: {id: NAME-check, kind: tests, points: 10}
---
assert share > 0, "A share is above zero."
### BEGIN HIDDEN TESTS
assert share == 0.58, "Not the share of others."
### END HIDDEN TESTS
```
"""


@pytest.fixture
def release(tmp_path) -> Release:
    for name in ("who-sells", "who-carries", "one"):
        (tmp_path / f"{name}.md").write_text(NOTEBOOK.replace("NAME", name), "utf-8")
    (tmp_path / "data-sharing.zip").write_bytes(b"z" * 83_001)
    assignment = Assignment(
        name="data-sharing",
        title="Two firms, one question",
        chapter="01-data-sharing",
        summary="You measure a share.",
        minutes=60,
        points=20,
        notebooks=("who-sells", "who-carries"),
        data=("parcels", "firms"),
        folder=tmp_path,
    )
    return Release(assignment, tmp_path / "released", tmp_path / "data-sharing.zip", ())


@pytest.fixture
def course() -> Course:
    contents = Contents(("01-data-sharing",), {"data-sharing": "Data sharing"})
    return parse_course(SIX_WEEKS.read_text("utf-8"), Path("course.yml"), contents)


def changed(release: Release, **changes: object) -> Release:
    return replace(release, assignment=replace(release.assignment, **changes))


VARIED = Parameters("s", (Parameter("firm", ("Alibaba", "Tencent")), Parameter("year", (2015, 2016, 2017))))


def test_it_is_said_whether_the_graders_run_more_tests_than_students_see(release, tmp_path):
    around = Surroundings(table_titles=TITLES, edition=Edition.READER)
    assert "the graders run more of them" in assignment_page(release, around)

    for name in release.assignment.notebooks:
        text = (tmp_path / f"{name}.md").read_text("utf-8")
        shown = "\n".join(line for line in text.split("\n") if "HIDDEN" not in line and "0.58" not in line)
        (tmp_path / f"{name}.md").write_text(shown, "utf-8")

    assert "They say at once whether an answer is right; the graders run the same ones." in assignment_page(
        release, around
    )


def test_it_says_what_it_is_worth_how_long_it_takes_and_where_to_get_it(release):
    page = assignment_page(release, Surroundings(TITLES))

    assert page.startswith("# Two firms, one question\n\nYou measure a share.\n")
    assert "Worth\n: 20 points\n" in page
    assert "Time\n: about 60 minutes\n" in page
    assert "Lesson\n: [](/chapters/01-data-sharing/chapter.md)\n" in page
    assert (
        "```{button-link} ../data-sharing.zip\n:color: primary\nDownload notebooks and data (zip, 84\N{NO-BREAK SPACE}KB)\n```"
        in page
    )
    assert "1. [](/exercises/data-sharing/who-sells.ipynb)\n1. [](/exercises/data-sharing/who-carries.ipynb)" in page


def test_tables_are_named_with_their_titles_and_lead_to_their_pages_where_there_are_such(release):
    page = assignment_page(release, Surroundings(TITLES, {"firms"}))

    assert "- `parcels.csv`: Parcels by year\n" in page
    assert "- [`firms.csv`](/data/firms.md): Firms and their \\*shares\\*" in page


def test_without_data_there_is_no_section_for_it(release):
    assert "## Data" not in assignment_page(changed(release, data=()), Surroundings())


@pytest.mark.parametrize("edition", [Edition.STUDENT, Edition.INSTRUCTOR])
def test_the_editions_with_dates_say_when_it_comes_out_when_it_is_due_and_what_lateness_costs(release, course, edition):
    page = assignment_page(release, Surroundings(TITLES, (), course, edition))

    assert "Counts for\n: 100 % of the final mark\n" in page
    assert "Comes out\n: Thu 11 March 2027, 15:30\n" in page
    assert "Due\n: **Thu 1 April 2027, 23:59**. All times are by the clock of Europe/London.\n" in page
    assert "Late work\n: Each day late, also one just begun, takes off 10 %" in page


def test_readers_see_no_date_no_weight_and_no_lateness(release, course):
    page = assignment_page(release, Surroundings(TITLES, (), course, Edition.READER))

    for word in ("2027", "Due", "Counts for", "late,", "Comes out"):
        assert word not in page


def test_an_assignment_that_the_course_does_not_set_has_no_dates(release, course):
    page = assignment_page(release, Surroundings(TITLES, (), replace(course, assignments=()), Edition.STUDENT))

    assert "Due\n:" not in page


def test_work_of_weight_0_is_said_not_to_be_counted_on_every_page(release, course):
    practice = replace(course, assignments=(replace(course.assignments[0], weight_percent=0),))
    around = Surroundings(TITLES, (), practice, Edition.STUDENT)

    assert "Counts for\n: not counted\n" in assignment_page(release, around)
    assert "  - not counted\n" in exercise_index([release], around)
    for name in ("syllabus", "assignments"):
        page = course_pages(practice, "student")[f"book/course/{name}.md"]
        assert "not counted" in page
        assert " 0 %" not in page


def test_what_is_needed_is_what_the_assignment_installs_by_the_file_in_the_download(release):
    page = assignment_page(changed(release, install=("pandas>=3", "altair"), data=()), Surroundings())

    assert "with `jupyterlab`, `pandas>=3` and `altair`." in page
    assert "pip install -r requirements.txt\n" in page


def test_handing_in_is_told_for_the_exchange_and_for_an_upload(release):
    page = assignment_page(release, Surroundings())

    assert "Hand in `who-sells.ipynb` and `who-carries.ipynb` under these names" in page
    assert "`nbgrader fetch_assignment data-sharing`" in page
    assert "`nbgrader submit data-sharing`" in page
    assert "Upload all, one by one or in one zip." in page
    alone = assignment_page(changed(release, notebooks=("one",)), Surroundings())
    assert "Hand in `one.ipynb` under this name" in alone
    assert "Upload it, as it is or in a zip." in alone
    assert "Work through this notebook." in alone


class TestRubric:
    def test_the_section_for_students_is_shown_and_nothing_else_of_it(self, release):
        (release.assignment.folder / "rubric.md").write_text(RUBRIC, "utf-8")

        page = assignment_page(release, Surroundings())

        assert "## How written answers are marked\n\nA figure with its year and unit earns a point.\n" in page
        assert "### What costs points\n\nAn opinion alone.\n" in page
        assert "only markers may read" not in page
        assert "They got rich" not in page

    def test_without_one_there_is_no_section(self, release):
        assert "are marked" not in assignment_page(release, Surroundings())

    def test_instructors_read_no_more_of_it_here(self, release):
        (release.assignment.folder / "rubric.md").write_text(RUBRIC, "utf-8")

        page = assignment_page(release, Surroundings(edition=Edition.INSTRUCTOR))

        assert "only markers may read" not in page


class TestNumbersOfYourOwn:
    def test_it_is_said_which_differ_and_which_the_download_has(self, release, course):
        page = assignment_page(changed(release, parameters=VARIED), Surroundings(TITLES, (), course, Edition.STUDENT))

        assert "`firm` and `year` can differ from student to student" in page
        assert "In this download, and on the pages above: Alibaba and 2015." in page
        assert "graded with your own values" in page

    def test_readers_are_told_what_else_they_may_write(self, release):
        page = assignment_page(changed(release, parameters=VARIED), Surroundings())

        assert "`firm` can be Alibaba or Tencent; `year` can be 2015 to 2017." in page
        assert "instructor" not in page

    def test_many_values_are_not_listed(self, release):
        many = Parameters("s", (Parameter("city", tuple(f"city {number}" for number in range(9))),))

        page = assignment_page(changed(release, parameters=many), Surroundings())

        assert "`city` can be one of 9 values, from city 0 to city 8." in page

    def test_the_seed_is_on_no_page(self, release, course):
        secret = replace(VARIED, seed="a seed to keep")
        for edition in Edition:
            page = assignment_page(changed(release, parameters=secret), Surroundings(TITLES, (), course, edition))
            assert "a seed to keep" not in page

    def test_without_parameters_nothing_is_said(self, release):
        assert "of your own" not in assignment_page(release, Surroundings())


class TestInstructorsCommands:
    def test_they_are_on_the_instructors_page_alone(self, release):
        pages = {edition: assignment_page(release, Surroundings(edition=edition)) for edition in Edition}

        assert [edition for edition, page in pages.items() if "casebook" in page] == [Edition.INSTRUCTOR]
        for command in ("exercises verify", "exercises release", "grade", "feedback"):
            assert f"`casebook {command} data-sharing`" in pages[Edition.INSTRUCTOR]
        assert "--for-each" not in pages[Edition.INSTRUCTOR]

    def test_with_parameters_a_release_for_each_is_named(self, release):
        page = assignment_page(changed(release, parameters=VARIED), Surroundings(edition=Edition.INSTRUCTOR))

        assert "`casebook exercises release data-sharing --for-each students.csv`" in page

    def test_they_link_to_nothing_secret(self, release):
        page = assignment_page(release, Surroundings(edition=Edition.INSTRUCTOR))

        assert "solution" not in page
        assert "marking" not in page


class TestOpenIn:
    @pytest.fixture
    def page(self, release, course):
        def of(**links: str) -> str:
            return assignment_page(release, Surroundings(TITLES, (), replace(course, links=Links(**links))))

        return of

    def test_each_notebook_opens_as_it_was_released(self, page):
        text = page(binder="https://binder.example/v2/x?urlpath=lab/tree/{path}.ipynb")

        path = "exercises/data-sharing/who-sells.ipynb"
        assert f"- `who-sells`: [Binder](https://binder.example/v2/x?urlpath=lab/tree/{path})" in text
        assert "Colab" not in text

    def test_no_link_opens_the_text_with_the_solutions(self, page):
        text = page(
            binder="https://binder.example/{path}.md",
            colab="https://colab.example/{path}.ipynb",
            jupyterhub="https://hub.example/{path}.md",
        )

        assert "binder.example" not in text
        assert "hub.example" not in text
        assert "[Colab](https://colab.example/exercises/data-sharing/who-sells.ipynb)" in text
        assert "Colab opens the notebook alone" in text

    def test_without_links_nothing_is_offered(self, page):
        assert "one click" not in page()


class TestIndex:
    def test_it_lists_assignments_by_lesson_with_points_and_minutes(self, release):
        first = changed(release, name="warm-up", chapter="00-start", points=2.5, minutes=15)

        page = exercise_index([release, first], Surroundings())

        rows = page.split("* - ")[2:]
        assert [row.split("\n")[0] for row in rows] == [
            "[](/exercises/warm-up/index.md)",
            "[](/exercises/data-sharing/index.md)",
        ]
        assert "  - [](/chapters/00-start/chapter.md)\n  - 2.5\n  - 15 minutes\n" in rows[0]

    def test_readers_see_no_dates(self, release, course):
        page = exercise_index([release], Surroundings(TITLES, (), course))

        assert "2027" not in page
        assert "Due" not in page

    def test_the_editions_with_dates_see_when_each_is_due(self, release, course):
        other = changed(release, name="other")

        page = exercise_index([release, other], Surroundings(TITLES, (), course, Edition.STUDENT))

        assert "  - 60 minutes\n  - 100 %\n  - Thu 1 April 2027, 23:59\n" in page
        assert "  - 60 minutes\n  - not set in this course\n  -\n" in page

    def test_without_assignments_it_says_so(self):
        assert "There are none yet." in exercise_index([], Surroundings())


@pytest.mark.parametrize(
    ("size", "words"),
    [(1, "1 KB"), (83_001, "84 KB"), (999_000, "999 KB"), (1_000_000, "1 MB"), (1_240_000, "1.3 MB")],
)
def test_sizes_are_rounded_up(size, words):
    assert size_words(size) == words.replace(" ", "\N{NO-BREAK SPACE}")


@pytest.fixture(scope="module")
def varied_site(tmp_path_factory, build_process) -> Path:
    """The students' edition of a tiny book with one assignment whose numbers differ."""
    root = tmp_path_factory.mktemp("varied") / "book"
    shutil.copytree(NOTEBOOKS / "varied-casebook", root)
    shutil.copyfile(ROOT / "_config.yml", root / "_config.yml")
    shutil.copytree(ROOT / "book/theme", root / "book/theme")
    (root / "book/references.bib").write_text("", "utf-8")
    with (root / "_toc.yml").open("a", encoding="utf-8") as toc:
        toc.write("chapters:\n  - file: exercises/index\n  - file: exercises/varied/index\n")
    (root / "chapters/01-parcels/chapter.md").write_text("# Parcels\n\nThey doubled.\n", "utf-8")
    (root / "exercises/varied/rubric.md").write_text(RUBRIC, "utf-8")
    course = SIX_WEEKS.read_text("utf-8").replace("data-sharing", "varied").replace("01-varied", "01-parcels")
    (root / "course.yml").write_text(course, "utf-8")
    made = build_process(Project(root), "--edition", "student", "--out", str(root / "site"))
    assert made.returncode == 0, made.stdout + made.stderr
    return root / "site"


@pytest.mark.slow
class TestBuilt:
    def test_the_facts_the_rubric_and_the_preview_are_on_the_page(self, varied_site):
        page = (varied_site / "exercises/varied/index.html").read_text("utf-8")

        assert "Thu 1 April 2027, 23:59" in page
        assert 'id="how-written-answers-are-marked"' in page
        assert "only markers may read" not in page
        assert 'href="own-year.html"' in page
        assert "varied.zip" in page

    def test_the_download_has_the_default_values_and_the_size_that_is_said(self, varied_site):
        archive = varied_site / "exercises/varied.zip"

        with zipfile.ZipFile(archive) as opened:
            assert json.loads(opened.read("varied/parameters.json")) == {"year": 2013}
        page = (varied_site / "exercises/varied/index.html").read_text("utf-8")
        assert f"(zip, {size_words(archive.stat().st_size)})" in page

    def test_the_lesson_and_the_page_of_all_lead_to_the_assignment(self, varied_site):
        lesson = (varied_site / "chapters/01-parcels/chapter.html").read_text("utf-8")
        every = (varied_site / "exercises/index.html").read_text("utf-8")

        header = lesson.split('<dl class="reading-header">')[1].split("</dl>")[0]
        assert "<dt>Graded exercise</dt>" in header
        assert 'href="../../exercises/varied/index.html"' in header
        assert 'href="varied/index.html"' in every
        assert "Thu 1 April 2027, 23:59" in every
