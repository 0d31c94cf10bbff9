"""The one door to nbgrader: what it is asked to do in a course directory, and what it answers.

A course directory is nbgrader's own layout: ``source``, ``release``, ``submitted``,
``autograded``, ``feedback`` and ``gradebook.db``. Its ``nbgrader_config.py``, if there is one, is
read as nbgrader reads it.
"""

from __future__ import annotations

import logging
import os
import re
import sysconfig
import tempfile
import warnings
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import zmq

from casebook.errors import CasebookError, Where

RAISED = re.compile(r"[\w.]+(Error|Exception|Exit|Interrupt)\b: ")


@dataclass(frozen=True)
class CellScore:
    """What one graded cell of one submission earned.

    Parameters
    ----------
    grade_id, notebook
        Which cell.
    earned
        Points; None if a person has yet to give them.
    points_possible
        Points that the cell is worth.
    """

    grade_id: str
    notebook: str
    earned: float | None
    points_possible: float


@dataclass(frozen=True)
class SubmissionScore:
    """What the gradebook says of one submission.

    Parameters
    ----------
    student
        Id of the student.
    score, max_score
        Points so far, late penalty taken off, and points possible.
    needs_manual_grade
        Whether a person has yet to mark something in it.
    """

    student: str
    score: float
    max_score: float
    needs_manual_grade: bool


@dataclass(frozen=True)
class Outcome:
    """How one request to nbgrader ended.

    Parameters
    ----------
    success
        Whether it did what it was asked to do.
    log
        What nbgrader wrote while at it.
    """

    success: bool
    log: str

    @property
    def reason(self) -> str:
        """The most telling line of the log, for a person: the error that stopped it."""
        lines = [line.strip() for line in self.log.splitlines() if line.strip()]
        # nbgrader ends every failure with an exception that only points at the lines above it.
        errors = [line for line in lines if RAISED.match(line) and "NbGraderException" not in line]
        return (errors or lines or ["nbgrader gave no reason."])[-1]


