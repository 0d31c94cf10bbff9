"""What are the columns of a table that nobody has described yet?

A column has the type that most of its cells have, not all of them: then ``casebook data check``
names the cells that do not fit, one by one, where a guess that fits them all would hide them.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from itertools import combinations
from typing import Any

from casebook.data.constraints import is_day
from casebook.data.model import NUMERIC_TYPES, SOURCE_ID, SOURCES

_INTEGER = re.compile(r"[+-]?\d+")
_NUMBER = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?")
_YEAR = re.compile(r"(1[5-9]|20)\d\d")
_TIME = re.compile(r"\d{4}-(\d{2}|Q[1-4])")
_FLAGS = frozenset({"true", "false"})
_NO_WORD = re.compile(r"[^a-z0-9]+")
# Keys of more columns than this are for a person to find.
_LONGEST_KEY = 4
_MOST = 0.5

Rows = Sequence[Sequence[str]]


def column_name(written: str, number: int) -> str:
    """Give a heading as a column is called here: small letters, digits and underscores.

    Parameters
    ----------
    number
        Which column it is, counted from 1; names one that has no letters.
    """
    plain = _NO_WORD.sub("_", written.strip().lower().replace("%", " percent ")).strip("_")
    if not plain:
        return f"column_{number}"
    return plain if plain[0].isalpha() else f"c_{plain}"


def fields_of(header: Sequence[str], rows: Rows) -> list[dict[str, Any]]:
    """Give each column with its type; unit and description are blanks to fill.

    Parameters
    ----------
    rows
        As long as the header each.
    """
    return [_field(name, [row[index] for row in rows]) for index, name in enumerate(header)]


def primary_key_of(header: Sequence[str], rows: Rows, fields: Sequence[Mapping[str, Any]]) -> list[str]:
    """Give the fewest columns that tell rows apart, those to the left first; none if there are no such columns."""
    usable = [
        index
        for index, field in enumerate(fields)
        if field.get("constraints", {}).get("required")
        and field["type"] != "number"
        and header[index] not in (SOURCE_ID, "note")
    ]
    for length in range(1, min(_LONGEST_KEY, len(usable)) + 1):
        for key in combinations(usable, length):
            if len({tuple(row[index] for index in key) for row in rows}) == len(rows):
                return [header[index] for index in key]
    return []


def _field(name: str, cells: Sequence[str]) -> dict[str, Any]:
    if name == SOURCE_ID:
        description = f"Which source the figure was read in: a row of {SOURCES}.csv"
        return {"name": name, "type": "string", "description": description, "constraints": {"required": True}}
    kind = _type([cell for cell in cells if cell], blanks="" in cells)
    field: dict[str, Any] = {"name": name, "type": kind}
    if kind in NUMERIC_TYPES:
        field["unit"] = _unit(name, cells)
    field["description"] = ""
    if all(cells):
        field["constraints"] = {"required": True}
    return field


def _type(filled: Sequence[str], *, blanks: bool) -> str:
    def most(fits: int) -> bool:
        return fits > _MOST * len(filled)

    if most(sum(_NUMBER.fullmatch(cell) is not None for cell in filled)):
        numbers = [cell for cell in filled if _NUMBER.fullmatch(cell)]
        # pandas reads whole numbers with blanks among them as decimals.
        whole = all(_INTEGER.fullmatch(cell) for cell in numbers) and not blanks
        return "integer" if whole else "number"
    if most(sum(is_day(cell) for cell in filled)) and not any(_TIME.fullmatch(cell) for cell in filled):
        return "date"
    return "boolean" if filled and all(cell in _FLAGS for cell in filled) else "string"


def _unit(name: str, cells: Sequence[str]) -> str:
    """Give the unit if the name tells it for sure; otherwise it is a blank."""
    words = name.split("_")
    if "year" in words and all(_YEAR.fullmatch(cell) for cell in cells):
        return "year"
    return "percent" if "percent" in words else ""
