"""What does a chapter's text hold: which cells, in which order, on which lines?"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from myst_nb.core.read import MystMetadataParsingError, is_myst_markdown_notebook, read_myst_markdown_notebook
from myst_parser.config.main import MdParserConfig

from casebook.errors import CasebookError, Where


@dataclass(frozen=True)
class ChapterCell:
    """A cell of a chapter.

    Parameters
    ----------
    kind
        ``code``, ``markdown`` or ``raw``.
    number
        Counted from 1.
    line
        Line of the chapter on which its source begins, counted from 1.
    tags
        What the cell's author asked for, such as ``hide-input``.
    figure_name, caption
        Of a code cell that draws a figure; the caption is Markdown.
    """

    kind: str
    number: int
    line: int
    source: str
    tags: tuple[str, ...] = ()
    figure_name: str | None = None
    caption: str | None = None

    @property
    def name(self) -> str:
        """What a message calls it: its figure's name, or its number."""
        return self.figure_name or str(self.number)


@dataclass(frozen=True)
class TextChapter:
    """A chapter as written.

    Parameters
    ----------
    page
        Path from the root of the book, without ending.
    file
        Where a person edits it.
    substitutions
        What its front matter says stands for ``{{ name }}``.
    """

    page: str
    file: Path
    cells: tuple[ChapterCell, ...]
    substitutions: dict[str, str]

    @property
    def name(self) -> str:
        """The folder under ``chapters/``."""
        return self.page.split("/")[-2]

    @property
    def code_cells(self) -> list[ChapterCell]:
        """The cells that are run."""
        return [cell for cell in self.cells if cell.kind == "code"]


def read_chapter(page: str, file: Path, config: MdParserConfig, *, text: str | None = None) -> TextChapter | None:
    """Read a chapter; None if the page is no notebook.

    Parameters
    ----------
    page
        Path from the root of the book, without ending.
    file
        Where a person edits it, for messages.
    config
        How the book's Markdown is read.
    text
        None: what stands in the file.

    Raises
    ------
    CasebookError
        The metadata of a cell is not YAML.
    """
    text = file.read_text(encoding="utf-8") if text is None else text
    try:
        if not is_myst_markdown_notebook(text):
            return None
        notebook = read_myst_markdown_notebook(text, config, add_source_map=True, path=file)
    except MystMetadataParsingError as error:
        mend = "mend the YAML between the lines of ---."
        raise CasebookError.one(f"{error}.", where=Where(file), mend=mend) from error
    lines: list[int] = notebook.metadata.pop("source_map")
    written = text.split("\n")
    cells = [
        _cell(cell, number, _first_line(cell.source, line, written))
        for number, (cell, line) in enumerate(zip(notebook.cells, lines, strict=True), 1)
    ]
    return TextChapter(page, file, tuple(cells), _substitutions(notebook.metadata))


def _first_line(source: str, after: int, written: list[str]) -> int:
    """The line on which a cell's source begins, past the fence and the metadata of a code cell."""
    first = source.split("\n", 1)[0]
    return next((number for number, line in enumerate(written[after:], after + 1) if line == first), after + 1)


def _cell(cell: Any, number: int, line: int) -> ChapterCell:
    metadata: dict[str, Any] = cell.metadata
    figure: dict[str, Any] = metadata.get("mystnb", {}).get("figure", {})
    caption = figure.get("caption")
    return ChapterCell(
        kind=str(cell.cell_type),
        number=number,
        line=line,
        source=str(cell.source),
        tags=tuple(str(tag) for tag in metadata.get("tags", ())),
        figure_name=str(figure["name"]) if figure.get("name") else None,
        caption=str(caption).strip() if caption else None,
    )


def _substitutions(metadata: Any) -> dict[str, str]:
    given: Any = metadata.get("myst", {}).get("substitutions", metadata.get("substitutions", {}))
    return {str(name): str(value) for name, value in given.items()} if isinstance(given, dict) else {}
