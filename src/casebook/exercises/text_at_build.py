"""Which text was a course directory's source built from, and what did it look like then?"""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

from casebook.exercises.model import Assignment
from casebook.whole_files import write_text

FOLDER = ".casebook"


def source_record(course: Path, assignment: str) -> Path:
    """The file that holds the digest of an assignment's source folder as the kit left it."""
    return course / FOLDER / f"source-{assignment}.sha256"


def note_text(course: Path, assignment: Assignment) -> None:
    """Note the text that an assignment's notebooks are built from now."""
    digests = {name: text_digest(assignment.folder / f"{name}.md") for name in assignment.notebooks}
    write_text(_record(course, assignment.name), json.dumps(digests, indent=1) + "\n")


def text_at_build(course: Path, assignment: str) -> dict[str, str]:
    """SHA-256 of each notebook's text when it was built; empty if nobody noted it."""
    try:
        found: object = json.loads(_record(course, assignment).read_text("utf-8"))
    except (OSError, ValueError):
        return {}
    return {str(name): str(digest) for name, digest in found.items()} if isinstance(found, dict) else {}


def text_digest(file: Path) -> str:
    """SHA-256 of a text."""
    return hashlib.sha256(file.read_bytes()).hexdigest()


def _record(course: Path, assignment: str) -> Path:
    return course / FOLDER / f"text-{assignment}.json"
