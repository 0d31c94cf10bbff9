"""What does a copy with the solutions say, once everybody has handed in?

Each notebook as students had it, with the answers in place, and under each question why the common
other answers are wrong, or right too. Hidden tests are left out unless they are asked for.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import nbformat

from casebook.exercises.answers import RIGHT, WRONG, Answer, load_answers
from casebook.exercises.compilation import compiled
from casebook.exercises.model import KERNELSPEC, Assignment, Kind, TextCell
from casebook.exercises.notebook_text import read_notebook
from casebook.exercises.regions import Part, RegionKind, scan
from casebook.exercises.rubric import rubric_for_students

NOTE = (
    "*This copy holds the answers. Under each question stand other answers that are right too, and "
    "common answers that are not, each with the reason.*"
)
# In a cell's metadata: what kind of explanation it is, for whoever lays it out.
EXPLAINS = "explains"


@dataclass(frozen=True)
class SolutionNotebook:
    """A notebook to hand out, not yet run.

    Parameters
    ----------
    name
        Without ending.
    title
        Its first heading.
    notebook
        Its cells, without nbgrader's metadata.
    """

    name: str
    title: str
    notebook: Any


def solution_notebooks(assignment: Assignment, *, hidden_tests: bool = False) -> list[SolutionNotebook]:
    """The notebooks of an assignment with answers and explanations.

    Parameters
    ----------
    assignment
        The assignment.
    hidden_tests
        Show hidden tests too.

    Raises
    ------
    CasebookError
        The text, or one of the wrong and right answers, is not sound.
    """
    instructors = compiled(assignment)
    wrong, right = (load_answers(assignment, folder, instructors) for folder in (WRONG, RIGHT))
    worth = {
        cell.id: float(cell.metadata.nbgrader["points"])
        for notebook in instructors.values()
        for cell in notebook.cells
        if "points" in cell.metadata.get("nbgrader", {})
    }
    made: list[SolutionNotebook] = []
    for name in assignment.notebooks:
        text = list(read_notebook(assignment.folder / f"{name}.md").cells)
        cells: list[Any] = []
        # Below the tests of a question, where a reader has seen what they ask for.
        waiting: list[Any] = []
        for cell in text:
            if cell.kind is not Kind.TESTS:
                cells += waiting
                waiting = []
            cells += _cells(cell, hidden_tests=hidden_tests)
            if cell.kind is Kind.ANSWER:
                waiting = _explanations(cell, [_Others(right), _Others(wrong, worth)])
            elif cell.kind is Kind.WRITTEN:
                waiting = _model_answer(cell, assignment)
        cells += waiting
        title = _entitle(cells, name)
        made.append(SolutionNotebook(name, title, _notebook(cells)))
    return made


@dataclass(frozen=True)
class _Others:
    """Answers other than the solution; ``worth``: points by test cell, for wrong ones."""

    answers: Sequence[Answer]
    worth: dict[str, float] | None = None

    def to(self, cell: TextCell) -> list[Answer]:
        """Those whose last change is to this cell; the cells before it are only on the way there."""
        return [answer for answer in self.answers if list(answer.cells)[-1] == cell.grade_id]


def _cells(cell: TextCell, *, hidden_tests: bool) -> Iterator[Any]:
    parts = scan(cell.source, cell.where)
    if cell.kind in (Kind.WRITTEN, Kind.TASK):
        parts = tuple(part for part in parts if part.kind is None)
    if not hidden_tests:
        parts = tuple(part for part in parts if part.kind is not RegionKind.HIDDEN_TESTS)
    source = "\n".join(line for part in parts for line in part.lines).strip("\n")
    if not source.strip():
        return
    make = nbformat.v4.new_code_cell if cell.cell_type == "code" else nbformat.v4.new_markdown_cell
    if cell.cell_type == "raw":
        make = nbformat.v4.new_raw_cell
    tags = {Kind.ANSWER: ["solution"], Kind.TESTS: ["tests"]}.get(cell.kind) if cell.kind else None
    yield make(source, metadata={**cell.metadata, **({"tags": tags} if tags else {})})


def _explanations(cell: TextCell, kinds: Sequence[_Others]) -> list[Any]:
    right, wrong = kinds
    made: list[Any] = []
    others = right.to(cell)
    if others:
        head = "**Right too**" if len(others) == 1 else "**Right too, by other ways**"
        made.append(_explanation("right", head, [_item(answer, cell) for answer in others]))
    mistakes = wrong.to(cell)
    if mistakes:
        head = "**Common answers that are not right, and why**"
        items = [_item(answer, cell, _points(answer, wrong.worth or {})) for answer in mistakes]
        made.append(_explanation("wrong", head, items))
    return made


def _item(answer: Answer, cell: TextCell, points: str = "") -> str:
    reason = answer.reason.strip().rstrip(".")
    code = answer.cells[str(cell.grade_id)].strip("\n")
    # A list item whose block of code is indented by as much as its text.
    block = "\n".join(f"  {line}".rstrip() for line in ["```python", *code.split("\n"), "```"])
    return f"- {reason[:1].upper()}{reason[1:]}{points}.\n\n{block}"


def _points(answer: Answer, worth: dict[str, float]) -> str:
    got = sum(answer.expect.values())
    possible = sum(worth.get(test, 0) for test in answer.expect)
    return f" ({got:g} of {possible:g} point{'' if possible == 1 else 's'})"


def _explanation(kind: str, head: str, items: list[str]) -> Any:
    return nbformat.v4.new_markdown_cell("\n\n".join([head, *items]), metadata={"casebook": {EXPLAINS: kind}})


def _model_answer(cell: TextCell, assignment: Assignment) -> list[Any]:
    parts = scan(cell.source, cell.where)

    def said(kind: RegionKind) -> str:
        return "\n\n".join(_text(part) for part in parts if part.kind is kind)

    model, scheme = said(RegionKind.SOLUTION), said(RegionKind.MARK_SCHEME)
    made: list[Any] = []
    if model:
        quoted = "\n".join(f"> {line}".rstrip() for line in model.split("\n"))
        made.append(_explanation("model", "**An answer that earns all the points**", [quoted]))
    if scheme:
        made.append(_explanation("scheme", f"**How it is marked** ({cell.points:g} points)", [scheme]))
    elif rubric_for_students(assignment):
        made.append(_explanation("scheme", "**How it is marked**", [rubric_for_students(assignment)]))
    return made


def _text(part: Part) -> str:
    return "\n".join(part.lines).strip("\n")


def _entitle(cells: list[Any], name: str) -> str:
    for cell in cells:
        if cell.cell_type == "markdown" and cell.source.startswith("# "):
            title, _, rest = cell.source.partition("\n")
            title = f"Solution: {title.removeprefix('# ')}"
            cell.source = f"# {title}\n\n{NOTE}\n{rest}".rstrip("\n")
            return title
    title = f"Solution: {name}"
    cells.insert(0, nbformat.v4.new_markdown_cell(f"# {title}\n\n{NOTE}"))
    return title


def _notebook(cells: list[Any]) -> Any:
    for number, cell in enumerate(cells, start=1):
        # So that the same text gives the same file.
        cell.id = f"cell-{number}"
    return nbformat.v4.new_notebook(cells=cells, metadata={"kernelspec": dict(KERNELSPEC)})
