"""How did a submission's grading end?"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Status(StrEnum):
    """How a submission ended."""

    GRADED = "graded"
    UNCHANGED = "unchanged"
    NEEDS_ATTENTION = "needs_attention"


@dataclass(frozen=True)
class Graded:
    """One submission after grading.

    Parameters
    ----------
    student, assignment
        Whose, and of what.
    status
        How it ended.
    score, max_score
        Points so far and points possible. None: nothing could be graded.
    reason
        What a person must do, or should know; else empty.
    seconds
        How long its notebooks ran; 0: they did not.
    """

    student: str
    assignment: str
    status: Status
    score: float | None
    max_score: float | None
    reason: str
    seconds: float
