"""What does a text file that an author wrote say?"""

from __future__ import annotations

from pathlib import Path

import yaml

from casebook.errors import CasebookError, Where

# The way to a value in a YAML text: the keys, and the positions in lists, that lead to it.
KeyPath = tuple[str | int, ...]


def read_utf8(file: Path) -> str:
    """The text of a file, without the mark that some editors put before its first letter.

    Raises
    ------
    CasebookError
        It is not UTF-8.
    """
    try:
        return file.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError as error:
        raise CasebookError.one(
            f"Not UTF-8: byte {error.start} cannot be read.", where=Where(file), mend="save the file as UTF-8."
        ) from error


def read_keys(text: str, file: Path, first_line: int = 1) -> dict[str, object] | None:
    """The keys and values that a YAML text holds; None if it holds something else.

    Parameters
    ----------
    text, file, first_line
        What to read, and where it stands, for messages.

    Raises
    ------
    CasebookError
        It is not YAML.
    """
    try:
        found: object = yaml.safe_load(text)
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + first_line if error.problem_mark else None
        raise CasebookError.one(
            f"Not valid YAML: {error.problem}.", where=Where(file, line), mend="mend the line, or the one above it."
        ) from error
    # Characters that YAML forbids, such as NUL, and values of the right shape that do not exist: 2020-13-01.
    except (yaml.YAMLError, ValueError) as error:
        raise CasebookError.one(
            f"Not valid YAML: {str(error).splitlines()[0]}.",
            where=Where(file),
            mend="take the character or the value out.",
        ) from error
    return {str(key): value for key, value in found.items()} if isinstance(found, dict) else None


def key_lines(text: str, first_line: int = 1) -> dict[KeyPath, int]:
    """On which line each key, and each item of a list, of a sound YAML text stands."""
    found: dict[KeyPath, int] = {}

    def visit(node: yaml.Node, path: KeyPath) -> None:
        if isinstance(node, yaml.MappingNode):
            for key, value in node.value:
                found.setdefault((*path, str(key.value)), key.start_mark.line + first_line)
                visit(value, (*path, str(key.value)))
        elif isinstance(node, yaml.SequenceNode):
            for number, value in enumerate(node.value):
                found[(*path, number)] = value.start_mark.line + first_line
                visit(value, (*path, number))

    root = yaml.compose(text, Loader=yaml.SafeLoader)
    if root is not None:
        visit(root, ())
    return found
