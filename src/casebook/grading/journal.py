"""Which submissions were graded, and from what?

One small file per assignment under the course directory. It lets a second run skip what has not
changed; without it, everything is graded again, and nothing is lost.
"""

from __future__ import annotations

import json
from pathlib import Path

from casebook import __version__
from casebook.digests import folder_digest
from casebook.whole_files import write_text


def inputs_digest(submission: Path, source: Path) -> str:
    """One text that stands for everything that a grade depends on: the submission, the instructor's copy, the kit."""
    return f"{__version__}:{folder_digest(submission, source)}"


class Journal:
    """What was graded of one assignment.

    Parameters
    ----------
    course
        The course directory.
    assignment
        Name of the assignment.
    """

    def __init__(self, course: Path, assignment: str) -> None:
        self._file = course / ".casebook" / f"graded-{assignment}.json"
        self._digests: dict[str, str] = {}
        if self._file.is_file():
            try:
                found: object = json.loads(self._file.read_text(encoding="utf-8"))
            except ValueError:
                # A damaged journal costs time, not marks.
                found = None
            if isinstance(found, dict):
                self._digests = {str(student): str(digest) for student, digest in found.items()}

    def digest(self, student: str) -> str | None:
        """From what a student's submission was graded last; None: not yet, or without success."""
        return self._digests.get(student)

    def record(self, student: str, digest: str) -> None:
        """Note that a submission was graded."""
        self._digests[student] = digest
        self._save()

    def forget(self, student: str) -> None:
        """Note that a submission is about to be graded again."""
        if self._digests.pop(student, None) is not None:
            self._save()

    def _save(self) -> None:
        write_text(self._file, json.dumps(self._digests, indent=1, sort_keys=True) + "\n")
