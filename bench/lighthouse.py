"""How does the built site score in Lighthouse, and when is the first chart seen on a slow phone?

Needs Node.js, Chromium and, the first time, the npm registry: that is why this is not one of the
tests. Build the site first, then: .venv/bin/python bench/lighthouse.py [FOLDER]
"""

from __future__ import annotations

import argparse
import gzip
import http.server
import json
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import threading
from pathlib import Path

from playwright.sync_api import Browser, sync_playwright

LIGHTHOUSE = "lighthouse@12.8.2"
PAGES = ("book/index.html", "chapters/01-data-sharing/chapter.html", "exercises/data-sharing/index.html")
CATEGORIES = ("performance", "accessibility", "best-practices", "seo")
CHROMIUM_OPTIONS = ["--headless=new", "--no-sandbox", "--disable-gpu"]
COMPRESSED = {".html", ".css", ".js", ".svg", ".json", ".xml", ".txt"}
# Lighthouse's "slow 4G" and a processor a quarter as fast as this machine's.
LATENCY_MS, DOWN_BYTES_S, UP_BYTES_S, SLOWER = 150, 1_600_000 / 8, 750_000 / 8, 4
# The page is opened where its first chart stands, as by a link to it.
FIRST_CHART_SEEN = """
() => new Promise(done => {
  const look = () => {
    const img = [...document.querySelectorAll(".chart img")].find(img => img.checkVisibility());
    if (img && img.complete && img.naturalWidth) requestAnimationFrame(() => done(performance.now()));
    else setTimeout(look, 10);
  };
  look();
})
"""


class Compressing(http.server.SimpleHTTPRequestHandler):
    """A web server as sites are published on: compressed, with fingerprinted files kept for good."""

    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        """Answer with a file."""
        file = Path(self.translate_path(self.path))
        if not file.is_file():
            self.send_error(404)
            return
        body = file.read_bytes()
        self.send_response(200)
        self.send_header("Content-Type", self.guess_type(str(file)))
        if file.suffix in COMPRESSED:
            body = gzip.compress(body)
            self.send_header("Content-Encoding", "gzip")
        if "/_static/" in self.path:
            self.send_header("Cache-Control", "public, max-age=31536000, immutable")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Say nothing."""


def served(folder: Path) -> str:
    """The address at which the folder is served, until this process ends."""
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), lambda *a: Compressing(*a, directory=str(folder)))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    return f"http://127.0.0.1:{server.server_port}"


def scores(address: str) -> dict[str, int]:
    """Lighthouse's scores of a page, 0 to 100, on its phone."""
    with tempfile.TemporaryDirectory() as folder:
        report = Path(folder) / "report.json"
        subprocess.run(
            [
                "npx",
                "--yes",
                LIGHTHOUSE,
                address,
                "--quiet",
                "--output=json",
                f"--output-path={report}",
                f"--only-categories={','.join(CATEGORIES)}",
                f"--chrome-flags={' '.join(CHROMIUM_OPTIONS)}",
            ],
            check=True,
            env={**os.environ, "CHROME_PATH": chromium()},
        )
        found = json.loads(report.read_text(encoding="utf-8"))
    for audit in found["audits"].values():
        if audit.get("score") == 0 and audit.get("scoreDisplayMode") == "binary":
            print(f"    {audit['id']}: {audit['title']}")
    return {name: round(100 * found["categories"][name]["score"]) for name in CATEGORIES}


def first_chart_ms(browser: Browser, address: str) -> float:
    """When the first chart of a page is seen on a slow phone."""
    context = browser.new_context(viewport={"width": 390, "height": 844})
    page = context.new_page()
    session = context.new_cdp_session(page)
    session.send("Network.enable")
    session.send(
        "Network.emulateNetworkConditions",
        {
            "offline": False,
            "latency": LATENCY_MS,
            "downloadThroughput": DOWN_BYTES_S,
            "uploadThroughput": UP_BYTES_S,
        },
    )
    session.send("Emulation.setCPUThrottlingRate", {"rate": SLOWER})
    page.goto(address, wait_until="commit")
    seen = float(page.evaluate(FIRST_CHART_SEEN))
    context.close()
    return seen


def chromium() -> str:
    """The system's Chromium."""
    found = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    if found is None:
        sys.exit("No Chromium on PATH.")
    return found


def main() -> None:
    """Print the figures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", nargs="?", type=Path, default=Path("_build/html"))
    parser.add_argument("--pages", nargs="+", default=PAGES)
    parser.add_argument("--repeat", type=int, default=5, help="how often the first chart is waited for")
    parser.add_argument("--only-charts", action="store_true", help="leave Lighthouse out")
    chosen = parser.parse_args()
    if not (chosen.folder / "search.html").is_file():
        sys.exit(f"{chosen.folder} is not a built site: run make site.")
    root = served(chosen.folder.resolve())
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium(), args=CHROMIUM_OPTIONS)
        for page in chosen.pages:
            html = (chosen.folder / page).read_text(encoding="utf-8")
            if 'class="chart' in html:
                figure = (
                    html[: html.index('class="chart')].rpartition("<figure")[2].partition('id="')[2].partition('"')[0]
                )
                times = [first_chart_ms(browser, f"{root}/{page}#{figure}") for _ in range(chosen.repeat)]
                print(
                    f"{page}: first chart after {statistics.median(times):.0f} ms ({min(times):.0f} to {max(times):.0f})"
                )
    if not chosen.only_charts:
        for page in chosen.pages:
            print(f"{page}: {', '.join(f'{name} {score}' for name, score in scores(f'{root}/{page}').items())}")


if __name__ == "__main__":
    main()
