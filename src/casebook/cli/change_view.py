"""What changed in the tables, as lines for a terminal."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from casebook.data.changes import Change

# Kinds of change in the order in which they are counted, with the word for one and for more.
_COUNTED = {
    "table added": ("table added", "tables added"),
    "table removed": ("table removed", "tables removed"),
    "row added": ("row added", "rows added"),
    "row removed": ("row removed", "rows removed"),
    "cell": ("cell changed", "cells changed"),
    "column added": ("column added", "columns added"),
    "column removed": ("column removed", "columns removed"),
    "passport": ("change of a passport", "changes of passports"),
    "rewritten": ("file written in another way", "files written in another way"),
}


def change_lines(changes: Sequence[Change]) -> Iterator[str]:
    """Give the changes table by table, then their counts."""
    table: str | None = None
    for number, change in enumerate(changes):
        if change.table != table or number == 0:
            yield change.table or "the collection"
            table = change.table
        yield f"  {_line(change)}"
    counts = counts_of(changes)
    yield ", ".join(f"{count} {_COUNTED[kind][count != 1]}" for kind, count in counts.items()) + "."


def counts_of(changes: Sequence[Change]) -> dict[str, int]:
    """Give how many changes there are of each kind that there is."""
    counts = Counter(change.kind for change in changes)
    return {kind: counts[kind] for kind in _COUNTED if counts[kind]}


def change_as_json(change: Change) -> dict[str, object]:
    """Give one change as an object."""
    return {**vars(change), "key": dict(change.key)}


def _line(change: Change) -> str:
    row = ", ".join(f"{name} {value}" for name, value in change.key)
    if change.kind == "cell":
        unit = f" ({change.unit})" if change.unit else ""
        return f"{row}: {change.column} {_shown(change.old)} -> {_shown(change.new)}{unit}"
    if change.kind in ("row added", "row removed"):
        sign, others = ("+", change.new) if change.kind == "row added" else ("-", change.old)
        return f"{sign} {row}" + (f": {others}" if others else "")
    if change.kind in ("table added", "table removed"):
        return f"{change.kind}: {change.new or change.old}"
    if change.kind in ("column added", "column removed"):
        return f"{change.kind}: {change.column}"
    if change.kind == "rewritten":
        return "the file is written in another way; no figure changed"
    return _passport_line(change)


def _passport_line(change: Change) -> str:
    if change.old is None or change.new is None:
        sign, words = ("+", change.new) if change.old is None else ("-", change.old)
        return f"passport, {change.column}: {sign} {words}"
    return f"passport, {change.column}: {change.old} -> {change.new}"


def _shown(cell: str | None) -> str:
    return cell or "(blank)"
