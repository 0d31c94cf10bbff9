"""A chapter as a notebook that reads well, and runs, where there is no site."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from typing import Any, cast

import nbformat
from markdown_it.renderer import RendererHTML
from myst_parser.config.main import MdParserConfig
from myst_parser.parsers.mdit import create_md_parser
from nbformat import NotebookNode
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_raw_cell

from casebook.site.data_paths import with_data_at
from casebook.site.plain_markdown import PlainMarkdown
from casebook.site.plain_model import Numbering, Surroundings
from casebook.site.text_chapter import ChapterCell, TextChapter

KERNEL = {"name": "python3", "display_name": "Python 3 (ipykernel)", "language": "python"}
# MyST-NB's tags, and what JupyterLab does of the same kind: nothing is lost, a click shows it.
_FOLDED_INPUT = {"hide-input", "remove-input", "hide-cell", "remove-cell"}
_FOLDED_OUTPUT = {"hide-output", "remove-output", "hide-cell", "remove-cell"}
_FIRST_HEADING = re.compile(r"# .*")


@dataclass(frozen=True)
class Frame:
    """What stands round a chapter in its notebook, as Markdown.

    Parameters
    ----------
    below_title
        Where the notebook is from, and how to run it.
    end
        Licences and the like.
    """

    below_title: str
    end: str


def plain_notebook(
    chapter: TextChapter,
    around: Surroundings,
    config: MdParserConfig,
    place: Callable[[str], str],
    frame: Frame,
) -> NotebookNode:
    """The chapter as a notebook in plain Markdown, without outputs; the same chapter gives the same notebook.

    Parameters
    ----------
    chapter
        As written.
    around
        What it refers to.
    config
        How the book's Markdown is read.
    place
        Where the table of a name is, seen from the notebook.
    frame
        What stands round it.
    """
    around = replace(around, substitutions={**around.substitutions, **chapter.substitutions})
    definitions: dict[str, Any] = {}
    everything = "\n\n".join(cell.source for cell in chapter.cells if cell.kind == "markdown")
    create_md_parser(config, RendererHTML).parse(everything, definitions)

    def cells_from(labels: dict[str, str]) -> tuple[list[NotebookNode], Numbering]:
        numbering = Numbering(labels=labels)
        text = PlainMarkdown(around, numbering, config, definitions, code=lambda code: with_data_at(code, place))
        return [made for cell in chapter.cells for made in _cells(cell, text, place)], numbering

    # Twice, because a reference may lead to a figure further down.
    _, first = cells_from({})
    cells, numbering = cells_from(first.labels)
    references = around.citations.reference_list(dict.fromkeys(numbering.cited))
    if references:
        cells.append(new_markdown_cell(f"## References\n\n{references}"))
    cells = [*_with_note(cells, frame.below_title), new_markdown_cell(frame.end)]
    for number, cell in enumerate(cells, 1):
        cell["id"] = f"cell-{number}"
    notebook = new_notebook(cells=cells, metadata={"kernelspec": KERNEL, "language_info": {"name": "python"}})
    nbformat.validate(notebook)
    return notebook


def notebook_text(notebook: NotebookNode) -> str:
    """What goes into the file."""
    return cast("str", nbformat.writes(notebook)) + "\n"


def _cells(cell: ChapterCell, text: PlainMarkdown, place: Callable[[str], str]) -> Iterable[NotebookNode]:
    """A cell of the chapter as cells of the notebook: a figure's caption stands below it."""
    if cell.kind == "raw":
        yield new_raw_cell(cell.source)
    elif cell.kind == "markdown":
        source = text.blocks(cell.source)
        if source.strip():
            yield new_markdown_cell(source)
    else:
        yield new_code_cell(with_data_at(cell.source, place), metadata=_metadata(cell.tags))
        if cell.caption is not None:
            name = text.numbering.number("Figure", cell.figure_name)
            yield new_markdown_cell(f"**{name}.** {text.line(cell.caption)}")


def _metadata(tags: tuple[str, ...]) -> dict[str, Any]:
    """What Jupyter knows of a cell's tags."""
    metadata: dict[str, Any] = {}
    folded = {
        "source_hidden": not _FOLDED_INPUT.isdisjoint(tags),
        "outputs_hidden": not _FOLDED_OUTPUT.isdisjoint(tags),
    }
    if any(folded.values()):
        metadata["jupyter"] = {name: True for name, value in folded.items() if value}
    # Without it a notebook stops at a cell that is meant to fail.
    if "raises-exception" in tags:
        metadata["tags"] = ["raises-exception"]
    return metadata


def _with_note(cells: list[NotebookNode], note: str) -> list[NotebookNode]:
    """The cells with a note below the title, or before all if there is no title."""
    title = _FIRST_HEADING.match(cells[0].source) if cells and cells[0].cell_type == "markdown" else None
    if title is None:
        return [new_markdown_cell(note), *cells]
    rest = cells[0].source[title.end() :].strip("\n")
    begin = [new_markdown_cell(title[0]), new_markdown_cell(note)]
    return [*begin, *([new_markdown_cell(rest)] if rest else []), *cells[1:]]
