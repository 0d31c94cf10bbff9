"""The pages of the tables: a catalogue of all, and for each its passport, a look into it and the file."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from casebook.data.model import SOURCE_ID, SOURCES, DataPackage, Field, Source, Table
from casebook.data.table_file import TableFile, read_table_file
from casebook.errors import Problem, Where
from casebook.site.archives import CHECKSUMS, archive_of, with_checksums
from casebook.site.markdown_words import as_code, as_words, link_to, table_of
from casebook.site.uses import Uses

FOLDER = "data"
CATALOGUE = f"{FOLDER}/index"
# More rows than this are a file to download, not something to read on a page.
ROWS_SHOWN = 8
# As many as this are shown all, rather than all but one or two.
ROWS_SHOWN_WHOLE = 12
GRADES = {
    "primary": "primary source",
    "secondary": "secondary source",
    "weak": "weak source: use with care",
}


@dataclass(frozen=True)
class DataShelf:
    """What the pages are made from.

    Parameters
    ----------
    package, sources
        The passports, and the sources that rows name.
    uses
        Which chapters and assignments use which tables.
    titles
        Titles of the pages of chapters and assignments, by page.
    site
        Where the site is published. None: not said.
    """

    package: DataPackage
    sources: Sequence[Source]
    uses: Uses
    titles: Mapping[str, str]
    site: str | None = None


def archive_name(package: DataPackage) -> str:
    """The file name of all tables in one, without its ending."""
    name: Any = json.loads(package.file.read_text(encoding="utf-8")).get("name")
    return f"{name}-data" if isinstance(name, str) and name else "data"


def data_page_names(package: DataPackage) -> list[str]:
    """All pages, as paths from the root of the book without ending: the catalogue, then the tables."""
    return [CATALOGUE, *(f"{FOLDER}/{table.name}" for table in package.tables)]


def data_pages(shelf: DataShelf) -> dict[str, str]:
    """The pages as MyST Markdown, by path from the root of the sources."""
    read = {table.name: read_table_file(table.file)[0] for table in shelf.package.tables}
    files = {name: file for name, file in read.items() if file is not None}
    pages = {f"{CATALOGUE}.md": _catalogue(shelf, files)}
    for table in shelf.package.tables:
        if table.name in files:
            pages[f"{FOLDER}/{table.name}.md"] = _table_page(table, files, shelf)
    return pages


def data_downloads(package: DataPackage, papers: Mapping[str, bytes] | None = None) -> dict[str, bytes]:
    """The files that the pages offer, by their path on the site; the same tables give the same bytes.

    Parameters
    ----------
    papers
        What lies beside the tables in the zip of all, by name: README, licence, citation.
    """
    tables = {table.file.name: table.file.read_bytes() for table in package.tables if table.file.is_file()}
    tables[package.file.name] = package.file.read_bytes()
    name = archive_name(package)
    files = {f"{FOLDER}/{path}": content for path, content in tables.items()}
    return {**files, f"{FOLDER}/{name}.zip": archive_of(with_checksums({**tables, **(papers or {})}), name)}


def data_page_problems(package: DataPackage) -> list[Problem]:
    """A table whose page would take the place of another."""
    return [
        Problem('No table can be called "index": that is the catalogue.', Where(package.file, table.line), "rename it.")
        for table in package.tables
        if f"{FOLDER}/{table.name}" == CATALOGUE
    ]


# --- the catalogue ------------------------------------------------------------------------------


def _catalogue(shelf: DataShelf, files: Mapping[str, TableFile]) -> str:
    tables = [table for table in shelf.package.tables if table.name != SOURCES]
    rows = sum(len(files[table.name].rows) for table in tables if table.name in files)
    entries = "\n\n".join(_entry(table, shelf, files) for table in tables if table.name in files)
    name = archive_name(shelf.package)
    sources = (
        f"\n\nEvery row names its source. All {len(shelf.sources)} are in one list: [](/{FOLDER}/{SOURCES}.md)."
        if SOURCES in files
        else ""
    )
    return f"""# Data