class CourseDirectory:
    """An nbgrader course directory.

    Parameters
    ----------
    root
        The directory. It is made when something is first put into it.
    """

    def __init__(self, root: Path) -> None:
        self.root = root.resolve()

    def source(self, assignment: str) -> Path:
        """Where the instructor's notebooks of an assignment are."""
        return self.root / "source" / assignment

    def release(self, assignment: str) -> Path:
        """Where the students' version of an assignment is."""
        return self.root / "release" / assignment

    def submitted(self, student: str, assignment: str) -> Path:
        """Where a student's submission is."""
        return self.root / "submitted" / student / assignment

    def autograded(self, student: str, assignment: str) -> Path:
        """Where a student's graded notebooks are."""
        return self.root / "autograded" / student / assignment

    def feedback(self, student: str, assignment: str) -> Path:
        """Where a student's feedback pages are."""
        return self.root / "feedback" / student / assignment

    def students_who_submitted(self, assignment: str) -> list[str]:
        """Ids of all students with a folder for this assignment, sorted."""
        return sorted(folder.parent.name for folder in self.root.glob(f"submitted/*/{assignment}") if folder.is_dir())

    @cached_property
    def _api(self) -> Any:
        from nbgrader.apps import NbGraderAPI
        from nbgrader.coursedir import CourseDirectory as NbgraderCourseDirectory
        from traitlets.config.loader import Config, PyFileConfigLoader

        config, settings = Config(), self.root / "nbgrader_config.py"
        if settings.is_file():
            try:
                config = PyFileConfigLoader(settings.name, path=str(self.root)).load_config()
            # The file is a program of the instructor's: it may raise anything.
            except Exception as error:
                raise CasebookError.one(
                    f"nbgrader's settings cannot be read: {type(error).__name__}: {error}.",
                    where=Where(settings, error.lineno if isinstance(error, SyntaxError) else None),
                    mend="mend the file; it is Python that nbgrader reads.",
                ) from error
        config.CourseDirectory.root = str(self.root)
        # Where the kernel can, its messages are encrypted; it warns on the terminal if they are not.
        config.KernelManager.transport_encryption = "auto"
        with _surroundings():
            return NbGraderAPI(coursedir=NbgraderCourseDirectory(config=config), config=config)

    def _ask(self, request: str, *arguments: str) -> Outcome:
        with _surroundings(), tempfile.TemporaryDirectory(prefix="casebook-") as sockets:
            if zmq.has("ipc"):
                # TCP ports are picked before the kernel takes them: of two kernels that start at
                # once, one may find its port gone. A socket in a folder of its own is nobody else's.
                self._api.config.KernelManager.transport = "ipc"
                self._api.config.KernelManager.ip = str(Path(sockets) / "kernel")
            answer = getattr(self._api, request)(*arguments)
        return Outcome(bool(answer["success"]), f"{answer.get('log') or ''}\n{answer.get('error') or ''}")

    def generate(self, assignment: str) -> Outcome:
        """Make the students' version from the source and enter the assignment in the gradebook."""
        return self._ask("generate_assignment", assignment)

    def autograde(self, assignment: str, student: str) -> Outcome:
        """Run a student's notebooks and enter their scores, replacing earlier ones."""
        return self._ask("autograde", assignment, student)

    def generate_feedback(self, assignment: str, student: str) -> Outcome:
        """Make a student's feedback pages, replacing earlier ones."""
        return self._ask("generate_feedback", assignment, student)

    @contextmanager
    def _gradebook(self) -> Generator[Any]:
        from nbgrader.api import Gradebook

        coursedir = self._api.coursedir
        with _surroundings(), Gradebook(coursedir.db_url, coursedir.course_id) as gradebook:
            yield gradebook

    def knows(self, assignment: str) -> bool:
        """Whether the assignment has been released, so that nbgrader can grade it."""
        from nbgrader.api import MissingEntry

        file = str(self._api.coursedir.db_url).partition("sqlite:///")[2]
        if file and not Path(file).exists():
            # Asking would make an empty gradebook.
            return False
        with self._gradebook() as gradebook:
            try:
                return bool(gradebook.find_assignment(assignment).notebooks)
            except MissingEntry:
                return False

    def cell_scores(self, assignment: str, student: str) -> list[CellScore]:
        """What each graded cell of a submission earned, hand-graded ones included."""
        with self._gradebook() as gradebook:
            submission = gradebook.find_submission(assignment, student)
            return [
                CellScore(
                    grade_id=str(grade.name),
                    notebook=str(notebook.name),
                    earned=None if grade.needs_manual_grade else float(grade.score),
                    points_possible=float(grade.max_score),
                )
                for notebook in submission.notebooks
                for grade in notebook.grades
            ]

    def submission_scores(self, assignment: str) -> dict[str, SubmissionScore]:
        """What the gradebook says of every submission it knows, by student.

        Raises
        ------
        CasebookError
            The gradebook does not know the assignment.
        """
        self.require(assignment)
        with self._gradebook() as gradebook:
            scores = [_score(submission) for submission in gradebook.find_assignment(assignment).submissions]
        return {score.student: score for score in scores}

    def graded_score(self, assignment: str, student: str) -> SubmissionScore | None:
        """What a submission has earned so far; None: it is not graded."""
        from nbgrader.api import MissingEntry

        if not self.autograded(student, assignment).is_dir():
            return None
        with self._gradebook() as gradebook:
            try:
                return _score(gradebook.find_submission(assignment, student))
            except MissingEntry:
                return None

    def student_ids(self) -> list[str]:
        """Ids of all students in the gradebook, sorted."""
        with self._gradebook() as gradebook:
            return sorted(str(student.id) for student in gradebook.students)

    def require(self, assignment: str) -> None:
        """Do nothing if the assignment has been released here.

        Raises
        ------
        CasebookError
            It has not, or this is no course directory.
        """
        if not self.root.is_dir():
            raise CasebookError.one(
                "There is no such course directory.",
                where=Where(self.root),
                mend=f"name one with --course, or make it: casebook exercises release {assignment} --course {Where(self.root)}",
            )
        if not self.knows(assignment):
            raise CasebookError.one(
                f"The gradebook here does not know the assignment {assignment!r}.",
                where=Where(self.root),
                mend=f"release it first: casebook exercises release {assignment} --course {Where(self.root)}",
            )


def _score(submission: Any) -> SubmissionScore:
    return SubmissionScore(
        student=str(submission.student.id),
        score=max(0.0, float(submission.score) - float(submission.late_submission_penalty or 0)),
        max_score=float(submission.max_score),
        needs_manual_grade=bool(submission.needs_manual_grade),
    )


@contextmanager
def _surroundings() -> Generator[None]:
    """What nbgrader needs around it while it works, and what it must not do meanwhile."""
    # It makes a gradebook by running `alembic`, which lies beside this Python and is on PATH only
    # if somebody has activated the environment.
    path = os.environ.get("PATH", "")
    os.environ["PATH"] = os.pathsep.join([sysconfig.get_path("scripts"), path])
    # It hands its log back with the answer; nothing of it belongs on the terminal, where it would
    # print students' ids.
    logger = logging.getLogger("traitlets")
    propagate = logger.propagate
    logger.propagate = False
    silent = logging.NullHandler()
    logger.addHandler(silent)
    try:
        with warnings.catch_warnings():
            # nbgrader 0.9.6 uses SQLAlchemy 2.1 in ways that SQLAlchemy warns of and that do no harm.
            warnings.filterwarnings("ignore", module=r"nbgrader\.")
            yield
    finally:
        logger.removeHandler(silent)
        logger.propagate = propagate
        os.environ["PATH"] = path
