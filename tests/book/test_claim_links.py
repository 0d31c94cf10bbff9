"""A reader who taps a claim in a lesson is led to that claim: each link names one of ``data/claims.csv``.

The page *Claims* gives every row the name of its claim; ``tests/browser/test_claims_page.py`` follows the links.
"""

from __future__ import annotations

import csv
import re
from pathlib import Path

import pytest

BOOK = Path(__file__).parents[2]
CHAPTERS = sorted((BOOK / "chapters").glob("*/chapter.md"))
LINK = re.compile(r"\]\(#([\w-]+)\)")
BOX = re.compile(r"^```\{admonition\}[^\n]*\n:class: claims\n(.*?)^```$", re.DOTALL | re.MULTILINE)
# What each article is cited as; the digest only repeats.
WORKS = {
    "HBR 2020": "prashantham2020",
    "Blog digest 2020": "sgsubra2020",
    "Ivey 2021": "williamson2021",
    "nexxworks 2022": "coppens2022",
    "LSE 2020": "liebenau2020",
}
# No lesson speaks of these: the page of all claims weighs them alone.
ONLY_IN_THE_LEDGER = {
    "hbr-largest-market",
    "ivey-60-percent-noncash",
    "ivey-alipay-80-million",
    "ivey-leading-iot",
    "ivey-livestream-categories",
    "ivey-livestream-multibillion",
    "ivey-xiaomi-90-countries",
    "ivey-xiaomi-fourth",
    "nexx-xiaomi-top",
}
# Views that no fact can decide.
NO_CLAIM = {
    "Not China's Amazon.",
    "Stickiness.",
    "Outside-in.",
    "The state, with a flaw.",
    "Not only China.",
    "A state of mind.",
}

every_chapter = pytest.mark.parametrize("path", CHAPTERS, ids=lambda path: path.parent.name)


@pytest.fixture(scope="module")
def articles() -> dict[str, str]:
    """The article of each claim."""
    with (BOOK / "data/claims.csv").open(encoding="utf-8", newline="") as file:
        return {row["claim_id"]: row["article"] for row in csv.DictReader(file)}


def claims_box(path: Path) -> str:
    return BOX.search(path.read_text("utf-8"))[1]


@every_chapter
def test_every_link_to_a_name_is_one_to_a_claim(path, articles):
    assert set(LINK.findall(path.read_text("utf-8"))) - set(articles) == set()


@every_chapter
def test_a_lesson_cites_the_article_of_each_claim_that_it_links_to(path, articles):
    text = path.read_text("utf-8")

    assert {articles[claim] for claim in LINK.findall(text) if WORKS[articles[claim]] not in text} == set()


@every_chapter
def test_each_point_of_the_claims_box_leads_to_the_claims_that_it_holds(path):
    box = claims_box(path)
    bare = {
        re.match(r"- \*\*(.*?)\*\*", line)[1]
        for line in box.splitlines()
        if line.startswith("- ") and not LINK.search(line)
    }

    assert LINK.search(box)
    assert bare <= NO_CLAIM


def test_no_claim_is_left_out_of_the_lessons_unseen(articles):
    linked = {claim for path in CHAPTERS for claim in LINK.findall(path.read_text("utf-8"))}

    assert set(articles) - linked == ONLY_IN_THE_LEDGER
