"""Is every entry of the table of contents a page that exists, and only once?"""

from __future__ import annotations

import difflib
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from pathlib import Path

import yaml

from casebook.errors import Problem, Where

PAGE_KEYS = ("root", "file")
ENDINGS = (".md", ".ipynb")


@dataclass(frozen=True)
class TocEntry:
    """A page that the table of contents names, without its ending, and the line (from 1) that names it."""

    page: str
    line: int


def read_toc(file: Path, pages: Collection[str]) -> tuple[list[TocEntry], list[Problem]]:
    """The pages in the order of the book, and what is wrong with them.

    Parameters
    ----------
    file
        ``_toc.yml``.
    pages
        Every page that the book could hold, as a path from its root without ending.
    """
    try:
        document = yaml.compose(file.read_text(encoding="utf-8"))
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark is not None else None
        what = f"The table of contents is not YAML: {error.problem}."
        return [], [Problem(what, Where(file, line), "mend the line: indentation, a missing colon or a stray quote.")]
    if not isinstance(document, yaml.MappingNode):
        return [], [
            Problem("The table of contents is empty.", Where(file), 'begin it with "format: jb-book" and "root:".')
        ]
    entries = list(_entries(document))
    if not any(_key(key) == "root" for key, _ in document.value):
        problem = Problem("The table of contents has no root page.", Where(file, 1), 'add "root: book/index".')
        return entries, [problem]
    return entries, list(_problems(file, entries, pages))


def _entries(node: yaml.Node) -> Iterator[TocEntry]:
    if isinstance(node, yaml.SequenceNode):
        for item in node.value:
            yield from _entries(item)
    elif isinstance(node, yaml.MappingNode):
        for key, value in node.value:
            if _key(key) in PAGE_KEYS and isinstance(value, yaml.ScalarNode):
                yield TocEntry(_without_ending(value.value), value.start_mark.line + 1)
            else:
                yield from _entries(value)


def _key(node: yaml.Node) -> str:
    return str(node.value)


def _without_ending(page: str) -> str:
    for ending in ENDINGS:
        page = page.removesuffix(ending)
    return page


def _problems(file: Path, entries: list[TocEntry], pages: Collection[str]) -> Iterator[Problem]:
    first: dict[str, int] = {}
    for entry in entries:
        where = Where(file, entry.line)
        if entry.page not in pages:
            yield Problem(f'There is no page "{entry.page}".', where, _mend(entry.page, pages))
        elif entry.page in first:
            what = f'The page "{entry.page}" stands here and on line {first[entry.page]}.'
            yield Problem(what, where, "delete one of the two lines.")
        first.setdefault(entry.page, entry.line)


def _mend(page: str, pages: Collection[str]) -> str:
    near = difflib.get_close_matches(page, pages, n=1, cutoff=0.5)
    return f"write {near[0]}, or add {page}.md." if near else f"add {page}.md, or delete the line."
