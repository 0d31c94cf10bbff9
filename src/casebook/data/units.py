"""Is it clear in which unit each figure is, and is it one unit?

A numeric column has one unit, given in its passport. In a table whose measures differ by row, a
column called ``unit`` gives it, and the passport of the numbers says so with the words "as the
column unit says"; money in the currencies of its rows says "of the currency named" and has a column
``currency``. Then one series has one unit and one currency, unless that column is in the primary key.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterator
from pathlib import Path

from casebook.data.model import NUMERIC_TYPES, UNIT, Field, Table
from casebook.data.table_file import TableFile
from casebook.data.times import says_when
from casebook.errors import Problem, Where

BY_ROW = re.compile(r"\bcolumn (\"|')?unit\b", re.IGNORECASE)

CURRENCY = "currency"
_OF_CURRENCY = re.compile(r"\bcurrency (named|of the row)\b|\bcolumn (\"|')?currency\b", re.IGNORECASE)

# A word of a column's name, what its unit must then say, and an example.
_NAMED = {
    "percent": (r"per ?cent", "percent"),
    "usd": (r"USD|US dollars?", "US dollars (USD), nominal"),
    "cny": (r"CNY|yuan|renminbi", "yuan (CNY), nominal"),
    "rmb": (r"CNY|yuan|renminbi", "yuan (CNY), nominal"),
    "eur": (r"EUR|euros?", "euros (EUR), nominal"),
    "thousand": (r"thousands?", "thousands of ..."),
    "million": (r"millions?", "millions of ..."),
    "billion": (r"billions?", "billions of ..."),
}
_MONEY = re.compile(
    r"\b(CNY|USD|EUR|GBP|INR|JPY|KRW|KES|BRL|IDR|SGD|yuan|renminbi|dollars?|euros?|rupees?|reais|rupiah|yen|currency)\b",
    re.IGNORECASE,
)
# Per cent of a sum of money has no prices.
_PRICES = re.compile(r"\b(nominal|constant|per ?cent|ratio)\b|%", re.IGNORECASE)
_PERCENT = re.compile(r"(\b|_)per ?cent(\b|_)|%", re.IGNORECASE)
# These go below 0 and above 100.
_CHANGE = re.compile(r"\b(change|changes|growth|grew|increase|decrease|points|margin|return)\b", re.IGNORECASE)


def is_change(unit: str, measure: str) -> bool:
    """Tell whether figures say by how much something grew or shrank."""
    return _CHANGE.search(f"{measure} {unit}".replace("_", " ")) is not None


def is_part_of_hundred(unit: str, measure: str) -> bool:
    """Tell whether figures are parts of a whole in percent.

    Parameters
    ----------
    measure
        What is measured, in words or as the name of a column.
    """
    return _PERCENT.search(unit) is not None and not is_change(unit, measure)


def units_by_row(table: Table) -> dict[str, list[Field]]:
    """Give the columns that hold units or currencies, each with the columns of numbers whose unit stands there."""
    columns = ((UNIT, BY_ROW), (CURRENCY, _OF_CURRENCY))
    found = {
        name: [field for field in table.fields if field.unit and says.search(field.unit)] for name, says in columns
    }
    return {name: fields for name, fields in found.items() if fields}


def unit_promises(table: Table, passports: Path) -> Iterator[Problem]:
    """Find passports that contradict themselves about units; a missing unit is named where they are read."""
    by_row = units_by_row(table)
    for name, fields in by_row.items():
        column, first = table.field(name), fields[0]
        if column is None:
            what = f'The unit of "{first.name}" is said to stand in the column {name}, and there is none.'
            mend = "add the column, or write the unit itself."
            yield Problem(what, Where(passports, first.line, column=first.name), mend)
        elif not column.constraints.required and first.constraints.required:
            mend = f'add "constraints": {{"required": true}} to the column {name}.'
            yield Problem(f"A figure may be without a {name}.", Where(passports, column.line, column=name), mend)
    figures = [field for field in table.fields if field.type in NUMERIC_TYPES and not says_when(field)]
    column = table.field(UNIT)
    if column is not None and figures and UNIT not in by_row:
        what = f'"{table.name}" has a column unit, and no column of numbers has its unit there.'
        mend = 'write "unit": "as the column unit says" for the column of numbers that it is about.'
        yield Problem(what, Where(passports, column.line, column=UNIT), mend)
    for field in figures:
        yield from _name_and_unit(field, passports)
        if table.simulated is None:
            yield from _prices(field, passports)


def _name_and_unit(field: Field, passports: Path) -> Iterator[Problem]:
    """Find a unit that is not that of the column's name: ``revenue_usd_million`` in billions of yuan."""
    if not field.unit:
        return
    for word in field.name.split("_"):
        pattern, example = _NAMED.get(word, ("", ""))
        if pattern and not re.search(rf"\b(?:{pattern})\b|%", field.unit, re.IGNORECASE):
            what = f'The name of "{field.name}" says {word}, its unit "{field.unit}" does not.'
            mend = f'give the unit that the figures have, such as "{example}", or rename the column.'
            yield Problem(what, Where(passports, field.line, column=field.name), mend)


def _prices(field: Field, passports: Path) -> Iterator[Problem]:
    """Find money of which nobody says in the prices of which year it is."""
    if field.unit and _MONEY.search(field.unit) and not _PRICES.search(field.unit):
        what = f'The unit of "{field.name}", "{field.unit}", does not say in the prices of which year.'
        mend = f'write "{field.unit}, nominal" for money of each year, or "{field.unit}, constant 2015" for one year.'
        yield Problem(what, Where(passports, field.line, column=field.name), mend)


def mixed_units(table: Table, file: TableFile, series: tuple[str, ...]) -> Iterator[Problem]:
    """Find rows whose unit or currency is not that of the rest of their series.

    Parameters
    ----------
    series
        The columns that tell one series from another.
    """
    for name in units_by_row(table):
        if name not in table.primary_key and file.header.count(name) == 1:
            yield from _mixed(name, file, series)


def _mixed(name: str, file: TableFile, series: tuple[str, ...]) -> Iterator[Problem]:
    apart = [file.header.index(each) for each in series if each in file.header]
    at = file.header.index(name)
    found: dict[tuple[str, ...], list[tuple[int, str]]] = defaultdict(list)
    for row in file.rows:
        if len(row.cells) == len(file.header) and row.cells[at].strip():
            found[tuple(row.cells[index] for index in apart)].append((row.line, row.cells[at]))
    for key, cells in found.items():
        usual, _ = Counter(cell for _, cell in cells).most_common(1)[0]
        of = f" ({', '.join(key)})" if key else ""
        for line, cell in cells:
            if cell != usual:
                what = f'"{cell}" is another {name} than the rest of the series{of} has: {usual}.'
                mend = f'give the figure in {usual}, or add "{name}" to primaryKey if both are meant.'
                yield Problem(what, Where(file.path, line, column=name), mend)
