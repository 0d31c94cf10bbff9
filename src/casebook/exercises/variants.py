"""Which numbers does each student get, so that classmates have different ones and the same tests?

An assignment may have parameters, such as a firm and a year, each with values to choose from. What a
student gets follows from the seed, the assignment and the student's id alone: the same on every
machine. It lies beside the notebooks in ``parameters.json``, and nothing else differs.
"""

from __future__ import annotations

import hashlib
import itertools
import json
import keyword
import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import cast

from casebook.errors import CasebookError, Problem, Where, raise_if_any

FILE = "parameters.json"

Value = str | int | float | bool
Values = dict[str, Value]

SEED = "seed"
# More would be a mistake, such as a year with a digit too many, and not a choice.
MOST_VALUES = 10_000
TO_TRY = 12
# Steps that visit all of twelve places, each in an order of its own.
STRIDES = (1, 5, 7, 11)


@dataclass(frozen=True)
class Parameter:
    """What one name can stand for.

    Parameters
    ----------
    name
        As notebooks ask for it.
    values
        Two or more, all different; the first is for whoever has none of their own.
    """

    name: str
    values: tuple[Value, ...]


@dataclass(frozen=True)
class Parameters:
    """What may differ between the students of an assignment.

    Parameters
    ----------
    seed
        Any text; another seed gives everybody other values.
    choices
        At least one, in the order in which they are written.
    """

    seed: str
    choices: tuple[Parameter, ...]

    @property
    def combinations(self) -> int:
        """How many different sets of values there are."""
        return math.prod(len(parameter.values) for parameter in self.choices)


def read_parameters(entry: object, where: Where) -> Parameters:
    """What ``parameters`` in an ``assignment.yml`` says.

    Parameters
    ----------
    entry
        As YAML reads it.
    where
        Where it stands.

    Raises
    ------
    CasebookError
        With every problem: no mapping, no seed, no parameter; a name that a notebook cannot use;
        values that are not plain, that are twice there, or fewer than two; a range that does not
        end where it says.
    """
    if not isinstance(entry, dict):
        raise CasebookError.one(f"`parameters` is {entry!r}, not keys and values.", where=where, mend=_HOW)
    written = {str(key): value for key, value in cast("dict[object, object]", entry).items()}
    seed = written.pop(SEED, None)
    problems: list[Problem] = []
    if not isinstance(seed, str) or not seed.strip():
        said = "have no seed" if seed is None else f"have the seed {seed!r}, which is no text"
        problems.append(Problem(f"`parameters` {said}.", where, 'add `seed: "..."` with any text in quotes.'))
    if not written:
        problems.append(Problem("`parameters` names none.", where, _HOW))
    choices: list[Parameter] = []
    for name, choice in written.items():
        try:
            choices.append(Parameter(_name(name, where), _values(name, choice, where)))
        except CasebookError as error:
            problems += error.problems
    raise_if_any(problems)
    return Parameters(str(seed), tuple(choices))


_HOW = "write a seed and, for each parameter, `name: {one_of: [..., ...]}` or `name: {from: 1, to: 9}`."


def _name(name: str, where: Where) -> str:
    if name.isidentifier() and not keyword.iskeyword(name):
        return name
    raise CasebookError.one(
        f"A parameter cannot be called {name!r}.", where=where, mend="use letters, digits and _, as for a Python name."
    )


def _values(name: str, choice: object, where: Where) -> tuple[Value, ...]:
    said = cast("dict[object, object]", choice) if isinstance(choice, dict) else {}
    if set(said) == {"one_of"}:
        return _listed(name, said["one_of"], where)
    if {"from", "to"} <= set(said) <= {"from", "to", "step"}:
        return _counted(name, said, where)
    raise CasebookError.one(
        f"The parameter {name!r} is {choice!r}.",
        where=where,
        mend=f"write `{name}: {{one_of: [..., ...]}}`, or `{name}: {{from: 1, to: 9, step: 2}}` for whole numbers.",
    )


def _listed(name: str, listed: object, where: Where) -> tuple[Value, ...]:
    values = cast("list[object]", listed) if isinstance(listed, list) else []
    if len(values) < 2:  # noqa: PLR2004  (one is no choice)
        raise CasebookError.one(
            f"The parameter {name!r} is one of {listed!r}, which leaves no choice.",
            where=where,
            mend="list two values or more.",
        )
    if len(values) > MOST_VALUES:
        raise _too_many(name, len(values), where)
    problems = [
        Problem(
            f"The parameter {name!r} has the value {value!r}, which is neither text nor a number nor true or false.",
            where,
            "put it in quotes if it is meant as text.",
        )
        for value in values
        if not _is_plain(value)
    ]
    raise_if_any(problems)
    # 1, 1.0 and True are equal to Python, and are not the same on a student's screen.
    texts = [json.dumps(value) for value in values]
    raise_if_any(
        Problem(
            f"The parameter {name!r} has the value {json.loads(text)!r} more than once.", where, "leave it there once."
        )
        for text in dict.fromkeys(text for text in texts if texts.count(text) > 1)
    )
    return tuple(cast("list[Value]", values))


