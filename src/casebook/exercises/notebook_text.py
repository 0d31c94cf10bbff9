"""What cells does a text notebook have, and on which lines?"""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path
from typing import cast

from casebook.errors import Problem, Where, raise_if_any
from casebook.exercises.model import KERNELSPEC, Kind, TextCell, TextNotebook
from casebook.exercises.myst_blocks import blocks_of
from casebook.exercises.near_names import nearest
from casebook.exercises.text_file import read_utf8

# nbgrader's own rule for ids, which the notebook format shares for cell ids.
GRADE_ID = re.compile(r"^[a-zA-Z0-9\-_]{1,64}$")
GRADED_KEYS = ["id", "kind", "points"]


def read_notebook(file: Path, *, patch: bool = False) -> TextNotebook:
    """A notebook written as MyST text (jupytext's ``md:myst``).

    Parameters
    ----------
    file
        The text.
    patch
        It is a wrong or right answer: its graded cells carry an id and nothing else.

    Raises
    ------
    CasebookError
        It cannot be read as a notebook, or a cell's ``graded`` metadata is not sound.
    """
    notebook, problems = scan_notebook(file, patch=patch)
    raise_if_any(problems)
    return notebook


def scan_notebook(file: Path, *, patch: bool = False) -> tuple[TextNotebook, list[Problem]]:
    """A notebook as far as it can be read, and what is wrong with its text.

    Parameters
    ----------
    file, patch
        As for ``read_notebook``.

    Raises
    ------
    CasebookError
        It is not UTF-8.
    """
    return scan_text(read_utf8(file), file, patch=patch)


def scan_text(text: str, file: Path, *, patch: bool = False) -> tuple[TextNotebook, list[Problem]]:
    """As ``scan_notebook``, of a text that need not stand in its file yet."""
    blocks = blocks_of(text, file)
    problems = list(blocks.problems)
    cells: list[TextCell] = []
    for block in blocks.cells:
        where = Where(file, block.source_at + 1)
        metadata = dict(block.metadata)
        graded: object = metadata.pop("graded", None)
        cell = TextCell(block.cell_type, block.source, metadata, where)
        if graded is None:
            cells.append(cell)
            continue
        known = _graded_cell(cell, graded)
        problems += _graded_problems(graded, where if known is None else known.where, patch=patch)
        if known is not None:
            cells.append(known)
    kernelspec = blocks.head.get("kernelspec")
    return TextNotebook(file.stem, file, tuple(cells), _kernelspec(kernelspec)), problems


def _graded_cell(cell: TextCell, graded: object) -> TextCell | None:
    """The cell with its kind, id and points; None where nobody can tell what it is."""
    said = cast("dict[object, object]", graded) if isinstance(graded, dict) else {}
    grade_id, kind, points = said.get("id"), said.get("kind"), said.get("points", 0)
    if not isinstance(grade_id, str) or not GRADE_ID.match(grade_id) or kind not in (None, *Kind):
        return None
    return replace(
        cell,
        where=replace(cell.where, cell=grade_id),
        kind=None if kind is None else Kind(str(kind)),
        grade_id=grade_id,
        points=float(points) if isinstance(points, int | float) else 0,
    )


def _kernelspec(said: object) -> dict[str, str]:
    if not isinstance(said, dict) or "name" not in said:
        return dict(KERNELSPEC)
    spec = {str(key): str(value) for key, value in cast("dict[object, object]", said).items()}
    # As nbgrader takes it where a notebook does not say.
    return {"display_name": spec["name"], "language": "python"} | spec


def _graded_problems(graded: object, where: Where, *, patch: bool) -> list[Problem]:
    if not isinstance(graded, dict):
        return [Problem(f"`graded` must be keys and values, not {graded!r}.", where, "write {id: ..., kind: ...}.")]
    problems: list[Problem] = []
    grade_id: object = graded.get("id", "")
    if not isinstance(grade_id, str) and grade_id is not None:
        mend = f'put quotes around it: id: "{grade_id}".'
        problems.append(Problem(f"YAML takes the id {grade_id!r} for something else than text.", where, mend))
    elif not GRADE_ID.match(grade_id or ""):
        problems.append(
            Problem(
                f"A graded cell needs an id of letters, digits, - and _, not {grade_id!r}.",
                where,
                "give it a short id made of words, such as q2-median.",
            )
        )
    if patch:
        mend = "delete it; kind and points are the assignment's."
        return problems + [Problem(f"{key!r} is not for answers.", where, mend) for key in graded if key != "id"]
    problems += [
        Problem(f"Unknown key {key!r} in `graded`.", where, nearest(str(key), GRADED_KEYS))
        for key in graded
        if key not in GRADED_KEYS
    ]
    kind: object = graded.get("kind")
    if kind not in list(Kind):
        return [*problems, Problem(f"Unknown kind {kind!r}.", where, nearest(str(kind), [kind.value for kind in Kind]))]
    points: object = graded.get("points", 0)
    numeric = isinstance(points, int | float) and not isinstance(points, bool)
    if Kind(str(kind)).earns_points and not (numeric and float(str(points)) > 0):
        problems.append(
            Problem(
                f"A cell of kind {kind} is worth points, more than 0; here: {points!r}.", where, "write `points: 2`."
            )
        )
    if not Kind(str(kind)).earns_points and "points" in graded:
        problems.append(
            Problem(f"A cell of kind {kind} earns no points.", where, "delete `points`, or move it to the tests.")
        )
    return problems
