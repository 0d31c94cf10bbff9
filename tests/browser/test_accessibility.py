"""Every page can be read and used by everyone: WCAG 2.2 AA, asked of axe-core and of the keyboard."""

from __future__ import annotations

from importlib.resources import files
from typing import Any

import pytest

pytestmark = [pytest.mark.slow, pytest.mark.browser]

LESSON = "chapters/01-data-sharing/chapter.html"
AXE = (files("axe_playwright_python") / "axe.min.js").read_text(encoding="utf-8")
# With the rules that are good practice and not (yet) part of WCAG.
TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
FIND = """
async (tags) => {
  const found = await axe.run(document, {resultTypes: ["violations"], runOnly: {type: "tag", values: tags}});
  return found.violations.map(rule => `${rule.id}: ` + rule.nodes.map(node => node.target.join(" ")).join(", "));
}
"""
# Elements that the keyboard reaches by Tab, in order, with their names and whether their focus can be seen.
REACHED = """
() => {
  const at = document.activeElement, style = getComputedStyle(at), box = at.getBoundingClientRect();
  return {
    name: (at.getAttribute("aria-label") || at.textContent || at.placeholder || "").trim(),
    seen: parseFloat(style.outlineWidth) >= 2 && style.outlineStyle !== "none",
    width: box.width, height: box.height, tag: at.tagName,
  };
}
"""


@pytest.fixture
def show(chromium, site):
    contexts = []

    def show_(path: str, *, width: int = 390, scheme: str = "light", **options: Any):
        context = chromium.new_context(
            viewport={"width": width, "height": 844}, color_scheme=scheme, reduced_motion="reduce", **options
        )
        contexts.append(context)
        page = context.new_page()
        page.goto(site.url(path))
        page.wait_for_load_state("networkidle")
        return page

    yield show_
    for context in contexts:
        context.close()


def violations(page) -> list[str]:
    page.evaluate(AXE)
    return page.evaluate(FIND, TAGS)


def some_of(site) -> list[str]:
    """Pages of every kind; of the tables, whose pages are all made in one way, every eighth."""
    tables = [page for page in site.pages if page.startswith("data/") and page != "data/index.html"]
    return [page for page in site.pages if page not in tables] + tables[::8]


@pytest.mark.parametrize("width", [390, 1440])
def test_axe_finds_nothing_on_any_page(show, site, width):
    page = show("search.html?q=parcels", width=width)
    found = {"search.html": violations(page)}
    for path in site.turn(page, "404.html") if width == 390 else site.visit(page, some_of(site)[::2]):
        page.evaluate("document.querySelectorAll('details').forEach(box => (box.open = true))")
        found[path] = violations(page)

    assert {path: rules for path, rules in found.items() if rules} == {}


@pytest.mark.parametrize("width", [390, 1440])
def test_axe_finds_nothing_on_a_dark_page(show, site, width):
    page = show("search.html?q=parcels", width=width, scheme="dark")
    found = {"search.html": violations(page)}
    for path in site.visit(page, some_of(site)[width == 1440 :: 4]):
        page.evaluate("document.querySelectorAll('details').forEach(box => (box.open = true))")
        found[path] = violations(page)

    assert {path: rules for path, rules in found.items() if rules} == {}


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("opened", [".frame-menu", ".frame-page-menu", ".frame-search", ".term-hint a"])
def test_axe_finds_nothing_in_what_opens(show, opened, scheme):
    page = show(LESSON, scheme=scheme)
    if opened == ".term-hint a":
        page.locator(opened).first.focus()
        assert page.locator(".hint").first.is_visible()
    else:
        page.click(opened)
        assert page.locator("dialog[open]").count() == 1
    if opened == ".frame-search":
        page.keyboard.type("parcel")
        page.wait_for_selector(".search-results a")

    assert violations(page) == []


def test_the_first_stop_of_the_keyboard_skips_to_the_text(show):
    page = show(LESSON)

    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.textContent") == "Skip to main content"
    page.keyboard.press("Enter")

    assert page.evaluate("document.activeElement.id") == "main-content"
    page.keyboard.press("Tab")
    assert page.evaluate("document.querySelector('main').contains(document.activeElement)")


@pytest.mark.parametrize("width", [390, 1440])
def test_whatever_the_keyboard_reaches_has_a_name_and_shows_its_focus(show, width):
    page = show(LESSON, width=width)

    for _ in range(60):
        page.keyboard.press("Tab")
        reached = page.evaluate(REACHED)
        if reached["tag"] == "BODY":
            break
        assert reached["name"], reached
        assert reached["seen"], reached


def test_a_drawer_opens_keeps_the_keyboard_and_gives_it_back(show):
    page = show(LESSON)

    page.locator(".frame-menu").focus()
    page.keyboard.press("Enter")
    assert page.locator("dialog[open] nav[aria-label='Contents of the book']").is_visible()
    for _ in range(30):
        page.keyboard.press("Tab")
        assert page.evaluate("document.activeElement === document.body || !!document.activeElement.closest('dialog')")
    page.keyboard.press("Escape")

    assert page.locator("dialog[open]").count() == 0
    assert page.evaluate("document.activeElement.classList.contains('frame-menu')")
    assert page.locator("#site-contents").count() == 1


def test_nothing_is_out_of_sight_at_320_pixels(show, site):
    page = show("search.html?q=parcels", width=320)
    wide = [
        path
        for path in site.turn(page, "404.html", "search.html?q=parcels")
        if page.evaluate("document.documentElement.scrollWidth") > 320
    ]

    assert wide == []


def test_what_scrolls_sideways_can_be_reached_by_keyboard(show, site):
    page = show("index.html")
    for path in site.turn(page):
        # The page marks its boxes when it has been laid out.
        page.evaluate("new Promise(still => requestAnimationFrame(() => requestAnimationFrame(still)))")
        missed = page.evaluate("""
          () => [...document.querySelectorAll("article *")].filter(box =>
            box.scrollWidth > box.clientWidth + 1 && ["auto", "scroll"].includes(getComputedStyle(box).overflowX)
            && box.checkVisibility() && box.tabIndex < 0).map(box => box.className || box.tagName)
        """)
        assert missed == [], path


def test_no_id_is_used_twice(show, site):
    page = show("index.html")
    for path in site.turn(page, "search.html", "404.html"):
        ids = page.evaluate("[...document.querySelectorAll('[id]')].map(e => e.id)")
        assert len(ids) == len(set(ids)), path


def test_controls_are_large_enough_to_hit(show, site):
    page = show("index.html")
    for path in site.turn(page):
        small = page.evaluate("""
          () => [...document.querySelectorAll("button, summary, input, .frame-bar a, .frame-turn a")]
            .filter(control => control.checkVisibility())
            // A label is part of what can be hit.
            .map(control => [control.textContent.trim(), (control.closest("label") ?? control).getBoundingClientRect()])
            .filter(([, box]) => box.width < 24 || box.height < 24).map(([name]) => name)
        """)
        assert small == [], path


def test_without_scripts_the_contents_follow_the_text_and_no_dead_control_is_shown(show):
    page = show(LESSON, java_script_enabled=False)

    assert not any(button.is_visible() for button in page.locator("button").all())
    contents = page.locator("#site-contents")
    assert contents.is_visible()
    assert contents.bounding_box()["y"] > page.locator("article h1").bounding_box()["y"]
    answer = page.locator("article details.admonition").first
    answer.locator("summary").click()
    assert answer.locator("p").first.is_visible()
