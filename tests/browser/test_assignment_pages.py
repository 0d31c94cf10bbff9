"""What a student does with the pages of the assignments: find one, read it on a phone, take it home."""

from __future__ import annotations

import io
import zipfile
from urllib.parse import urljoin

import pytest

pytestmark = [pytest.mark.slow, pytest.mark.browser]

EVERY = "exercises/index.html"


@pytest.fixture
def open_page(chromium, site):
    contexts = []

    def open_(path: str, *, width: int = 390, scheme: str = "light"):
        context = chromium.new_context(viewport={"width": width, "height": 844}, color_scheme=scheme)
        contexts.append(context)
        page = context.new_page()
        page.goto(site.url(path))
        page.wait_for_load_state("networkidle")
        return page

    yield open_
    for context in contexts:
        context.close()


def pages_of_assignments(site) -> list[str]:
    return [
        path for path in site.pages if path.startswith("exercises/") and path.endswith("/index.html") and path != EVERY
    ]


def test_every_assignment_can_be_reached_from_the_page_of_all(open_page, site):
    page = open_page(EVERY)

    reached = page.evaluate("[...document.querySelectorAll('article tbody th a')].map(a => a.href)")

    assert sorted(reached) == [site.url(path) for path in pages_of_assignments(site)]


def test_the_download_holds_the_notebooks_that_the_page_previews(open_page, site):
    page = open_page(EVERY)
    for path in pages_of_assignments(site):
        page.goto(site.url(path), wait_until="load")
        button = page.get_by_role("link", name="Download notebooks and data", exact=False)
        response = page.request.get(urljoin(page.url, button.get_attribute("href")))
        with zipfile.ZipFile(io.BytesIO(response.body())) as archive:
            inside = {name.rpartition("/")[2] for name in archive.namelist()}
        previews = page.evaluate("[...document.querySelectorAll('article ol:first-of-type a')].map(a => a.href)")
        assert previews
        assert {address.rpartition("/")[2].replace(".html", ".ipynb") for address in previews} <= inside


@pytest.mark.parametrize("width", [360, 1440])
def test_no_page_of_an_assignment_scrolls_sideways(open_page, site, width):
    page = open_page(EVERY, width=width)

    for path in [EVERY, *pages_of_assignments(site)]:
        page.goto(site.url(path), wait_until="load")
        assert page.evaluate("document.documentElement.scrollWidth") <= width, path


@pytest.mark.parametrize("width", [360, 1440])
def test_each_fact_stands_beside_its_name(open_page, site, width):
    page = open_page(pages_of_assignments(site)[0], width=width)

    places = page.evaluate(
        """[...document.querySelectorAll('.facts dt')].map(name => {
          const said = name.nextElementSibling.getBoundingClientRect(), at = name.getBoundingClientRect();
          return [name.textContent.trim(), said.left >= at.right - 1, Math.abs(said.top - at.top) < 8];
        })"""
    )

    assert [name for name, *_ in places] == ["Worth", "Time", "Lesson"]
    assert all(beside and level for _, beside, level in places)
