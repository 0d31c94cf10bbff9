"""What may ``assignment.yml`` say besides what it must?"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import cast

from casebook.errors import Problem, Where
from casebook.exercises.model import INSTALLED, AssignmentLimits
from casebook.exercises.near_names import nearest
from casebook.exercises.text_file import KeyPath

OPTIONS = ("limits", "install", "parameters", "survivors")
LIMITS = ("notebook_seconds", "memory_mb")

# A name, extras, and versions with commas between them. Addresses and options of pip are left out on
# purpose: a student runs what stands here.
_NAME = r"[A-Za-z0-9](?:[A-Za-z0-9._-]*[A-Za-z0-9])?"
_VERSION = r"\s*(?:===?|~=|!=|<=?|>=?)\s*[A-Za-z0-9.*+!_-]+\s*"
REQUIREMENT = re.compile(rf"{_NAME}(?:\[{_NAME}(?:,\s*{_NAME})*\])?(?:{_VERSION}(?:,{_VERSION})*)?")
# The id of an answer cell, what was changed, and which of several such changes.
SURVIVOR = re.compile(r"[a-zA-Z0-9_-]{1,64}/[a-z0-9-]+-[0-9]+")


@dataclass(frozen=True)
class Options:
    """What the optional keys of an ``assignment.yml`` say, or what holds without them."""

    limits: AssignmentLimits
    install: tuple[str, ...]
    parameters: Mapping[str, object]
    survivors: Mapping[str, str]


def read_options(
    entries: Mapping[str, object], file: Path, lines: Mapping[KeyPath, int]
) -> tuple[Options, list[Problem]]:
    """The optional keys, checked.

    Parameters
    ----------
    entries
        All keys of the file.
    file, lines
        Where they stand, for messages.

    Returns
    -------
    Options, list of Problem
        What is wrong is left out of the options.
    """

    def where(*path: str | int) -> Where:
        return Where(file, lines.get(path))

    checks = {
        "limits": _limits_problems,
        "install": _install_problems,
        "parameters": _parameters_problems,
        "survivors": _survivors_problems,
    }
    found: dict[str, list[Problem]] = {
        key: [Problem(what, where(key, *path), mend) for path, what, mend in check(entries[key])]
        for key, check in checks.items()
        if key in entries
    }
    sound = {key: entries[key] for key, problems in found.items() if not problems}
    options = Options(
        limits=AssignmentLimits(**cast("dict[str, int]", sound.get("limits", {}))),
        install=tuple(cast("list[str]", sound.get("install", INSTALLED))),
        parameters=cast("dict[str, object]", sound.get("parameters", {})),
        survivors=cast("dict[str, str]", sound.get("survivors", {})),
    )
    return options, [problem for problems in found.values() for problem in problems]


_Fault = tuple[KeyPath, str, str]


def _limits_problems(entry: object) -> Iterator[_Fault]:
    if not isinstance(entry, dict):
        yield (), f"'limits' must be keys and values, not {entry!r}.", "write limits: {notebook_seconds: 60}."
        return
    for key, value in cast("dict[object, object]", entry).items():
        if key not in LIMITS:
            yield (str(key),), f"Unknown key {key!r} in 'limits'.", nearest(str(key), LIMITS)
        elif isinstance(value, bool) or not isinstance(value, int) or value < 1:
            yield (
                (str(key),),
                f"{key!r} must be a whole number above 0, not {value!r}.",
                f"write {key} as a whole number.",
            )


def _install_problems(entry: object) -> Iterator[_Fault]:
    mend = 'write install: ["pandas>=3", "altair>=6"].'
    if not isinstance(entry, list):
        yield (), f"'install' must be a list of what pip installs, not {entry!r}.", mend
        return
    for number, item in enumerate(cast("list[object]", entry)):
        if not isinstance(item, str) or not REQUIREMENT.fullmatch(item):
            what = f"{item!r} in 'install' is not the name of a package, with versions if need be."
            yield (number,), what, 'write it as "pandas" or "pandas>=3,<4".'


def _parameters_problems(entry: object) -> Iterator[_Fault]:
    if not isinstance(entry, dict):
        mend = "write parameters: {seed: any-text, year: {from: 2015, to: 2020}}."
        yield (), f"'parameters' must be keys and values, not {entry!r}.", mend


def _survivors_problems(entry: object) -> Iterator[_Fault]:
    if not isinstance(entry, dict):
        mend = 'write survivors: {"shares/sum-for-mean-1": "why no test should notice it"}.'
        yield (), f"'survivors' must be ids and reasons, not {entry!r}.", mend
        return
    for key, reason in cast("dict[object, object]", entry).items():
        if not SURVIVOR.fullmatch(str(key)):
            mend = "copy it from `casebook exercises verify`, such as shares/sum-for-mean-1."
            yield (str(key),), f"{key!r} in 'survivors' is no id of a changed solution.", mend
        elif not isinstance(reason, str) or not reason.strip():
            yield (str(key),), f"{key!r} in 'survivors' has no reason.", "say why no test should notice the change."
