"""How is a notebook written as text, so that what nobody changed stays as it was?

A cell that is in the older text keeps its lines, letter by letter, and the lines around it. Other
cells are written in the style of the house.
"""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher

import yaml

from casebook.errors import Problem, Where
from casebook.exercises.compilation import compile_notebook
from casebook.exercises.model import KERNELSPEC, AssignmentLimits, TextCell, TextNotebook
from casebook.exercises.myst_blocks import CODE, RAW, Block, blocks_of
from casebook.exercises.notebook_cells import text_cells
from casebook.exercises.notebook_text import scan_text

_TOP = """\
---
jupytext:
  text_representation: {{extension: .md, format_name: myst}}
kernelspec: {kernelspec}
---"""


@dataclass(frozen=True)
class Written:
    """A notebook as text.

    Parameters
    ----------
    text
        The text.
    changed, added
        Cells that differ from the older text, and those that it did not have, by id or number.
    removed
        How many cells of the older text are gone.
    """

    text: str
    changed: tuple[str, ...] = ()
    added: tuple[str, ...] = ()
    removed: int = 0


def written(notebook: TextNotebook, older: str | None = None) -> tuple[Written, list[Problem]]:
    """A notebook as text.

    Parameters
    ----------
    notebook
        Its cells as an author would write them; their places are those of the notebook.
    older
        The text that it was made from; None: there is none.

    Returns
    -------
    Written, list of Problem
        The text, and the cells that would not come back from it as they are.
    """
    text = _Writer(notebook, older).written()
    problems = []
    if not _comes_back(notebook, text.text):
        alone = [cell for cell in notebook.cells if not _comes_back(_only(notebook, cell), _text_of(notebook, cell))]
        problems = [
            Problem(
                "Text cannot hold this cell as it is.",
                cell.where,
                "take out lines of +++, fences that are never closed, and unusual line ends.",
            )
            # If each comes back by itself, one runs into the next.
            for cell in alone or notebook.cells[:1]
        ]
    return text, problems


def _text_of(notebook: TextNotebook, cell: TextCell) -> str:
    return _Writer(_only(notebook, cell), None).written().text


def _only(notebook: TextNotebook, cell: TextCell) -> TextNotebook:
    # A cell after it shows whether it can end.
    last = TextCell("code", "1", {}, cell.where)
    return TextNotebook(notebook.name, notebook.file, (cell, last), notebook.kernelspec)


def _comes_back(notebook: TextNotebook, text: str) -> bool:
    read, _ = scan_text(text, notebook.file)
    return [_key(cell) for cell in _as_compiled(read)] == [_key(cell) for cell in notebook.cells]


def _as_compiled(notebook: TextNotebook) -> list[TextCell]:
    """The cells as they come back from the notebook that is made of this text."""
    compiled = compile_notebook(notebook, AssignmentLimits())
    return text_cells(compiled, Where(notebook.file))[0]


def _key(cell: TextCell) -> str:
    """Two cells with the same key are the same to a reader."""
    metadata = json.dumps(cell.metadata, sort_keys=True)
    return json.dumps([cell.cell_type, cell.source, cell.kind, cell.grade_id, cell.points, metadata])


def _header_key(cell: TextCell) -> str:
    return json.dumps([cell.cell_type, cell.kind, cell.grade_id, cell.points, cell.metadata], sort_keys=True)


