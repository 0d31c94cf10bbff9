"""The picture that other sites show when somebody links to a page: its title and the book's, drawn without a network."""

from __future__ import annotations

import hashlib
import shutil
from dataclasses import dataclass
from html import escape
from pathlib import Path

from casebook.whole_files import write_bytes

# The size that sites which show previews ask for.
WIDTH_PX, HEIGHT_PX = 1200, 630
MARGIN_PX = 90
# Sizes of type to try, largest first; how wide a letter is on the average, as a part of the size.
TITLE_SIZES_PX = (84, 72, 62, 54)
LETTER_WIDTH = 0.52
MOST_LINES = 4
INK, QUIET, PAPER, ACCENT = "#1b1f24", "#4a525c", "#ffffff", "#0072b2"


@dataclass(frozen=True)
class Card:
    """What stands on a card."""

    title: str
    book: str


def card_svg(card: Card) -> str:
    """The card as an SVG picture; a title too long for it is cut."""
    size, lines = _fitted(card.title)
    top = 150 + size
    title = "".join(
        f'<text x="{MARGIN_PX}" y="{top + place * size * 1.18:.0f}" font-size="{size}" font-weight="700" fill="{INK}">{escape(line)}</text>'
        for place, line in enumerate(lines)
    )
    book = escape(_cut(card.book, int((WIDTH_PX - 2 * MARGIN_PX) / (LETTER_WIDTH * 34))))
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{WIDTH_PX}" height="{HEIGHT_PX}" font-family="Liberation Sans, Arial, Helvetica, sans-serif">'
        f'<rect width="{WIDTH_PX}" height="{HEIGHT_PX}" fill="{PAPER}"/>'
        f'<rect width="24" height="{HEIGHT_PX}" fill="{ACCENT}"/>'
        f'<path d="M90 128V84h40M170 84v44h-40" fill="none" stroke="{ACCENT}" stroke-width="10"/>'
        f'{title}<text x="{MARGIN_PX}" y="{HEIGHT_PX - 70}" font-size="34" fill="{QUIET}">{book}</text></svg>'
    )


def place_card(card: Card, folder: Path, kept: Path) -> str:
    """Put the card's PNG into ``folder``; its name there, made of what it shows.

    Parameters
    ----------
    card
        What stands on it.
    folder
        Where the site wants it.
    kept
        Where cards stay between builds, so that none is drawn twice.
    """
    svg = card_svg(card)
    name = f"{hashlib.sha256(svg.encode()).hexdigest()[:16]}.png"
    if not (kept / name).is_file():
        import vl_convert  # loads a script engine: only when a card is drawn

        write_bytes(kept / name, vl_convert.svg_to_png(svg))
    if not (folder / name).is_file():
        folder.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(kept / name, folder / name)
    return name


def _fitted(title: str) -> tuple[int, list[str]]:
    """The largest size at which the title fits, and its lines."""
    for size in TITLE_SIZES_PX:
        lines = _lines(title, int((WIDTH_PX - 2 * MARGIN_PX) / (LETTER_WIDTH * size)))
        if len(lines) * size * 1.18 <= HEIGHT_PX - 150 - 140:
            return size, lines
    smallest = TITLE_SIZES_PX[-1]
    lines = _lines(title, int((WIDTH_PX - 2 * MARGIN_PX) / (LETTER_WIDTH * smallest)))
    return smallest, [*lines[: MOST_LINES - 1], _cut(" ".join(lines[MOST_LINES - 1 :]), len(lines[0]))]


def _lines(text: str, letters: int) -> list[str]:
    lines = [""]
    for word in text.split():
        longer = f"{lines[-1]} {word}".strip()
        if len(longer) > letters and lines[-1]:
            lines.append(word)
        else:
            lines[-1] = longer
    return lines


def _cut(text: str, letters: int) -> str:
    return text if len(text) <= letters else f"{text[: letters - 1].rstrip()}…"
