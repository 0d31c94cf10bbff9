"""Sphinx extension: a cell's Vega-Lite output as pictures that need no script.

MyST-NB hands over each output as it reads a page (``VegaLiteRenderer``); the page gets a ``chart``
node that names the pictures; when the build ends, the pictures that some page names are put beside
the pages. Between builds they stay with the doctrees, as what was read does.
"""

from __future__ import annotations

import hashlib
import shutil
from html import escape
from pathlib import Path
from typing import ClassVar, cast

from docutils import nodes
from myst_nb.core.render import MimeData, NbElementRenderer
from sphinx.application import Sphinx
from sphinx.environment import BuildEnvironment
from sphinx.util import logging
from sphinx.util.osutil import relative_uri
from sphinx.writers.html5 import HTML5Translator
from sphinx.writers.text import TextTranslator

from casebook.charts.checks import problems_in
from casebook.charts.faces import ChartFaces, UndrawableError, faces_of
from casebook.charts.spec import Spec
from casebook.errors import Problem
from casebook.whole_files import write_text

LOGGER = logging.getLogger(__name__)
FOLDER = "_static/charts"
VEGALITE_MIMES = tuple(f"application/vnd.vegalite.v{major}+json" for major in (5, 6))
# Up to this width of the screen the narrow picture is shown.
NARROW_SCREEN_PX = 600


class chart(nodes.General, nodes.Element):  # noqa: N801 - docutils names nodes in lower case
    """A chart on a page. ``pictures``: {(page, screen): (file name, width, height)}; ``alt``."""


class VegaLiteRenderer:
    """MyST-NB's plugin for outputs in Vega-Lite's mime type."""

    mime_priority_overrides: ClassVar = [("*", mime, 1) for mime in VEGALITE_MIMES]

    @staticmethod
    def handle_mime(renderer: NbElementRenderer, data: MimeData, inline: bool) -> list[nodes.Element] | None:  # noqa: ARG004 - charts are blocks
        """The chart's node; None for outputs of other kinds."""
        if data.mime_type not in VEGALITE_MIMES:
            return None
        environment = cast("BuildEnvironment", renderer.renderer.sphinx_env)
        spec = cast("Spec", data.content)
        # Where the cells of a text notebook begin; a released .ipynb has no such map.
        lines = renderer.renderer.nb_client.nb_metadata.get("source_map")
        line = lines[data.cell_index] if lines and data.cell_index is not None else None
        for problem in problems_in(spec):
            _report(problem, data, (environment.docname, line))
        try:
            return [_node(faces_of(spec), environment)]
        except UndrawableError as error:
            mend = "mend the chart until JupyterLab draws it; its data must come from a table of the book."
            _report(
                Problem(f"Vega-Lite cannot draw this chart: {error}.", None, mend), data, (environment.docname, line)
            )
            return []


def _report(problem: Problem, data: MimeData, location: tuple[str, int | None]) -> None:
    name = data.cell_metadata.get("mystnb", {}).get("figure", {}).get("name")
    cell = name or str((data.cell_index or 0) + 1)
    # What collects warnings turns these two back into a problem.
    extra = {"casebook_cell": cell, "casebook_mend": problem.mend}
    LOGGER.warning(problem.what, location=location, type="casebook", subtype="chart", extra=extra)


def _node(faces: ChartFaces, environment: BuildEnvironment) -> chart:
    pictures: dict[tuple[str, str], tuple[str, int, int]] = {}
    for face, picture in faces.pictures.items():
        # The name is made of the content, so a web server may tell browsers to keep the file for good.
        name = f"{hashlib.sha256(picture.svg.encode()).hexdigest()[:16]}.svg"
        kept = _kept_pictures(environment) / name
        if not kept.exists():
            write_text(kept, picture.svg)
        _names(environment).setdefault(environment.docname, set()).add(name)
        pictures[face] = (name, picture.width_px, picture.height_px)
    return chart(pictures=pictures, alt=faces.alt)


def _kept_pictures(environment: BuildEnvironment) -> Path:
    return Path(environment.doctreedir) / "charts"


def _names(environment: BuildEnvironment) -> dict[str, set[str]]:
    """For each page, the names of its pictures; kept from build to build."""
    if not hasattr(environment, "casebook_pictures"):
        environment.casebook_pictures = {}  # type: ignore[attr-defined]
    return cast("dict[str, set[str]]", environment.casebook_pictures)  # type: ignore[attr-defined]


def visit_chart(writer: HTML5Translator, node: chart) -> None:
    """Write the pictures; the style sheet shows the one that suits the page, and never both."""
    # The builder knows which page it writes; the writer does not.
    page = writer.builder.current_docname
    address = relative_uri(writer.builder.get_target_uri(page), FOLDER)
    # A box of their own, because the theme hides a caption that follows a hidden picture.
    writer.body.append('<div class="chart">\n')
    for theme in ("light", "dark"):
        narrow, narrow_width, narrow_height = node["pictures"][theme, "narrow"]
        wide, width, height = node["pictures"][theme, "wide"]
        writer.body.append(
            f'<picture class="only-{theme}">'
            f'<source media="(max-width: {NARROW_SCREEN_PX}px)" srcset="{address}/{narrow}"'
            f' width="{narrow_width}" height="{narrow_height}">'
            f'<img class="only-{theme}" src="{address}/{wide}" width="{width}" height="{height}"'
            f' loading="lazy" alt="{escape(node["alt"])}"></picture>\n'
        )
    writer.body.append("</div>\n")
    raise nodes.SkipNode


def visit_chart_as_text(writer: TextTranslator, node: chart) -> None:
    """Write the chart in words, for the builder of plain text."""
    writer.add_text(node["alt"])
    raise nodes.SkipNode


def forget_page(app: Sphinx, environment: BuildEnvironment, page: str) -> None:  # noqa: ARG001 - Sphinx's signature
    """Forget a page's pictures when it is read again or gone."""
    _names(environment).pop(page, None)


def take_over(app: Sphinx, environment: BuildEnvironment, pages: list[str], other: BuildEnvironment) -> None:  # noqa: ARG001 - Sphinx's signature
    """Take over the pictures of pages that another process has read."""
    _names(environment).update({page: names for page, names in _names(other).items() if page in pages})


def place_pictures(app: Sphinx, failure: Exception | None) -> None:
    """Put every picture that a page names into the site, and take out those that none does."""
    if failure is not None or app.builder.format != "html":
        return
    folder = Path(app.outdir) / FOLDER
    folder.mkdir(parents=True, exist_ok=True)
    wanted = {name for names in _names(app.env).values() for name in names}
    present = {file.name for file in folder.iterdir()}
    for name in wanted - present:
        shutil.copyfile(_kept_pictures(app.env) / name, folder / name)
    for name in present - wanted:
        (folder / name).unlink()


def setup(app: Sphinx) -> dict[str, object]:
    """Tell Sphinx about this extension."""
    app.add_node(chart, html=(visit_chart, None), text=(visit_chart_as_text, None))
    app.connect("env-purge-doc", forget_page)
    app.connect("env-merge-info", take_over)
    app.connect("build-finished", place_pictures)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
