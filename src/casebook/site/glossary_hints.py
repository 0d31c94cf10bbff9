"""Sphinx extension: a term of the glossary is explained where it is first used on a page.

A term is the directive ``glossary``'s, anywhere in the book. The first use of a term in the text of
a lesson becomes a link to its definition, with the definition as a hint that opens on hover and
when the link has the focus, and closes with Escape. A link written by hand, ``{term}``, gets the
hint too. A page whose front matter says ``glossary_hints: false`` gets none by itself.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from html import escape
from typing import Any, cast

from docutils import nodes
from sphinx import addnodes
from sphinx.application import Sphinx
from sphinx.environment import BuildEnvironment
from sphinx.transforms.post_transforms import SphinxPostTransform
from sphinx.writers.html5 import HTML5Translator

# Text in these is left as it is: headings, links, code, captions, boxes that are read as one piece.
NOT_IN = (
    nodes.title,
    nodes.reference,
    nodes.literal,
    nodes.literal_block,
    nodes.caption,
    addnodes.glossary,
    nodes.raw,
    nodes.table,
)


@dataclass(frozen=True)
class Term:
    """A term and what it means: ``anchor`` on ``page`` is where it is defined."""

    words: str
    meaning: str
    page: str
    anchor: str


def terms_in(document: nodes.document, page: str) -> list[Term]:
    """The terms that a page defines."""
    found: list[Term] = []
    for glossary in document.findall(addnodes.glossary):
        for item in glossary.findall(nodes.definition_list_item):
            meaning = " ".join(part.astext() for part in item.children if isinstance(part, nodes.definition))
            for term in item.findall(nodes.term):
                anchor = str(term["ids"][0]) if term["ids"] else ""
                found.append(Term(term.astext(), re.sub(r"\s+", " ", meaning), page, anchor))
    return found


def pattern_of(words: str) -> re.Pattern[str]:
    """Where a text uses the term: whole words, either case of its first letter, also in the plural."""
    first = f"[{re.escape(words[0].upper())}{re.escape(words[0].lower())}]"
    rest = re.escape(words[1:]).replace(r"\ ", r"\s+")
    return re.compile(rf"(?<![\w-]){first}{rest}(?:s|es)?(?![\w-])")


class term_hint(nodes.Inline, nodes.TextElement):  # noqa: N801 - docutils names nodes in lower case
    """A used term: attributes ``meaning``, ``hint`` (the id of the hint); its child is the link."""


class ExplainTerms(SphinxPostTransform):
    """Explain each term where the page first uses it."""

    # After references have been resolved, so that a link made by {term} can be seen as one.
    default_priority = 60
    formats = ("html",)

    def run(self, **kwargs: Any) -> None:  # noqa: ARG002 - docutils' signature
        """Do so on one page."""
        page = self.env.docname
        terms = [term for known in _kept(self.env).values() for term in known]
        explained = set(self._links(terms))
        metadata = self.env.metadata.get(page, {})
        if page.startswith("chapters/") and str(metadata.get("glossary_hints", "")).lower() != "false":
            self._first_uses([term for term in terms if term.anchor not in explained])

    def _links(self, terms: list[Term]) -> Iterator[str]:
        """Give a hint to links written by hand; the anchors of their terms."""
        by_anchor = {term.anchor: term for term in terms}
        for link in list(self.document.findall(nodes.reference)):
            anchor = str(link.get("refid") or link.get("refuri", "")).rpartition("#")[2]
            is_term = (
                link.children
                and isinstance(link.children[0], nodes.inline)
                and "std-term" in link.children[0]["classes"]
            )
            if is_term and anchor in by_anchor:
                link.replace_self(self._hint(by_anchor[anchor], link.deepcopy()))
                yield anchor

    def _first_uses(self, terms: list[Term]) -> None:
        # Longer terms first: "vertical acquisition" is not an "acquisition".
        for term in sorted(terms, key=lambda known: -len(known.words)):
            pattern = pattern_of(term.words)
            for text in list(self.document.findall(nodes.Text)):
                found = pattern.search(text.astext())
                if found and _is_plain(text):
                    link = nodes.reference("", found[0], internal=True, refuri=self._address(term))
                    parts = [nodes.Text(text[: found.start()]), self._hint(term, link), nodes.Text(text[found.end() :])]
                    text.parent.replace(text, [part for part in parts if part.astext()])
                    break

    def _address(self, term: Term) -> str:
        if term.page == self.env.docname:
            return f"#{term.anchor}"
        return f"{self.app.builder.get_relative_uri(self.env.docname, term.page)}#{term.anchor}"

    def _hint(self, term: Term, link: nodes.reference) -> term_hint:
        number = sum(1 for _ in self.document.findall(term_hint)) + 1
        identity = f"hint-{number}"
        link["classes"].append("term")
        return term_hint("", "", link, meaning=term.meaning, hint=identity)


def _is_plain(text: nodes.Text) -> bool:
    parent = text.parent
    in_paragraph = False
    while parent is not None:
        if isinstance(parent, (*NOT_IN, term_hint)):
            return False
        in_paragraph = in_paragraph or isinstance(parent, nodes.paragraph)
        parent = parent.parent
    return in_paragraph


def visit_hint(writer: HTML5Translator, node: term_hint) -> None:
    """Open the term; what it means follows the link and is named as its description."""
    # The link is written by Sphinx, which knows nothing of descriptions.
    node["before"] = len(writer.body)
    writer.body.append('<span class="term-hint">')


def depart_hint(writer: HTML5Translator, node: term_hint) -> None:
    """Write the hint, and close."""
    start = node["before"]
    written = "".join(writer.body[start:]).replace("<a ", f'<a aria-describedby="{node["hint"]}" ', 1)
    hint = f'<span class="hint" role="tooltip" id="{node["hint"]}">{escape(node["meaning"])}</span></span>'
    writer.body[start:] = [written, hint]


def collect(app: Sphinx, document: nodes.document) -> None:
    """Remember the terms that a page defines."""
    _kept(app.env)[app.env.docname] = terms_in(document, app.env.docname)


def forget(app: Sphinx, environment: BuildEnvironment, page: str) -> None:  # noqa: ARG001 - Sphinx's signature
    """Forget a page that is read again or gone."""
    _kept(environment).pop(page, None)


def take_over(app: Sphinx, environment: BuildEnvironment, pages: list[str], other: BuildEnvironment) -> None:  # noqa: ARG001
    """Take over the pages that another process has read."""
    _kept(environment).update({page: _kept(other)[page] for page in pages if page in _kept(other)})


def pages_to_write(app: Sphinx, environment: BuildEnvironment) -> list[str]:  # noqa: ARG001
    """All pages, when a term has changed: any page may use it."""
    now = dict(_kept(environment))
    before = getattr(environment, "casebook_terms_written", None)
    environment.casebook_terms_written = now  # type: ignore[attr-defined]
    return [] if before is None or before == now else sorted(environment.found_docs)


def _kept(environment: BuildEnvironment) -> dict[str, list[Term]]:
    if not hasattr(environment, "casebook_terms"):
        environment.casebook_terms = {}  # type: ignore[attr-defined]
    return cast("dict[str, list[Term]]", environment.casebook_terms)  # type: ignore[attr-defined]


def setup(app: Sphinx) -> dict[str, object]:
    """Tell Sphinx about this extension."""
    app.add_node(term_hint, html=(visit_hint, depart_hint), text=(_pass, _pass))
    app.add_post_transform(ExplainTerms)
    app.connect("doctree-read", collect)
    app.connect("env-purge-doc", forget)
    app.connect("env-merge-info", take_over)
    app.connect("env-updated", pages_to_write)
    return {"parallel_read_safe": True, "parallel_write_safe": True}


def _pass(writer: Any, node: term_hint) -> None:
    """In other formats the link says enough."""
