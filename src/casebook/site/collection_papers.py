"""What lies beside the tables when somebody takes all of them home: how to use, what is allowed, how to cite."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from casebook.data.model import SOURCES, DataPackage, Table
from casebook.data.table_file import read_table_file
from casebook.site.archives import CHECKSUMS

README = "README.md"
LICENCE = "LICENSE"
CITATION = "CITATION.cff"


def collection_papers(package: DataPackage, root: Path, site: str | None) -> dict[str, bytes]:
    """Give the files that explain the tables, by name: a README, the licence and, if there is one, the citation.

    Parameters
    ----------
    root
        The repository, where the citation file lies.
    site
        Where the book is published. None: not said.
    """
    content: Mapping[str, Any] = json.loads(package.file.read_text(encoding="utf-8"))
    citation = root / CITATION
    cited = {CITATION: citation.read_bytes()} if citation.is_file() else {}
    licence = _licence(package, content)
    readme = _readme(package, str(content.get("description", "")), site, list(cited))
    return {README: readme.encode(), LICENCE: licence.encode(), **cited}


def _readme(package: DataPackage, description: str, site: str | None, cited: list[str]) -> str:
    tables = [table for table in package.tables if table.name != SOURCES and table.file.is_file()]
    listed = "\n".join(f"- `{table.file.name}` ({_size(table)}): {table.title}. {table.question}" for table in tables)
    online = f"\nOnline, with a page for each table: {site}/data/index.html\n" if site else ""
    example = tables[0].file.name if tables else f"{SOURCES}.csv"
    cite = f"How to cite: `{cited[0]}`. " if cited else ""
    return f"""# {package.title}

{description}
Version {package.version}; {len(tables)} tables.
{online}
## How to use a table

In Python: `pd.read_csv("{example}")`. In R: `read.csv("{example}")`. In a spreadsheet: open the
file; it is UTF-8, with commas between cells and a point before decimals.

`{package.file.name}` is the passport of every table: what one row is, the unit and the meaning of each
column, who counted, and what to know before you use a figure. It is a Frictionless data package.
The column `source_id` of a row leads to its row of `{SOURCES}.csv`: who published the figure, when,
how it was read, and whether that is a primary, a secondary or a weak source. A table with
"simulated" in its name is made by a program and says nothing about the world.

To see that nothing was lost on the way, run `sha256sum -c {CHECKSUMS}` in this folder.

## What is allowed

See `{LICENCE}`. {cite}Cite the source of a figure with it.

## The tables

{listed}
"""


def _size(table: Table) -> str:
    file, _ = read_table_file(table.file)
    rows = len(file.rows) if file else 0
    return f"{rows:,} {'row' if rows == 1 else 'rows'}"


def _licence(package: DataPackage, content: Mapping[str, Any]) -> str:
    """Give the licences that the passports name, in words."""
    lines = [f"{package.title}, version {package.version}", ""]
    for licence in content.get("licenses") or ():
        known = [str(licence[key]) for key in ("name", "title", "path") if licence.get(key)]
        lines += [*known, ""]
    lines += [
        f"Each table names its licence in {package.file.name}.",
        f"Each source is published on terms of its own: column licence of {SOURCES}.csv.",
    ]
    return "\n".join(lines) + "\n"
