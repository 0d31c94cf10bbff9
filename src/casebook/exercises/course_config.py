"""What do a course's own nbgrader settings say?

``nbgrader_config.py`` and ``nbgrader_config.json`` in the course directory are read as nbgrader
reads them, old names included. Settings that a person or a machine keeps elsewhere, as in
``~/.jupyter``, are left out: a course is to be graded alike by whoever grades it, and a gradebook
that such a file names must not be written to from another course.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from casebook.errors import CasebookError, Where

FILES = ("nbgrader_config.py", "nbgrader_config.json")

# Sections that nbgrader renamed, and the options that have moved from there to CourseDirectory.
OLD_SECTIONS = {
    **dict.fromkeys(("NbGraderConfig", "BasicConfig", "BaseNbGraderApp", "BaseApp"), "NbGrader"),
    "AutogradeApp": "Autograde",
}
MOVED = (
    *("course_id", "student_id", "assignment_id", "notebook_id", "directory_structure", "db_url", "ignore"),
    *("source_directory", "release_directory", "submitted_directory", "autograded_directory"),
    *("feedback_directory", "solution_directory"),
)


def config_files(root: Path) -> list[Path]:
    """The files of a course directory that hold settings, in the order in which they are read."""
    return [root / name for name in FILES if (root / name).is_file()]


def read_config(root: Path) -> Any:
    """The settings of a course as a traitlets ``Config``; empty if the course has none.

    Parameters
    ----------
    root
        The course directory, absolute. The settings cannot move it, and a gradebook that they put at
        a relative place lies inside it, as for nbgrader.

    Raises
    ------
    CasebookError
        A file cannot be read.
    """
    from traitlets.config.loader import Config, JSONFileConfigLoader, PyFileConfigLoader

    config = Config()
    for file in config_files(root):
        loader = PyFileConfigLoader if file.suffix == ".py" else JSONFileConfigLoader
        try:
            config.merge(loader(file.name, path=str(root)).load_config())
        # The file is a program of the instructor's: it may raise anything, and may call exit().
        except (Exception, SystemExit) as error:
            raise CasebookError.one(
                f"nbgrader's settings cannot be read: {type(error).__name__}: {error}.",
                where=Where(file, getattr(error, "lineno", None)),
                mend=f"mend the file; it is {'Python' if file.suffix == '.py' else 'JSON'} that nbgrader reads.",
            ) from error
    _rename(config)
    config.CourseDirectory.root = str(root)
    config.CourseDirectory.db_url = _absolute(str(config.CourseDirectory.get("db_url", "")), root)
    return config


def _rename(config: Any) -> None:
    for old, new in OLD_SECTIONS.items():
        if old in config:
            config[new].merge(config.pop(old))
    for section in ("NbGrader", "Exchange"):
        for option in MOVED if section == "NbGrader" else ("course_id",):
            if section in config and option in config[section]:
                config.CourseDirectory[option] = config[section].pop(option)


def _absolute(db_url: str, root: Path) -> str:
    file = sqlite_file(db_url or "sqlite:///gradebook.db")
    if file is None or file.is_absolute():
        return db_url
    return f"sqlite:///{root / file}{db_url.partition('?')[1]}{db_url.partition('?')[2]}"


def sqlite_file(db_url: str) -> Path | None:
    """The file of a gradebook that is an SQLite file; None: it is a database on a server."""
    kind, colon, file = db_url.partition("?")[0].partition(":///")
    is_file = bool(colon and file) and kind.partition("+")[0] == "sqlite" and not file.startswith("file:")
    return Path(file) if is_file else None
