"""Which assignments are there, and what does each ask for?"""

from __future__ import annotations

import difflib
import re

from casebook.errors import CasebookError, Problem, Where, raise_if_any
from casebook.exercises.model import Assignment
from casebook.exercises.text_file import read_keys, read_utf8
from casebook.project import Project

KEYS: dict[str, type | tuple[type, ...]] = {
    "title": str,
    "chapter": str,
    "summary": str,
    "minutes": int,
    "points": (int, float),
    "notebooks": list,
    "data": list,
}


def assignment_names(project: Project) -> list[str]:
    """Names of all assignments: the folders of ``exercises/`` that hold an ``assignment.yml``."""
    return sorted(file.parent.name for file in project.exercises.glob("*/assignment.yml"))


def nearest(name: str, known: list[str]) -> str:
    """A hint that names what exists: the likeliest if there is one, else all of it."""
    close = difflib.get_close_matches(name, known, n=1)
    if close:
        return f"did you mean {close[0]!r}?"
    return f"known: {', '.join(known)}." if known else "there is none yet."


def _line_of_key(text: str, key: str) -> int:
    found = re.search(rf"^{re.escape(key)}\s*:", text, re.MULTILINE)
    return text.count("\n", 0, found.start()) + 1 if found else 1


def load_assignment(project: Project, name: str) -> Assignment:
    """What ``exercises/<name>/assignment.yml`` says, checked.

    Raises
    ------
    CasebookError
        There is no such assignment; its file is not YAML; a key is missing, unknown or of the
        wrong type; a notebook, chapter or table that it names does not exist.
    """
    folder = project.exercises / name
    file = folder / "assignment.yml"
    if not file.is_file():
        raise CasebookError.one(
            f"There is no assignment {name!r}.", where=Where(file), mend=nearest(name, assignment_names(project))
        )
    text = read_utf8(file)
    entries = read_keys(text, file)
    if entries is None:
        raise CasebookError.one(
            "An assignment is a list of keys and values.", where=Where(file), mend=f"write the keys {', '.join(KEYS)}."
        )
    raise_if_any(_key_problems(entries, text, file))

    assignment = Assignment(
        name=name,
        title=str(entries["title"]),
        chapter=str(entries["chapter"]),
        summary=str(entries["summary"]).strip(),
        minutes=int(str(entries["minutes"])),
        points=float(str(entries["points"])),
        notebooks=_names(entries["notebooks"]),
        data=_names(entries["data"]),
        folder=folder,
    )
    raise_if_any(_missing_files(project, assignment, text))
    return assignment


def _names(entry: object) -> tuple[str, ...]:
    return tuple(str(name) for name in entry) if isinstance(entry, list) else ()


def _key_problems(entries: dict[str, object], text: str, file: object) -> list[Problem]:
    place = str(file)
    problems = [
        Problem(f"The key {key!r} is missing.", Where(place), f"add a line `{key}: ...`.")
        for key in KEYS
        if key not in entries
    ]
    problems += [
        Problem(f"Unknown key {key!r}.", Where(place, _line_of_key(text, key)), nearest(key, list(KEYS)))
        for key in entries
        if key not in KEYS
    ]
    for key, wanted in KEYS.items():
        if key in entries and (not isinstance(entries[key], wanted) or isinstance(entries[key], bool)):
            kind = {str: "text", int: "a whole number", list: "a list of names"}.get(wanted, "a number")  # type: ignore[arg-type]
            problems.append(
                Problem(
                    f"{key!r} must be {kind}, not {entries[key]!r}.",
                    Where(place, _line_of_key(text, key)),
                    f"write {key} as {kind}.",
                )
            )
    return problems


def _missing_files(project: Project, assignment: Assignment, text: str) -> list[Problem]:
    def line(key: str) -> Where:
        return Where(assignment.file, _line_of_key(text, key))

    problems = [
        Problem(
            f"There is no notebook {name}.md in this folder.",
            line("notebooks"),
            nearest(name, sorted(file.stem for file in assignment.folder.glob("*.md"))),
        )
        for name in assignment.notebooks
        if not (assignment.folder / f"{name}.md").is_file()
    ]
    if not (project.chapters / assignment.chapter).is_dir():
        known = sorted(folder.name for folder in project.chapters.glob("*") if folder.is_dir())
        problems.append(
            Problem(f"There is no chapter {assignment.chapter!r}.", line("chapter"), nearest(assignment.chapter, known))
        )
    tables = sorted(file.stem for file in project.data.glob("*.csv"))
    problems += [
        Problem(f"There is no table data/{name}.csv.", line("data"), nearest(name, tables))
        for name in assignment.data
        if name not in tables
    ]
    if not assignment.notebooks:
        problems.append(Problem("It has no notebooks.", line("notebooks"), "name at least one."))
    return problems
