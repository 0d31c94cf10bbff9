"""Sphinx extension: every table says which of its cells are headers, and of what.

Neither docutils nor pandas writes ``scope``, without which a screen reader has to guess.
"""

from __future__ import annotations

import re
from typing import Any

from docutils import nodes
from sphinx.application import Sphinx

_TABLE = re.compile(r"<table\b.*?</table>", re.DOTALL)
_HEAD = re.compile(r"<thead\b.*?</thead>", re.DOTALL)
_HEADER_CELL = re.compile(r"<th\b(?P<attributes>[^>]*)>(?P<inside>.*?)</th>", re.DOTALL)
# pandas writes styles into the page with every table; the book has its own.
_PANDAS_STYLE = re.compile(r"<style scoped>.*?</style>\s*", re.DOTALL)
_BORDER = re.compile(r'(<table\b[^>]*?)\s+border="1"')


def with_scopes(body: str) -> str:
    """The page with a ``scope`` in each header cell; a header cell without words becomes an ordinary cell."""
    return _TABLE.sub(lambda table: _scoped(table[0]), _PANDAS_STYLE.sub("", body))


def _scoped(table: str) -> str:
    table = _BORDER.sub(r"\1", table, count=1)
    head = _HEAD.search(table)
    if head is None:
        return _HEADER_CELL.sub(lambda cell: _cell(cell, "row"), table)
    before, after = table[: head.start()], table[head.end() :]
    columns = _HEADER_CELL.sub(lambda cell: _cell(cell, "col"), head[0])
    return before + columns + _HEADER_CELL.sub(lambda cell: _cell(cell, "row"), after)


def _cell(cell: re.Match[str], scope: str) -> str:
    if not re.sub(r"<[^>]*>|&nbsp;|\s", "", cell["inside"]):
        return f"<td{cell['attributes']}></td>"
    if "scope=" in cell["attributes"]:
        return cell[0]
    spans = re.search(r'\b(?:colspan|rowspan)="(\d+)"', cell["attributes"])
    whole = f"{scope}group" if spans and int(spans[1]) > 1 else scope
    return f'<th{cell["attributes"]} scope="{whole}">{cell["inside"]}</th>'


def write_scopes(
    app: Sphinx,  # noqa: ARG001 - Sphinx's signature
    page: str,  # noqa: ARG001
    template: str,  # noqa: ARG001
    context: dict[str, Any],
    doctree: nodes.document | None,  # noqa: ARG001
) -> None:
    """Do so on a page that is about to be written."""
    if "body" in context:
        context["body"] = with_scopes(str(context["body"]))


def setup(app: Sphinx) -> dict[str, object]:
    """Tell Sphinx about this extension."""
    app.connect("html-page-context", write_scopes)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
