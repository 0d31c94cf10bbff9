"""Who has which values, once an assignment was released for each student?

It is written down in the course directory, because the text may change after students have begun:
what somebody was given holds.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import cast

from casebook.errors import CasebookError, Where
from casebook.exercises.variants import (
    FILE,
    Parameter,
    Parameters,
    Values,
    parameters_text,
    read_parameters,
)
from casebook.whole_files import write_text

NOT_IN_LIST = "not in the list: graded with the default values."


@dataclass(frozen=True)
class Record:
    """What students were given.

    Parameters
    ----------
    parameters
        From which it was drawn.
    students
        The values of each, by id.
    """

    parameters: Parameters
    students: Mapping[str, Values] = field(default_factory=dict[str, Values])


def record_file(course: Path, assignment: str) -> Path:
    """Where it is written down in a course directory."""
    return course / ".casebook" / f"variants-{assignment}.json"


def read_record(course: Path, assignment: str) -> Record | None:
    """What students were given; None: the assignment was never released for each student.

    Raises
    ------
    CasebookError
        The file is not as it was written.
    """
    file = record_file(course, assignment)
    try:
        text = file.read_text("utf-8")
    except (FileNotFoundError, NotADirectoryError):
        # The latter: the course was to lie under a file, where there can be no record.
        return None
    except (OSError, UnicodeDecodeError) as error:
        raise _damaged(file, str(error)) from error
    try:
        found: object = json.loads(text)
        entries = cast("dict[str, object]", found)
        choices = cast("dict[str, object]", entries["choices"])
        listed = {name: {"one_of": values} for name, values in choices.items()}
        parameters = read_parameters({"seed": entries["seed"], **listed}, Where(file))
        students = cast("dict[str, dict[str, object]]", entries["students"])
        return Record(parameters, {student: _sound(parameters, values) for student, values in students.items()})
    except (ValueError, KeyError, TypeError, AttributeError, CasebookError) as error:
        raise _damaged(file, f"{type(error).__name__}: {error}".splitlines()[0]) from error


def _sound(parameters: Parameters, values: dict[str, object]) -> Values:
    # The values of an earlier text may be no choice of the last one; their names are.
    if set(values) != {parameter.name for parameter in parameters.choices}:
        raise ValueError(f"{values!r} names other parameters")
    if not all(isinstance(value, str | int | float) for value in values.values()):
        raise ValueError(f"{values!r} holds what is no plain value")
    return cast("Values", values)


def _damaged(file: Path, why: str) -> CasebookError:
    return CasebookError.one(
        f"Who has which values cannot be read: {why}.",
        where=Where(file),
        mend="bring the file back from a copy: the marks of each student go by it.",
    )


def write_record(course: Path, assignment: str, record: Record) -> None:
    """Write it down, whole or not at all."""
    choices = {parameter.name: list(parameter.values) for parameter in record.parameters.choices}
    entries = {"seed": record.parameters.seed, "choices": choices, "students": dict(record.students)}
    write_text(record_file(course, assignment), json.dumps(entries, ensure_ascii=False, indent=1) + "\n")


def refuse_if_changed(course: Path, assignment: str, parameters: Parameters | None, file: Path) -> None:
    """Do nothing if what students were given was drawn from these parameters, or nobody was given anything.

    Parameters
    ----------
    course, assignment
        Where, and of what.
    parameters
        As the text has them now; None: it has none.
    file
        Where they stand.

    Raises
    ------
    CasebookError
        The seed or the choices have changed; what has, is named.
    """
    record = read_record(course, assignment)
    if record is None or not (changed := _changes(record.parameters, parameters)):
        return
    raise CasebookError.one(
        f"{', '.join(changed)}: changed since students (in number {len(record.students)}) were given their values.",
        where=Where(file),
        mend="put it back as it was; or use --force, which draws the values of all of them anew: "
        "hand those out again, for earlier work will be graded with the new ones.",
    )


def has_changed(record: Record, parameters: Parameters) -> bool:
    """Whether what students were given was drawn from other parameters than these."""
    return bool(_changes(record.parameters, parameters))


def _changes(before: Parameters, now: Parameters | None) -> list[str]:
    if now is None:
        return ["The parameters"]
    changed = ["The seed"] if before.seed != now.seed else []
    were, are = ({each.name: each for each in side.choices} for side in (before, now))
    changed += [f"The parameter {name!r}" for name in {**were, **are} if not _is_same(were.get(name), are.get(name))]
    return changed


def _is_same(one: Parameter | None, other: Parameter | None) -> bool:
    if one is None or other is None:
        return False
    # 1 and True are equal to Python.
    return json.dumps(one.values) == json.dumps(other.values)


def parameter_files(values: Values) -> dict[str, bytes]:
    """The file that is another for each student, by its name."""
    return {FILE: parameters_text(values).encode("utf-8")}


def own_files(record: Record | None, student: str) -> dict[str, bytes]:
    """What of the instructor's files a student has in a version of their own; none: the default."""
    if record is None or student not in record.students:
        return {}
    return parameter_files(record.students[student])


def note_on(record: Record | None, student: str) -> list[str]:
    """What a person should know about the values with which a student is graded."""
    return [NOT_IN_LIST] if record is not None and student not in record.students else []
