"""Sphinx extension: paper is light, whatever the page on the screen is.

A dark page would print as pale letters, of which white paper shows nothing. Pages are dark only
where scripts run, so a script is also what turns them light for the printer, and back.
"""

from __future__ import annotations

from sphinx.application import Sphinx

TURN = """
(() => {
  const root = document.documentElement;
  const paper = matchMedia("print");
  let onScreen;
  const begin = () => {
    onScreen ??= root.dataset.theme;
    root.dataset.theme = "light";
  };
  const end = () => {
    if (onScreen !== undefined) root.dataset.theme = onScreen;
    onScreen = undefined;
  };
  addEventListener("beforeprint", begin);
  addEventListener("afterprint", end);
  paper.addEventListener("change", () => (paper.matches ? begin() : end()));
})();
"""


def setup(app: Sphinx) -> dict[str, object]:
    """Tell Sphinx about this extension."""
    app.add_js_file(None, body=TURN)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
