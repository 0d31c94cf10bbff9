"""A book with one chart of each kind, built once, served here, and opened in the system's Chromium."""

from __future__ import annotations

import functools
import http.server
import shutil
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

ROOT = Path(__file__).parents[3]
EVERY_CHART = ROOT / "tests/notebooks/every-chart"
TOC = "format: jb-book\nroot: book/index\nchapters:\n  - file: chapters/01-every-chart/chapter\n"
CHAPTER = "chapters/01-every-chart/chapter.html"
# Whatever of the chapter moves by itself; the bar at the top is not ours to judge here.
COUNT_SHIFTS = """
window.shifts = [];
new PerformanceObserver(list => {
  for (const shift of list.getEntries()) {
    const moved = shift.sources.map(({node}) => node?.nodeType === 1 ? node : node?.parentElement);
    const ours = moved.filter(node => node?.closest('article'));
    if (!shift.hadRecentInput && ours.length) window.shifts.push([shift.value, ours[0].outerHTML.slice(0, 90)]);
  }
}).observe({type: 'layout-shift', buffered: true});
"""


class Quiet(http.server.SimpleHTTPRequestHandler):
    def log_message(self, *_):
        pass


@pytest.fixture(scope="module")
def address(tmp_path_factory) -> Iterator[str]:
    """A book with one chart of each kind, built and served."""
    book = tmp_path_factory.mktemp("every-chart")
    shutil.copytree(ROOT / "book/theme", book / "book/theme")
    files = {
        "_toc.yml": TOC,
        "_config.yml": (ROOT / "_config.yml").read_text(encoding="utf-8"),
        "book/index.md": "# A tiny book\n",
        "book/references.bib": "",
        "data/parcels.csv": (EVERY_CHART / "parcels.csv").read_text(encoding="utf-8"),
        "chapters/01-every-chart/chapter.md": (EVERY_CHART / "chapter.md").read_text(encoding="utf-8"),
        "chapters/01-every-chart/regions.json": (EVERY_CHART / "regions.json").read_text(encoding="utf-8"),
    }
    for path, text in files.items():
        (book / path).parent.mkdir(parents=True, exist_ok=True)
        (book / path).write_text(text, encoding="utf-8")
    command = [sys.executable, "-c", "from casebook.cli import main; main()", "site", "build"]
    built = subprocess.run(command, cwd=book, capture_output=True, text=True, check=False)
    assert built.returncode == 0, built.stdout + built.stderr
    handler = functools.partial(Quiet, directory=str(book / "_build/html"))
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture
def open_chapter(chromium, address):
    """Opens the chapter; gives the page, what it asked for and what it complained of."""
    contexts = []

    def open_(*, width: int = 1440, **options) -> Page:
        context = chromium.new_context(viewport={"width": width, "height": 900}, **options)
        contexts.append(context)
        page = context.new_page()
        page.asked, page.said = [], []
        page.on("request", lambda request: page.asked.append(request.url))
        page.on("pageerror", lambda error: page.said.append(str(error)))
        page.on("console", lambda message: page.said.append(message.text) if message.type == "error" else None)
        page.add_init_script(COUNT_SHIFTS)
        page.goto(f"{address}/{CHAPTER}")
        return page

    yield open_
    for context in contexts:
        context.close()


@pytest.fixture
def explore():
    """Makes a chart live as a reader with a keyboard does; gives what holds it, which then has the focus."""

    def explore_(page: Page, name: str):
        button = page.locator(f'.chart-explore[aria-controls="fig-{name}-chart"]')
        button.focus()
        page.keyboard.press("Enter")
        page.wait_for_selector(f'#fig-{name}-chart[data-state="live"]')
        host = page.locator(f"#fig-{name}-chart .chart-host")
        expect(host).to_be_focused()
        return host

    return explore_
