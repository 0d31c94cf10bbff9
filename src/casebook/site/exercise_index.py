"""The page of all assignments: what each is worth, how long it takes, to which lesson it belongs, when it is due."""

from __future__ import annotations

from collections.abc import Iterable

from casebook.exercises.model import Assignment, Release
from casebook.site.course_pages import EDITIONS_WITH_DATES
from casebook.site.course_words import Cell, clock_words, list_table, moment_words, weight_words
from casebook.site.exercise_pages import Surroundings

PAGE = "exercises/index"

_HOW = """Each is done in JupyterLab, with notebooks and data to download; its page says how, what is asked and how it \
is marked."""


def exercise_index(releases: Iterable[Release], around: Surroundings) -> str:
    """The page as MyST Markdown.

    Parameters
    ----------
    releases
        The assignments, in any order; they stand in the order of their lessons.
    around
        Dates and weights are those of its course; readers see none.
    """
    assignments = sorted((release.assignment for release in releases), key=lambda each: (each.chapter, each.name))
    dated = around.course is not None and around.edition in EDITIONS_WITH_DATES
    header = ("Assignment", "Lesson", "Points", "Time", *(("Counts for", "Due") if dated else ()))
    parts = [
        "# All assignments",
        _HOW,
        list_table("What there is to do", header, [_row(assignment, around, dated=dated) for assignment in assignments])
        if assignments
        else "There are none yet.",
        *([clock_words(around.course)] if around.course is not None and dated and assignments else []),
    ]
    return "\n\n".join(parts) + "\n"


def _row(assignment: Assignment, around: Surroundings, *, dated: bool) -> tuple[Cell, ...]:
    row = (
        f"[](/exercises/{assignment.name}/index.md)",
        f"[](/chapters/{assignment.chapter}/chapter.md)",
        f"{assignment.points:g}",
        f"{assignment.minutes} minutes",
    )
    if not dated:
        return row
    graded = around.graded(assignment.name)
    if graded is None:
        return (*row, "not set in this course", "")
    return (*row, weight_words(graded), moment_words(graded.due))
