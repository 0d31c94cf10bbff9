"""One table and its passport on a terminal."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING

from rich.console import Console
from rich.table import Table as Grid
from rich.text import Text

if TYPE_CHECKING:
    from casebook.data.model import Field, Source, Table
    from casebook.data.show import Shown

_NUMBERS = frozenset({"integer", "number"})


def print_table(shown: Shown, rows: int) -> None:
    """Print a table: what it can answer, what to know, its columns, its first rows, its sources."""
    console = Console()
    table = shown.table
    console.print(Text(table.title, style="bold"))
    console.print(Text(table.question, style="italic"))
    console.print(Text(f"\n{table.description}"))
    if table.caveats:
        _heading(console, "Before you use a figure")
        console.print(_items(table.caveats))
    _heading(console, "Columns")
    console.print(_columns(table))
    if rows and shown.file.rows:
        count = len(shown.file.rows)
        _heading(console, f"The first {rows} of {count:,} rows" if rows < count else f"All {count:,} rows")
        console.print(_rows(shown, rows))
    _heading(console, "Sources")
    if table.simulated is not None:
        console.print(_items([f"None: simulated by {table.simulated.generator}, seed {table.simulated.seed}."]))
    for source, count in shown.sources:
        console.print(_items([_source(source, count)]))
        if source.url:
            # On a line of its own and never broken, so that it can be copied.
            console.print(Text(f"  {source.url}"), soft_wrap=True)
    _heading(console, "Passport")
    console.print(_facts(shown))


def table_as_json(shown: Shown, rows: int | None) -> dict[str, object]:
    """Give the same as one object; rows as written, all of them if ``rows`` is None."""
    table = shown.table
    return {
        "table": table.name,
        "file": table.file.name,
        "title": table.title,
        "question": table.question,
        "description": table.description,
        "caveats": table.caveats,
        "tags": table.tags,
        "licences": table.licences,
        "retrieved": table.retrieved,
        "sha256": table.sha256,
        "simulated": vars(table.simulated) if table.simulated else None,
        "primary_key": table.primary_key,
        "fields": [_field_as_json(field) for field in table.fields],
        "sources": [{**vars(source), "rows": count} for source, count in shown.sources],
        "row_count": len(shown.file.rows),
        "rows": shown.rows(rows),
    }


def _heading(console: Console, words: str) -> None:
    console.print(Text(f"\n{words}", style="bold"))


def _items(items: Iterable[str]) -> Grid:
    grid = Grid(box=None, pad_edge=False, show_header=False, padding=(0, 1, 0, 0))
    for words in items:
        grid.add_row("-", Text(words))
    return grid


def _columns(table: Table) -> Grid:
    grid = Grid("", "column", "type", "unit", "what it says", box=None, pad_edge=False)
    for field in table.fields:
        key = "*" if field.name in table.primary_key else ""
        grid.add_row(key, *map(Text, (field.name, field.type, field.unit or "", _said(field))))
    if table.primary_key:
        grid.caption = Text("* these tell rows apart")
        grid.caption_justify = "left"
    return grid


def _said(field: Field) -> str:
    """Give what a column says, and the limits that its cells keep to."""
    limits = field.constraints
    parts = [field.description]
    if limits.minimum is not None or limits.maximum is not None:
        parts.append(f"from {_or_any(limits.minimum)} to {_or_any(limits.maximum)}")
    if limits.enum:
        parts.append(f"one of: {', '.join(map(str, limits.enum))}")
    if not limits.required and "blank" not in field.description:
        parts.append("may be blank")
    return "; ".join(parts)


def _or_any(limit: float | str | None) -> str:
    return "any" if limit is None else str(limit)


def _rows(shown: Shown, most: int) -> Grid:
    grid = Grid(box=None, pad_edge=False)
    for name in shown.file.header:
        field = shown.table.field(name)
        grid.add_column(Text(name), overflow="fold", justify="right" if field and field.type in _NUMBERS else "left")
    for row in shown.file.rows[:most]:
        grid.add_row(*map(Text, row.cells))
    return grid


def _source(source: Source, rows: int) -> str:
    counted = f"{rows:,} {'row' if rows == 1 else 'rows'}"
    facts = f"{source.publisher}, {source.published}. Read: {source.how_read}. Licence: {source.licence}."
    return f"[{source.grade}, {counted}] {source.title}. {facts} {source.source_id}"


def _facts(shown: Shown) -> Grid:
    table = shown.table
    facts: Mapping[str, str] = {
        "file": f"{table.file.name}, {len(shown.file.rows):,} rows, {shown.file.size:,} bytes",
        "rows are told apart by": ", ".join(table.primary_key),
        "figures read on": table.retrieved,
        "licence": ", ".join(table.licences),
        "lessons": ", ".join(table.tags),
        "in a notebook": f'pd.read_csv("data/{table.file.name}")',
    }
    grid = Grid(box=None, pad_edge=False, show_header=False)
    for name, words in facts.items():
        grid.add_row(name, Text(words))
    return grid


def _field_as_json(field: Field) -> dict[str, object]:
    limits = {name: value for name, value in vars(field.constraints).items() if value not in (None, False, ())}
    return {
        "name": field.name,
        "type": field.type,
        "unit": field.unit,
        "description": field.description,
        "constraints": limits,
    }
