"""What a reader has of a chart without doing anything: pictures, tables, files, paper; also with scripts off."""

from __future__ import annotations

import csv
import io
import re
import xml.etree.ElementTree as ET
from urllib.parse import urljoin

import pytest
from playwright.sync_api import Page

pytestmark = [pytest.mark.slow, pytest.mark.browser]


def tables(page: Page, name: str) -> list[list[list[str]]]:
    return page.evaluate(
        """name => [...document.querySelector(`#fig-${name}-chart`).closest('.cell_output')
        .querySelectorAll('.chart-table table')].map(t => [...t.rows].map(r => [...r.cells].map(c => c.textContent)))""",
        name,
    )


def test_before_a_reader_moves_nothing_is_asked_for_but_the_page_its_style_scripts_and_pictures(open_chapter, address):
    page = open_chapter()
    page.wait_for_load_state("networkidle")

    assert all(url.startswith(address) for url in page.asked)
    assert not [url for url in page.asked if re.search(r"vega|live\.js|themes|/charts/[^/]*\.(json|csv|png)$", url)]


def test_with_scripts_off_every_chart_is_a_picture_with_its_table_and_files_and_nothing_dead(open_chapter):
    page = open_chapter(java_script_enabled=False)

    charts = page.locator(".chart").all()
    assert len(charts) >= 16
    for chart in charts:
        shown = [img for img in chart.locator("img").all() if img.is_visible()]
        assert len(shown) == 1
        shown[0].scroll_into_view_if_needed()
        assert shown[0].bounding_box()["height"] > 100
    for summary in page.locator(".chart-table summary").all():
        summary.click()
    assert all(table.is_visible() for table in page.locator(".chart-table table").all())
    assert page.locator(".chart-table table").count() >= 16
    assert not any(dead.is_visible() for dead in page.locator(".chart-explore, .chart-controls").all())


def test_tables_are_named_as_the_axes_and_hold_what_is_drawn(open_chapter):
    page = open_chapter()

    assert tables(page, "values")[0] == [
        ["Calendar year", "Parcels (billion)", "Revenue cny"],
        ["2013", "9.19", "1,441.7"],
        ["2014", "14", "2,045.4"],
        ["2015", "20.65", "2,769.6"],
        ["2016", "31.28", "3,974.4"],
    ]
    assert tables(page, "map")[0] == [["Region", "Share (per cent)"], ["North", "50"], ["West", "10"], ["East", "30"]]
    assert tables(page, "facets")[0][1] == ["post", "2013", "9.19"]
    assert len(tables(page, "histogram")[0]) < 12


def test_a_table_is_a_table_for_those_who_hear_it(open_chapter):
    page = open_chapter()
    page.locator(".chart-table summary").first.click()
    table = page.get_by_role("table", name="Parcels grew each year")

    assert table.get_by_role("columnheader", name="Parcels (billion)").get_attribute("scope") == "col"
    assert table.get_by_role("rowheader", name="2013").get_attribute("scope") == "row"


def test_a_long_table_is_cut_on_the_page_and_whole_in_the_file(open_chapter):
    page = open_chapter()
    link = page.locator(".cell_output", has=page.locator("#fig-many-chart")).get_by_role("link", name="Download data")

    response = page.request.get(urljoin(page.url, link.get_attribute("href")))

    rows = list(csv.reader(io.StringIO(response.body().decode("utf-8-sig"))))
    assert len(rows) == 401
    assert rows[0] == ["Kind", "Value of an order (yuan)"]
    assert len(tables(page, "many")[0]) == 41
    assert "The first 40 of 400 rows" in page.locator(".chart-table caption", has_text="Every order").text_content()


def test_downloads_have_names_of_their_figures_and_open(open_chapter):
    page = open_chapter()
    output = page.locator(".cell_output", has=page.locator("#fig-map-chart"))

    links = {a.get_attribute("download"): a.get_attribute("href") for a in output.locator(".chart-links a").all()}
    files = {name: page.request.get(urljoin(page.url, href)).body() for name, href in links.items()}

    assert set(files) == {"fig-map.csv", "fig-map.svg", "fig-map.png"}
    assert files["fig-map.png"].startswith(b"\x89PNG")
    assert ET.fromstring(files["fig-map.svg"]).tag.endswith("svg")  # noqa: S314 - our own picture
    assert all(re.search(r"/[0-9a-f]{16}\.(csv|svg|png)$", href) for href in links.values())


def test_paper_shows_the_light_pictures_and_no_controls_also_when_charts_are_live_and_the_page_is_dark(
    open_chapter, explore
):
    page = open_chapter(color_scheme="dark")
    for name in ("values", "slider", "brush"):
        explore(page, name)

    page.emulate_media(media="print")

    for chart in page.locator(".chart").all():
        assert chart.locator("picture.only-light img").is_visible()
        assert not chart.locator("picture.only-dark img").is_visible()
        assert not chart.locator(".chart-host").is_visible()
    assert not any(tool.is_visible() for tool in page.locator(".chart-tools, .chart-controls, .chart-tip").all())


def test_a_dark_page_is_light_on_paper_and_dark_again_afterwards(open_chapter):
    page = open_chapter(color_scheme="dark")
    page.evaluate("addEventListener('beforeprint', () => (window.printed = document.documentElement.dataset.theme))")
    background = "getComputedStyle(document.body).backgroundColor"

    page.emulate_media(media="print")
    page.wait_for_function(f"{background} === 'rgb(255, 255, 255)'")
    page.emulate_media(media="screen")
    page.wait_for_function(f"{background} !== 'rgb(255, 255, 255)'")
    page.pdf()

    assert page.evaluate("window.printed") == "light"
    assert page.evaluate("document.documentElement.dataset.theme") == "dark"


def test_a_printed_chapter_holds_every_chart_that_was_never_scrolled_to(open_chapter):
    page = open_chapter(color_scheme="dark")

    pdf = page.pdf()

    wanted = set(re.findall(r"[0-9a-f]{16}\.svg", page.locator("article").inner_html()))
    light = {img.get_attribute("src").rsplit("/", 1)[1] for img in page.locator(".chart picture.only-light img").all()}
    printed = {url.rsplit("/", 1)[1] for url in page.asked if url.endswith(".svg")}
    assert light <= wanted
    assert light <= printed
    assert len(pdf) > 50_000


def test_controls_have_names_and_a_size_that_a_finger_hits(open_chapter):
    page = open_chapter(width=390)

    controls = page.locator(".chart-explore, .chart-links a, .chart-table summary, .chart-controls :is(input, select)")
    for control in controls.all():
        name = control.evaluate("e => e.ariaLabel || e.labels?.[0]?.innerText || e.innerText")
        assert name.strip()
        box = (
            control.locator("xpath=ancestor::label").first if control.evaluate("e => !!e.labels?.length") else control
        ).bounding_box()
        assert min(box["width"], box["height"]) >= 24, name


def test_no_page_scrolls_sideways_with_all_tables_open(open_chapter):
    page = open_chapter(width=360)

    page.eval_on_selector_all(".chart-table", "all => all.forEach(details => details.open = true)")

    assert page.evaluate("document.documentElement.scrollWidth") <= 360
