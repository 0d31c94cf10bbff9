"""How does a work read that a chapter cites: in the text, and in the list at the end?"""

from __future__ import annotations

import re
import string
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, cast

from pybtex.database import BibliographyData, Entry, Person
from pybtex.database.input.bibtex import Parser
from pybtex.exceptions import PybtexError
from pybtex.plugin import find_plugin
from pybtex.richtext import Text

from casebook.errors import CasebookError, Where
from casebook.site.markdown_words import as_words

# With more authors than this the others are "et al.".
AUTHORS_NAMED = 2


@dataclass(frozen=True)
class Work:
    """A work in the bibliography.

    Parameters
    ----------
    authors, year
        As the text names them; a letter after the year tells works of the same authors and year apart.
    full
        Its line in the list of references, as Markdown.
    """

    authors: str
    year: str
    full: str


@dataclass(frozen=True)
class Citations:
    """The works that a book may cite, by key."""

    works: Mapping[str, Work] = field(default_factory=dict[str, Work])

    def in_brackets(self, keys: Iterable[str]) -> str:
        """``(Prashantham and Woetzel, 2020; Zeng, 2018)``, as Markdown."""
        return f"({'; '.join(self._named(key, ', ') for key in keys)})"

    def in_sentence(self, keys: Iterable[str]) -> str:
        """``Prashantham and Woetzel (2020)``, as Markdown; several with ``and``."""
        return " and ".join(self._named(key, " (") + (")" if key in self.works else "") for key in keys)

    def authors(self, keys: Iterable[str]) -> str:
        """The authors alone."""
        return " and ".join(as_words(self.works[key].authors) if key in self.works else as_words(key) for key in keys)

    def years(self, keys: Iterable[str]) -> str:
        """The years alone."""
        return ", ".join(as_words(self.works[key].year) if key in self.works else as_words(key) for key in keys)

    def reference_list(self, keys: Iterable[str]) -> str:
        """A Markdown list of some works, by authors and year; a work cited twice stands there once."""
        works = {self.works[key] for key in keys if key in self.works}
        ordered = sorted(works, key=lambda work: (work.authors.casefold(), work.year, work.full))
        return "\n".join(f"- **{as_words(work.authors)}, {as_words(work.year)}.** {work.full}" for work in ordered)

    def _named(self, key: str, between: str) -> str:
        work = self.works.get(key)
        return as_words(key) if work is None else f"{as_words(work.authors)}{between}{as_words(work.year)}"


def read_citations(files: Sequence[Path]) -> Citations:
    """The works in BibTeX files.

    Raises
    ------
    CasebookError
        A file is no BibTeX.
    """
    works: dict[str, Work] = {}
    for file in files:
        try:
            data = Parser(encoding="utf-8").parse_file(str(file))
        except PybtexError as error:
            raise CasebookError.one(
                f"The bibliography cannot be read: {error}.",
                where=Where(file, getattr(error, "lineno", None)),
                mend="look there for a comma, a brace or a quotation mark.",
            ) from error
        works |= _works(data)
    return Citations(works)


def _works(data: BibliographyData) -> dict[str, Work]:
    entries = cast("Mapping[str, Entry]", data.entries)
    style = find_plugin("pybtex.style.formatting", "plain")()
    backend = find_plugin("pybtex.backends", "markdown")()
    formatted: Any = style.format_bibliography(data, list(entries))
    full = {entry.key: _readable(" ".join(entry.text.render(backend).split())) for entry in formatted}
    same: dict[tuple[str, str], list[str]] = defaultdict(list)
    for key, entry in entries.items():
        same[_authors(key, entry), _plain(_fields(entry).get("year", "n.d."))].append(key)
    works: dict[str, Work] = {}
    for (authors, year), keys in same.items():
        letters = string.ascii_lowercase if len(keys) > 1 else ("",)
        for key, letter in zip(keys, letters, strict=False):
            works[key] = Work(authors, f"{year}{letter}", full[key])
    return works


def _authors(key: str, entry: Entry) -> str:
    people = cast("Mapping[str, list[Person]]", entry.persons)
    names = [_last_name(person) for person in people.get("author") or people.get("editor") or []]
    if not names:
        names = [_plain(_fields(entry).get("organization") or _fields(entry).get("title") or key)]
    return f"{names[0]} et al." if len(names) > AUTHORS_NAMED else " and ".join(names)


def _last_name(person: Person) -> str:
    names = cast("list[str]", [*(person.prelast_names or ()), *(person.last_names or ())])
    return _plain(" ".join(names))


def _fields(entry: Entry) -> Mapping[str, str]:
    # pybtex's types let it be None; it never is in what its parser gives.
    return cast("Mapping[str, str]", entry.fields)


def _readable(markdown: str) -> str:
    """The same without the backslashes that no reader of Markdown needs, and with addresses written once."""
    markdown = re.sub(r"\\([-.!(){}+])", r"\1", markdown)
    return re.sub(r"\[[^\]]*\]\((https?://[^\s()<>]+)\)", r"<\1>", markdown)


def _plain(latex: str) -> str:
    return str(Text.from_latex(latex))
