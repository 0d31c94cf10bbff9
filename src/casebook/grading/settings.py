"""Which of a course's nbgrader settings bear on grading, and what do they say?

nbgrader itself reads them, so names, defaults and inheritance are its own. What is set and is not
followed here is named, so that nobody believes it was.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from casebook.errors import CasebookError, Where
from casebook.exercises.course_directory import CourseDirectory

# The student, the points of a notebook, the seconds that it is late -> the points to take off.
LatePenalty = Callable[[str, float, float], float | None]

# nbgrader's own plug-in, which takes off nothing or everything.
THEIR_PLUGIN = "nbgrader.plugins.latesubmission"

FOLLOWED = {
    "CourseDirectory": {
        *("course_id", "db_url", "directory_structure", "groupshared", "ignore", "root", "student_id_exclude"),
        *("autograded_directory", "feedback_directory", "release_directory", "source_directory", "submitted_directory"),
        # Only the exchange, and other steps of nbgrader, ask for these.
        *("include", "max_dir_size", "max_file_size", "solution_directory", "source_with_tests_directory"),
    },
    "Autograde": {
        *("create_student", "exclude_overwriting", "permissions", "pre_convert_hook", "post_convert_hook"),
        # Whether to grade again is decided by what has changed.
        "force",
    },
    "Execute": {
        *("timeout", "interrupt_on_timeout", "error_on_timeout", "kernel_name"),
        "skip_cells_with_tag",
    },
    # They are always put back.
    "OverwriteCells": {"add_missing_cells"},
    "IgnorePattern": {"enabled", "pattern"},
    "LimitOutput": {"enabled", "max_lines", "max_traceback"},
    "AssignLatePenalties": {"enabled", "plugin_class"},
}


@dataclass(frozen=True)
class Settings:
    """What a course's nbgrader settings say about grading. Folders are ``CourseDirectory``'s to know.

    Parameters
    ----------
    course_id, db_url
        What nbgrader calls the course, and its gradebook's address as SQLAlchemy writes it.
    exclude_students
        Ids of students whose submissions are left alone.
    create_student
        Whether a student whom the gradebook does not know is entered.
    ignore
        Patterns of names of files and folders that are not copied to the graded ones.
    exclude_overwriting
        By assignment, files that are the student's own although the source has them too.
    permissions
        Of graded files, as ``chmod`` takes them.
    groupshared
        Whether folders of graded work are made writable by their group.
    cell_timeout_s
        Seconds for one cell. None: as long as it takes.
    interrupt_on_timeout
        Whether a cell that takes too long is interrupted and the next is run; else the submission
        is not graded.
    error_on_timeout
        ``ename``, ``evalue`` and ``traceback`` that such a cell shows. None: the submission is not graded.
    kernel_name
        The kernel for all notebooks; empty: the one that each names.
    skip_cells_with_tag
        Cells with this tag are not run.
    ignore_pattern
        Text on standard error that this regular expression finds costs nothing. None: all does.
    max_lines, max_traceback
        Lines of output, and entries of a traceback, that are kept of a cell; -1: all.
    late_penalty
        Asks the course's plug-in what to take off work that is late. None: nothing is.
    pre_convert_hook, post_convert_hook
        Called before and after each submission with ``assignment``, ``student`` and ``notebooks``.
    unfollowed
        A sentence for each setting that is not followed.
    """

    course_id: str
    db_url: str
    exclude_students: frozenset[str]
    create_student: bool
    ignore: tuple[str, ...]
    exclude_overwriting: Mapping[str, tuple[str, ...]]
    permissions: int
    groupshared: bool
    cell_timeout_s: float | None
    interrupt_on_timeout: bool
    error_on_timeout: Mapping[str, Any] | None
    kernel_name: str
    skip_cells_with_tag: str
    ignore_pattern: str | None
    max_lines: int
    max_traceback: int
    late_penalty: LatePenalty | None
    pre_convert_hook: Callable[..., object] | None
    post_convert_hook: Callable[..., object] | None
    unfollowed: tuple[str, ...]


def read_settings(course: CourseDirectory) -> Settings:
    """The settings of a course; nbgrader's own where it says nothing.

    Raises
    ------
    CasebookError
        They cannot be read, or have a value that cannot be.
    """
    parts = course.autograde_parts()
    coursedir, converter = parts[0], parts[1]
    execute, limits = _part(parts, "Execute"), _part(parts, "LimitOutput")
    ignored = _part(parts, "IgnorePattern")
    late = _part(parts, "AssignLatePenalties")
    return Settings(
        course_id=course.course_id,
        db_url=course.db_url,
        # nbgrader compares what stands between the commas, blanks and all.
        exclude_students=frozenset(coursedir.student_id_exclude.split(",")) - {""},
        create_student=converter.create_student,
        ignore=tuple(coursedir.ignore),
        exclude_overwriting={name: tuple(files) for name, files in converter.exclude_overwriting.items()},
        permissions=_permissions(course, converter.permissions),
        groupshared=coursedir.groupshared,
        cell_timeout_s=_seconds(execute and execute.timeout),
        interrupt_on_timeout=bool(execute and execute.interrupt_on_timeout),
        error_on_timeout=execute and execute.error_on_timeout,
        kernel_name=(execute and execute.kernel_name) or "",
        skip_cells_with_tag=(execute and execute.skip_cells_with_tag) or "",
        ignore_pattern=(ignored and ignored.pattern) or None,
        max_lines=limits.max_lines if limits else -1,
        max_traceback=limits.max_traceback if limits else -1,
        late_penalty=_late_penalty(late),
        pre_convert_hook=converter.pre_convert_hook,
        post_convert_hook=converter.post_convert_hook,
        unfollowed=_unfollowed(parts, course.autograde_parts(as_configured=False)),
    )


def _part(parts: list[Any], name: str) -> Any:
    """The preprocessor of this name, or of a class derived from it; None: it is left out or switched off."""
    for part in parts:
        if any(kind.__name__ == name for kind in type(part).__mro__) and getattr(part, "enabled", True):
            return part
    return None


def _seconds(value: int | None) -> float | None:
    return float(value) if value and value > 0 else None


def _permissions(course: CourseDirectory, written: int) -> int:
    # The setting is a decimal number whose digits are read as octal: 444 is r--r--r--.
    try:
        return int(str(written), 8)
    except ValueError as error:
        raise CasebookError.one(
            f"Autograde.permissions is {written}, which is no file mode.",
            where=Where(course.root / "nbgrader_config.py"),
            mend="write three digits from 0 to 7, such as 444.",
        ) from error


def _late_penalty(late: Any) -> LatePenalty | None:
    if late is None:
        return None
    late.init_plugin()
    if type(late.plugin_inst).__module__ == THEIR_PLUGIN and late.plugin_inst.penalty_method == "none":
        return None

    def ask(student: str, score: float, late_s: float) -> float | None:
        # Like nbgrader: each notebook has a plug-in of its own, which carries nothing over.
        late.init_plugin()
        return late.plugin_inst.late_submission_penalty(student, score, late_s)

    return ask


def _unfollowed(parts: list[Any], plain: list[Any]) -> tuple[str, ...]:
    usual = {type(part).__name__: part for part in plain}
    found: list[str] = []
    for part in parts:
        kind = type(part).__name__
        if kind not in usual:
            found.append(f"{kind} is not part of grading here; nbgrader would run it.")
            continue
        found += [
            f"{kind}.{name} is set, and is not followed."
            for name in sorted(set(part.trait_names(config=True)) - FOLLOWED.get(kind, set()))
            if _shown(part, name) != _shown(usual[kind], name)
        ]
    return tuple(dict.fromkeys(found))


def _shown(part: Any, name: str) -> Any:
    value = getattr(part, name)
    return [getattr(each, "__name__", each) for each in value] if isinstance(value, list) else value
