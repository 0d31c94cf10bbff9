"""The pages that hold the book together say what is so: the landing page, how to use the book, names, key terms."""

from __future__ import annotations

import csv
import inspect
import json
import re
import shlex
import unicodedata
from collections import Counter
from pathlib import Path

import pytest
from click.testing import CliRunner

from casebook.cli import casebook
from casebook.site import chart_html

BOOK = Path(__file__).parents[2]
LANDING = (BOOK / "book/index.md").read_text("utf-8")
HOW_TO = (BOOK / "book/how-to-use.md").read_text("utf-8")
NAMES = (BOOK / "book/names.md").read_text("utf-8")
CHAPTERS = sorted((BOOK / "chapters").glob("*/chapter.md"))
GLOSSARY = re.compile(r"^```\{glossary\}\n(.*?)^```$", re.DOTALL | re.MULTILINE)
FIGURE = re.compile(r"^ +name: (fig-\S+)", re.MULTILINE)
ROW = re.compile(r"^\* - (.+)\n  - (.+)\n  - (.+)\n  - (.+)$", re.MULTILINE)
# Most names have a tone mark on each syllable; Eleme, with two light ones, has fewest.
MOST_LIGHT_SYLLABLES = 2


def table(name: str) -> list[dict[str, str]]:
    with (BOOK / f"data/{name}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def terms_of(text: str) -> list[str]:
    """The terms of a glossary, of which one line may hold several."""
    lines = [line for body in GLOSSARY.findall(text) for line in body.splitlines()]
    return [line.strip().casefold() for line in lines if line.strip() and not line.startswith(" ")]


def repeated(names: list[str]) -> list[str]:
    return [name for name, times in Counter(names).items() if times > 1]


# --- the whole book -----------------------------------------------------------------------------


def test_no_key_term_is_defined_in_two_chapters():
    assert repeated([term for file in CHAPTERS for term in terms_of(file.read_text("utf-8"))]) == []


def test_a_term_defined_twice_is_found():
    box = "```{glossary}\nShare of work\n  A part.\n\nhub\n  A centre.\n```\n"

    assert repeated(terms_of(box) + terms_of(box.replace("Share", "share").replace("hub", "rim"))) == ["share of work"]


def test_figures_have_names_of_their_own_in_the_whole_book():
    pages = [*BOOK.glob("chapters/*/*.md"), *BOOK.glob("book/*.md")]

    assert repeated([name for page in pages for name in FIGURE.findall(page.read_text("utf-8"))]) == []


# --- the landing page ---------------------------------------------------------------------------


def test_the_landing_page_counts_what_is_there():
    tables = json.loads((BOOK / "data/datapackage.json").read_text("utf-8"))["resources"]
    cases = table("cases")
    in_china = sum(case["country"] == "CHN" for case in cases)
    drawn = [case for case in cases if int(case["year"]) >= 1990]
    older = sorted(case["year"] for case in cases if case not in drawn)

    assert f"[{len(table('claims'))} claims, one by one]" in LANDING
    assert f"on {len([entry for entry in tables if entry['name'] != 'sources'])} [tables]" in LANDING
    assert f"tell {len(cases)} cases." in LANDING
    assert f"A little over six in ten: {in_china} of {len(cases)}." in LANDING
    assert f"{in_china} of {len(cases)} play in China" in LANDING
    assert 0.6 < in_china / len(cases) < 0.66
    assert f"{len(drawn)} of {len(cases)}: those of {', '.join(older[:-1])} and {older[-1]} are not drawn" in LANDING


def test_the_title_of_the_landing_chart_holds():
    cases = table("cases")
    recent = [case for case in cases if 2010 <= int(case["year"]) <= 2022]
    elsewhere = {case["lesson"] for case in cases if case["country"] not in {"CHN", ""}}

    assert len(recent) > len(cases) / 2
    assert elsewhere == {case["lesson"] for case in cases}


@pytest.mark.parametrize("chapter", CHAPTERS, ids=lambda path: path.parent.name)
def test_the_landing_page_leads_to_every_lesson_by_its_title(chapter):
    title = re.search(r"^# (.+)$", chapter.read_text("utf-8"), re.MULTILINE)[1]

    assert f"[{title}](../chapters/{chapter.parent.name}/chapter.md)" in LANDING


@pytest.mark.parametrize("reader", ["I want to read", "I am taking a course", "I teach", "I want to check"])
def test_the_landing_page_has_a_way_in_for_each_reader(reader):
    card = LANDING[LANDING.index(f":::{{grid-item-card}} {reader}\n") :].split("\n:::\n")[0]

    assert re.search(r"\]\([^)]+\)", card)


def test_the_landing_page_takes_little_more_than_a_minute_to_read():
    body = re.sub(
        r"\A---.*?\n---\n|^```\{code-cell\}.*?^```$|\]\([^)]*\)|^[:`].*$", "", LANDING, flags=re.DOTALL | re.MULTILINE
    )

    assert len(body.split()) < 520


# --- how to use this book -----------------------------------------------------------------------


def test_how_to_use_names_the_buttons_that_charts_have():
    drawn = inspect.getsource(chart_html)

    for words in ("Explore this chart", "Show as table", "About the data", "Download"):
        assert f"*{words}*" in HOW_TO
        assert words in drawn


def test_how_to_use_names_the_boxes_that_lessons_have():
    titles = " ".join(
        re.findall(r"^```\{admonition\} (.+)$", "".join(file.read_text("utf-8") for file in CHAPTERS), re.MULTILINE)
    )
    named = re.search(r"^Boxes have fixed meanings: (.+?)\. Practice", HOW_TO, re.MULTILINE)[1]

    assert [box for box in re.findall(r"\*([^*]+)\*", named) if box not in titles] == []


@pytest.mark.parametrize("command", re.findall(r"^casebook (.+)$", HOW_TO, re.MULTILINE))
def test_the_commands_of_how_to_use_are_there(command):
    words = shlex.split(command)
    options = [word for word in words if word.startswith("--")]
    names = [word for word in words[:2] if re.fullmatch(r"[a-z]+", word)]

    shown = CliRunner().invoke(casebook, [*names, "--help"])

    assert shown.exit_code == 0
    assert [option for option in options if option not in shown.output] == []


# --- names and words ----------------------------------------------------------------------------


def tone_marks(pinyin: str) -> int:
    return sum(mark in "\u0300\u0301\u0304\u030c" for mark in unicodedata.normalize("NFD", pinyin))


def test_every_name_has_characters_and_pinyin_with_its_tones():
    rows = [row for row in ROW.findall(NAMES) if row[1] != "Characters"]

    assert len(rows) > 50
    for name, characters, pinyin, meaning in rows:
        assert all(unicodedata.name(character).startswith("CJK UNIFIED") for character in characters), name
        assert len(characters) - MOST_LIGHT_SYLLABLES <= tone_marks(pinyin) <= len(characters), name
        assert pinyin != meaning
    assert len(rows) == NAMES.count("\n* - ") - NAMES.count("  - Characters")


def test_names_are_in_order_in_each_table_and_each_once():
    groups = [[row[0] for row in ROW.findall(part)[1:]] for part in NAMES.split("```{list-table}")[1:]]

    assert all(names == sorted(names, key=str.casefold) for names in groups)
    assert repeated([name for names in groups for name in names]) == []


def test_pinyin_in_the_chapters_is_as_the_table_has_it():
    known = {re.sub(r"\W", "", row[2]).casefold() for row in ROW.findall(NAMES)}
    said = [
        re.sub(r"\W", "", words).casefold()
        for file in CHAPTERS
        for words in re.findall(r"\*([^*\n]{2,30})\*", file.read_text("utf-8"))
        if tone_marks(words) and not re.search(r"[éè]", words.replace("È", ""))
    ]

    assert [words for words in said if words not in known] == []


def test_the_index_pages_are_in_the_table_of_contents():
    order = (BOOK / "_toc.yml").read_text("utf-8")
    reference = order[order.index("caption: Reference") :]

    assert re.findall(r"file: (\S+)", reference) == [
        "book/cases",
        "book/claims",
        "data/index",
        "book/names",
        "book/references",
    ]
