"""What is left of one cell of a submission that nobody trusts?

A student's file may hold anything that a notebook may hold. Each cell is written anew from the few
parts that grading needs; everything else stays behind.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from casebook.grading.model import InstructorCell

# Tags by which nbclient passes a cell over, or takes its errors for granted.
RUNNING_TAGS = frozenset({"skip-execution", "raises-exception"})

# How deep metadata may be nested; what lies deeper is left out, so that no reader of it can stumble.
DEEPEST = 20

OF_OUTPUTS = frozenset({"collapsed", "scrolled"})

# In metadata of the student's own cells: how a page looked on their screen, or should look (a hidden
# source would be hidden from who marks it), and what only the instructor may say.
LEFT_OUT = OF_OUTPUTS | {"execution", "jupyter", "name", "format", "transient", "trusted", "nbgrader", "casebook"}

SURROGATES = re.compile("[\ud800-\udfff]")
TAG = re.compile(r"[^,\n]+")


def text(value: object) -> str:
    """A text, whole, that can be written as UTF-8; a half of a surrogate pair becomes U+FFFD."""
    if isinstance(value, list):
        value = "".join(part for part in value if isinstance(part, str))
    return SURROGATES.sub("\ufffd", value) if isinstance(value, str) else ""


def plain(value: object, deepest: int = DEEPEST) -> Any:
    """A copy of JSON data that shares nothing with it, cut below some depth."""
    if isinstance(value, Mapping):
        return {text(key): plain(part, deepest - 1) for key, part in value.items()} if deepest else {}
    if isinstance(value, list | tuple):
        return [plain(part, deepest - 1) for part in value] if deepest else []
    if isinstance(value, str):
        return text(value)
    return value if isinstance(value, int | float) else None


def nbgrader_marks(cell: Mapping[str, Any]) -> Mapping[str, Any]:
    """The nbgrader metadata of a cell; empty if there is none of the right shape."""
    metadata = cell.get("metadata")
    marks = metadata.get("nbgrader") if isinstance(metadata, Mapping) else None
    return marks if isinstance(marks, Mapping) else {}


def claimed_id(cell: Mapping[str, Any]) -> str | None:
    """The ``grade_id`` that a cell says it has."""
    found = nbgrader_marks(cell).get("grade_id")
    return found if isinstance(found, str) else None


def running_tags(cell: Mapping[str, Any]) -> list[str]:
    """Those of a cell's tags that would change how it is run."""
    return [tag for tag in _tags(cell["metadata"]) if tag in RUNNING_TAGS]


def _tags(metadata: Mapping[str, Any]) -> list[str]:
    found = metadata.get("tags")
    tags = [text(tag) for tag in found if isinstance(tag, str)] if isinstance(found, list) else []
    return [tag for tag in dict.fromkeys(tags) if TAG.fullmatch(tag)]


def own_cell(submitted: Mapping[str, Any]) -> dict[str, Any]:
    """A cell that is the student's own, or that the instructor gave without nbgrader knowing of it."""
    metadata = plain({key: part for key, part in submitted["metadata"].items() if key not in LEFT_OUT | {"tags"}})
    tags = [tag for tag in _tags(submitted["metadata"]) if tag not in RUNNING_TAGS]
    if tags:
        metadata["tags"] = tags
    cell_type = submitted["cell_type"] if submitted["cell_type"] in ("code", "markdown") else "raw"
    return _cell(cell_type, text(submitted["source"]), metadata, submitted)


def instructor_cell(cell: InstructorCell, submitted: Mapping[str, Any] | None) -> dict[str, Any]:
    """A cell of the instructor's, with the student's text where students may write.

    Parameters
    ----------
    cell
        As the instructor wrote it.
    submitted
        The student's version; None: there is none, and it is as students get it.
    """
    # As nbgrader does, what tells how outputs were shown goes with the outputs.
    metadata = plain({key: part for key, part in cell.metadata.items() if key not in OF_OUTPUTS | {"nbgrader"}})
    # nbgrader's LockCells, which makes the students' version, says so in the same words.
    if cell.solution or cell.grade or cell.locked:
        metadata["deletable"] = False
    if (cell.grade or cell.locked) and not cell.solution:
        metadata["editable"] = False
    metadata["nbgrader"] = _marks(cell)
    source = cell.source if submitted is None or cell.locked or cell.is_test else text(submitted["source"])
    return _cell(cell.cell_type, source, metadata, submitted or {})


def _marks(cell: InstructorCell) -> dict[str, Any]:
    marks: dict[str, Any] = {
        "schema_version": 3,
        "grade_id": cell.grade_id,
        "grade": cell.grade,
        "solution": cell.solution,
        "locked": cell.locked,
        "task": cell.task,
        "cell_type": cell.cell_type,
    }
    if cell.points is not None:
        marks["points"] = cell.points
    if cell.checksum is not None:
        marks["checksum"] = cell.checksum
    return marks


def _cell(cell_type: str, source: str, metadata: dict[str, Any], submitted: Mapping[str, Any]) -> dict[str, Any]:
    cell: dict[str, Any] = {"id": submitted.get("id"), "cell_type": cell_type, "metadata": metadata, "source": source}
    if cell_type == "code":
        return cell | {"outputs": [], "execution_count": None}
    attachments = {name: dict(bundle) for name, bundle in _attachments(submitted) if bundle}
    return cell | {"attachments": attachments} if attachments else cell


def _attachments(submitted: Mapping[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    """Pictures that lie in a text cell: by name, what each is in which format."""
    found = submitted.get("attachments")
    for name, bundle in found.items() if isinstance(found, Mapping) else ():
        if isinstance(bundle, Mapping):
            # Anything but text would be of no picture.
            yield text(name), {text(kind): text(part) for kind, part in bundle.items() if isinstance(part, str | list)}
