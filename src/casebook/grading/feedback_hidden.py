"""What does feedback say about hidden tests that are to stay hidden? Their messages, and no more.

A cell is changed before nbgrader's exporter, or any other, makes a page of it: its hidden lines go,
and so does the traceback, which would quote them. What the author wrote for students, the message
of the assertion that failed, stays; an error that says something else about a hidden test, such as
the key that a table lacks, keeps its name only.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Generator, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from casebook.errors import CasebookError, Problem, Where
from casebook.exercises.code_secrets import is_in_code, names_asked, parsed
from casebook.exercises.readable import compact, squeeze
from casebook.exercises.regions import RegionKind, scan
from casebook.exercises.secrets import Secret, region_secrets

INSTEAD = "# More checks ran here; they are not shown."
UNSAID = "a check that is not shown here did not pass."
UNSAID_ERROR = "raised while a check that is not shown here was running."
COLOUR = re.compile(r"\x1b\[[0-9;]*m")
ARROW = re.compile(r"^-+>\s*(\d+)\s?(.*)$", re.MULTILINE)
# The kit's own checks of charts say only what a student may read.
SPEAKS_TO_STUDENTS = re.compile(r"\bchart_checks\.py\b")


@dataclass(frozen=True)
class _Shown:
    """A test cell without its hidden lines; ``visible``: numbers of the lines that stay, from 1."""

    source: str
    visible: frozenset[int]


def hide_hidden_tests(notebook: Any, resources: Any) -> tuple[Any, Any]:
    """A graded notebook as it may be shown, changed in place; an nbconvert preprocessor."""
    for cell in notebook.cells:
        if _mentions_hidden_tests(cell):
            _hide(cell)
    return notebook, resources


@contextmanager
def hidden_in(config: Any) -> Generator[None]:
    """While the block runs, exporters made with these nbgrader settings leave hidden tests out.

    Raises
    ------
    CasebookError
        The settings mark hidden tests in another way than nbgrader's own.
    """
    marks = dict(config.ClearHiddenTests)
    for name, usual in (("begin_test_delimeter", "BEGIN HIDDEN TESTS"), ("end_test_delimeter", "END HIDDEN TESTS")):
        if marks.get(name, usual) != usual:
            raise CasebookError.one(
                f"Hidden tests cannot be told here: ClearHiddenTests.{name} is {marks[name]!r}.",
                where=Where("nbgrader_config.py"),
                mend=f"mark them as nbgrader does ({usual}), or give feedback that shows them.",
            )
    # A setting of a class of exporters hides that of all exporters.
    sections = [config[name] for name in list(config) if name.endswith("Exporter") and "preprocessors" in config[name]]
    sections = sections if any(section is config.Exporter for section in sections) else [*sections, config.Exporter]
    before = [(section, section.get("preprocessors")) for section in sections]
    for section, listed in before:
        section["preprocessors"] = [*(listed or []), hide_hidden_tests]
    try:
        yield
    finally:
        for section, listed in before:
            if listed is None:
                del section["preprocessors"]
            else:
                section["preprocessors"] = listed


def hidden_secrets(notebook: Any, name: str) -> list[Secret]:
    """What of a graded notebook's hidden tests must not stand on its page.

    Their messages may; and so may what the student wrote, or sees in the tests that are shown.
    """
    found: list[Secret] = []
    seen: list[str] = []
    for cell in notebook.cells:
        source = str(cell.source)
        if not _mentions_hidden_tests(cell):
            seen.append(source)
            continue
        where = Where(name, 1, cell=str(cell.metadata.get("nbgrader", {}).get("grade_id", "")))
        try:
            parts = scan(source, where)
        except CasebookError:
            found += region_secrets(source.split("\n"), where, code=True, messages=False)
            continue
        for part in parts:
            if part.kind is RegionKind.HIDDEN_TESTS:
                asked = names_asked(source)
                found += region_secrets(part.lines, where, code=True, asked=asked, messages=False)
            else:
                seen.append("\n".join(part.lines))
    words, signs = squeeze("\n".join(seen)), compact("\n".join(seen))
    return [
        secret
        for secret in found
        if (not is_in_code(secret.exact, signs) if secret.exact else secret.squeezed not in words)
    ]


def as_reason(problems: list[Problem]) -> str:
    """Why a page cannot be given out, on one line."""
    return f"hidden tests stand on the page: {problems[0].what}" if problems else ""


def _mentions_hidden_tests(cell: Any) -> bool:
    return str(RegionKind.HIDDEN_TESTS) in str(cell.source)


def _hide(cell: Any) -> None:
    source = str(cell.source)
    shown = _without_hidden(source)
    cell.source = shown.source
    if cell.cell_type != "code":
        return
    errors = [output for output in cell.outputs if output.output_type == "error"]
    for error in errors:
        at = next(_lines_reached(error, source), None)
        line = f"----> {at} {source.splitlines()[at - 1]}\n\n" if at in shown.visible else ""
        error.evalue = _said(error, source, is_visible=bool(line))
        error.traceback = [f"{line}{error.ename}: {error.evalue}"]
    # What a cell prints while hidden tests run may be theirs.
    cell.outputs = errors


def _without_hidden(source: str) -> _Shown:
    try:
        parts = scan(source, Where("a graded notebook"))
    except CasebookError:
        # Nobody can say where they end.
        return _Shown(INSTEAD, frozenset())
    lines: list[str] = []
    visible: set[int] = set()
    number = 1
    for part in parts:
        if part.kind is RegionKind.HIDDEN_TESTS:
            begin = part.begin or ""
            lines.append(begin[: len(begin) - len(begin.lstrip())] + INSTEAD)
        else:
            lines += part.all_lines
            visible |= set(range(number, number + len(part.all_lines)))
        number += len(part.all_lines)
    return _Shown("\n".join(lines), frozenset(visible))


def _said(error: Any, source: str, *, is_visible: bool) -> str:
    """What may be told of an error."""
    message = str(error.evalue)
    if error.ename != "AssertionError":
        return message if is_visible else UNSAID_ERROR
    if message and (is_visible or _is_authors(message, source) or _is_from_chart_checks(error)):
        return message
    return message if is_visible else UNSAID


def _lines_reached(error: Any, source: str) -> Iterator[int]:
    """Numbers of the cell's lines that the traceback points at, from the outermost call on."""
    lines = source.splitlines()
    for number, code in ARROW.findall(_traceback(error)):
        if int(number) <= len(lines) and lines[int(number) - 1].strip() == code.strip():
            yield int(number)


