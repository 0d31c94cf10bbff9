"""Which assignments are there, and what does each ask for?"""

from __future__ import annotations

from pathlib import Path

from casebook.errors import CasebookError, Problem, Where, raise_if_any
from casebook.exercises.assignment_options import OPTIONS, read_options
from casebook.exercises.model import Assignment
from casebook.exercises.near_names import nearest
from casebook.exercises.text_file import KeyPath, key_lines, read_keys, read_utf8
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
    lines = key_lines(text)
    options, problems = read_options(entries, file, lines)
    raise_if_any([*_key_problems(entries, lines, file), *problems])

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
        limits=options.limits,
        install=options.install,
        parameters=options.parameters,
        survivors=options.survivors,
    )
    raise_if_any(_missing_files(project, assignment, lines))
    return assignment


def _names(entry: object) -> tuple[str, ...]:
    return tuple(str(name) for name in entry) if isinstance(entry, list) else ()


def _key_problems(entries: dict[str, object], lines: dict[KeyPath, int], file: Path) -> list[Problem]:
    problems = [
        Problem(f"The key {key!r} is missing.", Where(file), f"add a line `{key}: ...`.")
        for key in KEYS
        if key not in entries
    ]
    problems += [
        Problem(f"Unknown key {key!r}.", Where(file, lines.get((key,))), nearest(key, [*KEYS, *OPTIONS]))
        for key in entries
        if key not in KEYS and key not in OPTIONS
    ]
    for key, wanted in KEYS.items():
        if key in entries and (not isinstance(entries[key], wanted) or isinstance(entries[key], bool)):
            kind = {str: "text", int: "a whole number", list: "a list of names"}.get(wanted, "a number")  # type: ignore[arg-type]
            problems.append(
                Problem(
                    f"{key!r} must be {kind}, not {entries[key]!r}.",
                    Where(file, lines.get((key,))),
                    f"write {key} as {kind}.",
                )
            )
    return problems


def _missing_files(project: Project, assignment: Assignment, lines: dict[KeyPath, int]) -> list[Problem]:
    def line(key: str) -> Where:
        return Where(assignment.file, lines.get((key,)))

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
