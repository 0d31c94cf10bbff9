"""Sphinx extension: what the search box searches.

One entry for each section of each page, with its words, in a script file: a browser loads a script
also from a page that was opened from a disk, and then nothing else has to be fetched.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import cast

from docutils import nodes
from sphinx import addnodes
from sphinx.application import Sphinx
from sphinx.environment import BuildEnvironment

from casebook.whole_files import write_text

FILE = "_static/search-index.js"
NOT_SEARCHED = (
    nodes.raw,
    nodes.comment,
    nodes.system_message,
    nodes.substitution_definition,
    nodes.title,
    addnodes.toctree,
    addnodes.index,
)


@dataclass(frozen=True)
class Entry:
    """A section: its heading, where it begins on its page (empty: at the top), and its words."""

    heading: str
    anchor: str
    words: str


def entries_of(document: nodes.document) -> list[Entry]:
    """The sections of a page, in order; a page without a section has none."""
    sections = list(document.findall(nodes.section))
    return [
        Entry(
            heading=section.next_node(nodes.title).astext() if section.next_node(nodes.title) else "",  # pyright: ignore[reportOptionalMemberAccess]
            anchor=str(section["ids"][0]) if place and section["ids"] else "",
            # Code comes last: what is shown of a result is what was written to be read.
            words=_line([*_words(section, code=False), *_words(section, code=True)]),
        )
        for place, section in enumerate(sections)
    ]


def _words(section: nodes.Element, *, code: bool) -> Iterator[str]:
    """What a section says itself, without the sections in it: its text, or its code."""
    for child in section.children:
        if isinstance(child, (nodes.section, *NOT_SEARCHED)):
            continue
        if isinstance(child, nodes.Text):
            if not code:
                yield child.astext()
        elif isinstance(child, nodes.literal_block):
            if code:
                yield child.astext()
        elif isinstance(child, nodes.Element):
            if "alt" in child and not code:
                yield str(child["alt"])
            joined = "" if isinstance(child, nodes.TextElement) else " "
            yield joined.join(_words(child, code=code))


def _line(parts: list[str]) -> str:
    return re.sub(r"\s+", " ", " ".join(parts)).strip()


def collect(app: Sphinx, document: nodes.document) -> None:
    """Remember what a page says."""
    _kept(app.env)[app.env.docname] = entries_of(document)


def forget(app: Sphinx, environment: BuildEnvironment, page: str) -> None:  # noqa: ARG001 - Sphinx's signature
    """Forget a page that is read again or gone."""
    _kept(environment).pop(page, None)


def take_over(app: Sphinx, environment: BuildEnvironment, pages: list[str], other: BuildEnvironment) -> None:  # noqa: ARG001
    """Take over the pages that another process has read."""
    _kept(environment).update({page: _kept(other)[page] for page in pages if page in _kept(other)})


def write_index(app: Sphinx, failure: Exception | None) -> None:
    """Put the index among the files that pages load."""
    if failure is not None or app.builder.format != "html":
        return
    write_text(Path(app.outdir) / FILE, index_script(app))


def index_script(app: Sphinx) -> str:
    """The index as a script: pages as [address, title], entries as [page, anchor, heading, words]."""
    kept = _kept(app.env)
    pages = [page for page in sorted(kept) if page in app.env.found_docs]
    index = {
        "pages": [[app.builder.get_target_uri(page), app.env.titles[page].astext()] for page in pages],
        "entries": [
            [place, entry.anchor, entry.heading, entry.words]
            for place, page in enumerate(pages)
            for entry in kept[page]
        ],
    }
    return f"window.casebookSearchIndex = {json.dumps(index, ensure_ascii=False, separators=(',', ':'))};\n"


def _kept(environment: BuildEnvironment) -> dict[str, list[Entry]]:
    if not hasattr(environment, "casebook_search"):
        environment.casebook_search = {}  # type: ignore[attr-defined]
    return cast("dict[str, list[Entry]]", environment.casebook_search)  # type: ignore[attr-defined]


def setup(app: Sphinx) -> dict[str, object]:
    """Tell Sphinx about this extension."""
    app.connect("doctree-read", collect)
    app.connect("env-purge-doc", forget)
    app.connect("env-merge-info", take_over)
    app.connect("build-finished", write_index)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
