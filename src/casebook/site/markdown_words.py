"""How do words that somebody wrote stay words on a page of Markdown?"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

# A sign within a word, such as the underline of a column's name, marks nothing; nor does a lone "and" sign.
_MARKS = re.compile(r"([\\`*{}\[\]<>#|$~]|(?<![^\W_])_|_(?![^\W_])|&(?=[#\w]))")
# What begins a list, a quotation, a definition, a comment or a rule if a line begins with it.
_AT_START = re.compile(r"^([-+=:%]|\d+(?=[.)](?:\s|$)))")


def as_words(text: str) -> str:
    """The text on one line, with a backslash before each sign that Markdown or MyST would read."""
    escaped = _MARKS.sub(r"\\\1", " ".join(text.split()))
    return _AT_START.sub(lambda start: _escaped_start(start[1]), escaped)


def _escaped_start(sign: str) -> str:
    return f"{sign}\\" if sign.isdigit() else f"\\{sign}"


def as_code(text: str) -> str:
    """The text as code within a line, whatever backticks it holds."""
    longest = max((len(run) for run in re.findall(r"`+", text)), default=0)
    ticks = "`" * (longest + 1)
    pad = " " if text.startswith("`") or text.endswith("`") else ""
    return f"{ticks}{pad}{text}{pad}{ticks}"


def link_to(address: str, words: str) -> str:
    """A link; ``words`` is Markdown already."""
    safe = f"<{address}>" if re.search(r"[\s()]", address) else address
    return f"[{words}]({safe})"


def table_of(header: Sequence[str], rows: Iterable[Sequence[str]], numbers: Iterable[int] = ()) -> str:
    """A Markdown table.

    Parameters
    ----------
    header, rows
        Cells as Markdown without line breaks; a bar in them has its backslash already.
    numbers
        Columns, counted from 0, that hold numbers and stand to the right.
    """
    right = set(numbers)
    rule = ["---:" if index in right else "---" for index in range(len(header))]
    return "\n".join(f"| {' | '.join(cells)} |" for cells in [header, rule, *rows])
