"""Which tables does nothing in the casebook use yet?

A table is used if a text of the book names its file (``parcels.csv``) or its page
(``data/parcels``), an assignment lists it, or a claim rests on it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import yaml

from casebook.data.claims import CLAIMS, TABLE_COLUMN
from casebook.data.model import SOURCES, DataPackage
from casebook.data.table_file import TableFile
from casebook.errors import Problem, Where
from casebook.project import Project

_NAMED = re.compile(r"\b([a-z][a-z0-9_]*)\.csv\b|\bdata/([a-z][a-z0-9_]*)\b")


def unused_tables(project: Project, package: DataPackage, files: Mapping[str, TableFile]) -> list[Problem]:
    """Find the tables that no chapter, exercise, claim or page uses; the lists of sources and claims are no such tables.

    Parameters
    ----------
    files
        By table name.
    """
    used = {*_in_texts(project), *_in_assignments(project), *_in_claims(files)}
    return [
        Problem(
            f'No chapter, exercise, claim or page uses the table "{table.name}".',
            Where(package.file, table.line),
            "use it, or take it out of the collection.",
        )
        for table in package.tables
        if table.name not in used | {SOURCES, CLAIMS}
    ]


def _in_texts(project: Project) -> Iterator[str]:
    for folder in (project.book, project.chapters, project.exercises):
        for file in sorted(folder.rglob("*.md")):
            for match in _NAMED.finditer(file.read_text("utf-8", errors="replace")):
                yield match[1] or match[2]


def _in_assignments(project: Project) -> Iterator[str]:
    for file in sorted(project.exercises.glob("*/assignment.yml")):
        yield from _listed(file)


def _listed(file: Path) -> Iterator[str]:
    try:
        content: Any = yaml.safe_load(file.read_text("utf-8", errors="replace"))
    except yaml.YAMLError:
        return  # `casebook exercises verify` says what is wrong with it
    names = content.get("data") if isinstance(content, dict) else None
    yield from (str(name) for name in names) if isinstance(names, list) else ()


def _in_claims(files: Mapping[str, TableFile]) -> Iterator[str]:
    if CLAIMS in files:
        yield from (cell for _, cell in files[CLAIMS].column(TABLE_COLUMN))
