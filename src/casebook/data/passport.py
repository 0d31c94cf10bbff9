"""What does ``datapackage.json`` say of each table, and what does it leave out?

The file is turned into a ``DataPackage`` here and nowhere else. What is missing becomes a
``Problem`` with its line, and an empty value in the dataclass, so that one look at the file names
everything that is wrong with it.
"""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from pathlib import Path

from casebook.data.constraints import constraints_of, is_day
from casebook.data.entry import Entry, FileSoFar
from casebook.data.model import (
    NUMERIC_TYPES,
    SOURCE_ID,
    SOURCES,
    DataPackage,
    Field,
    Reference,
    Simulation,
    Table,
)
from casebook.data.near import known_names
from casebook.data.places import places_in
from casebook.errors import CasebookError, Problem, Where

TYPES = ("boolean", "date", "datetime", "integer", "number", "string", "time", "year", "yearmonth")

_NAME = re.compile(r"[a-z][a-z0-9_]*")
_HASH = re.compile(r"sha256:([0-9a-f]{64})")


def read_package(file: Path) -> tuple[DataPackage, list[Problem]]:
    """Read the passports of all tables.

    Parameters
    ----------
    file
        ``data/datapackage.json``; the tables lie beside it.

    Returns
    -------
    DataPackage
        Every table that has a name.
    list of Problem
        What the passports leave out or get wrong. The tables themselves are not looked at.

    Raises
    ------
    CasebookError
        The file is missing, is not UTF-8, or is not JSON with a list of resources.
    """
    so_far = _open(file)
    package = Entry(so_far, (), so_far.content)
    entries = package.entries("resources", "list the tables.")
    if not entries:
        raise CasebookError(so_far.problems)
    tables = [table for entry in entries if (table := _table(entry, file.parent)) is not None]
    seen: set[str] = set()
    for table in tables:
        if table.name in seen:
            what = f'Two passports are for the table "{table.name}".'
            so_far.problems.append(Problem(what, Where(file, table.line), "delete one of them."))
        seen.add(table.name)
    result = DataPackage(
        file,
        package.text("title", "say in one line what the tables are about."),
        package.text("version", 'give the version of the tables, such as "0.1.0".'),
        tuple(tables),
    )
    so_far.problems += _problems_of_references(result)
    return result, so_far.problems


def _open(file: Path) -> FileSoFar:
    try:
        text = file.read_bytes().decode("utf-8")
    except OSError as error:
        raise CasebookError.one(
            f"The passports cannot be read: {error.strerror}.",
            where=Where(file),
            mend="every casebook has its tables described in data/datapackage.json; put the file there.",
        ) from error
    except UnicodeDecodeError as error:
        raise CasebookError.one(
            f"This is not UTF-8 text: byte 0x{error.object[error.start]:02x}.",
            where=Where(file, error.object.count(b"\n", 0, error.start) + 1),
            mend="save the file with the encoding UTF-8.",
        ) from error
    try:
        content = json.loads(text)
    except (json.JSONDecodeError, RecursionError) as error:
        line, column = (error.lineno, error.colno) if isinstance(error, json.JSONDecodeError) else (1, 1)
        reason = error.msg if isinstance(error, json.JSONDecodeError) else "nested too deeply"
        near = text.splitlines()[line - 1].strip()[:60] if line <= len(text.splitlines()) else ""
        raise CasebookError.one(
            f"This is not JSON: {reason}, at line {line}, column {column}" + (f": {near}." if near else "."),
            where=Where(file, line),
            mend="look there, and at the end of the line before, for a comma, a quotation mark or a bracket.",
        ) from error
    so_far = FileSoFar(file, content, places_in(text))
    for path, line in so_far.places.repeated:
        what = f'"{path[-1]}" stands twice in the same entry; only the last would count.'
        so_far.problems.append(Problem(what, Where(file, line), "delete one of the two."))
    return so_far


def _table(entry: Entry, folder: Path) -> Table | None:
    name = entry.text("name", "give the table a name: that of its file without .csv.")
    if not name:
        return None
    if not _NAME.fullmatch(name):
        entry.problem(f'"{name}" is no name for a table.', "name", "use small letters, digits and underscores.")
    path = entry.text("path", f'write "path": "{name}.csv".')
    if path and path != f"{name}.csv":
        entry.problem(f'The table "{name}" has the path "{path}".', "path", f'write "path": "{name}.csv".')
    schema = entry.entry("schema", "describe the columns under schema.")
    fields = tuple(_field(field) for field in schema.entries("fields", "describe each column."))
    title = entry.text("title", "say in one line what the table holds, and for when.")
    return Table(
        name=name,
        file=folder / f"{name}.csv",
        title=title,
        question=entry.text("question", "write the question that the table can answer."),
        description=entry.text("description", 'say what one row is: "One row is ...".'),
        caveats=entry.texts("caveats", "name at least one thing that a reader must know before using a figure."),
        tags=entry.texts("tags", "name the lessons that use the table."),
        licences=tuple(each.text("name", "name it.") for each in entry.entries("licenses", "name a licence.")),
        retrieved=_day(entry),
        bytes=entry.integer("bytes") if "bytes" in entry.members else None,
        sha256=_hash(entry),
        fields=fields,
        primary_key=_primary_key(schema, fields),
        references=_references(schema),
        simulated=_simulation(entry, title) if "simulated" in entry.members else None,
        line=entry.line("name"),
        hash_line=entry.line("hash"),
    )


