"""Which libraries does a chapter need, and in which versions was it run?"""

from __future__ import annotations

import ast
import re
import sys
from collections.abc import Iterator, Mapping
from importlib.metadata import packages_distributions, version
from pathlib import Path

from casebook.errors import Problem, Where
from casebook.site.text_chapter import ChapterCell, TextChapter

# What opens a notebook; a chapter does not import it.
TO_OPEN_IT = ("jupyterlab",)
# What a library needs to draw without a network, and does not install by itself.
TO_DRAW = {"altair": "vl-convert-python"}
_PINNED = re.compile(r"(?P<name>[A-Za-z0-9][A-Za-z0-9._-]*)==\S+.*")
_NOT_PYTHON = re.compile(r"^\s*[%!?].*$", re.MULTILINE)


def pinned_in(file: Path) -> dict[str, str]:
    """Lines of a requirements file that name an exact version, by the library's name in small letters."""
    if not file.is_file():
        return {}
    lines = (line.strip() for line in file.read_text(encoding="utf-8").splitlines())
    return {_name(match["name"]): line for line in lines if (match := _PINNED.fullmatch(line))}


def requirements_of(chapter: TextChapter, pinned: Mapping[str, str], file: Path) -> tuple[str, list[Problem]]:
    """The requirements file that goes with a chapter.

    Parameters
    ----------
    chapter
        As written.
    pinned
        From ``pinned_in``; empty: the versions of this environment.
    file
        Where the versions are pinned, for messages.

    Returns
    -------
    str
        One line for each library, in the order of the alphabet.
    list of Problem
        The chapter imports something whose version is not known.
    """
    lines = {_line(name, pinned) or name for name in TO_OPEN_IT}
    problems: list[Problem] = []
    for cell in chapter.code_cells:
        for module, line in _imports(cell):
            found = _line(_name(module), pinned)
            for name in [] if found else packages_distributions().get(module, []):
                found = found or _line(_name(name), pinned)
            if found:
                lines.add(found)
                also = _line(TO_DRAW[module], pinned) if module in TO_DRAW else None
                lines |= {also} if also else set()
            else:
                what = f'This cell imports "{module}", of which {file.name} names no version.'
                mend = "add the library to pyproject.toml, then run: make lock"
                problems.append(Problem(what, Where(chapter.file, cell.line + line - 1, cell=cell.name), mend))
    return "".join(f"{line}\n" for line in sorted(lines)), problems


def _line(name: str, pinned: Mapping[str, str]) -> str | None:
    if pinned:
        return pinned.get(name)
    try:
        return f"{name}=={version(name)}"
    except ModuleNotFoundError:  # PackageNotFoundError is one
        return None


def _imports(cell: ChapterCell) -> Iterator[tuple[str, int]]:
    """Each module outside Python's own library that a cell imports, with its line in the cell."""
    try:
        tree = ast.parse(_NOT_PYTHON.sub("", cell.source))
    except SyntaxError:
        # The run of the chapter says so, with its place.
        return
    for node in ast.walk(tree):
        names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
        names += [node.module] if isinstance(node, ast.ImportFrom) and node.module and not node.level else []
        for name in names:
            module = name.split(".")[0]
            if module not in sys.stdlib_module_names:
                yield module, node.lineno if isinstance(node, ast.stmt) else 1


def _name(name: str) -> str:
    """A library's name as registries compare it."""
    return re.sub(r"[-_.]+", "-", name).lower()