{_counted(len(tables), "table")}, {_counted(rows, "row")}, each with a passport: the question it can answer, what its columns
mean and in which unit, where the figures are from, and what to know before you use one.{sources}

{entries}

## All tables in one

{_button(f"{name}.zip", "Download all tables (zip)")}

The zip holds every table as CSV, the passports as a [Frictionless data package](https://datapackage.org/), the list
of sources, a README, the licence, how to cite them, and checksums. To see that nothing was lost on the way, run `sha256sum -c {CHECKSUMS}` in its folder. Version
{as_words(shelf.package.version)}.
"""


def _entry(table: Table, shelf: DataShelf, files: Mapping[str, TableFile]) -> str:
    file = files[table.name]
    size = f"{_counted(len(file.rows), 'row')}, {_counted(len(file.header), 'column')}"
    used = _used(table, shelf)
    facts = f"`{file.path.name}`, {size}." + (f" Used in {_and(used)}." if used else "")
    return f"[{as_words(table.title)}](/{FOLDER}/{table.name}.md)\n: {as_words(table.question)}\n\n  {facts}"


# --- the page of a table ------------------------------------------------------------------------


def _table_page(table: Table, files: Mapping[str, TableFile], shelf: DataShelf) -> str:
    file = files[table.name]
    parts = [
        f"# {as_words(table.title)}",
        f"**{as_words(table.question)}**",
        f"{as_words(table.description)} {_counted(len(file.rows), 'row')}, {_counted(len(file.header), 'column')}.",
        _button(file.path.name, f"Download {file.path.name}"),
        _pandas(table, shelf.site),
        f"## Before you use a figure\n\n{_list(map(as_words, table.caveats))}" if table.caveats else "",
        f"## Columns\n\n{_columns(table.fields)}",
        _preview(table, file) if table.name != SOURCES else "",
        _sources(table, files, shelf),
        f"## Where it is used\n\n{_where_used(table, shelf)}",
        f"## Passport\n\n{_passport(table, file)}",
    ]
    return "\n\n".join(part for part in parts if part) + "\n"


def _pandas(table: Table, site: str | None) -> str:
    """The line that reads the table, dates as dates."""
    dates = [field.name for field in table.fields if field.type in {"date", "datetime"}]
    place = f"{site}/{FOLDER}/{table.file.name}" if site else table.file.name
    more = f", parse_dates={json.dumps(dates)}" if dates else ""
    words = "In a notebook" if site else "In a notebook beside the file"
    return f'{words}, after `import pandas as pd`:\n\n```python\n{table.name} = pd.read_csv("{place}"{more})\n```'


def _columns(fields: Iterable[Field]) -> str:
    """A list rather than a table, because on a phone a table of long sentences is read sideways."""
    return "\n\n".join(
        f"{as_code(field.name)}\n: {as_words(field.description)}\\\n  *{as_words(_kind(field))}*" for field in fields
    )


def _kind(field: Field) -> str:
    """Unit or type, and the limits that every cell keeps to."""
    limits = field.constraints
    parts = [field.unit or _TYPES.get(field.type, field.type)]
    if limits.minimum is not None and limits.maximum is not None:
        parts.append(f"{limits.minimum} to {limits.maximum}")
    elif limits.minimum is not None:
        parts.append(f"{limits.minimum} or more")
    elif limits.maximum is not None:
        parts.append(f"at most {limits.maximum}")
    if limits.enum:
        parts.append(f"one of: {'; '.join(map(str, limits.enum))}")
    if not limits.required:
        parts.append("may be blank")
    return ", ".join(parts)


def _preview(table: Table, file: TableFile) -> str:
    shown = file.rows if len(file.rows) <= ROWS_SHOWN_WHOLE else file.rows[:ROWS_SHOWN]
    numbers = [
        index for index, name in enumerate(file.header) if (field := table.field(name)) and field.type in _NUMBERS
    ]
    rows = [tuple(map(as_words, row.cells)) for row in shown if len(row.cells) == len(file.header)]
    heading = "All rows" if len(shown) == len(file.rows) else f"The first {len(shown)} of {len(file.rows)} rows"
    preview = table_of([as_code(name) for name in file.header], rows, numbers)
    return f"## {heading}\n\n```{{table}}\n:class: data-preview\n\n{preview}\n```"


def _sources(table: Table, files: Mapping[str, TableFile], shelf: DataShelf) -> str:
    if table.simulated is not None:
        made = f"The function {as_code(table.simulated.generator)} made the rows, with seed {table.simulated.seed}."
        return f"## Sources\n\nNone: this table is simulated. {made}"
    if table.name == SOURCES:
        rows: Counter[str] = Counter()
        for name, file in files.items():
            if name != SOURCES:
                rows.update(source for _, source in file.column(SOURCE_ID))
    else:
        rows = Counter(source for _, source in files[table.name].column(SOURCE_ID))
    named = [source for source in shelf.sources if rows[source.source_id]]
    return f"## Sources\n\n{_list(_source(source, rows[source.source_id]) for source in named)}" if named else ""


def _source(source: Source, rows: int) -> str:
    title = as_words(source.title)
    title = link_to(source.url, title) if source.url else title
    facts = f"{as_words(source.publisher[:1].upper() + source.publisher[1:])}, {as_words(source.published)}"
    grade = GRADES.get(source.grade, source.grade)
    return (
        f"{title}. {facts}. What was read: {as_words(source.how_read)}. {as_words(grade).capitalize()}; "
        f"licence: {as_words(source.licence)}. {as_code(source.source_id)}, {_counted(rows, 'row')}."
    )


def _where_used(table: Table, shelf: DataShelf) -> str:
    if table.name == SOURCES:
        return "Every row of every other table names one of these sources."
    used = _used(table, shelf)
    return _list(f"{words[0].upper()}{words[1:]}" for words in used) if used else "In no lesson and no exercise yet."


def _used(table: Table, shelf: DataShelf) -> list[str]:
    """Links to the chapters and exercises that use a table."""
    chapters = shelf.uses.chapters_with(table.name)
    exercises = [f"exercises/{name}/index" for name in shelf.uses.assignments_with(table.name)]
    kinds = [*(("lesson", page) for page in chapters), *(("exercise", page) for page in exercises)]
    return [f"the {kind} [{as_words(shelf.titles.get(page, page))}](/{page}.md)" for kind, page in kinds]


def _passport(table: Table, file: TableFile) -> str:
    facts = [
        ("File", f"`{file.path.name}`, {file.size:,} bytes, UTF-8"),
        ("Rows are told apart by", ", ".join(map(as_code, table.primary_key))),
        ("Licence", ", ".join(map(as_words, table.licences))),
        ("Figures taken from their sources on", as_words(table.retrieved)),
        # In a block of its own it scrolls within the page; in a line it would make the page wider than a phone.
        ("SHA-256", f"```text\n  {table.sha256}\n  ```" if table.sha256 else ""),
    ]
    return "\n\n".join(f"{name}\n: {words}" for name, words in facts if words)


_NUMBERS = {"integer", "number", "year"}
# What the Table Schema standard calls by other words.
_TYPES = {"string": "text", "boolean": "true or false", "datetime": "date and time"}


def _button(file: str, words: str) -> str:
    return f"```{{button-link}} {file}\n:color: primary\n{words}\n```"


def _list(items: Iterable[str]) -> str:
    return "\n".join(f"- {item}" for item in items)


def _and(items: Sequence[str]) -> str:
    return " and ".join(part for part in (", ".join(items[:-1]), items[-1]) if part)


def _counted(count: int, thing: str) -> str:
    return f"{count:,} {thing}" if count == 1 else f"{count:,} {thing}s"
