"""Is a release what the public parts of the text say, and nothing more?

The leak gate knows secrets by their words; a solution such as ``n = 7`` has too few. So each cell
of a released notebook is also held against the text that it was made from: no line of a region is
left in it, it has no outputs and none of the instructor's metadata, and no file lies beside it that
a release does not have.
"""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import nbformat

from casebook.errors import Problem, Where
from casebook.exercises.model import Assignment
from casebook.exercises.notebook_text import read_notebook
from casebook.exercises.regions import scan

# What the instructor's copy says to the kit. Grading reads it there and nowhere else.
INSTRUCTORS_METADATA = ("casebook", "graded")
# Beside the notebooks and the tables of `data`.
TRAVELLING = frozenset({"README.md", "requirements.txt", "chart_checks.py", "parameters.json"})


def without_instructors_metadata(notebook: Any) -> Any:
    """The notebook, changed: nothing that only the instructor's copy needs to say."""
    for part in (notebook, *notebook.cells):
        for key in INSTRUCTORS_METADATA:
            part.metadata.pop(key, None)
    return notebook


def clean_metadata(assignment: Assignment, folder: Path) -> None:
    """Take the instructor's metadata out of the notebooks in a folder."""
    for name in assignment.notebooks:
        file = folder / f"{name}.ipynb"
        notebook = without_instructors_metadata(nbformat.read(file, as_version=nbformat.NO_CONVERT))
        file.write_text(nbformat.writes(notebook, version=nbformat.NO_CONVERT) + "\n", encoding="utf-8")


def release_problems(assignment: Assignment, folder: Path) -> list[Problem]:
    """What in a folder of released files goes beyond the public parts of the text."""
    allowed = {*TRAVELLING, *(f"{name}.ipynb" for name in assignment.notebooks)}
    allowed |= {f"{table}.csv" for table in assignment.data}
    problems = [
        Problem(
            "This file is no part of a release.",
            Where(file),
            "take it out; name a table that students need under `data` in assignment.yml.",
        )
        for file in sorted(path for path in folder.rglob("*") if path.is_file() or path.is_symlink())
        if file.relative_to(folder).as_posix() not in allowed or file.is_symlink()
    ]
    for name in assignment.notebooks:
        file = folder / f"{name}.ipynb"
        if file.is_file():
            problems += _notebook_problems(assignment, name, file)
    return problems


def archive_problems(archive: Path, content: bytes, folder: Path) -> list[Problem]:
    """What in a zip of a release goes beyond the files of its folder."""
    mend = "make the release again; add nothing to its zip."
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as opened:
            entries = opened.infolist()
            inside = sorted(entry.filename for entry in entries)
            commented = bool(opened.comment) or any(entry.comment or entry.extra for entry in entries)
            first = min((entry.header_offset for entry in entries), default=0)
    except zipfile.BadZipFile:
        return [Problem("This is no zip file.", Where(archive), mend)]
    expected = sorted(
        f"{archive.stem}/{path.relative_to(folder).as_posix()}" for path in folder.rglob("*") if path.is_file()
    )
    problems = [
        Problem(f"The zip holds {entry}, which is not in the folder.", Where(archive), mend)
        for entry in dict.fromkeys(inside)
        if entry not in expected or inside.count(entry) > 1
    ]
    if commented or first:
        problems.append(Problem("The zip has a comment or other hidden text.", Where(archive), mend))
    return problems


def _notebook_problems(assignment: Assignment, name: str, file: Path) -> Iterator[Problem]:
    notebook: Any = json.loads(file.read_text(encoding="utf-8"))
    secret, public = _lines_by_cell(assignment, name)
    for part in (notebook, *notebook["cells"]):
        for key in INSTRUCTORS_METADATA:
            if key in part["metadata"]:
                where = Where(file, cell=part.get("id"))
                yield Problem(f"The instructor's metadata `{key}` stands here.", where, "make the release again.")
    for cell in notebook["cells"]:
        where = Where(file, cell=cell.get("id"))
        if cell.get("outputs") or cell.get("execution_count"):
            yield Problem(
                "A released cell has an output, and the solution made it.", where, "clear the outputs of the source."
            )
        if cell.get("attachments"):
            yield Problem("A released cell carries an attachment.", where, "say it in words, or draw it in a cell.")
        source = cell["source"] if isinstance(cell["source"], str) else "".join(cell["source"])
        grade_id = cell["metadata"].get("nbgrader", {}).get("grade_id") or cell.get("id")
        for line in source.split("\n"):
            if line.strip() in secret.get(grade_id, set()) - public.get(grade_id, set()):
                yield Problem(
                    f"A line of this cell's region is left: {line.strip()[:60]!r}.",
                    where,
                    "see that the settings of nbgrader take out the regions of this assignment.",
                )


def _lines_by_cell(assignment: Assignment, name: str) -> tuple[dict[str, set[str]], dict[str, set[str]]]:
    secret: dict[str, set[str]] = {}
    public: dict[str, set[str]] = {}
    for cell in read_notebook(assignment.folder / f"{name}.md").cells:
        for part in scan(cell.source, cell.where):
            lines = {line.strip() for line in part.lines} - {""}
            (public if part.kind is None else secret).setdefault(str(cell.grade_id), set()).update(lines)
    return secret, public
