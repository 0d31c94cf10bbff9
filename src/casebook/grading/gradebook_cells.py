"""What did the instructor write, as the gradebook and the source folder have it?

The gradebook has the text of each cell that nbgrader knows. Their order, tags and other metadata
are in the instructor's notebook under ``source``, where that is at hand.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

from nbformat import from_dict
from sqlalchemy import Connection, MetaData, select, text

from casebook.grading.gradebook_key import AssignmentKey, NotebookKey
from casebook.grading.model import InstructorCell, InstructorNotebook

# Rows have no number of their own in nbgrader's tables; these follow the order in which they were
# entered, which is that of the notebook.
ENTERED = {"sqlite": "source_cell.rowid", "postgresql": "source_cell.ctid"}


def notebooks_of(
    connection: Connection, metadata: MetaData, key: AssignmentKey, source: Path, preprocessors: Mapping[str, Any]
) -> tuple[InstructorNotebook, ...]:
    """The notebooks of an assignment, by name.

    Parameters
    ----------
    connection, metadata
        The gradebook and nbgrader's tables.
    key
        What the gradebook knows of the assignment.
    source
        The folder of the instructor's notebooks; it need not be there.
    preprocessors
        nbgrader's own, as the course configures them: ``lock`` marks cells that students may not
        delete, ``clear_tests`` and ``clear_scheme`` take out what they may not see.
    """
    cell, notebook = metadata.tables["source_cell"], metadata.tables["notebook"]
    query = select(cell).where(cell.c.notebook_id.in_([each.id for each in key.notebooks]))
    if order := ENTERED.get(connection.dialect.name):
        query = query.order_by(text(order))
    cells = connection.execute(query).all()
    kernels = dict(
        connection.execute(select(notebook.c.id, notebook.c.kernelspec).where(notebook.c.assignment_id == key.id)).all()
    )
    found: list[InstructorNotebook] = []
    for each in key.notebooks:
        written = metadata_of(source / f"{each.name}.ipynb")
        own = {
            row.name: _cell(row, each, written.get(row.name), preprocessors)
            for row in cells
            if row.notebook_id == each.id
        }
        ordered = in_order(list(own), [name for name in written if name in own])
        found.append(
            InstructorNotebook(each.name, tuple(own[name] for name in ordered), _kernelspec(kernels.get(each.id)))
        )
    return tuple(found)


def in_order(entered: Sequence[str], written: Sequence[str]) -> list[str]:
    """All cells in the order of the instructor's notebook; one that it lacks follows the one entered before it."""
    ordered = list(written)
    for place, name in enumerate(entered):
        if name not in ordered:
            after = ordered.index(entered[place - 1]) + 1 if place else 0
            ordered.insert(after, name)
    return ordered


def metadata_of(file: Path) -> dict[str, dict[str, Any]]:
    """Metadata of the cells in an instructor's notebook by ``grade_id``, in order; empty if it cannot be read."""
    try:
        content = json.loads(file.read_text(encoding="utf-8"))
        cells = [each["metadata"] for each in content["cells"]]
        return {
            each["nbgrader"]["grade_id"]: {name: value for name, value in each.items() if name != "nbgrader"}
            for each in cells
            if isinstance(each.get("nbgrader", {}).get("grade_id"), str)
        }
    # What the students got is in the gradebook; the source may have gone, or be half-edited.
    except (OSError, ValueError, KeyError, TypeError, AttributeError, RecursionError):
        return {}


def _cell(
    row: Any, notebook: NotebookKey, written: dict[str, Any] | None, preprocessors: Mapping[str, Any]
) -> InstructorCell:
    graded = notebook.graded.get(row.name)
    is_task = graded is not None and graded.is_task
    marks = {
        "grade": graded is not None and not is_task,
        "solution": row.name in notebook.commented and not is_task,
        "locked": bool(row.locked),
        "task": is_task,
    }
    cell: Any = from_dict(
        {
            "cell_type": row.cell_type,
            "source": row.source or "",
            "metadata": (written or {}) | {"nbgrader": {"grade_id": row.name, **marks}},
        }
    )
    if marks["solution"]:
        # The gradebook keeps what was secret in an answer's text too; students did not start from it.
        # Regions that never end cannot have been released: nbgrader refuses them.
        with suppress(RuntimeError):
            for name in ("clear_tests", "clear_scheme"):
                preprocessors[name].preprocess_cell(cell, {}, 0)
    if written is not None:
        preprocessors["lock"].preprocess_cell(cell, {}, 0)
    return InstructorCell(
        grade_id=row.name,
        cell_type=row.cell_type,
        source=cell.source,
        points=None if graded is None else graded.max_score,
        checksum=row.checksum,
        metadata={name: value for name, value in cell.metadata.items() if name != "nbgrader"},
        **marks,
    )


def _kernelspec(text: str | None) -> dict[str, Any] | None:
    try:
        found = json.loads(text) if text else None
    except ValueError:
        return None
    return found if isinstance(found, dict) and found else None
