"""What does a passport say that it did not say before?"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

from casebook.data.changes import Change

# What follows from the rows, or says nothing about them.
NOT_SAID = frozenset({"bytes", "encoding", "hash", "name", "path", "profile"})


def changes_of_passport(table: str, old: Mapping[str, Any], new: Mapping[str, Any]) -> Iterator[Change]:
    """Find what a passport says otherwise than before, but for size and hash."""
    for key in dict.fromkeys((*old, *new)):
        if key in NOT_SAID or old.get(key) == new.get(key):
            continue
        if key == "schema" and isinstance(old.get(key), dict) and isinstance(new.get(key), dict):
            yield from _of_schema(table, old[key], new[key])
        else:
            yield from _of_entry(table, key, old.get(key), new.get(key))


def _of_entry(table: str, key: str, old: object, new: object) -> Iterator[Change]:
    """Tell of a list, such as the caveats, only the items that came or went."""
    if isinstance(old, list) and isinstance(new, list):
        gone, come = [each for each in old if each not in new], [each for each in new if each not in old]
        for item in gone:
            yield Change(table, "passport", column=key, old=words_of(item))
        for item in come:
            yield Change(table, "passport", column=key, new=words_of(item))
        if not gone and not come:
            yield Change(table, "passport", column=key, old=words_of(old), new=words_of(new))
    else:
        yield Change(table, "passport", column=key, old=words_of(old), new=words_of(new))


def _of_schema(table: str, old: Mapping[str, Any], new: Mapping[str, Any]) -> Iterator[Change]:
    before, after = _fields(old), _fields(new)
    for column in after:
        for key in dict.fromkeys((*before.get(column, {}), *after[column])):
            was, now = before.get(column, {}).get(key), after[column].get(key)
            # A column that came or went is told with the rows.
            if column in before and was != now:
                yield Change(table, "passport", column=f"{column}: {key}", old=words_of(was), new=words_of(now))
    for key in dict.fromkeys((*old, *new)):
        if key != "fields" and old.get(key) != new.get(key):
            yield Change(table, "passport", column=key, old=words_of(old.get(key)), new=words_of(new.get(key)))


def _fields(schema: Mapping[str, Any]) -> dict[str, Mapping[str, Any]]:
    fields: Any = schema.get("fields")
    return (
        {str(each.get("name")): each for each in fields if isinstance(each, dict)} if isinstance(fields, list) else {}
    )


def words_of(value: object) -> str | None:
    """Give a value of a passport as it is shown: text plain, anything else as JSON."""
    if value is None or isinstance(value, str):
        return value
    return json.dumps(value, ensure_ascii=False)
