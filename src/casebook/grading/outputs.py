"""What is kept of the outputs of a cell?

nbgrader's ``IgnorePattern`` and ``LimitOutput`` as functions. They decide about points too: nbgrader
scores what they leave, in this order, and so must whoever calls ``score``.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any

# What nbgrader keeps if a course says nothing else; -1 means no limit.
MAX_LINES = 1000
MAX_TRACEBACK = 100


def without_ignored(outputs: Iterable[Mapping[str, Any]], pattern: str) -> list[dict[str, Any]]:
    """The outputs without what was printed to the error stream and matches a pattern.

    Parameters
    ----------
    outputs
        Outputs of one cell, as in a notebook. They are not changed.
    pattern
        A regular expression, found anywhere in the text. Empty: nothing is left out.
    """
    return [dict(output) for output in outputs if not (pattern and _is_ignored(output, pattern))]


def _is_ignored(output: Mapping[str, Any], pattern: str) -> bool:
    is_stderr = output["output_type"] == "stream" and output["name"] == "stderr"
    return is_stderr and re.search(pattern, output["text"]) is not None


def limited(
    outputs: Iterable[Mapping[str, Any]], *, max_lines: int = MAX_LINES, max_traceback: int = MAX_TRACEBACK
) -> list[dict[str, Any]]:
    """The outputs with long texts and tracebacks cut, and a line that says so.

    Parameters
    ----------
    outputs
        Outputs of one cell, as in a notebook. They are not changed.
    max_lines
        Lines of printed text that are kept of the whole cell, both streams together; a stream that
        begins after them is left out. Below 0: all.
    max_traceback
        Entries that are kept of each traceback, from its beginning and its end. Below 0: all.
    """
    kept: list[dict[str, Any]] = []
    lines = 0
    for output in outputs:
        if output["output_type"] == "stream" and max_lines >= 0:
            if lines == max_lines:
                continue
            text: list[str] = output["text"].split("\n")
            if len(text) + lines > max_lines:
                text = [*text[: max_lines - lines - 1], "... Output truncated ..."]
            lines += len(text)
            kept.append({**output, "text": "\n".join(text)})
        elif output["output_type"] == "error" and 0 <= max_traceback < len(output["traceback"]):
            kept.append({**output, "traceback": _both_ends(output["traceback"], max_traceback)})
        else:
            kept.append(dict(output))
    return kept


def _both_ends(traceback: list[str], entries: int) -> list[str]:
    first = entries // 2
    last = max(entries - first - 1, 0)
    return [*traceback[:first], "... Traceback truncated ...", *traceback[len(traceback) - last :]]
