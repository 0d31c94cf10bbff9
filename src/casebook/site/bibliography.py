"""Sphinx extension: a list of references that looks as the citations in the text do, by author and year.

The style ``casebook`` of the directive ``bibliography`` writes *Author (year). Title. Where. Note.*,
in the order of authors and years, without numbers that no page refers to. A title is the link to
the work, because an address read aloud, letter by letter, helps nobody.
"""

from __future__ import annotations

import re
from typing import Any

from docutils import nodes
from pybtex.database import Entry
from pybtex.plugin import register_plugin
from pybtex.style.formatting import toplevel
from pybtex.style.formatting.plain import Style as PlainStyle
from pybtex.style.sorting.author_year_title import SortingStyle as AuthorYearTitle
from pybtex.style.template import (
    Node,
    field,
    first_of,
    href,
    join,
    names,
    optional,
    optional_field,
    sentence,
    tag,
    words,
)
from sphinx.application import Sphinx
from sphinx.transforms.post_transforms import SphinxPostTransform

NAME = "casebook"
KINDS = (
    "article",
    "book",
    "booklet",
    "inbook",
    "incollection",
    "inproceedings",
    "manual",
    "mastersthesis",
    "misc",
    "online",
    "phdthesis",
    "proceedings",
    "techreport",
    "unpublished",
)
STAND_ALONE = {"book", "booklet", "manual", "mastersthesis", "phdthesis", "proceedings", "techreport"}


class CasebookSorting(AuthorYearTitle):
    """By authors, year and title; braces, which pybtex would put after Z, and capitals make no difference."""

    def sorting_key(self, entry: Entry) -> tuple[str, str, str]:
        """What a work is sorted by."""
        authors, year, title = (re.sub(r"[{}\\]", "", str(part)).casefold() for part in super().sorting_key(entry))
        return authors, year, title


class CasebookStyle(PlainStyle):
    """Author and year first, as the text cites them."""

    default_name_style = "lastfirst"
    default_sorting_style = NAME


def _template(style: CasebookStyle, entry: Entry) -> Node:  # noqa: ARG001 - pybtex's signature
    # A work that stands by itself is set in italics, one that is part of another is not.
    who = first_of[
        optional[_people("author")], optional[_people("editor")], optional_field("organization"), "Anonymous"
    ]
    when = first_of[optional[field("year")], "no date"]
    title = tag("em")[field("title")] if entry.type in STAND_ALONE else field("title")
    place = join(sep=", ")[
        optional[tag("em")[field("journal")]],
        optional[words["in", tag("em")[field("booktitle")]]],
        optional_field("howpublished"),
        optional[field("publisher")],
        optional_field("institution"),
        optional_field("school"),
        optional_field("address"),
        optional[words["volume", field("volume")]],
        optional[words["number", field("number")]],
        optional[words["pages", field("pages")]],
        optional_field("month"),
    ]
    return toplevel[
        words[who, join["(", when, ")."]],
        sentence[first_of[optional[href(field("url", raw=True))[title]], optional[href(_doi())[title]], title]],
        sentence[place],
        sentence[optional_field("note")],
    ]


def _people(role: str) -> Node:
    return names(role, sep="; ", sep2="; ", last_sep="; ")


def _doi() -> Node:
    return join["https://doi.org/", field("doi", raw=True)]


for _kind in KINDS:
    setattr(CasebookStyle, f"get_{_kind}_template", _template)


class PlainLists(SphinxPostTransform):
    """Make each list of references a plain list: what sphinxcontrib-bibtex writes has a label for every work."""

    # Right after sphinxcontrib-bibtex has written them, before citations are resolved to them.
    default_priority = 6

    def run(self, **kwargs: Any) -> None:  # noqa: ARG002 - docutils' signature
        """Do so on one page."""
        for listed in list(self.document.findall(nodes.container)):
            works = [child for child in listed.children if isinstance(child, nodes.citation)]
            if works and len(works) == len(listed.children):
                items = [
                    nodes.list_item(
                        "", *(part for part in work.children if not isinstance(part, nodes.label)), ids=work["ids"]
                    )
                    for work in works
                ]
                listed.replace_self(nodes.bullet_list("", *items, classes=["references"]))


def setup(app: Sphinx) -> dict[str, object]:
    """Tell pybtex and Sphinx about the style."""
    register_plugin("pybtex.style.sorting", NAME, CasebookSorting)
    register_plugin("pybtex.style.formatting", NAME, CasebookStyle)
    app.add_post_transform(PlainLists)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