def _traceback(error: Any) -> str:
    return COLOUR.sub("", "\n".join(str(part) for part in error.traceback))


def _is_from_chart_checks(error: Any) -> bool:
    files = re.findall(r"(?m)^(?:File |Cell In|Input In).*$", _traceback(error))
    return bool(files) and bool(SPEAKS_TO_STUDENTS.search(files[-1]))


def _is_authors(message: str, source: str) -> bool:
    """Whether an assertion in the cell can have said this.

    A student's function may raise an AssertionError too, with what it was called with as the
    message; that of pandas' own assertions holds both tables.
    """
    tree = parsed(source)
    asserts = [node.msg for node in ast.walk(tree) if isinstance(node, ast.Assert)] if tree is not None else []
    return any(
        re.fullmatch(pattern, message, re.DOTALL) is not None
        for said in asserts
        if said and (pattern := _pattern(said))
    )


def _pattern(said: ast.expr) -> str:
    """What the messages look like that an expression can make; empty: that cannot be said."""
    match said:
        case ast.Constant(value=str(text)):
            return re.escape(text)
        case ast.JoinedStr(values=values):
            parts = [_pattern(value) if isinstance(value, ast.Constant) else ".*" for value in values]
            return "".join(parts) if any(part != ".*" for part in parts) else ""
        case ast.BinOp(left=left, op=ast.Add(), right=right):
            both = _pattern(left), _pattern(right)
            return "".join(part or ".*" for part in both) if any(both) else ""
        case ast.BinOp(left=ast.Constant(value=str(text)), op=ast.Mod()):
            return re.sub(r"%[-\d.]*[a-zA-Z]", ".*", re.escape(text))
        case ast.Call(func=ast.Attribute(value=ast.Constant(value=str(text)), attr="format")):
            return ".*".join(re.escape(part) for part in re.split(r"\{[^}]*\}", text))
        case _:
            return ""
