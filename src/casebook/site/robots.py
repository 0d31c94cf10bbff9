"""Sphinx extension: search engines are asked to keep out of an edition that is not for everyone."""

from __future__ import annotations

from typing import Any

from docutils import nodes
from sphinx.application import Sphinx

KEEP_OUT = '<meta name="robots" content="noindex, nofollow">'


def add_to_head(
    app: Sphinx,
    page: str,  # noqa: ARG001 - Sphinx's signature
    template: str,  # noqa: ARG001
    context: dict[str, Any],
    doctree: nodes.document | None,  # noqa: ARG001
) -> None:
    """Put the request into a page's head."""
    if app.config.casebook_keep_robots_out:
        context["metatags"] = context.get("metatags", "") + KEEP_OUT


def setup(app: Sphinx) -> dict[str, object]:
    """Tell Sphinx about this extension."""
    app.add_config_value("casebook_keep_robots_out", default=False, rebuild="html", types=bool)
    app.connect("html-page-context", add_to_head)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
