"""What cells does a text notebook have, and on which lines?"""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

from casebook.errors import CasebookError, Problem, Where, raise_if_any
from casebook.exercises.model import Kind, TextCell, TextNotebook
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
    # jupytext takes a while to import; nothing else in this package needs it.
    from jupytext.myst import MystMetadataParsingError, myst_to_notebook

    text = read_utf8(file)
    try:
        notebook: Any = myst_to_notebook(text, add_source_map=True)
    except MystMetadataParsingError as error:
        raise _metadata_error(file, str(error)) from error
    lines = text.splitlines()
    cells: list[TextCell] = []
    problems: list[Problem] = []
    for cell, start in zip(notebook.cells, notebook.metadata.pop("source_map"), strict=True):
        where = Where(file, _first_line(lines, str(cell.source), int(start)))
        metadata: dict[str, object] = dict(cell.metadata)
        graded: object = metadata.pop("graded", None)
        if graded is None:
            cells.append(TextCell(str(cell.cell_type), str(cell.source), metadata, where))
            continue
        problems += _graded_problems(graded, where, patch=patch)
        if problems or not isinstance(graded, dict):
            continue
        grade_id = str(graded["id"])
        cells.append(
            TextCell(
                cell_type=str(cell.cell_type),
                source=str(cell.source),
                metadata=metadata,
                where=Where(file, where.line, cell=grade_id),
                kind=Kind(str(graded["kind"])) if "kind" in graded else None,
                grade_id=grade_id,
                points=float(graded.get("points", 0)),
            )
        )
    raise_if_any(problems)
    return TextNotebook(file.stem, file, tuple(cells))


def _metadata_error(file: Path, message: str) -> CasebookError:
    found = re.search(r"line (\d+)", message)
    line = int(found.group(1)) if found else None
    what = message.splitlines()[0].rstrip(".")
    if what.startswith("Notebook metadata: "):
        # Counted from the line after the opening ---.
        return CasebookError.one(
            f"The keys at the top are not valid YAML: {what.removeprefix('Notebook metadata: ')}.",
            where=Where(file, None if line is None else line + 1),
            mend="mend the line; a text that holds a colon needs quotes around it.",
        )
    return CasebookError.one(
        f"A cell's metadata cannot be read: {what}.",
        where=Where(file, line),
        mend="mend the YAML at the top of the code cell, or the JSON after `+++`.",
    )


def _first_line(lines: list[str], source: str, start: int) -> int:
    # jupytext's map gives the line after the fence, which may be the cell's YAML, or a blank line.
    wanted = [line.rstrip() for line in source.split("\n")]
    for first in range(start, len(lines) - len(wanted) + 1):
        if [line.rstrip() for line in lines[first : first + len(wanted)]] == wanted:
            return first + 1
    return start + 1


def _graded_problems(graded: object, where: Where, *, patch: bool) -> list[Problem]:
    if not isinstance(graded, dict):
        return [Problem(f"`graded` must be keys and values, not {graded!r}.", where, "write {id: ..., kind: ...}.")]
    problems: list[Problem] = []
    grade_id = str(graded.get("id", ""))
    if not GRADE_ID.match(grade_id):
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
