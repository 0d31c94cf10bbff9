"""The index of cases is made from the table, leads to the chapters' headings, and needs no script."""

from __future__ import annotations

import csv
import io
import re

import pytest

from casebook.site.cases_page import Case, definitions, entries, grouped, link, read_cases

COLUMNS = (
    "case_id",
    "case",
    "organisation",
    "country",
    "year",
    "lesson",
    "chapter",
    "heading",
    "skill",
    "told_as",
    "what",
)
ROWS = (
    ("van", "The van *stops*", "Post; Van", "DNK", "2014", "parcel-post", "01-parcels", "Who drives?", "shares", "decision", "It stopped."),
    ("post", "The post", "Post", "DNK", "2013", "parcel-post", "01-parcels", "Who drives?", "growth", "story", "It grew [a lot]."),
    ("later", "A later one", "", "", "2020", "letter-post", "02-letters", "Who writes?", "shares", "elsewhere", "It is to come."),
)  # fmt: skip
CHAPTER = "# Parcels: who drives?\n\n## Who drives?\n\nThe post.\n"
PAGES = {"chapters/01-parcels/chapter"}
SETTINGS = {"myst_enable_extensions": ["deflist"], "myst_heading_anchors": 3}


def table(rows: tuple[tuple[str, ...], ...] = ROWS, columns: tuple[str, ...] = COLUMNS) -> str:
    text = io.StringIO()
    csv.writer(text, lineterminator="\n").writerows([columns, *rows])
    return text.getvalue()


def book(page: str, **files: str) -> dict[str, str]:
    start = "# Start\n\n```{toctree}\nbook/cases\nchapters/01-parcels/chapter\n```\n"
    chapter = {"chapters/01-parcels/chapter.md": CHAPTER, "data/cases.csv": table()}
    return {"start.md": start, "book/cases.md": f"# Cases\n\n{page}", **chapter, **files}


@pytest.fixture
def cases(tmp_path) -> tuple[Case, ...]:
    (tmp_path / "cases.csv").write_text(table(), encoding="utf-8")
    return read_cases(tmp_path / "cases.csv")


def plain(html: str) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", html)).strip()


@pytest.mark.slow
def test_each_view_leads_to_the_heading_and_a_chapter_that_is_not_there_has_no_link(small_pages):
    views = "".join(f"## By {by}\n\n```{{cases}} {by}\n```\n\n" for by in ("lesson", "organisation", "skill"))
    html = small_pages(book(views), "casebook.site.cases_page", **SETTINGS)["book/cases.html"]

    assert html.count('href="../chapters/01-parcels/chapter.html#who-drives"') == 2 + 3 + 2
    assert "02-letters" not in html
    assert "It grew [a lot]." in html
    assert "The van *stops*" in plain(html)
    by_lesson = html[: html.index('id="by-organisation"')]
    assert re.findall(r"<h3>([^<]*)", by_lesson) == ["Parcels: who drives?", "Letter post"]
    assert re.findall(r"<dt[^>]*>([^<]*)", html) == ["Post", "Van", "Growth", "Shares"]
    assert "<script" not in html[html.index('class="case-index') :].split("</section>")[0]


@pytest.mark.slow
def test_a_heading_that_is_gone_fails_the_build(small_pages):
    gone = CHAPTER.replace("## Who drives?", "## Who rides?")

    with pytest.raises(Exception, match="who-drives"):
        small_pages(
            book("```{cases} skill\n```\n", **{"chapters/01-parcels/chapter.md": gone}),
            "casebook.site.cases_page",
            **SETTINGS,
        )


@pytest.mark.slow
@pytest.mark.parametrize(
    ("page", "files", "message"),
    [
        ("```{cases} country\n```\n", {}, "say lesson, organisation or skill"),
        ("```{cases} skill\n```\n", {"data/cases.csv": "case_id\nvan\n"}, "no table of cases"),
    ],
)
def test_what_cannot_be_made_is_named(small_pages, page, files, message):
    with pytest.raises(Exception, match=message):
        small_pages(book(page, **files), "casebook.site.cases_page", **SETTINGS)


def test_rows_of_the_wrong_length_and_missing_tables_give_no_cases(tmp_path):
    file = tmp_path / "cases.csv"
    file.write_text(table() + "short,row\n", encoding="utf-8")

    assert [case.case_id for case in read_cases(file)] == ["van", "post", "later"]
    assert read_cases(tmp_path / "other.csv") == ()


def test_a_case_of_two_firms_is_under_both_and_one_of_nobody_under_none(cases):
    groups = grouped(cases, lambda case: case.organisations)

    assert {name: [case.case_id for case in told] for name, told in groups.items()} == {
        "Post": ["van", "post"],
        "Van": ["van"],
    }


def test_an_entry_says_when_how_and_what(cases):
    assert entries(cases[:1], PAGES) == (
        "- [The van \\*stops\\*](/chapters/01-parcels/chapter.md#who-drives) (2014, decision). It stopped."
    )
    assert link(cases[2], PAGES) == "A later one"


def test_definitions_are_in_order_whatever_the_order_of_the_table(cases):
    text = definitions(grouped(reversed(cases), lambda case: [case.skill]), set())

    assert text == "Growth\n: - The post (2013)\n\nShares\n: - A later one (2020)\n  - The van \\*stops\\* (2014)"
