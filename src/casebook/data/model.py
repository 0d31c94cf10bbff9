"""The words of this package: a package of tables, their fields, and the sources of their figures."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

SOURCES = "sources"
SOURCE_ID = "source_id"
UNIT = "unit"

NUMERIC_TYPES = frozenset({"integer", "number"})


@dataclass(frozen=True)
class Constraints:
    """What every cell of a column must keep to.

    Parameters
    ----------
    required
        Blank cells are not allowed.
    unique
        No value stands twice.
    minimum, maximum
        Least and greatest value, in the field's unit; a date as ``YYYY-MM-DD``.
    enum
        The only values allowed; empty: any.
    pattern
        A regular expression that the whole value matches.
    """

    required: bool = False
    unique: bool = False
    minimum: float | str | None = None
    maximum: float | str | None = None
    enum: tuple[str | float, ...] = ()
    pattern: str | None = None


@dataclass(frozen=True)
class Field:
    """One column.

    Parameters
    ----------
    type
        A type of the Table Schema standard.
    unit
        What a number counts; None for text and dates.
    line
        Where it is described in the passport file.
    keeps_apart
        It says how a figure was counted: rows that differ in it are never one series.
    """

    name: str
    type: str
    description: str
    unit: str | None = None
    constraints: Constraints = Constraints()
    line: int | None = None
    keeps_apart: bool = False


@dataclass(frozen=True)
class Reference:
    """A column whose values must stand in a column of another table."""

    column: str
    table: str
    target: str
    line: int | None = None


@dataclass(frozen=True)
class Simulation:
    """How a simulated table was made.

    Parameters
    ----------
    generator
        The function, as a dotted name.
    seed
        What it was started with.
    """

    generator: str
    seed: int


@dataclass(frozen=True)
class Table:
    """One table and its passport.

    Parameters
    ----------
    name
        Also the name of its file without ``.csv``.
    file
        Absolute; it may be missing.
    question
        What the table can answer.
    caveats
        What a reader must know before using a figure, definition breaks first.
    retrieved
        The day on which the figures were taken from their sources, ``YYYY-MM-DD``.
    bytes, sha256
        Size and hash of the file when a person last read its figures; None: never stamped.
    primary_key
        The columns that tell rows apart.
    simulated
        None: the figures are from sources.
    line, hash_line
        Where the passport, and the hash in it, stand in the passport file.
    """

    name: str
    file: Path
    title: str
    question: str
    description: str
    caveats: tuple[str, ...]
    tags: tuple[str, ...]
    licences: tuple[str, ...]
    retrieved: str
    bytes: int | None
    sha256: str | None
    fields: tuple[Field, ...]
    primary_key: tuple[str, ...]
    references: tuple[Reference, ...]
    simulated: Simulation | None
    line: int | None
    hash_line: int | None

    def field(self, name: str) -> Field | None:
        """Give the column of that name."""
        return next((field for field in self.fields if field.name == name), None)


@dataclass(frozen=True)
class DataPackage:
    """All tables of a casebook.

    Parameters
    ----------
    file
        The passport file, ``datapackage.json``.
    """

    file: Path
    title: str
    version: str
    tables: tuple[Table, ...]

    def table(self, name: str) -> Table | None:
        """Give the table of that name."""
        return next((table for table in self.tables if table.name == name), None)


@dataclass(frozen=True)
class Source:
    """One row of ``sources.csv``.

    Parameters
    ----------
    published
        A year, a month or a day (ISO 8601).
    url
        None: no address can be given; look it up by title, publisher and date.
    how_read
        What of it was read, and where.
    grade
        "primary", "secondary" or "weak".
    """

    source_id: str
    title: str
    publisher: str
    published: str
    url: str | None
    licence: str
    how_read: str
    grade: str
