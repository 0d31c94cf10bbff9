"""Sphinx extension: the frame of every page (bar, contents, footer), in place of the theme's own.

The theme's templates load an icon font drawn by a script of half a megabyte, and scripts for parts
that this book does not have. The frame (``templates/``) keeps the theme's classes, and so its styles.
"""

from __future__ import annotations

import re
import shutil
from collections.abc import Callable, Iterable, Iterator
from html import escape
from pathlib import Path
from typing import Any, cast

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.builders.html import StandaloneHTMLBuilder
from sphinx.config import Config

TEMPLATES = Path(__file__).parent / "templates"
# The theme loads these from templates that the frame replaces.
THEME_STYLES = ("_static/basic.css", "_static/styles/pydata-sphinx-theme.css")
# Styles and scripts whose work the frame does by itself, or that only Sphinx's own search needs.
NOT_LOADED = {
    "_static/styles/theme.css",
    "_static/togglebutton.css",
    "_static/copybutton.css",
    "_static/documentation_options.js",
    "_static/doctools.js",
    "_static/sphinx_highlight.js",
    "_static/clipboard.min.js",
    "_static/copybutton.js",
    "_static/togglebutton.js",
    "_static/scripts/sphinx-book-theme.js",
}
NOT_SAID = ("let toggle", "var togglebutton", "DOCUMENTATION_OPTIONS")
# Scripts that only pages with a certain mark need.
ONLY_WITH = {"_static/design-tabs.js": "sd-tab-set"}
_VIEWPORT = re.compile(r"\s*<meta\b[^>]*\bname=\"viewport\"[^>]*>")
_SUB_PAGES = re.compile(
    r"(?P<link><a\b[^>]*>(?P<title>[^<]*)</a>)(?P<open><details[^>]*>)<summary>.*?</summary>", re.DOTALL
)
_CAPTION = re.compile(r'<p aria-level="2" class="caption" role="heading">')


def icon(name: str) -> str:
    """A picture of the frame, for eyes only: what it stands for is written beside it."""
    return f'<svg class="icon" aria-hidden="true" focusable="false"><use href="#icon-{name}"/></svg>'


def use_templates(app: Sphinx, config: Config) -> None:  # noqa: ARG001 - Sphinx's signature
    """Put the frame before the theme's templates."""
    # A new list: an empty one is Sphinx's default, the same object for every build of a process.
    config.templates_path = [str(TEMPLATES), *config.templates_path]


def leave_out_sphinx_search(app: Sphinx) -> None:
    """The book has a search of its own: no second index is made, and no second page."""
    if isinstance(app.builder, StandaloneHTMLBuilder):
        app.builder.search = False
        (Path(app.outdir) / "searchindex.js").unlink(missing_ok=True)


def search_page(app: Sphinx) -> Iterator[tuple[str, dict[str, Any], str]]:  # noqa: ARG001
    """The page with the search box."""
    yield "search", {"title": "Search", "page_contents": str}, "search.html"


def frame(
    app: Sphinx,  # noqa: ARG001
    page: str,  # noqa: ARG001
    template: str,  # noqa: ARG001
    context: dict[str, Any],
    doctree: nodes.document | None,  # noqa: ARG001
) -> None:
    """Give the templates what they show: styles, scripts, the contents of the book and of the page."""
    address = cast("Callable[..., str]", context["pathto"])
    body = str(context.get("body", ""))
    sheets = [str(getattr(sheet, "filename", sheet)) for sheet in _by_priority(context.get("css_files", []))]
    wanted = dict.fromkeys([*THEME_STYLES, *(sheet for sheet in sheets if sheet not in NOT_LOADED)])
    context["frame_styles"] = [address(sheet, 1) for sheet in wanted]
    context["frame_scripts"] = list(_scripts(context, body))
    context["search_script"] = address("_static/search.js", 1)
    context["search_index"] = address("_static/search-index.js", 1)
    context["icon"] = icon
    context["metatags"] = _VIEWPORT.sub("", str(context.get("metatags", "")))
    contents = context.get("generate_toctree_html")
    context["book_contents"] = lambda: book_contents(context, contents)
    on_page = context.get("generate_toc_html")
    context.setdefault("page_contents", lambda: str(on_page()) if on_page and body else "")
    context.setdefault("foot_links", [])


def place_theme(app: Sphinx, failure: Exception | None) -> None:
    """Bring the book's own styles and scripts up to date; Sphinx does so only when it also writes a page."""
    if failure is not None or app.builder.format != "html":
        return
    for folder in app.config.html_static_path:
        theme = Path(app.confdir) / folder
        if theme.is_dir():
            shutil.copytree(theme, Path(app.outdir) / "_static", dirs_exist_ok=True)


def book_contents(context: dict[str, Any], contents: Callable[..., str] | None) -> str:
    """The contents of the book, as lists whose every control has a name."""
    if contents is None:
        return ""
    start = escape(str(context.get("root_title", "Start")))
    here = ' class="current active" aria-current="page"' if context["pagename"] == context["root_doc"] else ""
    home = f'<ul class="nav bd-sidenav"><li class="toctree-l1"><a{here} href="{context["pathto"](context["root_doc"])}">{start}</a></li></ul>'
    lists = str(
        contents(
            startdepth=0,
            kind="sidebar",
            maxdepth=4,
            collapse=False,
            includehidden=True,
            titles_only=True,
            show_nav_level=1,
        )
    )
    named = _SUB_PAGES.sub(
        r'\g<link>\g<open><summary><span class="visually-hidden">Pages in \g<title></span></summary>', lists
    )
    named = named.replace(
        'class="current reference internal" href="#"', 'class="current reference internal" href="#" aria-current="page"'
    )
    return home + _CAPTION.sub('<p class="caption">', named)


def _scripts(context: dict[str, Any], body: str) -> Iterator[str]:
    tag = cast("Callable[[Any], str]", context["js_tag"])
    for script in _by_priority(context.get("script_files", [])):
        name = str(getattr(script, "filename", script) or "")
        said = str(getattr(script, "attributes", {}).get("body") or "")
        if name in NOT_LOADED or said.startswith(NOT_SAID):
            continue
        if name in ONLY_WITH and ONLY_WITH[name] not in body:
            continue
        written = tag(script)
        yield (
            written
            if not name or re.search(r"\b(?:defer|async|module)\b", written)
            else written.replace("<script", "<script defer", 1)
        )


def _by_priority(files: Iterable[Any]) -> list[Any]:
    """In the order that extensions ask for; Sphinx puts them in it only after pages have been given their context."""
    return sorted(files, key=lambda file: getattr(file, "priority", 500))


def setup(app: Sphinx) -> dict[str, object]:
    """Tell Sphinx about this extension."""
    app.connect("config-inited", use_templates)
    app.connect("builder-inited", leave_out_sphinx_search)
    app.connect("html-collect-pages", search_page)
    # After the theme, which adds its functions to the context at the usual priority.
    app.connect("html-page-context", frame, priority=900)
    app.connect("build-finished", place_theme)
    app.add_js_file("reading.js")
    return {"parallel_read_safe": True, "parallel_write_safe": True}
