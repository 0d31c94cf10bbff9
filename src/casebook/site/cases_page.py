"""Sphinx extension: the cases of the book as an index, made from the table ``cases``.

A page says ``{cases} lesson``, ``{cases} organisation`` or ``{cases} skill`` where it wants the index
by one of them. Each entry leads to the heading under which the chapter treats the case; where the
chapter is not in the book, the entry stays without a link. What is made is Markdown, which the page's
own parser reads, so that a heading that is gone fails the build as any broken link does.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any, ClassVar

from docutils import nodes
from myst_parser.mdit_to_docutils.base import default_slugify
from sphinx.application import Sphinx
from sphinx.util.docutils import SphinxDirective

from casebook.data.table_file import read_table_file
from casebook.project import Project

CASES = "cases"
INDEX = "case-index"
_SPECIAL = re.compile(r"([\\`*_\[\]<>])")
_TITLE = re.compile(r"^# (.+)$", re.MULTILINE)


@dataclass(frozen=True)
class Case:
    """One row of the table; its passport says what each column means. All cells as written."""

    case_id: str
    case: str
    organisation: str
    year: str
    lesson: str
    chapter: str
    heading: str
    skill: str
    told_as: str
    what: str

    @property
    def page(self) -> str:
        """The chapter's page, as Sphinx names it."""
        return f"chapters/{self.chapter}/chapter"

    @property
    def organisations(self) -> tuple[str, ...]:
        """Whose case it is; none if nobody's in particular."""
        return tuple(name for name in self.organisation.split("; ") if name)


def read_cases(file: Path) -> tuple[Case, ...]:
    """Give the cases in the order of the table; none if there is no such table.

    Rows that do not fit the table's header are left out: ``casebook data check`` names them.
    """
    table = read_table_file(file)[0]
    wanted = [field.name for field in fields(Case)]
    if table is None or not set(wanted) <= set(table.header):
        return ()
    named = [dict(zip(table.header, row.cells, strict=False)) for row in table.rows]
    return tuple(Case(**{name: row[name] for name in wanted}) for row in named if len(row) == len(table.header))


def grouped(cases: Iterable[Case], keys: Callable[[Case], Iterable[str]]) -> Mapping[str, list[Case]]:
    """Give the cases under each key that they have, keys in the order in which they come."""
    groups: dict[str, list[Case]] = {}
    for case in cases:
        for key in keys(case):
            groups.setdefault(key, []).append(case)
    return groups


def plain(words: str) -> str:
    """The words as Markdown that says just them."""
    return _SPECIAL.sub(r"\\\1", words)


def link(case: Case, pages: Iterable[str]) -> str:
    """The case as a link to its heading, in Markdown; only its name if the chapter is not one of the pages."""
    if case.page not in pages:
        return plain(case.case)
    return f"[{plain(case.case)}](/{case.page}.md#{default_slugify(case.heading)})"


def entries(cases: Iterable[Case], pages: Iterable[str]) -> str:
    """One line a case, with its year, how it is told, and what happened."""
    lines = (f"- {link(case, pages)} ({case.year}, {case.told_as}). {plain(case.what)}" for case in cases)
    return "\n".join(lines)


def definitions(groups: Mapping[str, list[Case]], pages: Iterable[str]) -> str:
    """Each key with a list of its cases, keys from A to Z."""
    parts: list[str] = []
    for key in sorted(groups, key=str.casefold):
        items = "\n  ".join(f"- {link(case, pages)} ({case.year})" for case in groups[key])
        parts.append(f"{plain(key[:1].upper() + key[1:])}\n: {items}")
    return "\n\n".join(parts)


class CaseIndex(SphinxDirective):
    """``{cases} lesson``, ``{cases} organisation``, ``{cases} skill``."""

    required_arguments = 1
    option_spec: ClassVar[dict[str, Any] | None] = {}

    def run(self) -> list[nodes.Node]:
        """Give the index, and have the page read again when the table changes."""
        data = Project(Path(self.env.srcdir)).data / f"{CASES}.csv"
        cases = read_cases(data)
        if not cases:
            raise self.error(f"The casebook has no table of cases ({data.parent.name}/{data.name}).")
        self.env.note_dependency(str(data))
        by, pages = self.arguments[0], self.env.found_docs
        if by == "lesson":
            return [self._lesson(told, pages) for told in grouped(cases, lambda case: [case.chapter]).values()]
        if by == "organisation":
            return [self._index(definitions(grouped(cases, lambda case: case.organisations), pages))]
        if by == "skill":
            return [self._index(definitions(grouped(cases, lambda case: [case.skill]), pages))]
        raise self.error(f'There is no index by "{by}". Mend: say lesson, organisation or skill.')

    def _index(self, markdown: str) -> nodes.container:
        return nodes.container("", *self.parse_text_to_nodes(markdown), classes=[INDEX])

    def _lesson(self, cases: list[Case], pages: Iterable[str]) -> nodes.section:
        """Give the cases of one lesson under its title, as the chapter's first line has it."""
        file = Path(self.env.srcdir) / f"{cases[0].page}.md"
        found = _TITLE.search(file.read_text(encoding="utf-8")) if file.is_file() else None
        if found:
            self.env.note_dependency(str(file))
        words = found[1] if found else cases[0].lesson.replace("-", " ").capitalize()
        title = nodes.title("", words)
        return nodes.section("", title, self._index(entries(cases, pages)), ids=[f"cases-{cases[0].lesson}"])


def setup(app: Sphinx) -> dict[str, object]:
    """Tell Sphinx about this extension."""
    app.add_directive(CASES, CaseIndex)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
