"""Where in a text does each link, role and picture of it stand?

markdown-it knows lines of blocks, and nothing of places within a line. Here its own rules are
asked where they began and ended, so that a piece can be replaced and all else stays, to the letter.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from markdown_it import MarkdownIt
from markdown_it.renderer import RendererHTML
from markdown_it.rules_core import StateCore
from markdown_it.rules_inline import StateInline
from markdown_it.token import Token
from myst_parser.config.main import MdParserConfig
from myst_parser.parsers.mdit import create_md_parser

# The rules of markdown-it and its plugins whose pieces are told; "span" is `[words]{.class}`, "attr" the braces
# after a link or a picture.
KINDS = ("myst_role", "link", "image", "autolink", "substitution_inline", "footnote_ref", "span", "attr")
_WITH_WORDS = {"link", "span"}
_PIECES = "casebook_pieces"


@dataclass(frozen=True)
class Piece:
    """A part of a line that is more than words.

    Parameters
    ----------
    kind
        One of ``KINDS``.
    start, end
        Its first character in the text, and the one after its last.
    middle
        Where the bracket stands that closes the words of a link or a span.
    tokens
        What markdown-it made of it.
    """

    kind: str
    start: int
    end: int
    middle: int
    tokens: tuple[Token, ...]


@dataclass(frozen=True)
class Located:
    """A text as markdown-it reads it.

    Parameters
    ----------
    blocks
        markdown-it's tokens.
    pieces
        In the order in which they end: what stands inside a link comes before it.
    """

    text: str
    blocks: list[Token]
    pieces: list[Piece]


def locating_parser(config: MdParserConfig) -> MarkdownIt:
    """A parser of the book's Markdown for ``locate``."""
    parser = create_md_parser(config, RendererHTML)
    parser.core.ruler.at("inline", _parse_inline)
    # It takes the box of a task out of its line, so that no place behind it would be right.
    parser.disable("github-tasklists", ignoreInvalid=True)
    for rule in list(parser.inline.ruler.__rules__):
        if rule.name in KINDS:
            parser.inline.ruler.at(rule.name, _told(rule.name, rule.fn), {"alt": rule.alt})
    return parser


def locate(text: str, parser: MarkdownIt, definitions: Mapping[str, Any]) -> Located:
    """Read a text, and find its pieces.

    Parameters
    ----------
    text
        Lines end in LF.
    parser
        From ``locating_parser``.
    definitions
        What other texts of the page define: markdown-it's ``references`` and ``footnotes``.
    """
    references = dict(definitions.get("references", {}))
    # To markdown-it a footnote that is defined and not numbered yet has the number -1.
    footnotes = {"refs": dict.fromkeys(definitions.get("footnotes", {}).get("refs", {}), -1)}
    environment: dict[str, Any] = {"references": references, "footnotes": footnotes}
    blocks = parser.parse(text, environment)
    lines = text.split("\n")
    starts = [0]
    for line in lines:
        starts.append(starts[-1] + len(line) + 1)
    pieces: list[Piece] = []
    searched: dict[int, int] = {}
    for block in blocks:
        if block.type == "inline" and block.map is not None:
            places = _places(block, lines, starts, searched)
            pieces += [
                Piece(kind, places[start], places[end - 1] + 1, places[middle], tokens)
                for kind, start, end, middle, tokens in block.meta.get(_PIECES, [])
            ]
    return Located(text, blocks, pieces)


def _parse_inline(state: StateCore) -> None:
    """Do what markdown-it's own step does, and note for each block what its rules told."""
    for token in state.tokens:
        if token.type == "inline":
            token.children = token.children or []
            token.meta[_PIECES] = state.env[_PIECES] = []
            state.md.inline.parse(token.content, state.md, state.env, token.children)


def _told(kind: str, rule: Callable[[StateInline, bool], bool]) -> Callable[[StateInline, bool], bool]:
    def telling(state: StateInline, silent: bool) -> bool:
        # Words that wait become a token before the rule's own.
        start, count, outer = state.pos, len(state.tokens) + bool(state.pending), state.env.get(_PIECES, [])
        # The words for a picture are parsed as a text of their own, whose places mean nothing here.
        state.env[_PIECES] = [] if kind == "image" else outer
        middle = state.md.helpers.parseLinkLabel(state, start) if kind in _WITH_WORDS and not silent else start
        found = rule(state, silent)
        state.env[_PIECES] = outer
        if found and not silent:
            outer.append((kind, start, state.pos, middle, tuple(state.tokens[count:])))
        return found

    return telling


def _places(block: Token, lines: list[str], starts: list[int], searched: dict[int, int]) -> list[int]:
    """The place in the text of each character of a block's content.

    The content lacks what stands before and after it: indentation, the marks of lists, quotations
    and headings, the bars of a table.
    """
    first = block.map[0] if block.map else 0
    places: list[int] = []
    for number, content in enumerate(block.content.split("\n"), start=first):
        line = lines[number] if number < len(lines) else ""
        begin = _begin(content, line, searched.get(number, 0))
        at = begin
        for character in content:
            # In a table a bar has a backslash, which the content has lost.
            if character == "|" and line[at : at + 2] == "\\|":
                at += 1
            places.append(starts[number] + at)
            at += 1
        searched[number] = at
        places.append(starts[number] + len(line))
    return places


def _begin(content: str, line: str, after: int) -> int:
    """Where in its line a content begins."""
    # All but the cells of a table end where their line ends.
    if after == 0 and line.rstrip().endswith(content):
        return len(line.rstrip()) - len(content)
    for form in (content, content.replace("|", "\\|")):
        found = line.find(form, after)
        if found >= 0:
            return found
    return after
