"""How is a passport written into ``datapackage.json``, so that a person can read and compare it?

One key a line, with caveats and fields one a line below theirs; everything else stays on its line.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from casebook.data.model import SOURCES
from casebook.data.places import places_in

# Lists with one item a line, and objects with one key a line.
_LONG_LISTS = frozenset({"caveats", "fields"})
_LONG_OBJECTS = frozenset({"schema"})


def passport_text(passport: Mapping[str, Any], indent: int = 0) -> str:
    """Give one passport as text.

    Parameters
    ----------
    indent
        How far its closing bracket stands from the margin, in spaces; the first line is not indented.
    """
    margin = " " * indent
    lines: list[str] = []
    for key, value in passport.items():
        if key in _LONG_LISTS and isinstance(value, list) and value:
            items = ",\n".join(f"{margin}    {_on_one_line(item)}" for item in value)
            written = f"[\n{items}\n{margin}  ]"
        elif key in _LONG_OBJECTS and isinstance(value, dict):
            written = passport_text(value, indent + 2)
        else:
            written = _on_one_line(value)
        lines.append(f"{margin}  {_on_one_line(key)}: {written}")
    return "{\n" + ",\n".join(lines) + f"\n{margin}}}"


def with_passport(text: str, passport: Mapping[str, Any]) -> str:
    """Give the text of a passport file with one passport more; every other character stays as it is.

    Parameters
    ----------
    text
        Of a file with at least one passport. The new one goes to the end, but before the sources.
    """
    resources: list[Any] = json.loads(text)["resources"]
    places = places_in(text).by_path
    names = [entry.get("name") if isinstance(entry, dict) else None for entry in resources]
    number = names.index(SOURCES) if SOURCES in names else len(names)
    near = places["resources", min(number, len(names) - 1)]
    line_start = text.rfind("\n", 0, near.start) + 1
    margin = text[line_start : near.start]
    alone = not margin.strip()
    added = passport_text(passport, len(margin) if alone else 0)
    between = f",\n{margin}" if alone else ", "
    if number < len(names):
        return f"{text[: near.start]}{added}{between}{text[near.start :]}"
    return f"{text[: near.end]}{between}{added}{text[near.end :]}"


def _on_one_line(value: object) -> str:
    return json.dumps(value, ensure_ascii=False)
