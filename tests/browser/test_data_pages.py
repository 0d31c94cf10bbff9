"""What a reader does with the pages of the tables, and with a chapter to take home."""

from __future__ import annotations

import io
import zipfile
from urllib.parse import urljoin

import pandas as pd
import pytest

pytestmark = [pytest.mark.slow, pytest.mark.browser]

TABLES = ["amazon_third_party", "logistics_models", "marketplace_orders_simulated", "sources"]


@pytest.fixture
def open_page(chromium, site):
    contexts = []

    def open_(path: str, *, width: int = 390):
        context = chromium.new_context(viewport={"width": width, "height": 844})
        contexts.append(context)
        page = context.new_page()
        page.goto(site.url(path))
        page.wait_for_load_state("networkidle")
        return page

    yield open_
    for context in contexts:
        context.close()


def test_every_table_can_be_reached_from_the_catalogue_and_downloaded(open_page, site):
    catalogue = open_page("data/index.html")
    hrefs = catalogue.evaluate("[...document.querySelectorAll('article dt a')].map(a => a.href)")

    assert len(hrefs) == len([file for file in (site.folder / "data").glob("*.csv") if file.stem != "sources"])
    page = open_page("data/index.html")
    for href in hrefs:
        page.goto(href, wait_until="load")
        button = page.get_by_role("link", name="Download", exact=False).first
        response = page.request.get(urljoin(page.url, button.get_attribute("href")))
        table = pd.read_csv(io.BytesIO(response.body()))
        assert f"{len(table)} rows" in page.inner_text("article")


@pytest.mark.parametrize("table", TABLES)
@pytest.mark.parametrize("width", [360, 1440])
def test_no_page_of_a_table_scrolls_sideways(open_page, table, width):
    page = open_page(f"data/{table}.html", width=width)

    assert page.evaluate("document.documentElement.scrollWidth") <= width


def test_the_look_into_a_table_is_a_real_table_with_column_headings(open_page):
    page = open_page("data/amazon_third_party.html")

    assert page.locator("table.data-preview thead th").all_inner_texts() == [
        "year",
        "basis",
        "share_percent",
        "source_id",
        "note",
    ]
    assert page.locator("table.data-preview tbody tr").count() == 8


def test_a_chapter_is_downloaded_by_the_link_below_its_title(open_page):
    page = open_page("chapters/01-data-sharing/chapter.html")

    address = page.locator(".chapter-links").get_by_role("link", name="Download").get_attribute("href")
    content = page.request.get(urljoin(page.url, address)).body()

    names = zipfile.ZipFile(io.BytesIO(content)).namelist()
    assert "01-data-sharing/01-data-sharing.ipynb" in names
    assert "01-data-sharing/data/express_parcels.csv" in names


def test_the_whole_collection_is_one_download(open_page):
    page = open_page("data/index.html")

    address = page.get_by_role("link", name="Download all tables").get_attribute("href")
    content = page.request.get(urljoin(page.url, address)).body()

    assert any(name.endswith("/SHA256SUMS") for name in zipfile.ZipFile(io.BytesIO(content)).namelist())
