"""Does a secret stand in anything that a student can open?

Secrets are the lines of solutions, hidden tests, mark schemes, wrong and right answers and
rubrics. Both sides are compared by their words alone, so that a line is found again after
highlighting, wrapping, quoting, typographic quotes or Markdown's marks.
"""

from __future__ import annotations

import html
import io
import json
import re
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from casebook.errors import Problem, Where
from casebook.exercises.assignment import assignment_names, load_assignment
from casebook.exercises.model import Assignment, TextCell
from casebook.exercises.notebook_text import read_notebook
from casebook.exercises.regions import RegionKind, scan
from casebook.exercises.text_file import read_utf8
from casebook.project import Project

# A line with fewer letters and digits says too little to give an answer away, and would be found
# by chance: `total = 0`, `return result`.
SHORTEST_SECRET = 16
# Text even if some byte in it is not UTF-8; of other files, those that are UTF-8 throughout.
TEXT_ENDINGS = {".html", ".js", ".json", ".txt", ".md", ".csv", ".css", ".svg", ".xml", ".yml", ".py", ".ics", ".ipynb"}
MARKED_UP = {".html", ".svg", ".xml", ".ipynb"}
# Strings in scripts, and in scripts on pages, carry quotes and line ends as escapes.
ESCAPED = {".html", ".js", ".json", ".svg"}
ESCAPE = re.compile(r"\\(?:u([0-9a-fA-F]{4})|x([0-9a-fA-F]{2})|(.))", re.DOTALL)

# Mark-up that may stand inside a word; any other ends one.
INLINE_TAG = re.compile(r"</?(?:a|b|code|em|i|mark|span|strong|tspan)\b[^>]*>", re.IGNORECASE)


@dataclass(frozen=True)
class Secret:
    """A line that students must not see.

    Parameters
    ----------
    squeezed
        The line's words.
    where
        Where it stands in the instructor's text.
    """

    squeezed: str
    where: Where


def squeeze(text: str) -> str:
    """The words and numbers of a text, in lower case, a blank before and after each."""
    # In lower case first: some capitals become a letter and a mark that belongs to no word.
    words = re.findall(r"[^\W_]+", text.casefold())
    return f" {' '.join(words)} "


def secrets(assignment: Assignment) -> list[Secret]:
    """The secret lines of an assignment, long enough to be worth guarding.

    A line that students see anyway, in a cell outside every region, is no secret.
    """
    hidden: dict[str, Where] = {}
    given = ""
    for name in assignment.notebooks:
        for cell in read_notebook(assignment.folder / f"{name}.md").cells:
            given += "".join(f"{squeeze(line)}\n" for kind, line, _ in _lines(cell) if kind is None)
            hidden |= {squeeze(line): where for kind, line, where in _lines(cell) if kind is not None}
    for file in sorted(assignment.folder.glob("*-answers/*.md")):
        for cell in read_notebook(file, patch=True).cells:
            hidden |= {squeeze(line): where for _, line, where in _lines(cell) if cell.cell_type == "code"}
    rubric = assignment.folder / "rubric.md"
    if rubric.is_file():
        lines = read_utf8(rubric).split("\n")
        hidden |= {squeeze(line): Where(rubric, number) for number, line in enumerate(lines, start=1)}
    return [Secret(line, where) for line, where in hidden.items() if len(line) >= SHORTEST_SECRET and line not in given]


def _lines(cell: TextCell) -> Iterator[tuple[RegionKind | None, str, Where]]:
    """Each line of a cell with its region and its place; markers count as lines of none."""
    number = cell.where.line or 1
    for part in scan(cell.source, cell.where):
        for line in part.all_lines:
            marker = line in (part.begin, part.end)
            yield None if marker else part.kind, line, replace(cell.where, line=number)
            number += 1


def leaks_in_release(assignment: Assignment, folder: Path) -> list[Problem]:
    """Secrets of an assignment in a folder of files for students."""
    return _leaks(secrets(assignment), folder)


def leaks_in(project: Project, tree: Path) -> list[Problem]:
    """Secrets of any assignment in a folder of files for students, such as the whole site."""
    everything = [secret for name in assignment_names(project) for secret in secrets(load_assignment(project, name))]
    return _leaks(everything, tree)


def _leaks(guarded: list[Secret], tree: Path) -> list[Problem]:
    problems: list[Problem] = []
    if not guarded:
        return problems
    for file in sorted(path for path in tree.rglob("*") if path.is_file()):
        for place, text in readable_texts(file.name, file.read_bytes()):
            problems += [
                Problem(
                    f"A line of {secret.where} that students must not see stands in {place}.",
                    Where(file),
                    "move the line into a region, or take it out of the page; if it is no secret, put it in a given cell.",
                )
                for secret in guarded
                if secret.squeezed in text
            ]
    # The same words may be found in a file both as it stands and as it reads.
    return list(dict.fromkeys(problems))


def readable_texts(name: str, content: bytes) -> Iterator[tuple[str, str]]:
    """What a person can read in a file: (which part of it, its squeezed text).

    Zip files are opened, notebooks read cell by cell with their outputs and metadata, mark-up and
    escapes also taken out. Pictures and other binary files give nothing.
    """
    ending = Path(name).suffix.lower()
    if ending == ".zip" and zipfile.is_zipfile(io.BytesIO(content)):
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            for entry in archive.namelist():
                for place, text in readable_texts(entry, archive.read(entry)):
                    yield f"{name}, {place}", text
        return
    try:
        text = content.decode("utf-8")
    except UnicodeDecodeError:
        if ending not in TEXT_ENDINGS:
            return
        text = content.decode("utf-8", errors="replace")
    pieces = _notebook_pieces(name, text) if ending == ".ipynb" else [(name, text)]
    for place, piece in pieces:
        for words in {squeeze(view): None for view in _views(piece, ending)}:
            yield place, words


def _views(piece: str, ending: str) -> Iterator[str]:
    """A text as it stands, for what hides in comments and attributes; and as it reads."""
    yield piece
    if ending in MARKED_UP:
        yield html.unescape(piece)
        yield html.unescape(re.sub(r"<[^>]*>", " ", INLINE_TAG.sub("", piece)))
    if ending in ESCAPED and "\\" in piece:
        # Letters beyond the first 65,536 are written as two escapes.
        yield ESCAPE.sub(_meant, piece).encode("utf-16", "surrogatepass").decode("utf-16", "replace")


def _notebook_pieces(name: str, text: str) -> list[tuple[str, str]]:
    try:
        notebook: object = json.loads(text)
    except ValueError:
        return [(name, text)]
    cells: object = notebook.pop("cells", None) if isinstance(notebook, dict) else None
    pieces = [(name, "\n".join(_strings(notebook)))]
    for number, cell in enumerate(cells if isinstance(cells, list) else [cells], start=1):
        label = cell.get("id", number) if isinstance(cell, dict) else number
        pieces.append((f"{name}, cell {label}", "\n".join(_strings(cell))))
    return pieces


def _meant(escape: re.Match[str]) -> str:
    """The character that an escape in a script stands for."""
    code, letter = escape.group(1) or escape.group(2), escape.group(3)
    return chr(int(code, 16)) if code else {"n": "\n", "r": "\n", "t": "\t"}.get(letter, letter)


def _strings(value: object) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, list):
        # Notebooks hold a text as a list of its lines.
        yield "".join(item for item in value if isinstance(item, str))
        for item in value:
            if not isinstance(item, str):
                yield from _strings(item)
    elif isinstance(value, dict):
        for key, item in value.items():
            yield str(key)
            yield from _strings(item)
