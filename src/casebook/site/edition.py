"""Who is the site for?

=========== ======================================================================================
reader      the book, the exercises to download, no dates
student     the same with the course's dates and calendar
instructor  all of that with teaching notes, solutions and mark schemes; a banner says so on each
            page, and search engines are asked to keep out
=========== ======================================================================================
"""

from __future__ import annotations

from enum import StrEnum


class Edition(StrEnum):
    """Who an edition is for."""

    READER = "reader"
    STUDENT = "student"
    INSTRUCTOR = "instructor"

    @property
    def has_solutions(self) -> bool:
        """Whether its pages show what students must not see."""
        return self is Edition.INSTRUCTOR
