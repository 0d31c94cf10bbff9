"""Sphinx extension: boxes that open, as the browser's own ``details``, so that they open without scripts too.

Jupyter Book folds an admonition with the class ``dropdown``, and the directive ``toggle``, by a script.
"""

from __future__ import annotations

from typing import Any

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.locale import admonitionlabels
from sphinx.transforms.post_transforms import SphinxPostTransform
from sphinx.writers.html5 import HTML5Translator

FOLDED = {"dropdown", "toggle"}
SHOWN = "toggle-shown"


class disclosure(nodes.General, nodes.Element):  # noqa: N801 - docutils names nodes in lower case
    """A box that opens; its first child is a ``disclosure_title``."""


class disclosure_title(nodes.TextElement):  # noqa: N801
    """What stands on a closed box."""


class FoldBoxes(SphinxPostTransform):
    """Turn folded admonitions and toggles into disclosures."""

    default_priority = 700
    formats = ("html",)

    def run(self, **kwargs: Any) -> None:  # noqa: ARG002 - docutils' signature
        """Do so on one page."""
        for box in list(self.document.findall(nodes.Element)):
            if isinstance(box, (nodes.Admonition, nodes.container)) and FOLDED.intersection(box.get("classes", ())):
                box.replace_self(folded(box))


def folded(box: nodes.Element) -> disclosure:
    """The box as a disclosure, with its title, or with what its kind is called."""
    inside = list(box.children)
    if inside and isinstance(inside[0], nodes.title):
        title = disclosure_title("", "", *inside.pop(0).children)
    else:
        label = admonitionlabels.get(box.tagname, "Show") if isinstance(box, nodes.Admonition) else "Show"
        title = disclosure_title("", str(label))
    kinds = ["admonition", *([box.tagname] if box.tagname in admonitionlabels else [])]
    made = disclosure("", title, *inside, classes=[*kinds, *box["classes"]], ids=box["ids"])
    made["open"] = SHOWN in box["classes"]
    return made


def visit_disclosure(writer: HTML5Translator, node: disclosure) -> None:
    """Open the box's element."""
    tag = writer.starttag(node, "details")
    writer.body.append(tag.replace("<details", "<details open", 1) if node["open"] else tag)


def depart_disclosure(writer: HTML5Translator, node: disclosure) -> None:  # noqa: ARG001 - Sphinx's signature
    """Close it."""
    writer.body.append("</details>\n")


def visit_title(writer: HTML5Translator, node: disclosure_title) -> None:
    """Open what stands on the box."""
    writer.body.append(writer.starttag(node, "summary", "", CLASS="admonition-title"))


def depart_title(writer: HTML5Translator, node: disclosure_title) -> None:  # noqa: ARG001
    """Close it."""
    writer.body.append("</summary>\n")


def setup(app: Sphinx) -> dict[str, object]:
    """Tell Sphinx about this extension."""
    app.add_node(disclosure, html=(visit_disclosure, depart_disclosure))
    app.add_node(disclosure_title, html=(visit_title, depart_title))
    app.add_post_transform(FoldBoxes)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
