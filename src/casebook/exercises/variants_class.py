"""Whose names stand in a class list?

A table as a spreadsheet or a register saves it: with commas, semicolons or tabs, with or without the
mark that Excel puts before the first letter.
"""

from __future__ import annotations

import csv
import re
from pathlib import Path

from casebook.errors import CasebookError, Problem, Where, raise_if_any
from casebook.exercises.text_file import read_utf8

COLUMNS = ("student_id", "id")
DELIMITERS = ",;\t"
# No file system takes a longer name, and drafts get a few letters more.
LONGEST = 200
# What the file systems of students and instructors keep for themselves, or take to mean a folder.
UNSAFE = re.compile(r'[/\\:*?"<>|]')
DEVICE = re.compile(r"(con|prn|aux|nul|com\d|lpt\d)(\..*)?", re.IGNORECASE)


def read_class_list(file: Path) -> list[str]:
    """The ids of all students in a class list, in its order.

    Parameters
    ----------
    file
        A table whose column ``student_id``, or else ``id``, holds them; other columns are passed over.

    Raises
    ------
    CasebookError
        With every problem: it is no such table, it lists nobody; or an id is missing, is there
        twice, or cannot be the name of a folder.
    """
    rows, column = _rows(file)
    problems: list[Problem] = []
    seen: dict[str, tuple[str, int]] = {}
    for line, row in rows:
        student = row[column].strip() if column < len(row) else ""
        if not any(cell.strip() for cell in row):
            continue
        where = Where(file, line)
        if not student:
            problems.append(Problem("This row has no id.", where, "write the student's id, or delete the row."))
        elif why := _unsafe(student):
            problems.append(
                Problem(
                    f"The id {student!r} {why}, so it cannot be the name of a folder.",
                    where,
                    "write the id under which the student hands in.",
                )
            )
        elif student.casefold() in seen:
            first, first_line = seen[student.casefold()]
            what = f"The id {student!r} stands in line {first_line} already"
            what += "." if first == student else f", as {first!r}: on many machines, their folders would be one."
            problems.append(Problem(what, where, "leave one of the two rows."))
        else:
            seen[student.casefold()] = (student, line)
    raise_if_any(problems)
    if not seen:
        raise CasebookError.one("It lists nobody.", where=Where(file), mend="write one student a row.")
    return [student for student, _ in seen.values()]


def _rows(file: Path) -> tuple[list[tuple[int, list[str]]], int]:
    text = read_utf8(file)
    heads: list[list[str]] = []
    for delimiter in DELIMITERS:
        reader = csv.reader(text.splitlines(keepends=True), delimiter=delimiter)
        try:
            head = [name.strip().casefold() for name in next(reader, [])]
            column = next((head.index(name) for name in COLUMNS if name in head), None)
            if column is not None:
                return [(reader.line_num, row) for row in reader], column
        except csv.Error as error:
            raise CasebookError.one(
                f"Not a table: {error}.", where=Where(file, reader.line_num), mend="save it as CSV in UTF-8."
            ) from error
        heads.append(head)
    found = ", ".join(repr(name) for name in max(heads, key=len))
    raise CasebookError.one(
        f"No column is called student_id or id; there is {found or 'none'}.",
        where=Where(file, 1),
        mend="name the columns in the first row, the one with the ids student_id.",
    )


def _unsafe(student: str) -> str:
    """Why an id cannot be the name of a folder; empty: it can."""
    if odd := UNSAFE.search(student):
        return f"holds {odd.group()}"
    if not student.isprintable():
        return "holds a character that cannot be printed"
    if student.startswith(".") or student.endswith("."):
        return "begins or ends with a dot"
    if DEVICE.fullmatch(student):
        return "means a device on Windows"
    if len(student.encode("utf-8", "surrogatepass")) > LONGEST:
        return "is too long"
    return ""
