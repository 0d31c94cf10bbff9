"""One value of ``course.yml`` with its line, read with a problem noted for what is wrong."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeVar

import yaml

from casebook.course.values import NotReadableError
from casebook.data.near import known_names
from casebook.errors import CasebookError, Problem, Where

T = TypeVar("T")

_NULL = "tag:yaml.org,2002:null"


@dataclass
class FileSoFar:
    """The file while it is read, and what was found wrong up to now."""

    file: Path
    problems: list[Problem] = field(default_factory=list[Problem])


@dataclass(frozen=True)
class Entry:
    """One value of the file.

    Each method gives the value if it has the right kind. Otherwise it notes a problem with line
    and mend, and gives nothing.

    Parameters
    ----------
    so_far
        The file it stands in.
    node
        What stands there.
    name
        What it is called in messages.
    line
        Line of its key, or of itself in a list, counted from 1. None: it is the whole file.
    """

    so_far: FileSoFar
    node: yaml.Node
    name: str
    line: int | None

    @property
    def is_empty(self) -> bool:
        """Whether nothing stands there."""
        return isinstance(self.node, yaml.ScalarNode) and (self.node.tag == _NULL or not str(self.node.value).strip())

    def problem(self, what: str, mend: str) -> None:
        """Note something wrong with this value."""
        self.so_far.problems.append(Problem(what, Where(self.so_far.file, self.line), mend))

    def members(self, required: Sequence[str], optional: Sequence[str] = ()) -> dict[str, Entry]:
        """Give the values of a list of keys; an optional key with nothing after it counts as absent."""
        allowed = (*required, *optional)
        found: dict[str, Entry] = {}
        for key, entry in self.named_members().items():
            if key not in allowed:
                entry.problem(
                    f'{self.name} has no key "{key}" ({known_names(key, allowed)}).', "mend the name or delete the key."
                )
            elif not (entry.is_empty and key in optional):
                found[key] = entry
        if isinstance(self.node, yaml.MappingNode):
            for key in required:
                if key not in found:
                    self.problem(f'{self.name} lacks the key "{key}".', f"add a line `{key}: ...`.")
        return found

    def named_members(self) -> dict[str, Entry]:
        """Give the values of keys that are names; a key that stands twice is noted."""
        found: dict[str, Entry] = {}
        if not isinstance(self.node, yaml.MappingNode):
            self.problem(f"{self.name} must be keys with values, not {self._kind}.", "write `key: value` lines.")
            return found
        for key_node, node in self.node.value:
            line: int = key_node.start_mark.line + 1
            key = str(key_node.value) if isinstance(key_node, yaml.ScalarNode) else "?"
            entry = Entry(self.so_far, node, f'"{key}"', line)
            if key in found:
                entry.problem(f'"{key}" stands here and on line {found[key].line}.', "delete one of the two.")
            else:
                found[key] = entry
        return found

    def items(self) -> list[Entry]:
        """Give the values of a list."""
        if not isinstance(self.node, yaml.SequenceNode):
            self.problem(f"{self.name} must be a list, not {self._kind}.", "begin each entry with a dash, `- `.")
            return []
        return [
            Entry(self.so_far, node, f"Entry {number} of {self.name}", node.start_mark.line + 1)
            for number, node in enumerate(self.node.value, 1)
        ]

    def read(self, meaning: Callable[[str], T]) -> T | None:
        """Give what a single value means.

        Parameters
        ----------
        meaning
            A function of ``casebook.course.values``.
        """
        if self.is_empty:
            self.problem(f"{self.name} is empty.", "write a value there.")
            return None
        if not isinstance(self.node, yaml.ScalarNode):
            self.problem(f"{self.name} must be a single value, not {self._kind}.", "write one value on its line.")
            return None
        try:
            return meaning(str(self.node.value).strip())
        except NotReadableError as reason:
            self.problem(f"{self.name}: {reason.what}", reason.mend)
            return None

    def read_all(self, meaning: Callable[[str], T]) -> tuple[T, ...]:
        """Give what each value of a list means; those without meaning are left out."""
        return tuple(value for item in self.items() if (value := item.read(meaning)) is not None)

    @property
    def _kind(self) -> str:
        if isinstance(self.node, yaml.MappingNode):
            return "keys with values"
        if isinstance(self.node, yaml.SequenceNode):
            return "a list"
        return "nothing" if self.is_empty else f'"{_short(str(self.node.value))}"'


def open_entry(text: str, file: Path) -> Entry:
    """The whole file as one value.

    Raises
    ------
    CasebookError
        It is not YAML, or there is nothing in it.
    """
    mend = "mend the line, or the one above it: indentation, a missing colon or a stray quotation mark."
    try:
        node = yaml.compose(text, Loader=yaml.SafeLoader)
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark is not None else None
        raise CasebookError.one(f"Not valid YAML: {error.problem}.", where=Where(file, line), mend=mend) from error
    # Characters that YAML forbids, escapes of characters that do not exist, thousands of brackets.
    except (yaml.YAMLError, ValueError, OverflowError, RecursionError) as error:
        reason = (str(error).splitlines() or ["unreadable"])[0]
        raise CasebookError.one(
            f"Not valid YAML: {reason}.", where=Where(file), mend="take the character or the brackets out."
        ) from error
    if node is None:
        raise CasebookError.one(
            "The file is empty.", where=Where(file), mend="describe the course, or delete the file if there is none."
        )
    return Entry(FileSoFar(file), node, "The course", None)


def _short(text: str) -> str:
    return text if len(text) <= 40 else f"{text[:37]}..."  # noqa: PLR2004 - a line of a terminal
