"""The search box: it finds what a reader means, with no server behind it."""

from __future__ import annotations

import pytest

pytestmark = [pytest.mark.slow, pytest.mark.browser]

LESSON = "chapters/01-data-sharing/chapter.html"


@pytest.fixture
def page(chromium, site):
    context = chromium.new_context(viewport={"width": 1440, "height": 900})
    page = context.new_page()
    page.goto(site.url(LESSON))
    page.wait_for_load_state("networkidle")
    yield page
    context.close()


def search(page, words: str) -> list[tuple[str, str]]:
    """Headings and addresses that the search shows for some words."""
    if not page.locator("#site-search[open]").count():
        page.keyboard.press("Control+k")
    page.locator("#search-words").fill(words)
    page.wait_for_function("document.querySelector('#site-search .search-said').textContent")
    links = page.locator("#site-search .search-results a").all()
    return [(link.inner_text(), link.get_attribute("href")) for link in links]


@pytest.mark.parametrize(
    ("words", "heading"),
    [
        ("tradelens", "Elsewhere: TradeLens, Copenhagen"),
        ("who may see the parcel", "Data sharing: who may see the parcel?"),
        ("how lesson runs", "How a lesson runs"),
        ("key terms", "Key terms"),
        ("do others get rich", "Do others get rich first?"),
    ],
)
def test_a_heading_is_found_first_by_its_words(page, words, heading):
    assert search(page, words)[0][0] == heading


@pytest.mark.parametrize(
    ("typed", "word"),
    [
        ("cainiao", "càiniǎo"),
        ("parcel", "parcels"),
        ("TAOBAO", "Taobao"),
        ("maersc", "Maersk"),
        ("huoshen", "Huoshenshan"),
    ],
)
def test_accents_plurals_case_beginnings_and_one_wrong_letter_do_not_hide_a_word(page, typed, word):
    assert search(page, typed)
    marked = {mark.inner_text().lower() for mark in page.locator("#site-search mark").all()}
    assert word.lower() in marked or any(word.lower().startswith(found) for found in marked)


def test_all_words_must_be_there_or_it_is_said_that_they_are_not(page):
    search(page, "tradelens groupby")
    assert "some of the words" in page.locator("#site-search .search-said").inner_text()

    assert search(page, "qqqqqq") == []
    assert page.locator("#site-search .search-said").inner_text().startswith("Nothing found")


def test_a_result_leads_to_its_section(page):
    heading, _ = search(page, "tradelens")[0]

    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    page.wait_for_url("**#elsewhere-tradelens-copenhagen")

    assert page.locator("#elsewhere-tradelens-copenhagen h2").inner_text().startswith(heading)
    assert page.locator("dialog[open]").count() == 0


def test_the_arrows_walk_through_the_results_and_back(page):
    search(page, "parcel")

    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowDown")
    assert page.evaluate("document.activeElement === document.querySelectorAll('.search-results a')[1]")
    page.keyboard.press("ArrowUp")
    page.keyboard.press("ArrowUp")

    assert page.evaluate("document.activeElement.id") == "search-words"


def test_enter_gives_a_page_of_all_results_that_can_be_kept(page):
    search(page, "parcel")

    page.keyboard.press("Enter")
    page.wait_for_url("**/search.html?q=parcel")
    page.wait_for_selector("#search-results a")

    assert page.locator("#search-page-words").input_value() == "parcel"
    assert page.locator("#search-results a").count() > 5


def test_nothing_is_loaded_for_the_search_until_it_is_opened(page):
    loaded = "() => performance.getEntriesByType('resource').filter(e => e.name.includes('search')).length"
    assert page.evaluate(loaded) == 0

    search(page, "parcel")

    assert page.evaluate(loaded) == 2


@pytest.mark.parametrize("start", [LESSON, "book/index.html"])
def test_the_search_works_on_pages_opened_from_a_disk(chromium, site, start):
    context = chromium.new_context()
    page = context.new_page()
    page.goto((site.folder / start).as_uri())

    _, address = search(page, "tradelens")[0]
    page.locator(".search-results a").first.click()
    page.wait_for_url("file://**#elsewhere-tradelens-copenhagen")

    assert address.endswith(f"{LESSON}#elsewhere-tradelens-copenhagen")
    context.close()
