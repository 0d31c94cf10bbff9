"""Which file was it when a person last read its figures?

A stamp is the size and the SHA-256 of a table, written into its passport. It is not written by
the check or the build: stamping says "I have read these figures against their sources".
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass

from casebook.data.check import PACKAGE_FILE
from casebook.data.near import known_names
from casebook.data.passport import read_package
from casebook.data.places import JsonPath, places_in
from casebook.errors import Problem, Where, raise_if_any
from casebook.project import Project
from casebook.whole_files import write_text


@dataclass(frozen=True)
class Stamp:
    """The stamp of one table.

    Parameters
    ----------
    bytes, sha256
        Of the file as it is now.
    changed
        The passport had another stamp, or none.
    """

    table: str
    bytes: int
    sha256: str
    changed: bool


def stamp_tables(project: Project, tables: tuple[str, ...] = ()) -> list[Stamp]:
    """Write size and hash of the tables into their passports; leave every other character alone.

    Parameters
    ----------
    tables
        Names; empty: all.

    Raises
    ------
    CasebookError
        The passports cannot be read, a name is unknown or a file is missing. Nothing is written.
    """
    file = project.data / PACKAGE_FILE
    package, _ = read_package(file)
    known = [table.name for table in package.tables]
    problems = [
        Problem(f'There is no table "{name}" ({known_names(name, known)}).', Where(file), "name a table of this file.")
        for name in tables
        if name not in known
    ]
    chosen = [table for table in package.tables if not tables or table.name in tables]
    problems += [
        Problem("The table to stamp is missing.", Where(table.file), "put the file there.")
        for table in chosen
        if not table.file.is_file()
    ]
    raise_if_any(problems)

    text = file.read_text("utf-8")
    stamps: list[Stamp] = []
    for table in chosen:
        content = table.file.read_bytes()
        digest = hashlib.sha256(content).hexdigest()
        changed = (table.bytes, table.sha256) != (len(content), digest)
        stamps.append(Stamp(table.name, len(content), digest, changed))
        if changed:
            text = _with_value(text, table.name, "hash", json.dumps(f"sha256:{digest}"))
            text = _with_value(text, table.name, "bytes", json.dumps(len(content)))
    if any(stamp.changed for stamp in stamps):
        write_text(file, text)
    return stamps


def _with_value(text: str, table: str, key: str, value: str) -> str:
    """Set one key of a table's passport: in its place, or else after its name."""
    entries = json.loads(text)["resources"]
    number = next(
        number for number, entry in enumerate(entries) if isinstance(entry, dict) and entry.get("name") == table
    )
    places = places_in(text).by_path
    path: JsonPath = ("resources", number, key)
    if path in places:
        place = places[path]
        return text[: place.start] + value + text[place.end :]
    name = places["resources", number, "name"]
    line_start = text.rfind("\n", 0, name.start) + 1
    before = text[line_start : text.index('"', line_start)]
    break_or_space = "\n" + before if before.strip() == "" else " "
    return f'{text[: name.end]},{break_or_space}"{key}": {value}{text[name.end :]}'