def _day(entry: Entry) -> str:
    text = entry.text("retrieved", "give the day on which the figures were taken from their sources, YYYY-MM-DD.")
    if text and not is_day(text):
        entry.problem(f'"{text}" is no date.', "retrieved", "write the day as YYYY-MM-DD.")
        return ""
    return text


def _hash(entry: Entry) -> str | None:
    if "hash" not in entry.members:
        return None
    text = entry.text("hash", "stamp the table: casebook data stamp.")
    match = _HASH.fullmatch(text)
    if text and match is None:
        entry.problem(f'"{text}" is no hash.', "hash", "delete the line, then run: casebook data stamp")
    return match[1] if match else None


def _field(entry: Entry) -> Field:
    name = entry.text("name", "write the name of the column as the header has it.")
    entry.column = name or None
    if name and not _NAME.fullmatch(name):
        entry.problem(f'"{name}" is no name for a column.', "name", "use small letters, digits and underscores.")
    kind = entry.text("type", f"give its type, one of: {', '.join(TYPES)}.")
    if kind and kind not in TYPES:
        mend = f"write one of: {', '.join(TYPES)}."
        entry.problem(f'The column has the unknown type "{kind}".', "type", mend)
    unit = None
    if kind in NUMERIC_TYPES or "unit" in entry.members:
        mend = 'add "unit", for example "unit": "percent" or "unit": "billions of yuan (CNY), nominal".'
        unit = entry.text("unit", mend) or None
    return Field(
        name=name,
        type=kind if kind in TYPES else "string",
        description=entry.text("description", 'add "description": what the column says, and what a blank cell means.'),
        unit=unit,
        constraints=constraints_of(entry, kind),
        line=entry.line("name"),
        keeps_apart=entry.flag("keeps_apart"),
    )


def _primary_key(schema: Entry, fields: Sequence[Field]) -> tuple[str, ...]:
    key = schema.texts("primaryKey", "name the columns that tell rows apart.")
    by_name = {field.name: field for field in fields}
    for name in key:
        if name not in by_name:
            schema.problem(
                f'The primary key names "{name}", which is no column ({known_names(name, by_name)}).',
                "primaryKey",
                "name columns of this table.",
            )
        elif not by_name[name].constraints.required:
            mend = f'add "constraints": {{"required": true}} to the column {name}.'
            schema.problem(f'"{name}" is in the primary key but may be blank.', "primaryKey", mend)
    return tuple(name for name in key if name in by_name)


def _references(schema: Entry) -> tuple[Reference, ...]:
    if "foreignKeys" not in schema.members:
        return ()
    found: list[Reference] = []
    for entry in schema.entries("foreignKeys", "list them."):
        mend = '{"fields": ["source_id"], "reference": {"resource": "sources", "fields": ["source_id"]}}'
        target = entry.entry("reference", mend)
        columns, targets = entry.texts("fields", mend), target.texts("fields", mend)
        if len(columns) != 1 or len(targets) != 1:
            entry.problem("A foreign key joins one column to one column.", "fields", f"write it as {mend}.")
            continue
        found.append(Reference(columns[0], target.text("resource", mend), targets[0], entry.line("fields")))
    return tuple(found)


def _simulation(table: Entry, title: str) -> Simulation:
    entry = table.entry("simulated", "name generator and seed.")
    if "simulated" not in title.lower():
        table.problem(
            f'The title of a simulated table does not say so: "{title}".', "title", 'begin it: "Simulated: ".'
        )
    return Simulation(entry.text("generator", "name the function that made the table."), entry.integer("seed") or 0)


def _problems_of_references(package: DataPackage) -> list[Problem]:
    """Find figures without a way to their source, and foreign keys that lead nowhere."""
    problems: list[Problem] = []
    for table in package.tables:
        where = Where(package.file, table.line)
        to_sources = Reference(SOURCE_ID, SOURCES, SOURCE_ID)
        has = [Reference(each.column, each.table, each.target) for each in table.references]
        if table.name != SOURCES and table.simulated is None and to_sources not in has:
            mend = (
                "add a column source_id and the foreign key "
                '{"fields": ["source_id"], "reference": {"resource": "sources", "fields": ["source_id"]}}, '
                'or say how the table was simulated: "simulated": {"generator": ..., "seed": ...}.'
            )
            problems.append(Problem(f'The rows of "{table.name}" do not lead to their sources.', where, mend))
        for each in table.references:
            column, target = table.field(each.column), package.table(each.table)
            names = [field.name for field in target.fields] if target else []
            here = Where(package.file, each.line)
            if each.table == SOURCES and column is not None and not column.constraints.required:
                mend = f'add "constraints": {{"required": true}} to the column {column.name}.'
                what = f'A row of "{table.name}" may be without a source.'
                problems.append(Problem(what, Where(package.file, column.line, column=column.name), mend))
            if column is None:
                what = f'A foreign key of "{table.name}" starts at "{each.column}", which is no column of it.'
                problems.append(Problem(what, here, "name a column of this table."))
            if each.target not in names:
                what = f'A foreign key of "{table.name}" leads to {each.table}.{each.target}, which does not exist.'
                problems.append(Problem(what, here, "name a table of this file and one of its columns."))
    return problems
