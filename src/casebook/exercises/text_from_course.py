"""What does an assignment's text say, now that somebody has edited its notebooks?

The way back: a course directory's ``source``, as JupyterLab and nbgrader's Create Assignment leave
it, to the text under ``exercises/``.
"""

from __future__ import annotations

import re
import shutil
import warnings
from dataclasses import dataclass
from pathlib import Path

import nbformat

from casebook.digests import folder_digest
from casebook.errors import CasebookError, Problem, Where, raise_if_any
from casebook.exercises.assignment import FILE, assignment_names, load_assignment
from casebook.exercises.assignment_start import started
from casebook.exercises.course_directory import CourseDirectory
from casebook.exercises.model import KERNELSPEC, TextCell, TextNotebook
from casebook.exercises.notebook_cells import text_cells
from casebook.exercises.text_at_build import note_text, source_record, text_at_build, text_digest
from casebook.exercises.text_file import read_utf8
from casebook.exercises.text_writing import Written, written
from casebook.project import Project
from casebook.whole_files import replaced_folder, write_text


@dataclass(frozen=True)
class BroughtBack:
    """What bringing notebooks back has changed.

    Parameters
    ----------
    folder
        The assignment's text.
    files
        Each file that is new or different, in the order of the notebooks, with what is in it.
    left
        What a person has to do; empty if the text was there before.
    """

    folder: Path
    files: dict[Path, Written]
    left: tuple[str, ...] = ()


def bring_back(project: Project, name: str, course: CourseDirectory, *, force: bool = False) -> BroughtBack:
    """Bring the notebooks of an assignment back into its text.

    Parameters
    ----------
    project, name, course
        What, where to, and where from.
    force
        Replace text that has been changed since the notebooks were built from it.

    Returns
    -------
    BroughtBack
        No files, if the notebooks say what the text says.

    Raises
    ------
    CasebookError
        There are no notebooks; one cannot be read, or holds what text cannot; the text has changed
        too. Then nothing is written.
    """
    source = course.source(name)
    files = sorted(source.glob("*.ipynb")) if Path(name).name == name else []
    if not files:
        raise CasebookError.one(
            "There are no notebooks here.", where=Where(source), mend="name another course directory with --course."
        )
    problems: list[Problem] = []
    notebooks = [notebook for file in files if (notebook := _read(file, problems))]
    raise_if_any([*problems, *_used_twice(notebooks)])
    if name in assignment_names(project):
        return _update(project, name, course, notebooks, force=force)
    return _start(project, name, source, notebooks)


def _read(file: Path, problems: list[Problem]) -> TextNotebook | None:
    try:
        with warnings.catch_warnings():
            # Cells without an id, or with one that is taken, get a new one; only grade ids count here.
            warnings.simplefilter("ignore")
            notebook = nbformat.read(file, as_version=4)
    except Exception as error:  # noqa: BLE001  (nbformat tells of a wrong shape with whatever it stumbled over)
        said = str(error).split("\n", 1)[0]
        what = f"This notebook cannot be read: {type(error).__name__}: {said}."
        problems.append(Problem(what, Where(file), "open it in JupyterLab, mend it and save it."))
        return None
    cells, found = text_cells(notebook, Where(file))
    problems += found
    spec, info = dict(notebook.metadata.get("kernelspec", {})), dict(notebook.metadata.get("language_info", {}))
    said = {"language": info.get("name")} | {key: spec[key] for key in KERNELSPEC if key in spec}
    kernelspec = KERNELSPEC | {key: value for key, value in said.items() if isinstance(value, str)}
    return TextNotebook(file.stem, file, tuple(cells), kernelspec)


def _used_twice(notebooks: list[TextNotebook]) -> list[Problem]:
    seen: dict[str, TextCell] = {}
    problems: list[Problem] = []
    for cell in (cell for notebook in notebooks for cell in notebook.cells if cell.grade_id):
        other = seen.setdefault(str(cell.grade_id), cell)
        if other is not cell and other.where.file == cell.where.file:
            mend = "give one of them another in Create Assignment."
            problems.append(Problem(f"Two cells have the id {cell.grade_id!r}.", cell.where, mend))
    return problems


def _update(
    project: Project, name: str, course: CourseDirectory, notebooks: list[TextNotebook], *, force: bool
) -> BroughtBack:
    assignment = load_assignment(project, name)
    noted = text_at_build(course.root, name)
    found = {notebook.name: notebook for notebook in notebooks}
    problems = [
        Problem(
            f"There is no notebook {listed}.ipynb, which assignment.yml lists.",
            Where(course.source(name)),
            "put it back, or take it out of assignment.yml.",
        )
        for listed in assignment.notebooks
        if listed not in found
    ]
    made: dict[Path, Written] = {}
    in_order = [*(each for each in assignment.notebooks if each in found), *sorted(found.keys() - assignment.notebooks)]
    for each in in_order:
        file = assignment.folder / f"{each}.md"
        older = read_utf8(file) if file.is_file() else None
        text, wrong = written(found[each], older)
        problems += wrong
        if text.text == older:
            continue
        if not force and older is not None and noted.get(each) != text_digest(file):
            since = (
                "has changed since the notebook was built from it"
                if each in noted
                else "may be newer than the notebook"
            )
            mend = f"compare it with {Where(found[each].file)}; --force replaces the text."
            problems.append(Problem(f"This text {since}.", Where(file), mend))
        made[file] = text
    raise_if_any(problems)
    described = read_utf8(assignment.file)
    points = sum(cell.points for notebook in notebooks for cell in notebook.cells)
    adjusted = _adjusted(
        described, points if points != assignment.points else None, in_order[len(assignment.notebooks) :]
    )
    if adjusted != described:
        made[assignment.file] = Written(adjusted)
    if made:
        with replaced_folder(assignment.folder) as draft:
            shutil.copytree(assignment.folder, draft, symlinks=True, dirs_exist_ok=True)
            for file, text in made.items():
                write_text(draft / file.name, text.text)
        # From now on text and notebooks say the same: each may be edited, and made again from the other.
        note_text(course.root, load_assignment(project, name))
        write_text(source_record(course.root, name), folder_digest(course.source(name)))
    return BroughtBack(assignment.folder, made)


def _adjusted(text: str, points: float | None, new: list[str]) -> str:
    """``assignment.yml`` with the points of the cells, and with notebooks that it does not list."""
    if points is not None:
        text = re.sub(r"(?m)^(points\s*:[ \t]*)[0-9.]+", rf"\g<1>{points:g}", text)
    if new:
        text = re.sub(r"(?m)^(notebooks\s*:[ \t]*\[[^\]\n]*)\]", rf"\g<1>, {', '.join(new)}]", text)
    return text


def _start(project: Project, name: str, source: Path, notebooks: list[TextNotebook]) -> BroughtBack:
    folder = project.exercises / name
    if folder.exists():
        raise CasebookError.one(
            f"This folder is there, but it has no {FILE}.",
            where=Where(folder),
            mend="move it away, or write that file.",
        )
    made: dict[Path, Written] = {}
    problems: list[Problem] = []
    for notebook in notebooks:
        text, wrong = written(notebook)
        made[folder / f"{notebook.name}.md"] = text
        problems += wrong
    raise_if_any(problems)
    described, left = started(project, notebooks, source)
    made[folder / FILE] = Written(described)
    with replaced_folder(folder) as draft:
        for file, text in made.items():
            write_text(draft / file.name, text.text)
    return BroughtBack(folder, made, tuple(left))
