"""How does the folder of a graded submission come to be?

As ``nbgrader autograde`` leaves it: the student's files, the instructor's files over them, the
graded notebooks. The folder is made beside its place and put there whole, and nothing that a
student's links point to outside the submission gets into it.
"""

from __future__ import annotations

import fnmatch
import os
import re
import shutil
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

import nbformat
from nbformat import NotebookNode

from casebook.errors import CasebookError, Where
from casebook.exercises.course_directory import CourseDirectory
from casebook.grading.settings import Settings
from casebook.whole_files import replaced_folder

SETGID_AND_GROUP = 0o2770


@dataclass(frozen=True)
class Written:
    """A folder of graded work.

    Parameters
    ----------
    folder
        Where it is.
    left_out
        Files of the submission that are not in it, relative to the submission: links that point out
        of it or to nothing, and what is no file, such as a named pipe.
    """

    folder: Path
    left_out: tuple[str, ...]


def write_autograded(
    course: CourseDirectory,
    settings: Settings,
    student: str,
    assignment: str,
    notebooks: Mapping[str, NotebookNode],
    *,
    own_files: Mapping[str, bytes] | None = None,
) -> Written:
    """Put the folder of a graded submission in its place, whole, replacing an earlier one.

    Parameters
    ----------
    course, settings
        The course, and what its settings say.
    student, assignment
        Whose submission, and of what. The submission itself is only read.
    notebooks
        The graded notebooks, by name.
    own_files
        Files of the instructor's that this student has in a version of their own, by name.

    Raises
    ------
    CasebookError
        A file cannot be read or written; an earlier folder is as it was.
    """
    target = course.autograded(student, assignment)
    submission, source = course.submitted(student, assignment), course.source(assignment)
    patterns = (*settings.ignore, "*.ipynb")
    own = set(settings.exclude_overwriting.get(assignment, ()))
    try:
        _clear_drafts(target)
        with replaced_folder(target) as draft:
            _usual_mode(draft)
            handed_in = {name: _inside(submission, name) for name in _files(submission, patterns)}
            for name, file in handed_in.items():
                if file is not None:
                    shutil.copyfile(file, _place(draft, name), follow_symlinks=False)
            for name in _files(source, patterns):
                if name not in own:
                    shutil.copy(source / name, _place(draft, name))
            for name, content in (own_files or {}).items():
                _place(draft, name).write_bytes(content)
            for name, notebook in notebooks.items():
                # A student can print half a character; no file can hold one.
                text = nbformat.v4.writes(notebook).rstrip("\n") + "\n"
                _place(draft, f"{name}.ipynb").write_bytes(text.encode("utf-8", "replace"))
            _set_permissions(draft, settings)
        if settings.groupshared:
            _share(course.autograded(".", "."))
    except OSError as error:
        raise CasebookError.one(
            f"The graded work could not be written: {error.strerror or error}.",
            where=Where(error.filename or target),
            mend="see that there is room on the disk and that you may read and write here, then grade again.",
        ) from error
    return Written(target, tuple(name for name, file in handed_in.items() if file is None))


def files_beside(course: CourseDirectory, settings: Settings, student: str, assignment: str) -> dict[str, Path]:
    """What lies beside the notebooks of a submission while they run: its own files, and the instructor's over them.

    Returns
    -------
    dict
        Where each file is, by its path beside the notebooks, with slashes. Links that lead out of
        the submission, and what is no file, are left out.
    """
    submission = course.submitted(student, assignment)
    given = given_files(course, settings, assignment)
    own = set(settings.exclude_overwriting.get(assignment, ()))
    found = {
        name: path
        for name in _files(submission, (*settings.ignore, "*.ipynb"))
        if (path := _inside(submission, name)) is not None
    }
    over = {name: path for name, path in given.items() if name not in own or name not in found}
    # A student's file may be called like the instructor's folder, or the other way round.
    taken = {str(above) for name in over for above in PurePosixPath(name).parents} | over.keys()
    kept = {
        name: path
        for name, path in found.items()
        if name not in taken and not any(str(above) in over for above in PurePosixPath(name).parents)
    }
    return {PurePosixPath(name).as_posix(): path for name, path in (kept | over).items()}


