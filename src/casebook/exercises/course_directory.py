"""The one door to nbgrader: what it is asked to do in a course directory, and what it answers.

A course directory is nbgrader's own layout: ``source``, ``release``, ``submitted``,
``autograded``, ``feedback`` and ``gradebook.db``. Its ``nbgrader_config.py``, if there is one, is
read as nbgrader reads it.
"""

from __future__ import annotations

import tempfile
from collections.abc import Generator
from contextlib import contextmanager
from datetime import UTC, datetime
from functools import cached_property
from pathlib import Path
from typing import Any

import zmq

from casebook.errors import CasebookError, Where
from casebook.exercises.course_config import config_files, read_config
from casebook.exercises.course_layout import Layout
from casebook.exercises.course_outcome import Outcome
from casebook.exercises.course_scores import CellScore, SubmissionScore
from casebook.exercises.course_surroundings import set_up, surroundings


class CourseDirectory:
    """An nbgrader course directory.

    Parameters
    ----------
    root
        The directory. It is made when something is first put into it.
    db_url
        Another gradebook than that of the settings, as SQLAlchemy writes its address.
    """

    def __init__(self, root: Path, *, db_url: str | None = None) -> None:
        self.root = root.resolve()
        self._db_url = db_url
        self._is_sound = False

    @cached_property
    def config(self) -> Any:
        """The course's own nbgrader settings, a traitlets ``Config``.

        Raises
        ------
        CasebookError
            They cannot be read.
        """
        config = read_config(self.root)
        if self._db_url:
            config.CourseDirectory.db_url = self._db_url
        return config

    @cached_property
    def _layout(self) -> Layout:
        # Without settings there is no need to import what reads them.
        return Layout.of(self.config, self.root) if config_files(self.root) else Layout(self.root)

    def source(self, assignment: str) -> Path:
        """Where the instructor's notebooks of an assignment are."""
        return self._layout.path(self._layout.source, ".", assignment)

    def release(self, assignment: str) -> Path:
        """Where the students' version of an assignment is."""
        return self._layout.path(self._layout.release, ".", assignment)

    def submitted(self, student: str, assignment: str) -> Path:
        """Where a student's submission is."""
        return self._layout.path(self._layout.submitted, student, assignment)

    def autograded(self, student: str, assignment: str) -> Path:
        """Where a student's graded notebooks are."""
        return self._layout.path(self._layout.autograded, student, assignment)

    def feedback(self, student: str, assignment: str) -> Path:
        """Where a student's feedback pages are."""
        return self._layout.path(self._layout.feedback, student, assignment)

    def students_who_submitted(self, assignment: str) -> list[str]:
        """Ids of all students with a folder for this assignment, sorted."""
        return self._layout.students(self._layout.submitted, assignment)

    def students_graded(self, assignment: str) -> list[str]:
        """Ids of all students with graded notebooks of this assignment, sorted."""
        return self._layout.students(self._layout.autograded, assignment)

    def timestamp(self, student: str, assignment: str) -> datetime | None:
        """When a submission was handed in, in UTC and without a time zone; None: nobody wrote it down.

        Raises
        ------
        CasebookError
            ``timestamp.txt`` in the submission holds no time.
        """
        file = self.submitted(student, assignment) / "timestamp.txt"
        if not file.is_file():
            return None
        text = ""
        try:
            text = file.read_text(encoding="utf-8").strip()
            from nbgrader.utils import parse_utc

            return parse_utc(text) if text else None
        # What reads the time raises what it stumbles over: ValueError, OverflowError, TypeError, ...
        except Exception as error:
            raise CasebookError.one(
                f"{text[:50]!r} is no time.", where=Where(file), mend="write one such as 2026-02-28 17:00:00 UTC."
            ) from error

    @cached_property
    def _coursedir(self) -> Any:
        from nbgrader.coursedir import CourseDirectory as NbgraderCourseDirectory

        config = self.config
        with set_up(self.root):
            return NbgraderCourseDirectory(config=config)

    @property
    def db_url(self) -> str:
        """The gradebook's address, as SQLAlchemy writes it."""
        return str(self._coursedir.db_url)

    @property
    def course_id(self) -> str:
        """What nbgrader calls the course; empty if the settings do not say."""
        return str(self._coursedir.course_id)

    def autograde_parts(self, *, as_configured: bool = True) -> list[Any]:
        """The objects by which nbgrader grades a submission, with their settings.

        Parameters
        ----------
        as_configured
            With the course's settings; else with those that nbgrader has by itself.

        Returns
        -------
        list
            nbgrader's course directory, its converter and its exporter, and the preprocessors in
            the order in which they run.

        Raises
        ------
        CasebookError
            The settings name something that does not exist, or have a value that cannot be.
        """
        from nbgrader.converters import Autograde
        from nbgrader.coursedir import CourseDirectory as NbgraderCourseDirectory
        from traitlets import import_item
        from traitlets.config.loader import Config

        config = self.config if as_configured else Config({"CourseDirectory": {"root": str(self.root)}})
        with set_up(self.root):
            coursedir = NbgraderCourseDirectory(config=config)
            converter = Autograde(coursedir=coursedir, config=config)
            exporter = converter.exporter_class(parent=converter, config=converter.config)
            listed = [*converter.sanitize_preprocessors, *converter.autograde_preprocessors]
            classes = [import_item(each) if isinstance(each, str) else each for each in listed]
            parts = [each(parent=exporter) if isinstance(each, type) else each for each in classes]
        return [coursedir, converter, exporter, *parts]

    @cached_property
    def _api(self) -> Any:
        from nbgrader.apps import NbGraderAPI

        # Where the kernel can, its messages are encrypted; it warns on the terminal if they are not.
        self.config.KernelManager.transport_encryption = "auto"
        with surroundings(self.root):
            return NbGraderAPI(coursedir=self._coursedir, config=self.config)

    def _ask(self, request: str, *arguments: str) -> Outcome:
        with surroundings(self.root), tempfile.TemporaryDirectory(prefix="casebook-") as sockets:
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
        from nbgrader.api import Base, Gradebook

        from casebook.exercises.gradebook_database import open_database
        from casebook.exercises.gradebook_failures import clear_failures

        with surroundings(self.root), clear_failures(self.db_url):
            if not self._is_sound:
                # nbgrader would make a gradebook that is missing, and add tables to an older one.
                open_database(self.db_url, Base.metadata, patience_s=5).dispose()
                self._is_sound = True
            with Gradebook(self.db_url, self.course_id) as gradebook:
                yield gradebook

    def set_due(self, assignment: str, due: datetime) -> None:
        """Enter in the gradebook when an assignment is due; a submission after it is late.

        Parameters
        ----------
        assignment
            One that was released here.
        due
            With a time zone.
        """
        with self._gradebook() as gradebook:
            gradebook.update_or_create_assignment(assignment, duedate=due.astimezone(UTC).replace(tzinfo=None))

    def knows(self, assignment: str) -> bool:
        """Whether the assignment has been released, so that nbgrader can grade it."""
        from nbgrader.api import MissingEntry

        from casebook.exercises.gradebook_database import NoGradebookError

        try:
            with self._gradebook() as gradebook:
                return bool(gradebook.find_assignment(assignment).notebooks)
        except (MissingEntry, NoGradebookError):
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
