"""Which rows came and went, and which figures changed, from one state of a table to another?"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence

from casebook.data.changes import Change, Key
from casebook.data.model import NUMERIC_TYPES, UNIT, Table
from casebook.data.table_file import TableFile
from casebook.data.units import BY_ROW


def changes_of_rows(table: Table, earlier: Table, old: TableFile, new: TableFile) -> Iterator[Change]:
    """Find the rows, columns and cells that came, went or changed.

    Parameters
    ----------
    table, earlier
        The passports, of the new state and of the old.
    """
    for kind, there, here in (("column added", old, new), ("column removed", new, old)):
        yield from (Change(table.name, kind, column=name) for name in here.header if name not in there.header)
    both = [name for name in new.header if name in old.header]
    # A key that is new in one of the two cannot match rows; then whole rows do.
    key = next((each for each in (table.primary_key, earlier.primary_key) if each and set(each) <= set(both)), None)
    key = key or tuple(both)
    before, after = _by_key(old, key, earlier), _by_key(new, key, table)
    for found, row in after.items():
        if found in before:
            yield from _cells(table, _pairs(key, row), {name: before[found][name] for name in both}, row)
        else:
            yield Change(table.name, "row added", key=_pairs(key, row), new=_others(row, key, table))
    for found, row in before.items():
        if found not in after:
            yield Change(table.name, "row removed", key=_pairs(key, row), old=_others(row, key, earlier))


def _cells(table: Table, key: Key, before: Mapping[str, str], row: Mapping[str, str]) -> Iterator[Change]:
    for name, old in before.items():
        if _value(table, name, old) != _value(table, name, row[name]):
            yield Change(table.name, "cell", key, name, old, row[name], _unit(table, name, row))


def _by_key(file: TableFile, key: Sequence[str], table: Table) -> dict[tuple[object, ...], dict[str, str]]:
    """Give the rows by their key; a key that stands twice is told apart by how often it stood before."""
    seen: Counter[tuple[object, ...]] = Counter()
    found: dict[tuple[object, ...], dict[str, str]] = {}
    for row in file.rows:
        if len(row.cells) != len(file.header):
            continue
        cells = dict(zip(file.header, row.cells, strict=True))
        values = tuple(_value(table, name, cells[name]) for name in key)
        found[*values, seen[values]] = cells
        seen[values] += 1
    return found


def _value(table: Table, column: str, cell: str) -> object:
    field = table.field(column)
    if field is None or field.type not in NUMERIC_TYPES:
        return cell
    try:
        return float(cell)
    except ValueError:
        return cell


def _pairs(key: Sequence[str], row: Mapping[str, str]) -> Key:
    return tuple((name, row[name]) for name in key)


def _others(row: Mapping[str, str], key: Sequence[str], table: Table) -> str:
    """Give the cells of a row beside its key, with their units."""

    def words(name: str) -> str:
        unit = _unit(table, name, row)
        return f"{name} {row[name]}" + (f" ({unit})" if unit else "")

    return "; ".join(words(name) for name in row if name not in key and row[name])


def _unit(table: Table, column: str, row: Mapping[str, str]) -> str | None:
    field = table.field(column)
    unit = field.unit if field else None
    if unit == column or (unit == "year" and column.endswith("year")):
        return None
    return row.get(UNIT, unit) if unit and BY_ROW.search(unit) else unit
