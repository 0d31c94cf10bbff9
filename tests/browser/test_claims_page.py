"""The claims can be read without scripts, and filtered with them, by pointer, keyboard and screen reader."""

from __future__ import annotations

import csv
import itertools
import re
from collections import Counter
from pathlib import Path
from urllib.parse import unquote, urljoin

import pytest

pytestmark = [pytest.mark.slow, pytest.mark.browser]

PAGE = "book/claims.html"
ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def claims() -> list[dict[str, str]]:
    with (ROOT / "data" / "claims.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@pytest.fixture
def show(chromium, site):
    contexts = []

    def show_(path: str = PAGE, *, width: int = 1440, **options):
        context = chromium.new_context(viewport={"width": width, "height": 844}, **options)
        contexts.append(context)
        page = context.new_page()
        page.goto(site.url(path))
        page.wait_for_load_state("networkidle")
        return page

    yield show_
    for context in contexts:
        context.close()


def shown(page) -> list[str]:
    return page.evaluate(
        "[...document.querySelectorAll('table.claim-ledger tbody tr')].filter(r => r.checkVisibility()).map(r => r.id)"
    )


def status(page) -> str:
    return page.get_by_role("status").inner_text()


@pytest.mark.parametrize("width", [390, 1440])
def test_without_scripts_all_claims_are_there_and_nothing_that_does_not_work(show, claims, width):
    page = show(width=width, java_script_enabled=False)

    rows = page.locator("table.claim-ledger tbody tr")
    assert rows.count() == len(claims)
    assert all(row.is_visible() for row in rows.all())
    assert page.locator(".claim-filter").count() == 0
    assert page.locator("dl.claim-counts a").count() == 0


def test_the_counts_at_the_top_are_those_of_the_table(show, claims):
    page = show(java_script_enabled=False)

    said = dict(term.rsplit(" ", 1) for term in page.locator("dl.claim-counts dt").all_text_contents())

    assert {verdict: int(count) for verdict, count in said.items()} == Counter(claim["verdict"] for claim in claims)


def test_claims_are_filtered_by_article_lesson_verdict_and_words_together(show, claims):
    page = show()
    page.get_by_label("Article").select_option("Ivey 2021")
    page.get_by_label("Lesson").select_option("Business models")
    page.get_by_label("Verdict").select_option("contradicted")
    page.get_by_label("Words").fill("pinduoduo billion")
    fitting = [
        claim["claim_id"]
        for claim in claims
        if (claim["article"], claim["lesson"], claim["verdict"]) == ("Ivey 2021", "business-models", "contradicted")
        and "billion" in claim["claim"] + claim["why"] + claim["unit"]
        and "Pinduoduo" in claim["claim"] + claim["why"]
    ]

    page.wait_for_function("document.querySelectorAll('table.claim-ledger tbody tr[hidden]').length > 0")
    page.wait_for_function(f"document.querySelector('[role=status]').textContent.startsWith('Showing {len(fitting)} ')")

    assert shown(page) == fitting
    assert status(page) == f"Showing {len(fitting)} of {len(claims)} claims."


def test_what_fits_nothing_is_said_and_show_all_brings_all_back(show, claims):
    page = show()
    page.get_by_label("Words").fill("zeppelin")
    page.wait_for_function("document.querySelector('[role=status]').textContent.startsWith('No claim fits')")
    assert shown(page) == []

    page.get_by_role("button", name="Show all").click()

    assert len(shown(page)) == len(claims)
    assert page.get_by_label("Words").input_value() == ""


def test_a_choice_stays_in_the_address_and_can_be_sent_to_others(show, claims):
    page = show()
    page.get_by_label("Verdict").select_option("definition differs")
    page.wait_for_url("**verdict=definition+differs*")

    again = show(page.url.split("/", 3)[3])

    assert again.get_by_label("Verdict").input_value() == "definition differs"
    assert len(shown(again)) == sum(claim["verdict"] == "definition differs" for claim in claims)


def test_each_count_leads_to_what_it_counts(show, claims):
    page = show()

    page.locator("dl.claim-counts").get_by_role("link", name="claims are contradicted").click()

    assert len(shown(page)) == sum(claim["verdict"] == "contradicted" for claim in claims)
    assert page.evaluate("document.activeElement.name") == "verdict"


def test_a_link_to_one_claim_shows_it_although_a_filter_hides_it(show):
    page = show(f"{PAGE}?verdict=supported#ivey-pinduoduo-54")

    assert "ivey-pinduoduo-54" in shown(page)
    page.locator("#ivey-pinduoduo-54").wait_for(state="visible")


def test_every_claim_in_a_lesson_leads_to_a_claim_on_the_page(show, site):
    page = show()
    claims = set(page.evaluate("[...document.querySelectorAll('table.claim-ledger tbody tr')].map(r => r.id)"))

    for lesson in sorted(site.folder.glob("chapters/*/chapter.html")):
        named = set(re.findall(r'href="\.\./\.\./book/claims\.html#([^"]+)"', lesson.read_text("utf-8")))
        assert named
        assert named <= claims, lesson.parent.name


@pytest.mark.parametrize("width", [390, 1440])
@pytest.mark.parametrize("scripts", [True, False])
def test_a_tap_on_a_claim_in_a_lesson_shows_that_claim_at_the_top_of_the_window(show, width, scripts):
    page = show("chapters/01-data-sharing/chapter.html", width=width, java_script_enabled=scripts)

    page.get_by_role("link", name="built in ten days").click()
    page.wait_for_url("**/book/claims.html#hbr-hospital-10-days")
    page.wait_for_load_state("networkidle")

    claim = page.locator("#hbr-hospital-10-days").bounding_box()
    bar = page.locator(".frame-bar").bounding_box()
    assert bar["y"] + bar["height"] <= claim["y"] + 1
    assert claim["y"] < 422


def test_the_way_back_to_one_claim_shows_it_although_the_filter_now_hides_it(show):
    page = show(f"{PAGE}#ivey-pinduoduo-54")
    page.get_by_label("Verdict").select_option("supported")
    page.wait_for_function("document.getElementById('ivey-pinduoduo-54').hidden")

    page.evaluate("location.hash = '#ivey-facebook-98'")
    page.evaluate("location.hash = '#ivey-pinduoduo-54'")
    page.wait_for_function("!document.getElementById('ivey-pinduoduo-54').hidden")

    assert "ivey-pinduoduo-54" in shown(page)


def test_the_filter_is_worked_by_keyboard_alone_and_its_focus_is_seen(show):
    page = show()
    page.get_by_label("Article").focus()
    seen = []
    for _ in range(5):
        seen.append(
            page.evaluate(
                "({at: document.activeElement.name || document.activeElement.type,"
                " outline: parseFloat(getComputedStyle(document.activeElement).outlineWidth),"
                " height: document.activeElement.getBoundingClientRect().height})"
            )
        )
        page.keyboard.press("Tab")

    assert [each["at"] for each in seen] == ["article", "lesson", "verdict", "words", "reset"]
    assert all(each["outline"] >= 2 and each["height"] >= 44 for each in seen)


@pytest.mark.parametrize("width", [320, 390, 1440])
def test_the_page_never_scrolls_sideways(show, width):
    page = show(width=width)

    assert page.evaluate("document.documentElement.scrollWidth") <= width


def test_on_a_phone_each_claim_is_a_card_and_the_table_still_one_for_a_screen_reader(show, claims):
    page = show(width=390)

    row = page.locator("#ivey-pinduoduo-54")
    boxes = [cell.bounding_box() for cell in row.locator("th, td").all()]
    assert all(above["y"] + above["height"] <= below["y"] + 1 for above, below in itertools.pairwise(boxes))
    assert page.get_by_role("table").count() == 1
    assert page.get_by_role("rowheader").count() == len(claims)
    assert page.get_by_role("columnheader").all_inner_texts() == ["Claim", "Verdict", "What the evidence says"]


def test_every_piece_of_evidence_leads_to_a_page_of_this_site(show, site, claims):
    page = show()

    hrefs = page.evaluate("[...document.querySelectorAll('.claim-evidence a')].map(a => a.getAttribute('href'))")

    assert len(hrefs) == sum(bool(claim["evidence_table"]) for claim in claims)
    for href in set(hrefs):
        assert page.request.get(urljoin(page.url, unquote(href))).ok, href


def test_the_page_asks_no_other_host_for_anything(chromium, site):
    context = chromium.new_context()
    page = context.new_page()
    asked = []
    page.on("request", lambda request: asked.append(request.url))

    page.goto(site.url(PAGE))
    page.wait_for_load_state("networkidle")

    assert all(url.startswith(site.address) for url in asked)
    context.close()
