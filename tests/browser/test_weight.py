"""How heavy is a page, and does it hold still while it loads?"""

from __future__ import annotations

import gzip
import re
from fnmatch import fnmatch
from pathlib import Path

import pytest
import yaml

pytestmark = [pytest.mark.slow, pytest.mark.browser]

LESSON = "chapters/01-data-sharing/chapter.html"
BUDGET = yaml.safe_load((Path(__file__).parent / "weight-budget.yml").read_text(encoding="utf-8"))
# Read to the end, so that pictures that wait for their reader are counted too.
READ = """
async () => {
  for (let y = 0; y < document.documentElement.scrollHeight; y += 700) {
    scrollTo({top: y, behavior: "instant"});
    await new Promise(done => setTimeout(done, 30));
  }
}
"""
SHIFTS = """
window.shifted = 0;
new PerformanceObserver(list => list.getEntries().forEach(entry => { window.shifted += entry.value; }))
  .observe({type: "layout-shift", buffered: true});
"""


def budget_of(path: str) -> int:
    return next(1000 * entry["kilobytes"] for entry in BUDGET if fnmatch(path, entry["pages"]))


def over_the_wire(body: bytes, kind: str) -> int:
    """Bytes as a web server sends them: text compressed, pictures made of points as they are."""
    return len(body) if kind.startswith(("image/png", "image/jpeg", "font/")) else len(gzip.compress(body))


@pytest.fixture
def weigh(chromium, site):
    def weigh_(path: str) -> dict[str, int]:
        context = chromium.new_context(viewport={"width": 390, "height": 844})
        page = context.new_page()
        answers = []
        page.on("response", lambda answer: answers.append(answer))  # noqa: PLW0108 - playwright asks for a function
        page.goto(site.url(path))
        page.wait_for_load_state("networkidle")
        page.evaluate(READ)
        page.wait_for_load_state("networkidle")
        weights = {
            answer.url: over_the_wire(answer.body(), answer.headers.get("content-type", "")) for answer in answers
        }
        context.close()
        return weights

    return weigh_


def test_no_page_is_heavier_than_its_budget(weigh, site):
    # Pages of tables are all made in one way.
    tables = [page for page in site.pages if page.startswith("data/")]
    some = [page for page in site.pages if page not in tables] + [*tables[::8], "data/sources.html"]
    weights = {path: weigh(path) for path in [*some, "search.html", "404.html"]}

    over = {path: found for path, found in weights.items() if sum(found.values()) > budget_of(path)}
    assert over == {}


def test_a_page_loads_one_style_sheet_and_no_icon_font_and_no_search_before_it_is_opened(weigh):
    names = [address.rpartition("/")[2] for address in weigh(LESSON)]

    assert sum(name.endswith(".css") for name in names) == 1
    assert not [name for name in names if re.search(r"fontawesome|fa-|bootstrap|search|vega", name)]


def test_styles_and_scripts_have_names_made_of_their_contents(weigh):
    names = [address.rpartition("/")[2] for address in weigh(LESSON)]

    loaded = [name for name in names if name.endswith((".css", ".js", ".svg"))]
    assert loaded
    assert all(re.search(r"[0-9a-f]{12,}", name) for name in loaded)


def test_nothing_lies_in_the_site_that_no_page_asks_for(site):
    heavy = {file.name: file.stat().st_size for file in (site.folder / "_static").rglob("*") if file.is_file()}

    assert not [name for name in heavy if re.search(r"fontawesome|fa-solid|bootstrap|\.map$|\.mo$|thebe", name)]


@pytest.mark.parametrize("path", [LESSON, "book/index.html"])
@pytest.mark.parametrize("width", [390, 1440])
def test_nothing_moves_while_a_page_loads_and_is_read(chromium, site, path, width):
    context = chromium.new_context(viewport={"width": width, "height": 844})
    page = context.new_page()
    page.add_init_script(SHIFTS)
    page.goto(site.url(path))
    page.wait_for_load_state("networkidle")
    page.evaluate(READ)
    page.wait_for_load_state("networkidle")

    assert page.evaluate("window.shifted") == 0
    context.close()
