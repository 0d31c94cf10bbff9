"""Sphinx extension: what a lesson asks of its reader, under its title: time, data, graded exercise."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from docutils import nodes
from sphinx import addnodes
from sphinx.application import Sphinx
from sphinx.transforms.post_transforms import SphinxPostTransform
from sphinx.writers.html5 import HTML5Translator

from casebook.exercises.model import Release
from casebook.site.data_paths import data_paths

# A careful pace: adults read English non-fiction at about 240 words a minute (Brysbaert 2019), many
# readers of this book in a second language.
WORDS_PER_MINUTE = 200
# A chart is looked at and its caption compared with it; a line of code is looked at; a prediction is written down.
SECONDS_PER_CHART = 30
SECONDS_PER_CODE_LINE = 2
SECONDS_PER_PREDICTION = 60
LESSON = re.compile(r"^chapters/(?P<folder>[^/]+)/chapter$")


@dataclass(frozen=True)
class ExerciseLink:
    """A graded exercise as a lesson's header shows it: its page without ending, points and minutes."""

    page: str
    title: str
    points: float
    minutes: int


def exercises_by_chapter(releases: Iterable[Release]) -> dict[str, list[ExerciseLink]]:
    """The graded exercises of each lesson; keys are folders under ``chapters/``."""
    found: dict[str, list[ExerciseLink]] = {}
    for release in releases:
        assignment = release.assignment
        link = ExerciseLink(
            f"exercises/{assignment.name}/index", assignment.title, assignment.points, assignment.minutes
        )
        found.setdefault(assignment.chapter, []).append(link)
    return found


def reading_minutes(document: nodes.document) -> int:
    """How long a careful reader needs, rounded up to five minutes; nothing is tried out, nothing is folded open."""
    words = code_lines = charts = predictions = 0
    for node in document.findall(nodes.Element):
        if isinstance(node, nodes.literal_block):
            code_lines += len([line for line in node.astext().splitlines() if line.strip()])
        elif isinstance(node, (nodes.paragraph, nodes.title, nodes.term, nodes.caption)) and not _is_printed(node):
            words += len(node.astext().split())
        elif isinstance(node, nodes.figure):
            charts += 1
        elif isinstance(node, nodes.Admonition) and "predict" in node["classes"]:
            predictions += 1
    seconds = 60 * words / WORDS_PER_MINUTE
    seconds += SECONDS_PER_CHART * charts + SECONDS_PER_CODE_LINE * code_lines + SECONDS_PER_PREDICTION * predictions
    return max(5, 5 * math.ceil(seconds / 60 / 5))


def _is_printed(node: nodes.Element) -> bool:
    """Whether a cell's code printed it; the caption of a chart was written."""
    parent = node.parent
    while parent is not None and not isinstance(node, nodes.caption):
        if isinstance(parent, nodes.container) and "cell_output" in parent["classes"]:
            return True
        parent = parent.parent
    return False


def tables_read(document: nodes.document) -> list[str]:
    """The tables of the book that the page's code reads, in order."""
    code = (block.astext() for block in document.findall(nodes.literal_block))
    return list(dict.fromkeys(path.table for text in code for path in data_paths(text) if path.table))


class reading_header(nodes.General, nodes.Element):  # noqa: N801 - docutils names nodes in lower case
    """The facts; children are ``reading_fact``s."""


class reading_fact(nodes.General, nodes.Element):  # noqa: N801
    """One fact: attribute ``name``, then what is said."""


class AddHeader(SphinxPostTransform):
    """Put the facts under the title of each lesson."""

    # Before Sphinx resolves references (priority 10): the header's links are resolved with all others.
    default_priority = 8
    formats = ("html",)

    def run(self, **kwargs: Any) -> None:  # noqa: ARG002 - docutils' signature
        """Do so on one page, if it is a lesson."""
        lesson = LESSON.match(self.env.docname)
        title = self.document.next_node(nodes.title)
        if lesson is None or title is None:
            return
        header = reading_header()
        header += _fact("Time", nodes.Text(f"about {reading_minutes(self.document)} minutes to read"))
        tables = tables_read(self.document)
        if tables:
            header += _fact("Data", *_joined(self._table(table) for table in tables))
        links: Mapping[str, list[ExerciseLink]] = self.config.casebook_exercises
        exercises = links.get(lesson["folder"], [])
        if exercises:
            header += _fact("Graded exercise", *_joined(self._exercise(exercise) for exercise in exercises))
        section = title.parent
        section.insert(section.index(title) + 1, header)

    def _table(self, table: str) -> nodes.Node:
        page = str(self.config.casebook_table_page).format(table=table)
        label = nodes.literal(table, table)
        # Sphinx wants text around a link, and a fact of the header is not text.
        return nodes.inline("", "", _link(page, label, self.env.docname)) if page in self.env.found_docs else label

    def _exercise(self, exercise: ExerciseLink) -> nodes.Node:
        said = f", {exercise.points:g} points, about {exercise.minutes} minutes"
        label = nodes.inline(exercise.title, exercise.title)
        link = _link(exercise.page, label, self.env.docname) if exercise.page in self.env.found_docs else label
        return nodes.inline("", "", link, nodes.Text(said))


def _link(page: str, label: nodes.Node, here: str) -> nodes.Node:
    return addnodes.pending_xref(
        "", label, refdomain="std", reftype="doc", reftarget=f"/{page}", refdoc=here, refexplicit=True, refwarn=True
    )


def _fact(name: str, *said: nodes.Node) -> reading_fact:
    return reading_fact("", *said, name=name)


def _joined(parts: Iterable[nodes.Node]) -> list[nodes.Node]:
    joined: list[nodes.Node] = []
    for part in parts:
        joined += [nodes.Text(", "), part] if joined else [part]
    return joined


def visit_header(writer: HTML5Translator, node: reading_header) -> None:  # noqa: ARG001 - Sphinx's signature
    """Open the list of facts."""
    writer.body.append('<dl class="reading-header">\n')


def depart_header(writer: HTML5Translator, node: reading_header) -> None:  # noqa: ARG001
    """Close it."""
    writer.body.append("</dl>\n")


def visit_fact(writer: HTML5Translator, node: reading_fact) -> None:
    """Open a fact."""
    writer.body.append(f"<div><dt>{node['name']}</dt><dd>")


def depart_fact(writer: HTML5Translator, node: reading_fact) -> None:  # noqa: ARG001
    """Close it."""
    writer.body.append("</dd></div>\n")


def setup(app: Sphinx) -> dict[str, object]:
    """Tell Sphinx about this extension."""
    app.add_config_value("casebook_exercises", {}, "env")
    # Where the page of a table is, if there is one.
    app.add_config_value("casebook_table_page", "data/{table}", "env", str)
    app.add_node(reading_header, html=(visit_header, depart_header))
    app.add_node(reading_fact, html=(visit_fact, depart_fact))
    app.add_post_transform(AddHeader)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
