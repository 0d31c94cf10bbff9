"""What helps a reader along: the lesson's header, explained terms, references, turning pages, colours, paper."""

from __future__ import annotations

import pytest

pytestmark = [pytest.mark.slow, pytest.mark.browser]

LESSON = "chapters/01-data-sharing/chapter.html"


@pytest.fixture
def show(chromium, site):
    contexts = []

    def show_(path: str, **options):
        context = chromium.new_context(**{"viewport": {"width": 1440, "height": 900}, **options})
        contexts.append(context)
        page = context.new_page()
        page.goto(site.url(path))
        page.wait_for_load_state("networkidle")
        return page

    yield show_
    for context in contexts:
        context.close()


def test_a_lesson_says_at_its_top_what_it_asks_of_its_reader(show):
    page = show(LESSON)

    header = page.locator("article .reading-header")
    facts = dict(zip(header.locator("dt").all_inner_texts(), header.locator("dd").all_inner_texts(), strict=True))

    assert facts["Time"].endswith("minutes to read")
    assert "express_parcels" in facts["Data"]
    assert "22 points" in facts["Graded exercise"]
    header.get_by_role("link", name="Data sharing: who sells").click()
    page.wait_for_url("**/exercises/data-sharing/index.html")


def test_pages_without_a_lesson_have_no_such_header(show):
    assert show("book/how-to-use.html").locator(".reading-header").count() == 0


def test_a_term_is_explained_by_pointer_and_by_keyboard_and_escape_closes_it(show):
    page = show(LESSON)
    term, hint = page.locator(".term-hint a").first, page.locator(".hint").first
    assert not hint.is_visible()

    term.hover()
    assert hint.is_visible()
    hint.hover()
    assert hint.is_visible()
    page.keyboard.press("Escape")
    assert not hint.is_visible()
    page.mouse.move(0, 0)
    term.focus()
    assert hint.is_visible()
    assert term.get_attribute("aria-describedby") == hint.get_attribute("id")
    page.keyboard.press("Enter")

    assert "#term-" in page.url


@pytest.mark.parametrize("width", [320, 390, 1440])
def test_every_hint_is_whole_on_the_screen(show, width):
    page = show(LESSON, viewport={"width": width, "height": 844})

    for term in page.locator(".term-hint").all():
        term.locator("a").focus()
        box = term.locator(".hint").bounding_box()
        assert box["x"] >= 0
        assert box["x"] + box["width"] <= width


def test_on_a_touch_screen_the_first_touch_explains_and_the_second_leads_there(show):
    page = show(LESSON, viewport={"width": 390, "height": 844}, has_touch=True, is_mobile=True)
    term = page.locator(".term-hint a").first

    term.tap()
    assert page.locator(".hint").first.is_visible()
    assert "#" not in page.url
    term.tap()

    page.wait_for_url("**#term-*")


def test_a_citation_leads_to_its_work_in_a_list_by_author_and_year(show):
    page = show(LESSON)

    page.get_by_role("link", name="Zeng, 2018").first.click()
    page.wait_for_url("**/book/references.html#*")

    assert page.locator("li:target").inner_text().startswith("Zeng, Ming (2018).")
    works = page.locator("ul.references > li").all_inner_texts()
    assert len(works) > 300
    first_words = [work[: work.index(")")] for work in works]
    assert first_words == sorted(first_words, key=str.casefold)


def test_pages_can_be_turned_from_the_first_to_the_last_and_back(show):
    page = show("book/index.html")
    turned = [page.url]
    while page.locator("a[rel=next]").count():
        page.locator("a[rel=next]").click()
        page.wait_for_load_state()
        assert page.url not in turned
        turned.append(page.url)

    assert turned[-1].endswith("book/references.html")
    for url in reversed(turned[:-1]):
        page.locator("a[rel=prev]").click()
        page.wait_for_load_state()
        assert page.url == url


def test_colours_go_round_and_are_remembered_from_page_to_page(show, site):
    page = show(LESSON, color_scheme="light")
    switch = page.locator("[data-theme-switch]")
    assert switch.inner_text().strip() == "Colours: as the system"

    switch.click()
    assert (switch.inner_text().strip(), page.evaluate("document.documentElement.dataset.theme")) == (
        "Colours: light",
        "light",
    )
    switch.click()
    page.goto(site.url("book/index.html"))

    assert page.evaluate("document.documentElement.dataset.theme") == "dark"
    assert switch.inner_text().strip() == "Colours: dark"
    switch.click()
    for scheme in ("dark", "light"):
        page.emulate_media(color_scheme=scheme)
        page.wait_for_function(f"document.documentElement.dataset.theme === '{scheme}'")


def test_code_can_be_copied(show, site):
    page = show(LESSON, permissions=["clipboard-read", "clipboard-write"])
    code = page.locator("div.highlight").first

    code.locator("button").focus()
    page.keyboard.press("Enter")
    page.wait_for_function("document.querySelector('.copy-code').textContent === 'Copied'")

    assert page.evaluate("navigator.clipboard.readText()") == code.locator("pre").inner_text().rstrip() + "\n"


def test_a_link_into_a_folded_box_opens_it(show):
    page = show(LESSON)
    identity = page.evaluate("""
      () => { const p = document.querySelector("details.admonition p"); p.id = "inside"; location.hash = "inside"; return p.id; }
    """)

    page.wait_for_function("document.querySelector('details.admonition').open")
    assert page.locator(f"#{identity}").is_visible()


def test_paper_shows_what_is_folded_and_no_frame(show):
    page = show(LESSON)

    page.evaluate("dispatchEvent(new Event('beforeprint'))")
    page.emulate_media(media="print")
    assert page.locator("article details:not([open])").count() == 0
    assert not any(page.locator(part).first.is_visible() for part in (".frame-bar", ".frame-side", ".frame-turn"))
    page.evaluate("dispatchEvent(new Event('afterprint'))")

    assert page.locator("article details[open]").count() == 0


def test_an_address_that_is_not_there_has_a_page_that_leads_on(show):
    page = show("404.html")

    page.get_by_role("link", name="Begin at the start").click()

    page.wait_for_url("**/book/index.html")
