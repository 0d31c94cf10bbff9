"""Which tables does some code read, and where from?"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

# As a chapter's code writes it, from chapters/<name>/: a quoted path into data/.
_PATH = re.compile(r"""(?P<quote>["'])(?:\./)?(?:\.\./)+data/(?P<rest>[^"'\n]*)(?P=quote)""")
_TABLE = re.compile(r"(?P<table>[\w-]+)\.csv")


@dataclass(frozen=True)
class DataPath:
    """A path into ``data/`` that some code names.

    Parameters
    ----------
    line
        Of the code, counted from 1.
    table
        None: the path is put together from parts, so what it leads to cannot be told.
    """

    line: int
    path: str
    table: str | None


def data_paths(code: str) -> list[DataPath]:
    """Every path into ``data/`` that stands in some code, in order."""
    found: list[DataPath] = []
    for match in _PATH.finditer(code):
        table = _TABLE.fullmatch(match["rest"])
        line = code.count("\n", 0, match.start()) + 1
        found.append(DataPath(line, match[0][1:-1], table["table"] if table else None))
    return found


def with_data_at(code: str, place: Callable[[str], str]) -> str:
    """The same code, with its tables somewhere else.

    Parameters
    ----------
    place
        Where the table of a name is.
    """

    def moved(match: re.Match[str]) -> str:
        table = _TABLE.fullmatch(match["rest"])
        return f"{match['quote']}{place(table['table'])}{match['quote']}" if table else match[0]

    return _PATH.sub(moved, code)