class _Writer:
    def __init__(self, notebook: TextNotebook, older: str | None) -> None:
        self._notebook = notebook
        self._lexer = "ipython3" if notebook.kernelspec["language"] == "python" else notebook.kernelspec["language"]
        self._lines = (older or "").split("\n")
        blocks = blocks_of(older or "", notebook.file)
        old = scan_text(older or "", notebook.file)[0]
        cells = _as_compiled(old)
        # A text that cannot be read whole gives no lines to keep.
        is_whole = not blocks.problems and len(cells) == len(blocks.cells)
        self._blocks: list[Block] = blocks.cells if is_whole else []
        self._old: list[TextCell] = cells if is_whole else []
        self._keeps_head = bool(blocks.head_end) and old.kernelspec["name"] == notebook.kernelspec["name"]
        self._head = self._lines[: blocks.head_end] if self._keeps_head else self._new_head()
        self._first_line = blocks.head_end

    def _new_head(self) -> list[str]:
        spec = {key: self._notebook.kernelspec[key] for key in KERNELSPEC}
        if spec["name"] == KERNELSPEC["name"]:
            spec = {"name": spec["name"], "display_name": KERNELSPEC["display_name"]}
        return _TOP.format(kernelspec=flow(spec)).split("\n")

    def written(self) -> Written:
        cells = self._notebook.cells
        same, partners = self._pairs(cells)
        unchanged = list(same) == list(range(len(cells))) and len(cells) == len(self._old)
        if unchanged and self._keeps_head:
            return Written("\n".join(self._lines))
        lines = list(self._head)
        before: int | None = -1
        for number, cell in enumerate(cells):
            old = partners.get(number)
            lead = self._old_lead(number, old, before)
            lines += self._lead(number, cell) if lead is None else lead
            lines += self._old_body(old) if old is not None and number in same else self._body(cell, old)
            before = old
        keeps_tail = bool(cells and self._blocks) and before == len(self._blocks) - 1
        lines += self._lines[self._blocks[-1].end :] if keeps_tail else [""]
        return Written(
            "\n".join(lines),
            tuple(_label(cell, at) for at, cell in enumerate(cells, 1) if at - 1 in partners and at - 1 not in same),
            tuple(_label(cell, at) for at, cell in enumerate(cells, 1) if at - 1 not in partners),
            len(self._old) - len(partners),
        )

    def _pairs(self, cells: Sequence[TextCell]) -> tuple[set[int], dict[int, int]]:
        """Which cells are in the older text word by word, and which cell of it each comes from."""
        old, new = [_key(cell) for cell in self._old], [_key(cell) for cell in cells]
        partners = {
            block.b + step: block.a + step
            for block in SequenceMatcher(None, old, new, autojunk=False).get_matching_blocks()
            for step in range(block.size)
        }
        same = set(partners)
        left = {cell.grade_id: at for at, cell in enumerate(self._old) if at not in partners.values() and cell.grade_id}
        for at, cell in enumerate(cells):
            if at not in partners and cell.grade_id in left:
                partners[at] = left.pop(cell.grade_id)
        for at in range(len(cells)):
            # A cell without an id is the one between the same neighbours.
            between = partners.get(at - 1, -1) + 1
            free = between < len(self._old) and between not in partners.values()
            ends = partners.get(at + 1, len(self._old) if at + 1 == len(cells) else None)
            if at not in partners and free and ends == between + 1 and not self._old[between].grade_id:
                partners[at] = between
        return same, partners

    def _old_lead(self, number: int, old: int | None, before: int | None) -> list[str] | None:
        """The lines above a cell of the older text; None if they do not fit any more."""
        if old is None or before is None or before != old - 1:
            return None
        cell, was = self._notebook.cells[number], self._old[old]
        if cell.cell_type != was.cell_type or (was.cell_type == "markdown" and _header_key(cell) != _header_key(was)):
            return None
        if number and self._notebook.cells[number - 1].cell_type != self._old[before].cell_type:
            return None
        start = self._blocks[before].end if before >= 0 else self._first_line
        return self._lines[start : self._blocks[old].begin]

    def _lead(self, number: int, cell: TextCell) -> list[str]:
        after_markdown = number > 0 and self._notebook.cells[number - 1].cell_type == "markdown"
        if cell.cell_type != "markdown" or (not _metadata(cell) and not after_markdown):
            return [""]
        keys = json.dumps(_metadata(cell), ensure_ascii=False)
        return ["", f"+++ {keys}" if _metadata(cell) else "+++", ""]

    def _old_body(self, old: int) -> list[str]:
        block = self._blocks[old]
        return self._lines[block.begin : block.end]

    def _body(self, cell: TextCell, old: int | None) -> list[str]:
        source = cell.source.split("\n") if cell.source else []
        if cell.cell_type == "markdown":
            return source
        runs = [len(run.group()) for line in source if (run := re.match(r"\s*`{3,}", line))]
        fence = "`" * max([3, *(length + 1 for length in runs)])
        directive = f"{CODE} {self._lexer}" if cell.cell_type == "code" else RAW
        header = [f"{fence}{directive}", *_yaml_lines(_metadata(cell))]
        if old is not None and _header_key(cell) == _header_key(self._old[old]) and fence == "```":
            block = self._blocks[old]
            header = self._lines[block.begin : block.source_at]
            fence = re.match(r"\s*`*", header[0]).group() or fence  # type: ignore[union-attr]
        begins_like_keys = bool(source) and source[0].lstrip().startswith(("---", ":")) and header[-1][:3] != "---"
        if header[-1].strip() and (begins_like_keys or (source and not source[0].strip())):
            # The reader takes one blank line out, and would take such a line for keys.
            header.append("")
        return [*header, *source, fence]


def _label(cell: TextCell, number: int) -> str:
    return cell.grade_id or f"number {number}"


def _metadata(cell: TextCell) -> dict[str, object]:
    if cell.kind is None:
        return cell.metadata
    graded: dict[str, object] = {"id": cell.grade_id, "kind": cell.kind.value}
    if cell.kind.earns_points:
        graded["points"] = int(cell.points) if cell.points == int(cell.points) else cell.points
    return {"graded": graded} | cell.metadata


def _yaml_lines(metadata: dict[str, object]) -> list[str]:
    if not metadata:
        return []
    lines = [line for key, value in metadata.items() for line in f"{flow(key)}: {flow(value)}".split("\n")]
    return ["---", *lines, "---"]


def flow(value: object) -> str:
    """A value as YAML on one line."""
    text = yaml.safe_dump(value, default_flow_style=True, allow_unicode=True, sort_keys=False, width=10**9)
    return text.removesuffix("\n").removesuffix("\n...")
