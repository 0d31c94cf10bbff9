"""What a reader's browser does with every page of the site."""

from __future__ import annotations

import itertools
from urllib.parse import urldefrag, urljoin

import pytest

pytestmark = [pytest.mark.slow, pytest.mark.browser]

LESSON = "chapters/01-data-sharing/chapter.html"
CHARTS = """
() => [...document.querySelectorAll('.chart')].map(chart =>
  [...chart.querySelectorAll('img')]
    .filter(img => img.checkVisibility() && img.getBoundingClientRect().width > 100)
    .map(img => img.className))
"""
DRAW_ALL = """
async () => {
  const shown = [...document.querySelectorAll('.chart img')].filter(img => img.checkVisibility());
  for (const img of shown) { img.loading = 'eager'; await img.decode(); }
  return shown.map(img => [img.naturalWidth, img.currentSrc]);
}
"""


@pytest.fixture
def open_page(chromium, site):
    """Opens a page of the site with other hosts out of reach; gives the page and what it asked for."""
    contexts = []

    def open_(path: str, *, width: int = 390, **options):
        context = chromium.new_context(viewport={"width": width, "height": 844}, **options)
        contexts.append(context)
        asked: list[str] = []
        said: list[str] = []

        def answer(route):
            asked.append(route.request.url)
            if route.request.url.startswith(site.address):
                route.continue_()
            else:
                route.abort()

        context.route("**/*", answer)
        page = context.new_page()
        page.on("console", lambda message: said.append(message.text) if message.type == "error" else None)
        page.on("pageerror", lambda error: said.append(str(error)))
        page.goto(site.url(path))
        page.wait_for_load_state("networkidle")
        page.asked, page.said = asked, said
        return page

    yield open_
    for context in contexts:
        context.close()


def test_no_page_asks_another_host_for_anything_or_complains(open_page, site):
    page = open_page("search.html")
    for path in site.turn(page, "404.html"):
        if path.startswith("chapters/"):
            # Charts may ask for more when the page is still.
            page.wait_for_load_state("networkidle")
        page.wait_for_function("document.documentElement.dataset.theme")

        assert [url for url in page.asked if not url.startswith(site.address)] == [], path
        assert page.said == [], path


def test_searching_works_without_another_host(open_page, site):
    page = open_page("search.html?q=parcels")

    page.wait_for_selector("#search-results li a")

    assert all(url.startswith(site.address) for url in page.asked)


def test_every_chart_is_drawn_and_no_chart_twice(open_page):
    page = open_page(LESSON)

    assert page.evaluate(CHARTS) == [["only-light"]] * page.locator(".chart").count()
    assert page.locator(".chart").count() >= 4
    assert all(width > 300 for width, _ in page.evaluate(DRAW_ALL))


def test_charts_are_there_with_scripts_off(open_page):
    page = open_page(LESSON, java_script_enabled=False)

    shown = [img for img in page.locator(".chart img").all() if img.is_visible()]

    assert len(shown) == page.locator(".chart").count() >= 4
    for img in shown:
        img.scroll_into_view_if_needed()
        assert img.bounding_box()["height"] > 100
        assert img.get_attribute("class") == "only-light"
        narrow = img.locator("xpath=preceding-sibling::source").get_attribute("srcset")
        assert urljoin(page.url, narrow) in page.asked


def test_the_first_chart_of_a_page_comes_with_it_and_the_others_when_the_reader_comes_near(open_page):
    page = open_page(LESSON)

    lazy = page.evaluate("[...document.querySelectorAll('.chart')].map(chart => chart.querySelector('img').loading)")

    assert lazy == ["auto", *["lazy"] * (len(lazy) - 1)]


def test_a_dark_page_shows_the_dark_charts_and_only_those(open_page):
    page = open_page(LESSON, color_scheme="dark")

    assert page.evaluate("document.documentElement.dataset.theme") == "dark"
    assert page.evaluate(CHARTS) == [["only-dark"]] * page.locator(".chart").count()


