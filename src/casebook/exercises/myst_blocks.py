"""Which lines of a text notebook belong to which cell?

The rules are those of jupytext's ``md:myst``, and the parser is its own; but lines are counted
exactly, and what cannot be read is told of cell by cell.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, cast

import yaml

from casebook.errors import Problem, Where

CODE, RAW = "{code-cell}", "{raw-cell}"
DIRECTIVES = {CODE: "code", RAW: "raw"}
YAML_END = re.compile(r"-{3,}")


@dataclass(frozen=True)
class Block:
    """One cell as it stands in its file. Lines are counted from 0.

    Parameters
    ----------
    cell_type
        ``code``, ``markdown`` or ``raw``.
    source, metadata
        The cell's text, and its metadata as written.
    begin
        The fence of a code cell; of a Markdown cell, the first line of its text.
    source_at
        The first line of its text.
    end
        The line after its last.
    """

    cell_type: str
    source: str
    metadata: dict[str, object]
    begin: int
    source_at: int
    end: int


@dataclass
class Blocks:
    """A text notebook taken apart.

    Parameters
    ----------
    head
        The keys at the top.
    head_end
        The line after them.
    cells
        Its cells, in order.
    problems
        What could not be read.
    """

    head: dict[str, object] = field(default_factory=dict[str, object])
    head_end: int = 0
    cells: list[Block] = field(default_factory=list[Block])
    problems: list[Problem] = field(default_factory=list[Problem])


def blocks_of(text: str, file: Path) -> Blocks:
    """The cells of a text notebook.

    Parameters
    ----------
    text
        The text, its lines ended by line feeds.
    file
        Where it stands, for messages.
    """
    # jupytext takes a while to import; nothing else in this package needs it.
    from jupytext.myst import get_parser

    found = Blocks()
    lines = text.split("\n")
    tokens: list[Any] = list(cast("Any", get_parser)().parse(text + "\n"))
    if tokens and tokens[0].type == "front_matter":
        front = tokens.pop(0)
        found.head_end = int(front.map[1])
        found.head = _head(str(front.content), file, found.problems)
    start, metadata, metadata_at = found.head_end, dict[str, object](), 0

    def flush(end: int) -> None:
        source = "\n".join(lines[start:end])
        # Blank lines around a Markdown cell belong to the text, not to the cell.
        before = len(source) - len(source.lstrip("\n"))
        source = source.strip("\n").rstrip()
        if source:
            at = start + before
            found.cells.append(Block("markdown", source, metadata, at, at, at + source.count("\n") + 1))
        elif metadata:
            what = "There is no text under the keys of this cell, so it would be no cell."
            found.problems.append(
                Problem(what, Where(file, metadata_at + 1), "write the text below, or delete the line.")
            )

    for token in _top_level(tokens):
        first, after = int(token.map[0]), int(token.map[1])
        if token.type == "myst_block_break":
            flush(first)
            metadata, metadata_at = _json(str(token.content), Where(file, first + 1), found.problems), first
        else:
            flush(first)
            metadata = {}
            found.cells.append(_fenced(token, file, found.problems))
        start = after
    flush(len(lines))
    return found


def _top_level(tokens: list[Any]) -> Iterator[Any]:
    nesting = 0
    for token in tokens:
        nesting += token.nesting
        is_cell = token.type == "fence" and token.info.startswith(tuple(DIRECTIVES))
        if nesting == 0 and (is_cell or token.type == "myst_block_break"):
            yield token


def _head(text: str, file: Path, problems: list[Problem]) -> dict[str, object]:
    # Counted from the line after the opening ---.
    mend = "mend the line; a text that holds a colon needs quotes around it."
    found, problem = _yaml(text, Where(file, 2), "The keys at the top are not valid YAML", mend)
    problems += problem
    return found


def _fenced(token: Any, file: Path, problems: list[Problem]) -> Block:
    """A code or raw cell: the keys at its top, if there are any, and its text."""
    first = int(token.map[0])
    body = str(token.content).split("\n")[:-1]
    taken, text = 0, ""
    if body and body[0].startswith("---"):
        end = next((number for number, line in enumerate(body[1:], start=1) if YAML_END.match(line)), len(body))
        text, taken = "\n".join(body[1:end]), end + 1
    elif body and body[0].lstrip().startswith(":"):
        end = next((number for number, line in enumerate(body) if not line.lstrip().startswith(":")), len(body))
        text, taken = "\n".join(line.lstrip()[1:] for line in body[:end]), end
    what, mend = "A cell's metadata cannot be read", "mend the YAML at the top of the code cell."
    # The line of the first key: below the fence, and below --- if that is there.
    at = first + (3 if body and body[0].startswith("---") else 2)
    metadata, problem = _yaml(text, Where(file, at), what, mend)
    problems += problem
    if taken < len(body) and not body[taken].strip():
        # One blank line may stand between the keys and the text.
        taken += 1
    kind = next(kind for directive, kind in DIRECTIVES.items() if token.info.startswith(directive))
    return Block(kind, "\n".join(body[taken:]), metadata, first, first + 1 + taken, int(token.map[1]))


def _yaml(text: str, first: Where, what: str, mend: str) -> tuple[dict[str, object], list[Problem]]:
    try:
        found: object = yaml.safe_load(text)
    except (yaml.YAMLError, ValueError) as error:
        mark = error.problem_mark if isinstance(error, yaml.MarkedYAMLError) else None
        said = (error.problem if isinstance(error, yaml.MarkedYAMLError) else None) or str(error).splitlines()[0]
        where = replace(first, line=(first.line or 1) + (mark.line if mark else 0))
        return {}, [Problem(f"{what}: {said.rstrip('.')}.", where, mend)]
    if found is None or isinstance(found, dict):
        return {str(key): value for key, value in cast("dict[object, object]", found or {}).items()}, []
    return {}, [Problem(f"{what}: {found!r} is not keys and values.", first, mend)]


def _json(text: str, where: Where, problems: list[Problem]) -> dict[str, object]:
    if not text.strip():
        return {}
    try:
        found: object = json.loads(text)
    except ValueError as error:
        said = str(error)
    else:
        if isinstance(found, dict):
            return cast("dict[str, object]", found)
        said = f"{found!r} is not keys and values"
    mend = 'mend the JSON after `+++`, such as {"graded": {"id": "why", "kind": "written", "points": 2}}.'
    problems.append(Problem(f"A cell's metadata cannot be read: {said}.", where, mend))
    return {}
