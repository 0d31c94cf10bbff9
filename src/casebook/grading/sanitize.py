"""What of a submission is the student's, and what is the instructor's?

Nothing but the text of answers and of the student's own cells is taken from a submission. Which cell
is which is told by nbgrader's ``grade_id``; marks, points, tests, tags, order and kernel come from the
instructor. What had to be mended is named, so that a person can look.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import count
from typing import Any

import nbformat
from nbformat import NotebookNode

from casebook.errors import CasebookError, Where
from casebook.exercises.regions import joined, scan
from casebook.grading.model import InstructorCell, InstructorNotebook
from casebook.grading.sanitize_cells import (
    SURROGATES,
    claimed_id,
    instructor_cell,
    nbgrader_marks,
    own_cell,
    plain,
    running_tags,
    text,
)

LONGEST_NAMED = 40
CELL_ID = re.compile(r"[a-zA-Z0-9_-]{1,64}")


@dataclass(frozen=True)
class Repair:
    """Something that was not as the instructor gave it, and is again.

    Parameters
    ----------
    grade_id
        The instructor's cell; None: another cell, or the notebook as a whole.
    what
        What was found and what was done about it; one sentence.
    serious
        Whether a person should look: part of the student's work may be lost, or may run otherwise
        than on their screen.
    """

    grade_id: str | None
    what: str
    serious: bool


@dataclass(frozen=True)
class Sanitized:
    """A notebook that is safe to run and to score.

    Parameters
    ----------
    notebook
        In format 4.5, without outputs.
    repairs
        What had to be mended.
    """

    notebook: NotebookNode
    repairs: tuple[Repair, ...]


def sanitize(submitted: NotebookNode, instructor: InstructorNotebook) -> Sanitized:
    """A submitted notebook with everything but the student's own text as the instructor wrote it.

    Pure: the submitted notebook is not changed, and the same input gives the same result.

    Parameters
    ----------
    submitted
        As ``nbformat.read(..., as_version=4)`` gives it; any notebook in which ``intake`` finds no
        problem.
    instructor
        The instructor's copy.
    """
    cells: Sequence[Mapping[str, Any]] = submitted["cells"]
    known = {cell.grade_id: cell for cell in instructor.cells}
    claims = [claimed_id(cell) for cell in cells]
    # Of cells with the same id the last one counts, as for nbgrader.
    counts = {claim: index for index, claim in enumerate(claims) if claim in known}
    before: list[dict[str, Any]] = []
    blocks: dict[str, list[dict[str, Any]]] = {}
    repairs: list[Repair] = []
    block = before
    for index, (cell, claim) in enumerate(zip(cells, claims, strict=True)):
        if claim is not None and counts.get(claim) == index:
            block = blocks[claim] = [instructor_cell(known[claim], cell)]
            repairs += _differences(known[claim], cell)
        else:
            block.append(own_cell(cell))
            repairs += _own_repairs(cell, claim, known, cells[counts[claim]] if claim in counts else None)
    repairs += _order_repairs(list(blocks), instructor)
    made = _in_order(before, blocks, instructor)
    repairs += [_missing(cell) for cell in instructor.cells if cell.grade_id not in blocks]
    _give_ids(made)
    metadata = {"kernelspec": kernel} if (kernel := _kernelspec(instructor)) else {}
    notebook: Any = nbformat.from_dict({"nbformat": 4, "nbformat_minor": 5, "metadata": metadata, "cells": made})
    return Sanitized(notebook, tuple(repairs))


def _in_order(
    before: list[dict[str, Any]], blocks: Mapping[str, list[dict[str, Any]]], instructor: InstructorNotebook
) -> list[dict[str, Any]]:
    """All cells: the instructor's in their order, each with the student's own cells that follow it."""
    made, following = list[dict[str, Any]](), list(before)
    for cell in instructor.cells:
        if cell.grade_id in blocks:
            made += following
            first, *following = blocks[cell.grade_id]
            made.append(first)
        elif cell.grade or cell.solution or cell.task:
            # After the student's own cells: one of them may be the answer that a test is about.
            made += [*following, instructor_cell(cell, None)]
            following = []
        else:
            # Before the student's own cells, which may use what is given here.
            made.append(instructor_cell(cell, None))
    return made + following


def _give_ids(cells: Sequence[dict[str, Any]]) -> None:
    """Give each cell an id that is valid and its own, and leave it the one that it has if that can be."""
    present = {cell["id"] for cell in cells if _is_cell_id(cell["id"])}
    taken: set[str] = set()
    # The instructor's cells first: of a cell and its copy, the copy gets a new id.
    for cell in sorted(cells, key=lambda cell: "nbgrader" not in cell["metadata"]):
        if not _is_cell_id(cell["id"]) or cell["id"] in taken:
            wanted = cell["metadata"].get("nbgrader", {}).get("grade_id")
            names = ([wanted] if _is_cell_id(wanted) else []), (f"cell-{number}" for number in count(1))
            cell["id"] = next(name for group in names for name in group if name not in present)
            present.add(cell["id"])
        taken.add(cell["id"])


def _is_cell_id(value: object) -> bool:
    return isinstance(value, str) and CELL_ID.fullmatch(value) is not None


def _kernelspec(instructor: InstructorNotebook) -> dict[str, Any] | None:
    kernel = plain(instructor.kernelspec or {})
    # The notebook format wants both names.
    return {"display_name": kernel["name"], **kernel} if "name" in kernel else None


def _missing(cell: InstructorCell) -> Repair:
    what = "answer" if cell.solution else "test" if cell.is_test else "task" if cell.task else "read-only"
    again = ", as students get it" if cell.solution else ""
    return Repair(cell.grade_id, f"This {what} cell was missing; it was put back in its place{again}.", cell.solution)


def _order_repairs(found: list[str], instructor: InstructorNotebook) -> list[Repair]:
    wanted = [cell.grade_id for cell in instructor.cells if cell.grade_id in set(found)]
    if found == wanted:
        return []
    theirs, ours = next(pair for pair in zip(found, wanted, strict=True) if pair[0] != pair[1])
    what = f"The cells stood in another order ({theirs!r} before {ours!r}); they are in the instructor's order again."
    return [Repair(None, what, serious=True)]


def _own_repairs(
    cell: Mapping[str, Any],
    claim: str | None,
    known: Mapping[str, InstructorCell],
    counting: Mapping[str, Any] | None,
) -> Iterable[Repair]:
    if claim is not None and counting is not None:
        differs = known[claim].solution and text(cell["source"]) != text(counting["source"])
        yield Repair(claim, "This cell was there more than once; the last one counts.", serious=differs)
    elif claim is not None and any(nbgrader_marks(cell).get(mark) for mark in ("grade", "solution", "locked", "task")):
        what = f"A cell had the id {_short(claim)}, which is not in the instructor's notebook; it counts as the student's own."
        yield Repair(None, what, serious=False)
    yield from _half_characters(None, cell)
    tags = running_tags(cell)
    if tags:
        what = (
            f"A cell of the student's own had the tags {', '.join(tags)}, which change how it runs; they were removed."
        )
        yield Repair(None, what, serious=False)


def _half_characters(grade_id: str | None, submitted: Mapping[str, Any]) -> Iterable[Repair]:
    if SURROGATES.search("".join(submitted["source"])):
        what = "This cell held half a character (a lone surrogate); U+FFFD stands in its place."
        yield Repair(grade_id, what, serious=True)


def _short(claim: str) -> str:
    return repr(claim if len(claim) <= LONGEST_NAMED else f"{claim[:LONGEST_NAMED]}...")


def _differences(cell: InstructorCell, submitted: Mapping[str, Any]) -> Iterable[Repair]:
    """What the student changed in a cell and has no effect."""
    if not (cell.locked or cell.is_test):
        yield from _half_characters(cell.grade_id, submitted)
    if submitted["cell_type"] != cell.cell_type:
        what = f"This {cell.cell_type} cell had become a {text(submitted['cell_type'])} cell; it was changed back."
        yield Repair(cell.grade_id, what, serious=False)
    if (cell.locked or cell.is_test) and not _is_as_given(cell, text(submitted["source"])):
        yield Repair(
            cell.grade_id, "The text of this locked cell was changed; the instructor's was put back.", serious=False
        )
    changed = [
        mark
        for mark, ours in (("grade", cell.grade), ("solution", cell.solution), ("task", cell.task))
        if bool(nbgrader_marks(submitted).get(mark, False)) != ours
    ]
    if cell.points is not None and "points" in nbgrader_marks(submitted):
        changed += ["points"] if nbgrader_marks(submitted)["points"] != cell.points else []
    if changed:
        what = f"nbgrader's marks of this cell were changed ({', '.join(changed)}); the instructor's were put back."
        yield Repair(cell.grade_id, what, serious=False)


def _is_as_given(cell: InstructorCell, source: str) -> bool:
    """Whether a text is what students get of a locked cell: without hidden tests and mark schemes."""
    if source == cell.source:
        return True
    try:
        parts = scan(cell.source, Where(cell.grade_id))
    except CasebookError:
        parts = ()
    if any(part.kind for part in parts):
        return source == joined(part for part in parts if part.kind is None)
    # A course may have markers of its own: then lines may be lacking, but none may be new.
    lines = iter(cell.source.split("\n"))
    return all(line in lines for line in source.split("\n"))
