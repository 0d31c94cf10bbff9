"""Sphinx extension: the style and the scripts of charts, from the site's own files.

Every page gets the style sheet; a page with a live chart also gets ``reach.js``, some kilobytes,
which loads the rest, Vega included, when a reader reaches for a chart. Our files lie in
a folder that is named by their content, and Vega's bundle is named by its own, so a web server may
tell browsers to keep both for good.
"""

from __future__ import annotations

import hashlib
import shutil
from pathlib import Path
from typing import Any

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.builders.html import StandaloneHTMLBuilder
from sphinx.environment import BuildEnvironment

from casebook.charts.live import themes_document
from casebook.site import chart_files
from casebook.site.chart_html import NARROW_SCREEN
from casebook.site.charts import chart
from casebook.site.vega_bundle import VL_CONVERT, VegaBundle, cache_folder
from casebook.whole_files import write_bytes

ASSETS = Path(__file__).parent / "assets" / "charts"
# After the theme's style, so that ours decides.
AFTER_THE_THEME = 700
STATIC = "_static"


class LiveCharts:
    """What one build adds to its pages for the sake of charts."""

    def __init__(self) -> None:
        files = {file.name: file.read_bytes() for file in sorted(ASSETS.iterdir()) if file.suffix in {".js", ".css"}}
        self._files = files | {"themes.json": themes_document().encode()}
        digest = hashlib.sha256(b"\0".join(name.encode() + content for name, content in self._files.items()))
        fingerprint = digest.hexdigest()[:16]
        self._folder = f"charts-{fingerprint}"
        # The one script that pages name by itself.
        self._reach = f"reach-{fingerprint}.js"
        self._files[self._reach] = self._files.pop("reach.js")
        self._bundle: VegaBundle | None = None

    def begin(self, app: Sphinx) -> None:
        """Put our files into the site, and see to it that Vega's are on their way."""
        if not isinstance(app.builder, StandaloneHTMLBuilder):
            return
        static = Path(app.outdir) / STATIC
        for old in static.glob("charts-*"):
            if old.name != self._folder:
                shutil.rmtree(old)
        for name, content in self._files.items():
            if not (static / self._folder / name).is_file():
                write_bytes(static / self._folder / name, content)
        # On every page, so that all pages share one style sheet.
        app.add_css_file(f"{self._folder}/charts.css", priority=AFTER_THE_THEME)
        self._bundle = VegaBundle(cache_folder(Path(app.doctreedir)))
        self._bundle.begin()

    def outdated(self, app: Sphinx, environment: BuildEnvironment, *_: set[str]) -> list[str]:  # noqa: ARG002 - Sphinx's signature
        """Pages whose charts were written with other files than today's."""
        today = f"{self._folder} {VL_CONVERT}"
        before = getattr(environment, "casebook_chart_scripts", None)
        environment.casebook_chart_scripts = today  # type: ignore[attr-defined]
        return [] if before == today else sorted(chart_files.names_of(environment))

    def add_to_page(
        self,
        app: Sphinx,
        page: str,  # noqa: ARG002 - Sphinx's signature
        template: str,  # noqa: ARG002
        context: dict[str, Any],
        doctree: nodes.document | None,
    ) -> None:
        """Name on a page what its live charts need, and nothing on a page without any."""
        charts = doctree.findall(chart) if doctree is not None else ()
        if self._bundle is None:
            return
        if any(node["drawn"].live is not None for node in charts):
            vega = self._bundle.name()
            kept = Path(app.outdir) / STATIC / vega
            if not kept.is_file():
                for old in kept.parent.glob("vega-*.js"):
                    old.unlink()
                write_bytes(kept, self._bundle.content())
            # Said as a page says where its files are, so that who looks for unused files finds it used.
            told: dict[str, Any] = {"data-vega": context["pathto"](f"{STATIC}/{vega}", 1), "data-narrow": NARROW_SCREEN}
            app.add_js_file(f"{self._folder}/{self._reach}", loading_method="defer", **told)

    def end(self, app: Sphinx, failure: Exception | None) -> None:  # noqa: ARG002 - Sphinx's signature
        """Leave nothing running."""
        if self._bundle is not None:
            self._bundle.end()


def setup(app: Sphinx) -> dict[str, object]:
    """Tell Sphinx about this extension."""
    charts = LiveCharts()
    app.connect("builder-inited", charts.begin)
    app.connect("env-get-outdated", charts.outdated)
    app.connect("html-page-context", charts.add_to_page)
    app.connect("build-finished", charts.end)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
