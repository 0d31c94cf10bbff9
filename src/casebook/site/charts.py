"""Sphinx extension: a cell's Vega-Lite output with its four faces, of which none needs a script to be seen.

MyST-NB hands over each output as it reads a page (``VegaLiteRenderer``). The page gets a ``chart``
node with the pictures and, when it is written, a ``chart_tools`` node below its figure with the
table and the downloads. When the build ends, the files that some page names are put beside the
pages (``chart_files``). Between builds they stay with the doctrees, as what was read does.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any, ClassVar, cast

from docutils import nodes
from myst_nb.core.render import MimeData, NbElementRenderer
from sphinx.application import Sphinx
from sphinx.builders.html import StandaloneHTMLBuilder
from sphinx.environment import BuildEnvironment
from sphinx.transforms.post_transforms import SphinxPostTransform
from sphinx.util import logging
from sphinx.util.osutil import relative_uri
from sphinx.writers.html5 import HTML5Translator
from sphinx.writers.text import TextTranslator

from casebook.charts.checks import problems_in, problems_in_caption
from casebook.charts.datasets import DataFileError, with_files
from casebook.charts.faces import UndrawableError
from casebook.charts.shape import fault_in_shape
from casebook.charts.spec import Spec
from casebook.errors import Problem
from casebook.site import chart_files
from casebook.site.chart_html import Link, PageChart, picture_html, tools_html
from casebook.site.chart_tables import tables_behind

LOGGER = logging.getLogger(__name__)
VEGALITE_MIMES = tuple(f"application/vnd.vegalite.v{major}+json" for major in (5, 6))
# Where the passport of a table is, as a page of the book; no link is written while there is none.
TABLE_PAGE = "data/{table}"
MEND = (
    "mend the chart until JupyterLab draws it; its data must come from a table of the book, "
    "or from a file beside the chapter."
)


class chart(nodes.General, nodes.Element):  # noqa: N801 - docutils names nodes in lower case
    """A chart on a page. ``drawn``: a PageChart; ``chart_id``; ``behind``: names of tables."""


class chart_tools(nodes.General, nodes.Element):  # noqa: N801 - docutils names nodes in lower case
    """What stands below a chart's caption; the same attributes as the chart's."""


class VegaLiteRenderer:
    """MyST-NB's plugin for outputs in Vega-Lite's mime type."""

    mime_priority_overrides: ClassVar = [("*", mime, 1) for mime in VEGALITE_MIMES]

    @staticmethod
    def handle_mime(renderer: NbElementRenderer, data: MimeData, inline: bool) -> list[nodes.Element] | None:  # noqa: ARG004 - charts are blocks
        """The chart's node; None for outputs of other kinds."""
        if data.mime_type not in VEGALITE_MIMES:
            return None
        environment = cast("BuildEnvironment", renderer.renderer.sphinx_env)
        drawn, problems = _drawn(data.content, environment)
        caption = str(_figure(data).get("caption") or "")
        # Where the cells of a text notebook begin; a released .ipynb has no such map.
        lines = renderer.renderer.nb_client.nb_metadata.get("source_map")
        line = lines[data.cell_index] if lines and data.cell_index is not None else None
        _report([*problems, *problems_in_caption(caption)], data, (environment.docname, line))
        if drawn is None:
            return []
        cells = renderer.renderer.nb_client.notebook.cells[: (data.cell_index or 0) + 1]
        behind = tables_behind([cell.source for cell in cells if cell.cell_type == "code"])
        return [chart(drawn=drawn, chart_id=f"{_name(data)}-chart", behind=behind)]


def _drawn(content: object, environment: BuildEnvironment) -> tuple[PageChart | None, list[Problem]]:
    """The chart, unless it cannot be drawn, and everything that is wrong with it."""
    fault = fault_in_shape(content)
    if fault is not None:
        return None, [_undrawable(fault)]
    spec = cast("Spec", content)
    try:
        spec = with_files(spec, lambda path: _read(path, environment))
        return chart_files.page_chart(spec, environment), problems_in(spec)
    except (DataFileError, UndrawableError) as error:
        return None, [*problems_in(spec), _undrawable(str(error))]


def _undrawable(reason: str) -> Problem:
    return Problem(f"Vega-Lite cannot draw this chart: {reason}.", None, MEND)


def _figure(data: MimeData) -> dict[str, Any]:
    return data.cell_metadata.get("mystnb", {}).get("figure") or {}


def _name(data: MimeData) -> str:
    """The figure's own name, or one that no other output of the page has."""
    return str(_figure(data).get("name") or f"cell-{(data.cell_index or 0) + 1}-{data.output_index or 0}")


