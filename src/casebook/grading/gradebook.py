"""How does a submission get into nbgrader's gradebook?

In one transaction: whole or not at all. Afterwards formgrader, ``nbgrader generate_feedback``,
``nbgrader export`` and marking by hand work as if nbgrader had graded.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from datetime import datetime
from types import TracebackType
from typing import Self

from nbformat import NotebookNode
from sqlalchemy import Connection

from casebook.course.model import LatePolicy
from casebook.errors import CasebookError, Where
from casebook.exercises.course_directory import CourseDirectory
from casebook.exercises.course_scores import SubmissionScore
from casebook.exercises.course_surroundings import surroundings
from casebook.exercises.gradebook_database import open_database, writing
from casebook.exercises.gradebook_failures import clear_failures
from casebook.grading.gradebook_cells import notebooks_of
from casebook.grading.gradebook_key import AssignmentKey, Due, NotebookKey, read_due, read_key
from casebook.grading.gradebook_marks import comments_after, grades_after, penalty
from casebook.grading.gradebook_rows import CommentRow, GradeRow, NotebookRecord, SubmissionRows
from casebook.grading.gradebook_scores import scores_of
from casebook.grading.lateness import points_off
from casebook.grading.model import InstructorNotebook
from casebook.grading.settings import LatePenalty, Settings, read_settings

__all__ = ["NbgraderBook", "NotebookRecord"]


class NbgraderBook:
    """The gradebook of a course, open for a run.

    Use it in a ``with`` block, in one thread at a time.

    Parameters
    ----------
    course
        The course directory.
    settings
        The course's settings; None: they are read.
    db_url
        Another gradebook than that of the settings, as SQLAlchemy writes its address.
    patience_s
        Seconds to wait for another program that writes to the gradebook.
    late_policy
        What lateness costs where nbgrader's settings name no plug-in for it. None: nothing.

    Raises
    ------
    CasebookError
        There is no gradebook, it is of an older nbgrader, or it cannot be opened.
    """

    def __init__(
        self,
        course: CourseDirectory,
        settings: Settings | None = None,
        *,
        db_url: str | None = None,
        patience_s: float = 15,
        late_policy: LatePolicy | None = None,
    ) -> None:
        with surroundings(course.root):
            from nbgrader import api

        self._course = course
        self._settings = settings or read_settings(course)
        self._late_policy = late_policy
        self._url = db_url or self._settings.db_url
        self._metadata = api.Base.metadata
        self._new_id = api.new_uuid
        self._keys: dict[str, tuple[Due, AssignmentKey]] = {}
        self._engine = open_database(self._url, self._metadata, patience_s=patience_s)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Let go of the database; other programs may have it."""
        self._engine.dispose()

    @staticmethod
    def checksum(cell: NotebookNode) -> str:
        """The checksum that nbgrader gives a cell: an answer that still has that of the text handed out was not touched."""
        from nbgrader.utils import compute_checksum

        return str(compute_checksum(cell))

    def due(self, assignment: str) -> datetime | None:
        """When an assignment is due, in UTC and without a time zone; None: it is not said.

        Raises
        ------
        CasebookError
            The gradebook does not know the assignment.
        """
        with clear_failures(self._url), self._engine.connect() as connection:
            return read_due(connection, self._metadata, assignment).date

    def instructor_notebooks(self, assignment: str) -> tuple[InstructorNotebook, ...]:
        """The notebooks of an assignment as the instructor wrote them, by name.

        Raises
        ------
        CasebookError
            The gradebook does not know the assignment.
        """
        from nbgrader.preprocessors import ClearHiddenTests, ClearMarkScheme, LockCells

        config = self._course.config
        preprocessors = {
            "lock": LockCells(config=config),
            "clear_tests": ClearHiddenTests(config=config, enforce_metadata=False),
            "clear_scheme": ClearMarkScheme(config=config, enforce_metadata=False, check_attachment_leakage=False),
        }
        with clear_failures(self._url), self._engine.connect() as connection:
            due = read_due(connection, self._metadata, assignment)
            key = self._key(connection, assignment, due)
            source = self._course.source(assignment)
            return notebooks_of(connection, self._metadata, key, source, preprocessors)

    def scores(self, assignment: str) -> dict[str, SubmissionScore]:
        """What every submission of an assignment has earned so far, by student.

        Raises
        ------
        CasebookError
            The gradebook does not know the assignment.
        """
        with clear_failures(self._url), self._engine.connect() as connection:
            due = read_due(connection, self._metadata, assignment)
            return scores_of(connection, self._metadata, self._key(connection, assignment, due))

    def record(
        self,
        assignment: str,
        student: str,
        notebooks: Mapping[str, NotebookRecord | None],
        timestamp: datetime | None,
    ) -> SubmissionScore:
        """Enter a graded submission, whole or not at all.

        Marks, comments and extra credit that a person gave before stay.

        Parameters
        ----------
        assignment, student
            Whose submission, and of what.
        notebooks
            What is to be recorded, by notebook. None: it was not handed in, and scores 0. A notebook
            of the assignment that is not named is left as it is.
        timestamp
            When it was handed in, in UTC and without a time zone, as ``CourseDirectory.timestamp``
            reads it. None: what the gradebook knew before, if anything.

        Returns
        -------
        SubmissionScore
            What the submission has earned so far, late penalty taken off.

        Raises
        ------
        CasebookError
            The gradebook does not know the assignment, a notebook, a cell or, where the settings
            forbid to enter students, the student; or it cannot be written to. Nothing was recorded.
        """
        with clear_failures(self._url), writing(self._engine).begin() as connection:
            due = read_due(connection, self._metadata, assignment)
            key = self._key(connection, assignment, due)
            rows = SubmissionRows(connection, self._metadata, self._new_id, key, due)
            if not rows.knows_student(student):
                self._may_enter(student)
                rows.add_student(student)
            return self._fill(rows, key, student, notebooks, timestamp)

    def _fill(
        self,
        rows: SubmissionRows,
        key: AssignmentKey,
        student: str,
        notebooks: Mapping[str, NotebookRecord | None],
        timestamp: datetime | None,
    ) -> SubmissionScore:
        if unknown := sorted(set(notebooks) - {notebook.name for notebook in key.notebooks}):
            raise CasebookError.one(
                f"The gradebook has no notebook {unknown[0]!r} in {key.name!r}.",
                mend="the assignment was released afresh meanwhile: grade again.",
            )
        submission = rows.submission(student, timestamp)
        handed_in = rows.notebooks(submission)
        old_grades, old_comments = rows.grades(handed_in), rows.comments(handed_in)
        grades: dict[str, GradeRow] = {}
        comments: dict[str, CommentRow] = {}
        penalties = {notebook.id: handed_in[notebook.id].late_submission_penalty for notebook in key.notebooks}
        for notebook in key.notebooks:
            home = handed_in[notebook.id].id
            here = {cell.id: old_grades.get(cell.id, GradeRow(home, cell.id)) for cell in notebook.graded.values()}
            said = {cell: old_comments.get(cell, CommentRow(home, cell)) for cell in notebook.commented.values()}
            if notebook.name in notebooks:
                record = notebooks[notebook.name]
                here = grades_after(notebook, here, record)
                score = math.fsum(row.score for row in here.values())
                # nbgrader leaves the penalty of an earlier version to a notebook that is missing now.
                penalties[notebook.id] = record and penalty(self._late(notebook), student, score, submission.late_s)
                said = comments_after(notebook, said, record) if record else said
            grades |= here
            comments |= said
        rows.save_grades(old_grades, grades)
        rows.save_comments(old_comments, comments)
        rows.save_penalties(handed_in, penalties)
        earned = math.fsum(row.score for row in grades.values())
        return SubmissionScore(
            student=student,
            score=max(0.0, earned - math.fsum(points or 0.0 for points in penalties.values())),
            max_score=key.max_score,
            needs_manual_grade=any(row.needs_manual_grade for row in grades.values()),
        )

    def _late(self, notebook: NotebookKey) -> LatePenalty | None:
        """Who says what lateness costs a notebook: the course's plug-in of nbgrader, else its ``course.yml``."""
        policy, plugin = self._late_policy, self._settings.late_penalty
        if plugin is None:
            possible = math.fsum(cell.max_score for cell in notebook.graded.values())
            return policy and (lambda _student, _score, late_s: points_off(policy, possible, late_s))

        def ask(student: str, score: float, late_s: float) -> float | None:
            with surroundings(self._course.root):
                return plugin(student, score, late_s)

        return ask

    def _may_enter(self, student: str) -> None:
        if not self._settings.create_student:
            raise CasebookError.one(
                f"The gradebook has no student {student!r}, and Autograde.create_student forbids to enter one.",
                where=Where(self._course.root / "nbgrader_config.py"),
                mend=f"run: nbgrader db student add {student}",
            )

    def _key(self, connection: Connection, assignment: str, due: Due) -> AssignmentKey:
        known = self._keys.get(assignment)
        if known is None or known[0].notebooks != due.notebooks:
            self._keys[assignment] = (due, read_key(connection, self._metadata, assignment, due))
        return self._keys[assignment][1]
