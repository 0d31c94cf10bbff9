"""One object of the passport file, read key by key, with a problem noted for what is missing."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from casebook.data.places import JsonPath, Places
from casebook.errors import Problem, Where


@dataclass
class FileSoFar:
    """The passport file while it is read.

    Parameters
    ----------
    content
        What ``json`` made of it.
    problems
        What was found wrong up to now.
    """

    file: Path
    content: object
    places: Places
    problems: list[Problem] = field(default_factory=list[Problem])


class Entry:
    """One object in the file.

    Each method gives the value of one key if it has the right kind. Otherwise it notes a problem,
    with the line and with how to mend it, and gives an empty value.

    Parameters
    ----------
    so_far
        The file it stands in.
    path
        The keys and numbers that lead to it.
    value
        What stands there; anything but an object is noted as a problem.
    column
        Name of the column that it describes, for messages.
    """

    def __init__(self, so_far: FileSoFar, path: JsonPath, value: object, column: str | None = None) -> None:
        self.so_far = so_far
        self.path = path
        self.column = column
        self.members: Mapping[str, object] = value if isinstance(value, dict) else {}
        if not isinstance(value, dict):
            what = f"This must be an object, not {_shown(value)}."
            self.problem(what, None, 'write "key": value pairs between { and }.')

    def line(self, key: str | None) -> int | None:
        """Give the line of a key, or of the entry if it lacks that key."""
        return self.so_far.places.line(self.path if key is None else (*self.path, key))

    def problem(self, what: str, key: str | None, mend: str) -> None:
        """Note something wrong with the value of ``key`` (None: with the whole entry)."""
        self.so_far.problems.append(
            Problem(what, Where(self.so_far.file, self.line(key), column=self.column), mend),
        )

    def text(self, key: str, mend: str) -> str:
        """Give a text that is not empty."""
        value = self.members.get(key)
        if isinstance(value, str) and value.strip():
            return value
        self._missing(key, mend)
        return ""

    def texts(self, key: str, mend: str) -> tuple[str, ...]:
        """Give a list of at least one text; a single text counts as a list of one."""
        value = self.members.get(key)
        items = value if isinstance(value, list) else [value]
        found = tuple(item for item in items if isinstance(item, str) and item.strip())
        if not found or len(found) < len(items):
            self._missing(key, mend)
        return found

    def values(self, key: str) -> tuple[str | float, ...]:
        """Give a list of texts and numbers; nothing if the key is missing."""
        value = self.members.get(key, [])
        found = tuple(item for item in value if isinstance(item, (str, int, float))) if isinstance(value, list) else ()
        if not isinstance(value, list) or len(found) < len(value):
            self._missing(key, "list the values that are allowed, between [ and ].")
        return found

    def integer(self, key: str) -> int | None:
        """Give a whole number."""
        value = self.members.get(key)
        if isinstance(value, int) and not isinstance(value, bool):
            return value
        self._missing(key, "write a whole number, without quotation marks.")
        return None

    def flag(self, key: str) -> bool:
        """Give true or false; false if the key is missing."""
        value = self.members.get(key, False)
        if not isinstance(value, bool):
            self._missing(key, "write true or false, without quotation marks.")
            return False
        return value

    def limit(self, key: str) -> float | str | None:
        """Give a number, or a date as text; None if the key is missing."""
        value = self.members.get(key)
        if value is None or (isinstance(value, (int, float, str)) and not isinstance(value, bool)):
            return value
        self._missing(key, "write a number, or a date in quotation marks.")
        return None

    def entry(self, key: str, mend: str) -> Entry:
        """Give the object under a key; an empty one if it is missing."""
        if key not in self.members:
            self._missing(key, mend)
        return Entry(self.so_far, (*self.path, key), self.members.get(key, {}), self.column)

    def entries(self, key: str, mend: str) -> list[Entry]:
        """Give the objects of a list of at least one."""
        value = self.members.get(key)
        if not isinstance(value, list) or not value:
            self._missing(key, mend)
            return []
        return [Entry(self.so_far, (*self.path, key, number), item) for number, item in enumerate(value)]

    def _missing(self, key: str, mend: str) -> None:
        name = self.members.get("name")
        of = f' of "{name}"' if isinstance(name, str) and name and key != "name" else ""
        if key in self.members:
            self.problem(f'"{key}"{of} cannot be {_shown(self.members[key])}.', key, mend)
        else:
            self.problem(f'"{key}"{of} is missing.', None, mend)


def _shown(value: object) -> str:
    """Give a value as a person reads it in a message."""
    text = f'"{value}"' if isinstance(value, str) else str(value)
    return text if len(text) <= 40 else f"{text[:37]}..."  # noqa: PLR2004 - a line of a terminal
