"""What does lateness cost in a course that ``course.yml`` describes?"""

from __future__ import annotations

import math
from pathlib import Path

from casebook.course.model import LatePolicy
from casebook.course.reading import load_course
from casebook.errors import CasebookError
from casebook.project import find_project

DAY_S = 24 * 60 * 60
HOUR_S = 60 * 60


def late_policy_of(course: Path, assignment: str) -> LatePolicy | None:
    """The late policy that the casebook around a course directory sets for an assignment; None: it sets none.

    Parameters
    ----------
    course
        The course directory.
    assignment
        Name of the assignment.

    Raises
    ------
    CasebookError
        ``course.yml`` cannot be read.
    """
    try:
        project = find_project(course)
    except CasebookError:
        # A course of its own, not one of a casebook.
        return None
    described = load_course(project)
    if described is None or assignment not in {graded.name for graded in described.assignments}:
        return None
    return described.late


def points_off(policy: LatePolicy, points_possible: float, late_s: float) -> float:
    """The points that lateness takes off.

    Parameters
    ----------
    policy
        Of the course.
    points_possible
        What the work is worth.
    late_s
        Seconds after it was due.
    """
    if late_s <= policy.grace_hours * HOUR_S:
        return 0.0
    days = math.ceil(late_s / DAY_S)
    return points_possible * min(days * policy.percent_per_day, policy.cap_percent) / 100