def test_the_page_has_the_background_that_the_charts_are_drawn_for(open_page):
    from casebook.charts.theme import DARK, LIGHT

    for palette in (LIGHT, DARK):
        page = open_page(LESSON, color_scheme=palette.name)
        red, green, blue = (int(palette.page[i : i + 2], 16) for i in (1, 3, 5))
        assert page.evaluate("getComputedStyle(document.body).backgroundColor") == f"rgb({red}, {green}, {blue})"
        plate = page.evaluate(f"getComputedStyle(document.querySelector('.chart img.only-{palette.name}'))")
        assert plate["backgroundColor"] in {"rgba(0, 0, 0, 0)", "transparent"}


def test_paper_gets_the_light_charts_even_from_a_dark_page(open_page):
    page = open_page(LESSON, color_scheme="dark")

    page.emulate_media(media="print", color_scheme="dark")

    assert page.evaluate(CHARTS) == [["only-light"]] * page.locator(".chart").count()


def test_a_phone_gets_the_narrow_picture_and_a_desk_the_wide_one(open_page):
    narrow = open_page(LESSON, width=390).evaluate(DRAW_ALL)
    wide = open_page(LESSON, width=1440).evaluate(DRAW_ALL)

    assert {url for _, url in narrow}.isdisjoint({url for _, url in wide})


def test_captions_can_be_seen(open_page):
    for scheme in ("light", "dark"):
        page = open_page(LESSON, color_scheme=scheme)
        captions = page.locator("figure:has(.chart) figcaption")
        assert captions.count() >= 4
        assert all(caption.is_visible() for caption in captions.all())


@pytest.mark.parametrize("width", [360, 390])
def test_no_page_scrolls_sideways_on_a_phone(open_page, site, width):
    page = open_page("index.html", width=width)
    for path in site.turn(page):
        assert page.evaluate("document.documentElement.scrollWidth") <= width, path


@pytest.mark.parametrize("width", [390, 1440])
def test_no_word_of_a_table_is_broken_into_letters(open_page, width):
    page = open_page("chapters/09-what-transfers/chapter.html", width=width)

    cell = page.get_by_role("cell", name="nexxworks 2022")

    line = cell.locator("p").evaluate("p => parseFloat(getComputedStyle(p).lineHeight)")
    assert cell.locator("p").bounding_box()["height"] < 2.5 * line


def test_every_picture_has_words_and_a_size(open_page, site):
    page = open_page("index.html")
    for path in site.turn(page):
        for img in page.locator("article img").all():
            assert (img.get_attribute("alt") or "").strip(), path
            assert img.get_attribute("width"), path


def test_headings_are_in_order_and_the_language_is_said(open_page, site):
    page = open_page("index.html")
    for path in site.turn(page):
        levels = page.evaluate("[...document.querySelectorAll('article :is(h1,h2,h3,h4)')].map(h => +h.tagName[1])")
        assert levels[0] == 1, path
        assert levels.count(1) == 1, path
        assert all(after <= before + 1 for before, after in itertools.pairwise(levels)), (path, levels)
        assert page.locator("html").get_attribute("lang") == "en"


def test_links_and_anchors_within_the_site_all_lead_somewhere(open_page, site):
    ids: dict[str, set[str]] = {}
    links: dict[str, set[str]] = {}
    page = open_page("index.html")
    for path in site.turn(page):
        base = site.url(path)
        ids[base] = set(page.evaluate("[...document.querySelectorAll('[id]')].map(e => e.id)"))
        hrefs = page.evaluate("[...document.querySelectorAll('a[href]')].map(a => a.getAttribute('href'))")
        links[base] = {urljoin(base, href) for href in hrefs}

    inside = {(base, link) for base, found in links.items() for link in found if link.startswith(site.address)}

    for base, link in inside:
        target, anchor = urldefrag(link)
        # What a page is asked to show of itself.
        target = target.partition("?")[0]
        file = site.folder / target.removeprefix(f"{site.address}/")
        assert file.is_file() or (file / "index.html").is_file(), (base, link)
        if anchor and target in ids:
            assert anchor in ids[target], (base, link)


def test_the_download_of_an_assignment_is_a_zip_with_its_notebooks(open_page, site):
    import io
    import zipfile

    page = open_page("exercises/data-sharing/index.html")

    address = page.get_by_role("link", name="Download notebooks and data").get_attribute("href")
    response = page.request.get(urljoin(page.url, address))

    names = zipfile.ZipFile(io.BytesIO(response.body())).namelist()
    assert any(name.endswith(".ipynb") for name in names)
    assert any(name.endswith(".csv") for name in names)
