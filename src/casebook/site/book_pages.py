"""What pages has the book, and which names may other pages call their parts by?"""

from __future__ import annotations

import itertools
import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

import yaml
from markdown_it.renderer import RendererHTML
from markdown_it.token import Token
from myst_parser.config.main import MdParserConfig
from myst_parser.parsers.mdit import create_md_parser


@dataclass(frozen=True)
class Label:
    """A part of a page that has a name. ``words``: what a reference to it reads."""

    page: str
    words: str


@dataclass(frozen=True)
class BookPages:
    """The pages of the book.

    Parameters
    ----------
    titles
        Page, as a path from the root of the book without ending -> its first heading.
    labels
        Name -> the part that has it.
    """

    titles: Mapping[str, str] = field(default_factory=dict[str, str])
    labels: Mapping[str, Label] = field(default_factory=dict[str, Label])


def read_pages(
    texts: Mapping[str, str], config: MdParserConfig, made: Mapping[str, Mapping[str, str]] | None = None
) -> BookPages:
    """Read the headings and names of some pages.

    Parameters
    ----------
    texts
        Page, as a path from the root of the book without ending -> its Markdown.
    config
        How the book's Markdown is read.
    made
        Directive -> the names that it gives to parts of what it makes, and the words of each.
    """
    # Lines are read only where they are headings: the rest of them makes up most of the time.
    by_block = create_md_parser(replace(config, disable_syntax=[*config.disable_syntax, "inline"]), RendererHTML)
    by_line = create_md_parser(config, RendererHTML)

    def words_in(line: Token) -> str:
        return words_of(by_line.parseInline(line.content))

    titles: dict[str, str] = {}
    labels: dict[str, Label] = {}
    for page, text in texts.items():
        blocks = by_block.parse(text)
        headings = (line for opening, line in itertools.pairwise(blocks) if opening.type == "heading_open")
        title = next(headings, None)
        titles[page] = words_in(title) if title else page.rsplit("/", 1)[-1]
        for label, heading in _labels(blocks):
            labels[label] = Label(page, words_in(heading) if heading else titles[page])
        for directive in _directives(blocks):
            labels |= {label: Label(page, words) for label, words in (made or {}).get(directive, {}).items()}
    return BookPages(titles, labels)


def markdown_of(notebook: str) -> str:
    """The Markdown of a notebook's file, without its code."""
    cells = json.loads(notebook).get("cells", [])
    return "\n\n".join("".join(cell["source"]) for cell in cells if cell.get("cell_type") == "markdown")


def words_of(tokens: Iterable[Token] | None) -> str:
    """The words of a piece of Markdown without its marks; of roles, what they say of themselves."""
    words: list[str] = []
    for token in tokens or ():
        if token.type in {"softbreak", "hardbreak"}:
            words.append(" ")
        elif token.type == "myst_role":
            words.append(token.content.split(" <", 1)[0])
        elif token.children:
            words.append(words_of(token.children))
        else:
            words.append(token.content)
    return "".join(words).strip()


def _labels(blocks: list[Token]) -> Iterator[tuple[str, Token | None]]:
    """Each name that a page gives, with the line of the heading it stands before, if it does."""
    for index, token in enumerate(blocks):
        if token.type == "myst_target":
            heading = index + 1 < len(blocks) and blocks[index + 1].type == "heading_open"
            yield token.content, blocks[index + 2] if heading else None
        elif token.type in {"fence", "colon_fence"} and token.info.startswith("{"):
            yield from ((name, None) for name in _names_in(token.content))


def _directives(blocks: list[Token]) -> Iterator[str]:
    """The name of each directive that stands in no other."""
    for token in blocks:
        if token.type in {"fence", "colon_fence"} and token.info.startswith("{"):
            yield token.info[1:].split("}", 1)[0]


def _names_in(content: str) -> Iterator[str]:
    """The names that a directive's or a cell's options give."""
    if content.startswith("---\n"):
        options: Any = yaml.safe_load(content[4:].split("\n---", 1)[0])
        figure = (options or {}).get("mystnb", {}).get("figure", {}) if isinstance(options, dict) else {}
        if "name" in figure:
            yield str(figure["name"])
        return
    for line in content.split("\n"):
        if not line.startswith(":"):
            return
        if line.startswith(":name:"):
            yield line.removeprefix(":name:").strip()
