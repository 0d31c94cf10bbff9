"""What does the gradebook say of all submissions of an assignment? In two queries, however many there are."""

from __future__ import annotations

from sqlalchemy import Connection, Integer, MetaData, case, cast, func, select

from casebook.exercises.course_scores import SubmissionScore
from casebook.grading.gradebook_key import AssignmentKey


def scores_of(connection: Connection, metadata: MetaData, key: AssignmentKey) -> dict[str, SubmissionScore]:
    """Points so far of each submission by student, late penalties taken off."""
    tables = metadata.tables
    submission, notebook, grade = tables["submitted_assignment"], tables["submitted_notebook"], tables["grade"]
    handed_in = submission.join(notebook, notebook.c.assignment_id == submission.c.id)
    # nbgrader's rule: a person's mark goes before the test's, and extra credit needs one of them.
    points = func.coalesce(grade.c.manual_score, grade.c.auto_score)
    score = case((points.is_(None), 0.0), else_=points + func.coalesce(grade.c.extra_credit, 0.0))
    earned = connection.execute(
        select(submission.c.student_id, func.sum(score), func.max(cast(grade.c.needs_manual_grade, Integer)))
        .select_from(handed_in.outerjoin(grade, grade.c.notebook_id == notebook.c.id))
        .where(submission.c.assignment_id == key.id)
        .group_by(submission.c.student_id)
    )
    lost = dict(
        connection.execute(
            select(submission.c.student_id, func.sum(func.coalesce(notebook.c.late_submission_penalty, 0.0)))
            .select_from(handed_in)
            .where(submission.c.assignment_id == key.id)
            .group_by(submission.c.student_id)
        ).all()
    )
    return {
        student: SubmissionScore(
            student=student,
            score=max(0.0, float(total or 0) - float(lost.get(student) or 0)),
            max_score=key.max_score,
            needs_manual_grade=bool(by_hand),
        )
        for student, total, by_hand in earned
    }
