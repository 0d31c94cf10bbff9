"""The numbers that a chart shows, as tables: what was drawn, after all filters, sums and shares.

Vega gives every mark a description for those who cannot see it. A draft of the chart whose
descriptions hold the values of that mark is drawn, and the descriptions are read back; so a table
says what its chart says, whatever transforms made it.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import vl_convert

from casebook.charts.columns import Column, columns_of, probe
from casebook.charts.datasets import rows_of
from casebook.charts.spec import Spec, Unit, units_of, without_repeats

# Begins the name of each value in a description; no text of an author holds it.
SIGN = "\x1e"
DISCRETE = ("ordinal", "nominal")


@dataclass(frozen=True)
class DataTable:
    """The numbers of one plot.

    Parameters
    ----------
    title
        The plot's; empty for a chart of one plot without a title.
    columns
        Named as on axes and legends.
    rows
        Text as a machine reads it (1234.5, 2020-03-01), in the order of the drawing. Empty: no value.
    """

    title: str
    columns: tuple[Column, ...]
    rows: tuple[tuple[str, ...], ...]


@dataclass(frozen=True)
class _Mark:
    """A drawn mark: where it stands, counted from its plot's corner, and what it stands for."""

    place: tuple[int, float, float]
    values: Mapping[int, str]


def tables_of(spec: Spec) -> list[DataTable]:
    """One table for each plot that draws other numbers than those before it.

    Parameters
    ----------
    spec
        Vega-Lite that can be drawn, its data within.
    """
    plain = without_repeats(spec)
    units = units_of(plain)
    columns = [columns_of(unit, units, plain) for unit in units]
    drawn = _drawn_marks(_with_probes(plain, units, columns))
    tables: list[DataTable] = []
    for number, (unit, named) in enumerate(zip(units, columns, strict=True)):
        rows = _rows(drawn.get(number, {}), named, unit)
        if named and rows:
            tables.append(DataTable(_title(unit, units), tuple(named), tuple(rows)))
    return _without_repetitions(tables) or _tables_of_data(plain, units)


def _with_probes(spec: Spec, units: list[Unit], columns: list[list[Column]]) -> Any:
    probes = {
        id(unit.spec): [probe(column, f"{SIGN}{number}.{place}") for place, column in enumerate(named)]
        for number, (unit, named) in enumerate(zip(units, columns, strict=True))
    }

    def probed(part: Any) -> Any:
        if isinstance(part, list):
            return [probed(item) for item in part]
        if not isinstance(part, Mapping):
            return part
        copied = {key: value if key in {"datasets", "values"} else probed(value) for key, value in part.items()}
        if probes.get(id(part)):
            copied["encoding"] = {**copied.get("encoding", {}), "tooltip": probes[id(part)]}
        return copied

    return probed(spec)


def _drawn_marks(spec: Spec) -> dict[int, dict[str, list[_Mark]]]:
    """Number of a unit -> name of a set of marks -> the marks."""
    scene = vl_convert.vegalite_to_scenegraph(json.dumps(spec), allowed_base_urls=[])
    drawn: dict[int, dict[str, list[_Mark]]] = {}
    for group, name, item in _items(scene["scenegraph"]):
        description = str(item.get("description", ""))
        found = re.findall(rf"{SIGN}(\d+)\.(\d+): (.*?)(?=; {SIGN}|$)", description, re.DOTALL)
        if found:
            place = (group, float(item.get("y") or 0), float(item.get("x") or 0))
            values = {int(column): value for _, column, value in found}
            drawn.setdefault(int(found[0][0]), {}).setdefault(name, []).append(_Mark(place, values))
    return drawn


def _items(scene: Mapping[str, Any]) -> Iterator[tuple[int, str, Mapping[str, Any]]]:
    """Every item that is not a group, with the number of its group and the name of its set of marks."""
    groups = 0

    def walk(node: Mapping[str, Any], group: int) -> Iterator[tuple[int, str, Mapping[str, Any]]]:
        nonlocal groups
        for item in node.get("items", []):
            if node.get("marktype") == "group":
                groups += 1
                inner = groups
                for child in item.get("items", []):
                    yield from walk(child, inner)
            else:
                yield group, str(node.get("name", "")), item

    yield from walk(scene, 0)


def _rows(marks: Mapping[str, list[_Mark]], columns: list[Column], unit: Unit) -> list[tuple[str, ...]]:
    # A line with points is drawn as two sets of marks that say the same.
    chosen = max(marks.values(), key=len, default=[])
    if _kind(unit, "y") in DISCRETE:
        chosen = sorted(chosen, key=lambda mark: (mark.place[0], mark.place[1]))
    elif _kind(unit, "x") in DISCRETE:
        chosen = sorted(chosen, key=lambda mark: (mark.place[0], mark.place[2]))
    return [tuple(column.read(mark.values.get(place, "")) for place, column in enumerate(columns)) for mark in chosen]


def _title(unit: Unit, units: list[Unit]) -> str:
    """The title of the unit's plot; of layers, the first that has one gives it."""
    return next((other.title for other in [unit, *units] if other.plot == unit.plot and other.title), "")


def _kind(unit: Unit, channel: str) -> str:
    return str(unit.encoding.get(channel, {}).get("type", ""))


def _without_repetitions(tables: list[DataTable]) -> list[DataTable]:
    """Without those that another table holds whole, such as that of the labels on bars."""
    kept: list[DataTable] = []
    for place, table in enumerate(tables):
        others = [*kept, *tables[place + 1 :]]
        if not any(_holds(other, table) for other in others):
            kept.append(table)
    return kept


def _holds(other: DataTable, table: DataTable) -> bool:
    if other.title != table.title:
        return False
    titles = [column.title for column in other.columns]
    if not all(column.title in titles for column in table.columns):
        return False
    places = [titles.index(column.title) for column in table.columns]
    held = {tuple(row[place] for place in places) for row in other.rows}
    return held.issuperset(table.rows)


def _tables_of_data(spec: Spec, units: list[Unit]) -> list[DataTable]:
    """The data themselves, for marks that give no values of single rows, as box plots do."""
    tables: list[DataTable] = []
    for unit in units:
        rows = rows_of(unit.data, spec)
        if rows and unit.encoding:
            names = list(dict.fromkeys(name for row in rows for name in row))
            columns = tuple(Column.plain(name, rows) for name in names)
            texts = tuple(tuple(_text(row.get(name)) for name in names) for row in rows)
            tables.append(DataTable(_title(unit, units), columns, texts))
    return _without_repetitions(tables)


def _text(value: object) -> str:
    if value is None:
        return ""
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