def _is_plain(value: object) -> bool:
    if isinstance(value, str):
        # Half a character, as "\ud83d" in quotes makes one, can stand in no file.
        return not any("\ud800" <= letter <= "\udfff" for letter in value)
    return isinstance(value, int) or (isinstance(value, float) and math.isfinite(value))


def _counted(name: str, said: Mapping[object, object], where: Where) -> tuple[Value, ...]:
    numbers = {str(key): value for key, value in said.items()}
    odd = [key for key, value in numbers.items() if not isinstance(value, int) or isinstance(value, bool)]
    if odd:
        raise CasebookError.one(
            f"The parameter {name!r} has {odd[0]}: {numbers[odd[0]]!r}, which is no whole number.",
            where=where,
            mend="write whole numbers, or list the values with one_of.",
        )
    whole = cast("dict[str, int]", numbers)
    first, last, step = whole["from"], whole["to"], whole.get("step", 1)
    if step < 1 or first >= last:
        raise CasebookError.one(
            f"The parameter {name!r} counts from {first} to {last} in steps of {step}, which leaves no choice.",
            where=where,
            mend="write a lower number after from than after to, and a step of 1 or more.",
        )
    if (last - first) % step:
        reached = last - (last - first) % step
        raise CasebookError.one(
            f"The parameter {name!r} counts from {first} in steps of {step}, which never reaches {last}.",
            where=where,
            mend=f"write `to: {reached}` or `to: {reached + step}`, or another step.",
        )
    values = range(first, last + 1, step)
    # len() of a range with more steps than a machine word holds fails.
    if (last - first) // step >= MOST_VALUES:
        raise _too_many(name, (last - first) // step + 1, where)
    return tuple(values)


def _too_many(name: str, number: int, where: Where) -> CasebookError:
    return CasebookError.one(
        f"The parameter {name!r} has {number} values.", where=where, mend=f"leave it {MOST_VALUES} at most."
    )


def values_for(parameters: Parameters, assignment_name: str, student: str) -> Values:
    """The values of one student.

    Parameters
    ----------
    parameters, assignment_name, student
        Nothing else has any part in it. Each parameter is drawn by itself, evenly from its values.
    """
    return {
        parameter.name: parameter.values[
            _drawn(parameters.seed, assignment_name, student, parameter.name) % len(parameter.values)
        ]
        for parameter in parameters.choices
    }


def _drawn(*texts: str) -> int:
    digest = hashlib.sha256()
    for text in texts:
        content = text.encode("utf-8", "surrogatepass")
        # The length keeps one text and the next from running into each other.
        digest.update(b"%d:" % len(content) + content)
    # Of 256 bits, what is left over when they are shared out among some values favours none that could be noticed.
    return int.from_bytes(digest.digest())


def default_values(parameters: Parameters) -> Values:
    """The first value of each parameter: on the site, in the release for all, and for who is in no list."""
    return {parameter.name: parameter.values[0] for parameter in parameters.choices}


def all_values(parameters: Parameters) -> Iterator[Values]:
    """Every set of values that there is, the default first."""
    names = [parameter.name for parameter in parameters.choices]
    for values in itertools.product(*(parameter.values for parameter in parameters.choices)):
        yield dict(zip(names, values, strict=True))


def variants_to_try(parameters: Parameters) -> list[Values]:
    """The sets of values with which an assignment is to be proved.

    Returns
    -------
    list of dict
        All of them if they are twelve or fewer. Else twelve, spread: the default is the first, and
        each parameter runs through its values from the first to the last, past none if it has
        twelve or fewer.
    """
    if parameters.combinations <= TO_TRY:
        return list(all_values(parameters))
    found: list[Values] = []
    for number in range(TO_TRY):
        places = [number * STRIDES[index % len(STRIDES)] % TO_TRY for index in range(len(parameters.choices))]
        values = {
            parameter.name: parameter.values[round(place * (len(parameter.values) - 1) / (TO_TRY - 1))]
            for parameter, place in zip(parameters.choices, places, strict=True)
        }
        if values not in found:
            found.append(values)
    rest = (values for values in all_values(parameters) if values not in found)
    return found + list(itertools.islice(rest, TO_TRY - len(found)))


def parameters_text(values: Mapping[str, Value]) -> str:
    """What ``parameters.json`` says."""
    return json.dumps(dict(values), ensure_ascii=False, indent=2) + "\n"
