"""What changed in the figures between two states of the tables, as a person would tell it?

Rows are matched by their key, and figures are compared as numbers: 77.530 and 77.53 are the same.
A row whose key changed counts as one row less and one row more.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from casebook.data.changes import Change
from casebook.data.check import PACKAGE_FILE, load_package
from casebook.data.model import DataPackage
from casebook.data.passport_changes import NOT_SAID, changes_of_passport, words_of
from casebook.data.row_changes import changes_of_rows
from casebook.data.table_file import TableFile, read_table_file
from casebook.project import Project


@dataclass(frozen=True)
class _State:
    package: DataPackage
    passports: Mapping[str, Mapping[str, Any]]
    whole: Mapping[str, Any]
    files: Mapping[str, TableFile]


def changes_between(old: Project, new: Project) -> list[Change]:
    """Find what differs, table by table in the order of the newer passports.

    Raises
    ------
    CasebookError
        Passports cannot be read, in either state.
    """
    before, after = _state(old), _state(new)
    changes = [
        Change(None, "passport", column=key, old=words_of(before.whole.get(key)), new=words_of(after.whole.get(key)))
        for key in dict.fromkeys((*before.whole, *after.whole))
        if before.whole.get(key) != after.whole.get(key)
    ]
    for name in dict.fromkeys((*after.passports, *before.passports)):
        changes += _of_table(name, before, after)
    return changes


def _state(project: Project) -> _State:
    package = load_package(project)
    content: Any = json.loads((project.data / PACKAGE_FILE).read_text("utf-8"))
    passports = {
        str(entry["name"]): entry for entry in content["resources"] if isinstance(entry, dict) and "name" in entry
    }
    files = {table.name: file for table in package.tables if (file := read_table_file(table.file)[0]) is not None}
    whole = {key: value for key, value in content.items() if key not in NOT_SAID | {"resources"}}
    return _State(package, passports, whole, files)


def _of_table(name: str, before: _State, after: _State) -> list[Change]:
    if name not in before.passports or name not in after.passports:
        state, kind = (after, "table added") if name in after.passports else (before, "table removed")
        rows = len(state.files[name].rows) if name in state.files else 0
        title = str(state.passports[name].get("title", ""))
        words = f"{title} ({rows:,} {'row' if rows == 1 else 'rows'})"
        return [Change(name, kind, old=words) if state is before else Change(name, kind, new=words)]
    changes = list(changes_of_passport(name, before.passports[name], after.passports[name]))
    table, earlier = after.package.table(name), before.package.table(name)
    if table is None or earlier is None or name not in before.files or name not in after.files:
        return [*changes, *_of_missing_files(name, before.files.get(name), after.files.get(name))]
    found = list(changes_of_rows(table, earlier, before.files[name], after.files[name]))
    if not found and not changes and _content(before.files[name]) != _content(after.files[name]):
        found = [Change(name, "rewritten")]
    return [*found, *changes]


def _of_missing_files(name: str, old: TableFile | None, new: TableFile | None) -> Iterator[Change]:
    if (old is None) != (new is None):
        yield Change(
            name, "passport", column="file", old="there" if old else "missing", new="there" if new else "missing"
        )


def _content(file: TableFile) -> bytes:
    return file.path.read_bytes()
