"""What of an assignment's rubric may students read, and what is the key?

``rubric.md`` is for the person who marks. Its section ``## For students`` alone is public: the
assignment's page and the release show it. Everything else in the file is secret.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from casebook.errors import CasebookError, Where
from casebook.exercises.model import Assignment
from casebook.exercises.text_file import read_utf8

FILE = "rubric.md"
HEADING = "## For students"

SECTION = re.compile(r"#{1,2}\s")
FENCE = re.compile(r"\s{0,3}(```+|~~~+)")


def rubric_for_students(assignment: Assignment) -> str:
    """The public section of an assignment's rubric, as Markdown without its heading.

    Parameters
    ----------
    assignment
        The assignment; it need not have a rubric.

    Returns
    -------
    str
        Empty if there is no rubric, or no such section in it.

    Raises
    ------
    CasebookError
        There are two such sections, or one that says nothing.
    """
    lines = list(_lines(assignment))
    headings = [number for number, line, _ in lines if _is_heading(line)]
    text = "\n".join(line for _, line, public in lines if public).strip("\n")
    file = assignment.folder / FILE
    if len(headings) > 1:
        raise CasebookError.one(
            f"{HEADING!r} stands here a second time; the first is in line {headings[0]}.",
            where=Where(file, headings[1]),
            mend="put what students may read into one section.",
        )
    if headings and not text.strip():
        raise CasebookError.one(
            "The section for students says nothing.",
            where=Where(file, headings[0]),
            mend="say in words what earns points and what costs some, or delete the heading.",
        )
    return text


def rubric_key(assignment: Assignment) -> list[tuple[int, str]]:
    """The lines of the rubric that students must not read, each with its number in the file."""
    return [(number, line) for number, line, public in _lines(assignment) if not public and not _is_heading(line)]


def _is_heading(line: str) -> bool:
    return line.strip().casefold() == HEADING.casefold()


def _lines(assignment: Assignment) -> Iterator[tuple[int, str, bool]]:
    """Each line with its number, and whether it is part of the section for students."""
    file = assignment.folder / FILE
    if not file.is_file():
        return
    public, fence = False, ""
    for number, line in enumerate(read_utf8(file).split("\n"), start=1):
        edge = FENCE.match(line)
        if edge and (not fence or edge.group(1).startswith(fence)):
            # A line that looks like a heading inside a fence is none.
            fence = "" if fence else edge.group(1)
        if not fence and SECTION.match(line):
            public = _is_heading(line)
            yield number, line, False
        else:
            yield number, line, public
