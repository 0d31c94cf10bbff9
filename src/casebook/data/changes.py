"""The words for what is not as it was: one change of a table, a row, a cell or a passport."""

from __future__ import annotations

from dataclasses import dataclass

Key = tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Change:
    """One thing that is not as it was.

    Parameters
    ----------
    table
        None: it is about the package as a whole.
    kind
        "table added", "table removed", "row added", "row removed", "column added", "column removed",
        "cell", "passport" or "rewritten" (the file changed, but nothing that it says).
    key
        The row, as pairs of column and value.
    column
        The column; of a passport its key, or the column and its key as in "share_percent: unit".
    old, new
        As written. None: there is nothing to show.
    unit
        Of a figure.
    """

    table: str | None
    kind: str
    key: Key = ()
    column: str | None = None
    old: str | None = None
    new: str | None = None
    unit: str | None = None
