"""The repository's own site, built once, served here, and opened in the system's Chromium."""

from __future__ import annotations

import functools
import http.server
import json
import os
import shutil
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest
from filelock import FileLock
from playwright.sync_api import Browser, Page, sync_playwright

ROOT = Path(__file__).parents[2]
SERVER_START_S = 120
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


@contextmanager
def _jupyter_server(module: str, folder: Path, settings: Path, **variables: str) -> Iterator[str]:
    words = [
        "--no-browser",
        "--allow-root",
        "--ServerApp.ip=127.0.0.1",
        "--ServerApp.port=0",
        "--IdentityProvider.token=",
    ]
    environment = os.environ | {"JUPYTER_CONFIG_DIR": str(settings), "JUPYTER_RUNTIME_DIR": str(settings / "runtime")}
    with (settings / "log").open("w") as log:
        server = subprocess.Popen(
            [sys.executable, "-m", module, *words], cwd=folder, env=environment | variables, stdout=log, stderr=log
        )
    try:
        note = settings / "runtime" / f"jpserver-{server.pid}.json"
        end = time.monotonic() + SERVER_START_S
        while not note.is_file() and server.poll() is None and time.monotonic() < end:
            time.sleep(0.1)
        assert note.is_file(), (settings / "log").read_text()
        yield f"http://127.0.0.1:{json.loads(note.read_text())['port']}"
    finally:
        server.terminate()
        server.wait()


@pytest.fixture(scope="session")
def jupyter_server() -> Callable[..., AbstractContextManager[str]]:
    """Starts a real Jupyter server: a module, the folder it shows, a folder for its settings; gives its address."""
    return _jupyter_server