def _read(path: str, environment: BuildEnvironment) -> bytes:
    """A file that a chart names, as its chapter's code would find it; nothing outside the book."""
    book = Path(environment.srcdir).resolve()
    file = (Path(environment.doc2path(environment.docname)).parent / path).resolve()
    if not file.is_relative_to(book):
        raise FileNotFoundError(path)
    # A page is read again when a file that it shows has changed.
    environment.note_dependency(str(file))
    return file.read_bytes()


def _report(problems: list[Problem], data: MimeData, location: tuple[str, int | None]) -> None:
    cell = str(_figure(data).get("name") or (data.cell_index or 0) + 1)
    for problem in problems:
        # What collects warnings turns these two back into a problem.
        extra = {"casebook_cell": cell, "casebook_mend": problem.mend}
        LOGGER.warning(problem.what, location=location, type="casebook", subtype="chart", extra=extra)


class PlaceTools(SphinxPostTransform):
    """Put the tools of each chart below its figure: a figure's caption is the last thing in it."""

    # After MyST-NB has chosen which form of an output the page gets.
    default_priority = 10
    formats = ("html",)

    def run(self, **_: Any) -> None:
        """Add the nodes."""
        for node in list(self.document.findall(chart)):
            around = node
            while isinstance(around.parent, nodes.figure):
                around = around.parent
            tools = chart_tools(**{key: node[key] for key in ("drawn", "chart_id", "behind")})
            around.parent.insert(around.parent.index(around) + 1, tools)


def visit_chart(writer: HTML5Translator, node: chart) -> None:
    """Write the pictures."""
    first = next(writer.document.findall(chart))
    at_once = node["chart_id"] == first["chart_id"]
    writer.body.append(picture_html(node["drawn"], node["chart_id"], _address_of_files(writer), at_once=at_once))
    raise nodes.SkipNode


def visit_chart_tools(writer: HTML5Translator, node: chart_tools) -> None:
    """Write the table and the downloads."""
    stem = str(node["chart_id"]).removesuffix("-chart")
    folder = _address_of_files(writer)
    writer.body.append(tools_html(node["drawn"], node["chart_id"], folder, stem, list(_data_links(writer, node))))
    raise nodes.SkipNode


def _address_of_files(writer: HTML5Translator) -> str:
    # The builder knows which page it writes; the writer does not.
    builder = writer.builder
    return relative_uri(builder.get_target_uri(builder.current_docname), chart_files.FOLDER)


def _data_links(writer: HTML5Translator, node: chart_tools) -> Iterator[Link]:
    builder = writer.builder
    for table in node["behind"]:
        page = TABLE_PAGE.format(table=table)
        if page in builder.env.titles:
            address = builder.get_relative_uri(builder.current_docname, page)
            yield Link(builder.env.titles[page].astext(), address)


def visit_chart_as_text(writer: TextTranslator, node: chart) -> None:
    """Write the chart in words, for the builder of plain text."""
    writer.add_text(node["drawn"].alt)
    raise nodes.SkipNode


def forget_page(app: Sphinx, environment: BuildEnvironment, page: str) -> None:  # noqa: ARG001 - Sphinx's signature
    """Forget a page's charts when it is read again or gone."""
    chart_files.names_of(environment).pop(page, None)


def take_over(app: Sphinx, environment: BuildEnvironment, pages: list[str], other: BuildEnvironment) -> None:  # noqa: ARG001 - Sphinx's signature
    """Take over the charts of pages that another process has read."""
    names = chart_files.names_of(other)
    chart_files.names_of(environment).update({page: names[page] for page in pages if page in names})


def place_files(app: Sphinx, failure: Exception | None) -> None:
    """Put the files beside the pages."""
    if failure is None and isinstance(app.builder, StandaloneHTMLBuilder):
        chart_files.place(app.env, Path(app.outdir))


def setup(app: Sphinx) -> dict[str, object]:
    """Tell Sphinx about this extension."""
    app.add_node(chart, html=(visit_chart, None), text=(visit_chart_as_text, None))
    app.add_node(chart_tools, html=(visit_chart_tools, None))
    app.add_post_transform(PlaceTools)
    app.connect("env-purge-doc", forget_page)
    app.connect("env-merge-info", take_over)
    app.connect("build-finished", place_files)
    app.setup_extension("casebook.site.live_charts")
    app.setup_extension("casebook.site.paper")
    return {"env_version": 2, "parallel_read_safe": True, "parallel_write_safe": True}
