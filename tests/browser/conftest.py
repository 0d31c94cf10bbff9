"""The repository's own site, built once, served here, and opened in the system's Chromium."""

from __future__ import annotations

import functools
import http.server
import os
import shutil
import subprocess
import sys
import threading
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from filelock import FileLock
from playwright.sync_api import Browser, Page, sync_playwright

ROOT = Path(__file__).parents[2]
# No sandbox: test machines run as root. The rest keeps Chromium from calling home.
CHROMIUM_OPTIONS = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


@dataclass(frozen=True)
class Site:
    """A site that is being served."""

    folder: Path
    address: str

    @property
    def pages(self) -> list[str]:
        """Every page with a source, as a path from the site's root."""
        sources = self.folder / "_sources"
        found = (file.relative_to(sources).with_suffix(".html") for file in sources.rglob("*") if file.is_file())
        pages = sorted(str(page) for page in found)
        assert pages, "the site has no pages: every test of all pages would be empty"
        return pages

    def url(self, page: str) -> str:
        return f"{self.address}/{page}"

    def turn(self, page: Page, *more: str) -> Iterator[str]:
        """Show every page, and more, one after the other in the same window; gives the path of each."""
        yield from self.visit(page, [*self.pages, *more])

    def visit(self, page: Page, paths: Iterable[str]) -> Iterator[str]:
        """Show some pages, one after the other in the same window; gives the path of each."""
        for path in paths:
            page.goto(self.url(path), wait_until="load")
            yield path


class Quiet(http.server.SimpleHTTPRequestHandler):
    def log_message(self, *_):
        pass


@pytest.fixture(scope="session")
def site(tmp_path_factory) -> Iterator[Site]:
    # All processes that run tests share one site.
    folder = tmp_path_factory.getbasetemp()
    folder = (folder.parent if "PYTEST_XDIST_WORKER" in os.environ else folder) / "site/html"
    folder.parent.mkdir(exist_ok=True)
    command = [sys.executable, "-c", "from casebook.cli import main; main()", "site", "build", "--out", str(folder)]
    with FileLock(folder.with_name("lock")):
        built = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert built.returncode == 0, built.stdout + built.stderr
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), functools.partial(Quiet, directory=str(folder)))
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield Site(folder, f"http://127.0.0.1:{server.server_port}")
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=CHROMIUM_OPTIONS)
        yield browser
        browser.close()
