"""Sphinx extension: a page is light or dark, as its reader wishes, before it is first painted.

The theme decides when its own script runs, at the end of the page; until then a dark page is white,
and while nobody has chosen yet, the script complains that there is no mode.
"""

from __future__ import annotations

from typing import Any

from docutils import nodes
from sphinx.application import Sphinx

# "mode" is what the reader chose; "theme" is what the theme makes of it. Both names are the theme's.
CHOOSE = """
<script>
  try {
    localStorage.mode ||= "auto";
    if (localStorage.mode === "auto")
      localStorage.theme = matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light";
  } catch {}
</script>
"""


def add_to_head(
    app: Sphinx,  # noqa: ARG001 - Sphinx's signature
    page: str,  # noqa: ARG001
    template: str,  # noqa: ARG001
    context: dict[str, Any],
    doctree: nodes.document | None,  # noqa: ARG001
) -> None:
    """Put the choice among the first things of a page's head, before the theme reads it."""
    context["metatags"] = context.get("metatags", "") + CHOOSE


def setup(app: Sphinx) -> dict[str, object]:
    """Tell Sphinx about this extension."""
    app.connect("html-page-context", add_to_head)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
