"""What stands in this CSV file, and on which line?"""

from __future__ import annotations

import csv
import io
from dataclasses import dataclass
from pathlib import Path

from casebook.errors import Problem, Where


@dataclass(frozen=True)
class Row:
    """One row.

    Parameters
    ----------
    line
        The line of the file on which it begins, as an editor counts: the header is line 1.
    cells
        As written, in the order of the file.
    """

    line: int
    cells: tuple[str, ...]


@dataclass(frozen=True)
class TableFile:
    """A CSV file as written: nothing is converted yet.

    Parameters
    ----------
    size
        In bytes.
    rows
        Without the header; rows may be shorter or longer than it, and blank lines have no cells.
    """

    path: Path
    size: int
    header: tuple[str, ...]
    rows: tuple[Row, ...]

    def column(self, name: str) -> list[tuple[int, str]]:
        """Give line and cell of each row in one column; rows of the wrong length are left out."""
        if name not in self.header:
            return []
        index = self.header.index(name)
        return [(row.line, row.cells[index]) for row in self.rows if len(row.cells) == len(self.header)]


def read_table_file(path: Path) -> tuple[TableFile | None, list[Problem]]:
    """Read a CSV file: comma-separated, UTF-8, lines ending in LF.

    Returns
    -------
    TableFile or None
        None: it cannot be read as such a file at all.
    list of Problem
        What is wrong with the file as text.
    """
    try:
        content = path.read_bytes()
    except OSError as error:
        mend = "put the file there, or take its passport out of datapackage.json."
        return None, [Problem(f"The table cannot be read: {error.strerror}.", Where(path), mend)]
    try:
        text = content.decode("utf-8")
    except UnicodeDecodeError as error:
        return None, [_not_utf_8(path, content, error.start)]

    problems = _problems_of_text(path, text)
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    rows: list[Row] = []
    line = 1
    try:
        for cells in reader:
            rows.append(Row(line, tuple(cells)))
            line = reader.line_num + 1
    except csv.Error as error:
        what = f"From here on this is no sound CSV: {error}."
        mend = 'close every quotation mark, and write a quotation mark inside a cell twice ("").'
        return None, [*problems, Problem(what, Where(path, line), mend)]
    if not rows or not rows[0].cells:
        mend = "write the names of the columns, separated by commas, on the first line."
        return None, [*problems, Problem("The table has no header.", Where(path, 1), mend)]
    header = (rows[0].cells[0].removeprefix("\ufeff"), *rows[0].cells[1:])
    return TableFile(path, len(content), header, tuple(rows[1:])), problems


def _not_utf_8(path: Path, content: bytes, at: int) -> Problem:
    """Name the cell round a byte that is no UTF-8, for a person to search for."""
    start = content.rfind(b"\n", 0, at) + 1
    # What cannot be read becomes a mark, and the first mark stands where reading stopped.
    header, cells = _cells(content.split(b"\n", 1)[0]), _cells(content[start:].split(b"\n", 1)[0])
    index = next(number for number, cell in enumerate(cells) if "\ufffd" in cell)
    column = header[index] if start and index < len(header) else None
    what = f"This is not UTF-8 text: byte 0x{content[at]:02x} in {cells[index][:60]!r}."
    where = Where(path, content.count(b"\n", 0, at) + 1, column=column)
    return Problem(what, where, "save the file with the encoding UTF-8.")


def _cells(line: bytes) -> list[str]:
    """Give the cells of one line, as far as it can be read; the whole line if it is no CSV."""
    text = line.decode("utf-8", "replace")
    try:
        return next(csv.reader([text]), [text])
    except csv.Error:
        return [text]


def _problems_of_text(path: Path, text: str) -> list[Problem]:
    """Find what pandas or git would trip over although it is sound UTF-8."""
    problems: list[Problem] = []
    if text.startswith("\ufeff"):
        mend = "save the file as UTF-8 without a byte order mark."
        problems.append(Problem("The file begins with an invisible byte order mark.", Where(path, 1), mend))
    if "\r" in text:
        line = text.count("\n", 0, text.index("\r")) + 1
        mend = "save the file with line ends LF (in an editor: 'Unix')."
        problems.append(Problem("A line ends in CR instead of LF.", Where(path, line), mend))
    if text and not text.endswith("\n"):
        line = text.count("\n") + 1
        mend = "end the last line with a line break."
        problems.append(Problem("The last line is cut off: it has no line break.", Where(path, line), mend))
    return problems