def given_files(course: CourseDirectory, settings: Settings, assignment: str) -> dict[str, Path]:
    """The instructor's files beside the notebooks, by path with slashes; none where the source has gone."""
    source = course.source(assignment)
    return {name: source / name for name in _files(source, (*settings.ignore, "*.ipynb"))}


def is_ignored(name: str, patterns: Sequence[str]) -> bool:
    """Whether a file's or a folder's own name has a pattern; as in a shell, ``*`` finds no name with a leading dot."""
    return any(
        fnmatch.fnmatchcase(name, pattern) and (not name.startswith(".") or pattern.startswith("."))
        for pattern in patterns
    )


def _files(folder: Path, patterns: Sequence[str]) -> Iterator[str]:
    """Files in a folder and below, relative to it; links to folders are not followed."""
    for place, folders, files in os.walk(folder, onerror=_fail):
        folders[:] = sorted(name for name in folders if not is_ignored(name, patterns))
        # os.walk calls a link to a folder a folder; it is no file either, and is left out.
        links = [name for name in folders if (Path(place) / name).is_symlink()]
        for name in sorted([*files, *links]):
            if not is_ignored(name, patterns):
                yield str((Path(place) / name).relative_to(folder))


def _fail(error: OSError) -> None:
    # A course whose source has gone is graded from the gradebook; an unreadable folder is another thing.
    if not isinstance(error, FileNotFoundError):
        raise error


def _inside(submission: Path, name: str) -> Path | None:
    """Where a student's file really is; None: it is a link that leads out of the submission or to nothing, or no file."""
    try:
        real = (submission / name).resolve(strict=True)
    # A link to nothing, or to itself.
    except (FileNotFoundError, RuntimeError):
        return None
    # A named pipe is no file: it would keep its reader waiting for ever.
    return real if real.is_relative_to(submission.resolve()) and real.is_file() else None


def _place(draft: Path, name: str) -> Path:
    """Where a file goes, with nothing in its way: a student's file may be called like the instructor's folder."""
    place = draft / name
    for above in reversed(place.relative_to(draft).parents[:-1]):
        if (draft / above).is_file():
            (draft / above).unlink()
    place.parent.mkdir(parents=True, exist_ok=True)
    if place.is_dir():
        shutil.rmtree(place)
    place.unlink(missing_ok=True)
    return place


def _usual_mode(draft: Path) -> None:
    # The draft can be entered by all; graded work is only for whom this person's folders are for.
    sample = draft / "sample"
    sample.mkdir()
    draft.chmod(sample.stat().st_mode)
    sample.rmdir()


def _set_permissions(draft: Path, settings: Settings) -> None:
    for place, _, files in os.walk(draft):
        for name in files:
            (Path(place) / name).chmod(settings.permissions)
        if settings.groupshared:
            _share(Path(place))


def _share(folder: Path) -> None:
    mode = folder.stat().st_mode
    if mode & SETGID_AND_GROUP == SETGID_AND_GROUP:
        return
    try:
        folder.chmod((mode | SETGID_AND_GROUP) & 0o2777)
    except PermissionError:
        # Another instructor's folder: nbgrader goes on too, and says so in its log.
        return


def _clear_drafts(target: Path) -> None:
    """Remove what a run that was killed has left beside the folder; one run at a time works in a course."""
    draft = re.compile(rf"\.{re.escape(target.name)}\.(old\.)?[a-z0-9_]{{8}}")
    if target.parent.is_dir():
        for beside in target.parent.iterdir():
            if draft.fullmatch(beside.name) and beside.is_dir():
                shutil.rmtree(beside, ignore_errors=True)
