"""Sphinx extension: every table says which of its cells are headers, and of what.

Neither docutils nor pandas writes ``scope``, without which a screen reader has to guess. Where the
screen is narrow, a table of class ``row-cards`` is laid out as a card for each row; its cells then
carry the words of their headers, and say that they are cells, because the layout takes that from them.

pandas has every cell end at the right, which suits numbers. Columns of words begin at the left: their
cells get the class ``words``.
"""

from __future__ import annotations

import re
from html import escape, unescape
from typing import Any

from docutils import nodes
from sphinx.application import Sphinx

_TABLE = re.compile(r"<table\b.*?</table>", re.DOTALL)
_HEAD = re.compile(r"<thead\b.*?</thead>", re.DOTALL)
_HEADER_CELL = re.compile(r"<th\b(?P<attributes>[^>]*)>(?P<inside>.*?)</th>", re.DOTALL)
# pandas writes styles into the page with every table; the book has its own.
_PANDAS_STYLE = re.compile(r"<style scoped>.*?</style>\s*", re.DOTALL)
_STACKS = re.compile(r'<table\b[^>]*\bclass="[^"]*\brow-cards\b')
_ROW = re.compile(r"<tr\b[^>]*>.*?</tr>", re.DOTALL)
_CELL = re.compile(r"<(?P<kind>t[hd])\b(?P<attributes>[^>]*)>(?P<inside>.*?)</(?P=kind)>", re.DOTALL)
_PART = re.compile(r"<(?P<part>table|thead|tbody|tr)\b")
_ROLES = {"table": "table", "thead": "rowgroup", "tbody": "rowgroup", "tr": "row", "td": "cell"}
_OF_PANDAS = re.compile(r'<table\b[^>]*\bclass="[^"]*\bdataframe\b')
# As pandas writes numbers, and a value that is missing.
_NUMBER = re.compile(r"[-+\u2212]?[\d.,]+(?:e[-+]?\d+)?%?|[-+]?inf|NaN|NaT|None|<NA>|", re.IGNORECASE)
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
    table = before + columns + _HEADER_CELL.sub(lambda cell: _cell(cell, "row"), after)
    if _OF_PANDAS.match(table):
        table = _with_words_marked(table)
    return _stacking(table) if _STACKS.match(table) else table


def _with_words_marked(table: str) -> str:
    """The table with the class ``words`` in each cell of a column that holds more than numbers.

    Columns are counted from the right: at the left a header of several rows stands in the first alone.
    """
    head = _HEAD.search(table)
    rows = [list(_CELL.finditer(row)) for row in _ROW.findall(table[head.end() :] if head else table)]
    width = min((sum(cell["kind"] == "td" for cell in row) for row in rows), default=0)
    in_words = {
        column
        for column in range(1, width + 1)
        if not all(_NUMBER.fullmatch(_words(row[-column]["inside"])) for row in rows)
    }

    def marked(row: re.Match[str]) -> str:
        cells = list(_CELL.finditer(row[0]))
        # A cell that spans columns heads more than one; one with a class has a style of its own.
        if any(re.search(r"\b(?:colspan|class)=", cell["attributes"]) for cell in cells):
            return row[0]
        text, at = "", 0
        for column, cell in zip(range(len(cells), 0, -1), cells, strict=True):
            start = cell.start("kind") + len(cell["kind"])
            text += row[0][at:start] + (' class="words"' if column in in_words else "")
            at = start
        return text + row[0][at:]

    return _ROW.sub(marked, table) if in_words else table


def _words(inside: str) -> str:
    """What a cell says."""
    return unescape(re.sub(r"<[^>]*>", "", inside)).strip()


def _stacking(table: str) -> str:
    """The table with each cell's header in ``data-label``, and with the roles that its elements have as a table."""
    head, *rows = _ROW.findall(table)
    labels = [" ".join(re.sub(r"<[^>]*>", "", cell["inside"]).split()) for cell in _CELL.finditer(head)]
    for row in rows:
        names = iter(labels)
        table = table.replace(row, _CELL.sub(lambda cell, names=names: _labelled(cell, next(names, "")), row), 1)
    table = re.sub(r'<th\b(?=[^>]*scope="col)', '<th role="columnheader"', table)
    return _PART.sub(lambda start: f'{start[0]} role="{_ROLES[start["part"]]}"', table)


def _labelled(cell: re.Match[str], label: str) -> str:
    kind = cell["kind"]
    role = "rowheader" if kind == "th" else _ROLES[kind]
    return f'<{kind}{cell["attributes"]} role="{role}" data-label="{escape(unescape(label))}">{cell["inside"]}</{kind}>'


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
