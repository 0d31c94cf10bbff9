"""Where does a course keep whose work? As its settings say, else where nbgrader would keep it."""

from __future__ import annotations

import glob
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from casebook.errors import CasebookError, Where

STRUCTURE = "{nbgrader_step}/{student_id}/{assignment_id}"


@dataclass(frozen=True)
class Layout:
    """The folders of a course.

    Parameters
    ----------
    root
        The course directory, absolute.
    structure
        ``CourseDirectory.directory_structure``: a path with the fields ``nbgrader_step``,
        ``student_id`` and ``assignment_id``.
    source, release, submitted, autograded, feedback
        The names of the steps; one that is an absolute path lies outside the course directory.
    """

    root: Path
    structure: str = STRUCTURE
    source: str = "source"
    release: str = "release"
    submitted: str = "submitted"
    autograded: str = "autograded"
    feedback: str = "feedback"

    @classmethod
    def of(cls, config: Any, root: Path) -> Layout:
        """The layout that a course's settings describe.

        Raises
        ------
        CasebookError
            A name is no text, or the structure lacks a field or has one that nbgrader does not know.
        """
        section = config.CourseDirectory
        names: dict[str, Any] = {
            name: section.get(f"{name}_directory", name)
            for name in ("source", "release", "submitted", "autograded", "feedback")
        }
        names["structure"] = section.get("directory_structure", STRUCTURE)
        for name, value in names.items():
            if not isinstance(value, str) or not value:
                option = "directory_structure" if name == "structure" else f"{name}_directory"
                raise _wrong(f"CourseDirectory.{option} is {value!r}, which is no name of a folder.", root)
        layout = cls(root, **names)
        try:
            found = layout.path("step", "?student", "?assignment").as_posix()
        except (KeyError, IndexError, ValueError, AttributeError) as error:
            raise _wrong(
                f"CourseDirectory.directory_structure {layout.structure!r} has a field that nbgrader does not know: {error}.",
                root,
            ) from error
        if "?student" not in found or "?assignment" not in found:
            raise _wrong(f"CourseDirectory.directory_structure {layout.structure!r} lacks a field.", root)
        return layout

    def path(self, step: str, student: str, assignment: str) -> Path:
        """The folder of one student's work at a step; the student ``.`` is nobody."""
        return self.root / self.structure.format(nbgrader_step=step, student_id=student, assignment_id=assignment)

    def students(self, step: str, assignment: str) -> list[str]:
        """Ids of all students with a folder at a step, sorted."""
        # No file name holds this; it marks the student's place while all around it is made literal.
        mark = "\0"
        place = str(self.path(step, mark, assignment))
        before, *after = map(re.escape, place.split(mark))
        matches = re.compile(before + "(?P<student>[^/]+)" + "(?P=student)".join(after))
        found = glob.glob("*".join(map(glob.escape, place.split(mark))))  # noqa: PTH207  (the pattern may be absolute)
        names = (matches.fullmatch(folder) for folder in found if Path(folder).is_dir())
        return sorted(name["student"] for name in names if name)


def _wrong(what: str, root: Path) -> CasebookError:
    return CasebookError.one(
        what,
        where=Where(root / "nbgrader_config.py"),
        mend=f"name folders as text; the structure has the fields of {STRUCTURE!r}.",
    )
