"""How does a text written for the site read where only plain Markdown is known?

The text is read with the site's own parser. What only the site knows is replaced piece by piece
(``plain_roles``, ``plain_directives``); every other character stays as it is.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from markdown_it import MarkdownIt
from markdown_it.token import Token
from myst_parser.config.main import MdParserConfig
from myst_parser.mdit_to_docutils.base import default_slugify

from casebook.site.book_pages import words_of
from casebook.site.located_markdown import Located, Piece, locate, locating_parser
from casebook.site.markdown_words import as_words, link_to
from casebook.site.plain_directives import (
    Reader,
    directive_as_markdown,
    fenced,
    formula_as_markdown,
    read_directive,
)
from casebook.site.plain_model import Numbering, Surroundings, target_of
from casebook.site.plain_roles import role_as_markdown

# What stands before a block in a list or a quotation.
_BEFORE_A_BLOCK = re.compile(r"(?:[ \t]|>|[-*+][ \t]|\d+[.)][ \t])*")
_DIRECTIVE = re.compile(r"\{(?P<name>[^{}]+)\}(?P<argument>.*)", re.DOTALL)


@dataclass(frozen=True)
class Edit:
    """Characters ``start`` to ``end`` of a text (the last not among them), and what takes their place."""

    start: int
    end: int
    text: str


@dataclass
class PlainMarkdown:
    """Turns the texts of one page, in their order, into plain Markdown.

    Parameters
    ----------
    around
        What the page refers to.
    numbering
        What was numbered in texts before.
    config
        How the book's Markdown is read.
    definitions
        markdown-it's environment after it has read the whole page: a link or a footnote in one
        text may be defined in another.
    code
        What is done to blocks of code, which stay otherwise.
    """

    around: Surroundings
    numbering: Numbering
    config: MdParserConfig
    definitions: Mapping[str, Any] = field(default_factory=dict[str, Any])
    code: Callable[[str], str] = str
    _parser: MarkdownIt = field(init=False)

    def __post_init__(self) -> None:
        self._parser = locating_parser(self.config)

    def blocks(self, text: str) -> str:
        """A text of many lines."""
        located = locate(text, self._parser, self.definitions)
        # Lines first: notes are numbered as they are referred to.
        edits = [*self._line_edits(located), *self._block_edits(located)]
        return _edited(text, edits).strip("\n") if edits else text

    def line(self, text: str) -> str:
        """A text of one line, such as a title."""
        return " ".join(self.blocks(text).split())

    def _reader(self) -> Reader:
        return Reader(self.blocks, self.line, self.code, self.around, self.numbering)

    # --- blocks ---------------------------------------------------------------------------------

    def _block_edits(self, located: Located) -> Iterator[Edit]:
        lines = _Lines(located.text)
        named: list[str] = []
        for index, token in enumerate(located.blocks):
            if token.type == "heading_open":
                words = words_of(located.blocks[index + 1].children)
                self.numbering.labels.update(dict.fromkeys([*named, default_slugify(words)], words))
            replacement = self._replacement(token, named)
            if token.type == "myst_target":
                named.append(token.content)
            elif token.level == 0 and token.map is not None:
                named = []
            if token.map is not None and replacement is not None:
                yield lines.replace(token.map[0], token.map[1], replacement)
            elif token.map is not None and token.type in {"dt_open", "dd_open", "footnote_reference_open"}:
                yield from self._marks(token, lines, token.map[0])

    def _replacement(self, token: Token, named: Sequence[str]) -> str | None:
        """What takes the place of a whole block, named by the lines before it; None: it stays."""
        if token.type in {"myst_target", "myst_line_comment", "myst_block_break"}:
            return ""
        if token.type == "substitution_block":
            return self._substitute(token.content)
        if token.type == "math_block_label":
            return formula_as_markdown(token.content, token.info, self.numbering)
        return self._fence(token, named) if token.type in {"fence", "colon_fence"} else None

    def _fence(self, token: Token, named: Sequence[str]) -> str | None:
        match = _DIRECTIVE.match(token.info.strip())
        if match:
            directive = read_directive(match["name"], match["argument"], token.content.rstrip("\n"))
            return directive_as_markdown(directive.named(named), self._reader())
        if token.type == "colon_fence":
            return self.blocks(token.content.rstrip("\n"))
        code = self.code(token.content)
        return fenced(code.rstrip("\n"), token.info) if code != token.content else None

    def _marks(self, token: Token, lines: _Lines, number: int) -> Iterator[Edit]:
        """The marks of a definition list become those of a list, that of a footnote its number."""
        start, end = lines.start(number), lines.end(number)
        line = lines.text[start:end]
        if token.type == "footnote_reference_open":
            mark = f"[^{token.meta['label']}]:"
            at = start + line.index(mark)
            # A paragraph of its own, also if the next note stands right below.
            above = "\n" if lines.text[:start].rsplit("\n", 2)[-2:-1] not in ([], [""]) else ""
            yield Edit(at, at + len(mark), f"{above}<sup>{self.numbering.footnote(str(token.meta['label']))}</sup>")
        elif token.type == "dt_open":
            begin = start + len(line) - len(line.lstrip(" \t>"))
            yield Edit(begin, begin, "- **")
            yield Edit(start + len(line.rstrip()), start + len(line.rstrip()), ":**")
        else:
            at = start + len(line) - len(line.lstrip(" \t>"))
            yield Edit(at, at + 1, " ")

    # --- pieces of lines ------------------------------------------------------------------------

    def _line_edits(self, located: Located) -> Iterator[Edit]:
        for piece in located.pieces:
            yield from self._piece_edits(piece, located.text)

    def _piece_edits(self, piece: Piece, text: str) -> Iterator[Edit]:
        token = piece.tokens[0] if piece.tokens else None
        whole = text[piece.start : piece.end]
        if piece.kind == "attr":
            yield Edit(piece.start, piece.end, "")
        elif token is None:
            return
        elif piece.kind == "myst_role":
            name = str(token.meta["name"])
            yield Edit(piece.start, piece.end, role_as_markdown(name, token.content, self.around, self.numbering))
        elif piece.kind == "substitution_inline":
            yield Edit(piece.start, piece.end, self._substitute(token.content))
        elif piece.kind == "footnote_ref":
            number = self.numbering.footnote(str(token.meta["label"]))
            yield Edit(piece.start, piece.end, f"<sup>{number}</sup>")
        elif piece.kind == "span":
            yield Edit(piece.start, piece.start + 1, "")
            yield Edit(piece.middle, piece.end, "")
        elif piece.kind == "image":
            yield Edit(piece.start, piece.end, self._picture(token))
        else:
            yield from self._link_edits(piece, whole)

    def _link_edits(self, piece: Piece, whole: str) -> Iterator[Edit]:
        """Lead a link to where it leads from outside the book, or leave its words alone."""
        href = str(piece.tokens[0].attrs.get("href", ""))
        target = target_of(href, self.around, self.numbering.labels)
        inside = piece.tokens[1:-1]
        if piece.kind == "autolink":
            if target.address != href:
                words = as_words(target.words)
                yield Edit(piece.start, piece.end, link_to(target.address, words) if target.address else words)
            return
        if target.address == href and inside and whole.endswith(")"):
            return
        words = "" if inside else as_words(target.words)
        if target.address is None:
            yield Edit(piece.start, piece.start + 1, "")
            yield Edit(piece.middle, piece.end, words)
        else:
            yield Edit(piece.middle, piece.end, f"{words}{link_to(target.address, '')[1:]}")

    def _picture(self, token: Token) -> str:
        target = target_of(str(token.attrs.get("src", "")), self.around, self.numbering.labels)
        alt = as_words(words_of(token.children))
        return f"!{link_to(target.address, alt)}" if target.address else f"*(Picture: {alt or as_words(target.words)})*"

    def _substitute(self, name: str) -> str:
        return self.line(self.around.substitutions.get(name, "")) or as_words(name)


class _Lines:
    """The places of a text's lines."""

    def __init__(self, text: str) -> None:
        self.text = text
        lengths = [len(line) + 1 for line in text.split("\n")]
        self._starts = [0, *itertools.accumulate(lengths)]

    def start(self, line: int) -> int:
        """Where a line begins."""
        return min(self._starts[min(line, len(self._starts) - 1)], len(self.text))

    def end(self, line: int) -> int:
        """Where a line ends, before its line break."""
        return max(self.start(line), self.start(line + 1) - 1) if line + 2 < len(self._starts) else len(self.text)

    def replace(self, first: int, after: int, replacement: str) -> Edit:
        """Replace whole lines, keeping what a list or a quotation writes before each."""
        start, end = self.start(first), self.end(after - 1)
        if not replacement:
            # The blank line below goes along.
            gone = self.end(after) if not self.text[end : self.end(after)].strip() else end
            return Edit(start, min(gone + 1, len(self.text)), "")
        prefix = _BEFORE_A_BLOCK.match(self.text, start, self.end(first))
        first_prefix = prefix[0] if prefix else ""
        further = re.sub(r"[^>\s]", " ", first_prefix)
        lines = replacement.split("\n")
        text = "\n".join(f"{further if number else first_prefix}{line}".rstrip() for number, line in enumerate(lines))
        return Edit(start, end, text)


def _edited(text: str, edits: list[Edit]) -> str:
    """The text with its edits, of which no two overlap."""
    done: list[str] = []
    at = 0
    for edit in sorted(edits, key=lambda edit: (edit.start, edit.end)):
        if edit.start >= at:
            done += [text[at : edit.start], edit.text]
            at = edit.end
    return "".join([*done, text[at:]])
