"""How does a CSV file from somewhere become a table of the collection, with a passport to fill in?"""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from casebook.data.check import PACKAGE_FILE
from casebook.data.inference import column_name, fields_of, primary_key_of
from casebook.data.model import SOURCE_ID, SOURCES
from casebook.data.passport import read_package
from casebook.data.passport_text import with_passport
from casebook.errors import CasebookError, Problem, Where, raise_if_any
from casebook.project import Project
from casebook.whole_files import write_bytes, write_text

_NAME = re.compile(r"[a-z][a-z0-9_]*")
_SEPARATORS = (",", ";", "\t", "|")
_MARKS = ((b"\xef\xbb\xbf", "utf-8-sig"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16"))


@dataclass(frozen=True)
class NewTable:
    """A table that was added.

    Parameters
    ----------
    file, passports
        Where the table and its passport are.
    rows
        How many.
    renamed
        Headings of the given file that are called otherwise now, with their new names.
    encoding
        Of the given file.
    """

    file: Path
    passports: Path
    rows: int
    renamed: tuple[tuple[str, str], ...]
    encoding: str


def add_table(
    project: Project, name: str, given: Path, *, encoding: str | None = None, source: str | None = None
) -> NewTable:
    """Write ``data/<name>.csv`` and a passport with blanks, which ``check_data`` then names one by one.

    The copy is UTF-8 with commas, lines end in LF, and columns are called in snake_case. A table
    without the column ``source_id`` gets one. Cells keep what they say: whatever does not fit its
    column is for the check to name and a person to mend.

    Parameters
    ----------
    given
        The file to start from; it stays as it is.
    encoding
        Of that file. None: UTF-8, or UTF-16 with a byte order mark.
    source
        What to write into ``source_id`` where that is blank. None: it stays blank.

    Raises
    ------
    CasebookError
        There is such a table already, or the file cannot be read as a table. Nothing is written.
    """
    file, passports = project.data / f"{name}.csv", project.data / PACKAGE_FILE
    raise_if_any(_name_problems(name, file, passports))
    text, found = _text(given, encoding)
    header, rows = _cells(text, given)
    names = tuple(column_name(written, number) for number, written in enumerate(header, start=1))
    raise_if_any(_same_name_problems(header, names, given))
    table = _with_sources([list(names), *rows], source)
    passport = _passport(name, table[0], table[1:], passports)
    content = io.StringIO()
    csv.writer(content, lineterminator="\n").writerows(table)
    # The table comes first: a passport without a table would stop the build.
    write_bytes(file, content.getvalue().encode("utf-8"))
    write_text(passports, with_passport(passports.read_text("utf-8"), passport))
    renamed = tuple((old, new) for old, new in zip(header, names, strict=True) if old != new)
    return NewTable(file, passports, len(rows), renamed, found)


def _name_problems(name: str, file: Path, passports: Path) -> list[Problem]:
    package, _ = read_package(passports)
    if not _NAME.fullmatch(name):
        mend = "use small letters, digits and underscores, as in express_parcels."
        return [Problem(f'"{name}" is no name for a table.', None, mend)]
    if (table := package.table(name)) is not None:
        what = f'There is a passport of a table "{name}" already.'
        return [Problem(what, Where(passports, table.line), "choose another name; nothing is overwritten.")]
    if file.exists():
        mend = "choose another name, or move the file out of the folder first; nothing is overwritten."
        return [Problem("The file is there already.", Where(file), mend)]
    return []


def _text(given: Path, encoding: str | None) -> tuple[str, str]:
    """Give the text of a file, and its encoding."""
    try:
        content = given.read_bytes()
    except OSError as error:
        what = f"The table cannot be read: {error.strerror}."
        raise CasebookError.one(what, where=Where(given), mend="name a CSV file with --from.") from error
    chosen = encoding or next((known for mark, known in _MARKS if content.startswith(mark)), "utf-8")
    try:
        return content.decode(chosen), chosen
    except LookupError as error:
        mend = "name one that Python knows, such as cp1252 or gb18030."
        raise CasebookError.one(f'"{chosen}" is no encoding.', mend=mend) from error
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        raise CasebookError.one(
            f"This is not {chosen} text: byte 0x{content[error.start]:02x}.",
            where=Where(given, line),
            mend="name the encoding with --encoding, such as cp1252 (western Europe) or gb18030 (Chinese).",
        ) from error


def _cells(text: str, given: Path) -> tuple[list[str], list[list[str]]]:
    """Give the header and the rows, without empty rows and without spaces round the cells."""
    first = text.split("\n", 1)[0]
    separator = max(_SEPARATORS, key=first.count)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True)
    rows: list[list[str]] = []
    problems: list[Problem] = []
    try:
        for row in reader:
            cells = [" ".join(cell.split()) for cell in row]
            if not any(cells):
                continue
            rows.append(cells)
            if len(cells) != len(rows[0]):
                what = f"The row has {len(cells)} cells, the header {len(rows[0])}: {separator.join(row)}"
                mend = "put text that holds a separator in quotation marks, and give every row all cells."
                problems.append(Problem(what, Where(given, reader.line_num), mend))
    except csv.Error as error:
        mend = 'close every quotation mark, and write a quotation mark inside a cell twice ("").'
        problems.append(Problem(f"This is no sound CSV: {error}.", Where(given, reader.line_num), mend))
    raise_if_any(problems)
    if len(rows) <= 1:
        mend = "give a file with the names of the columns on the first line and a row on each line after it."
        raise CasebookError.one("The file has no rows.", where=Where(given), mend=mend)
    return rows[0], rows[1:]


def _same_name_problems(header: Sequence[str], names: Sequence[str], given: Path) -> list[Problem]:
    return [
        Problem(
            f'Two columns would be called "{name}": {header[names.index(name)]} and {header[number]}.',
            Where(given, 1, column=header[number]),
            "rename one of them in the file.",
        )
        for number, name in enumerate(names)
        if names.index(name) != number
    ]


def _with_sources(table: list[list[str]], source: str | None) -> list[list[str]]:
    """Give the table with a column of sources, before the notes if there are any."""
    header = table[0]
    if SOURCE_ID not in header:
        at = header.index("note") if "note" in header else len(header)
        table = [[*row[:at], "" if number else SOURCE_ID, *row[at:]] for number, row in enumerate(table)]
    at = table[0].index(SOURCE_ID)
    for row in table[1:]:
        row[at] = row[at] or source or ""
    return table


def _passport(name: str, header: Sequence[str], rows: Sequence[Sequence[str]], passports: Path) -> dict[str, Any]:
    package: Any = json.loads(passports.read_text("utf-8"))
    fields = fields_of(header, rows)
    to_sources = {"fields": [SOURCE_ID], "reference": {"resource": SOURCES, "fields": [SOURCE_ID]}}
    return {
        "name": name,
        "path": f"{name}.csv",
        "profile": "tabular-data-resource",
        "title": "",
        "question": "",
        "description": "",
        "caveats": [],
        "tags": [],
        "licenses": package.get("licenses", []),
        "retrieved": "",
        "encoding": "utf-8",
        "schema": {
            "fields": fields,
            "primaryKey": primary_key_of(header, rows, fields),
            "foreignKeys": [to_sources],
            "missingValues": [""],
        },
    }
