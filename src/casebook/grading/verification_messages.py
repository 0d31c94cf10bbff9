"""Does a failing test tell a student what was expected, and not the answer?"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from casebook.errors import Problem, Where
from casebook.grading.verification_answers import kind_of, value_of
from casebook.grading.verification_failures import Failure

LEAST_WORDS = 5
# Fewer digits, or letters, may be said by chance.
DIGITS, LETTERS = 3, 3
MOST_VALUES = 5000
NUMBER = re.compile(r"(?<![\w.])[-\N{MINUS SIGN}]?\d[\d,]*(?:\.\d+)?")
PERCENT = 100
ASSERTION = "AssertionError"
# What the engine says by itself where an answer cannot be read at all.
ENGINES_OWN = frozenset({"AnswerCannotCrossError", "CellTimeoutError", "DeadKernelError", "MissingTestError"})


def message_faults(
    failure: Failure, answers: Mapping[str, Any], seen: str, *, own_error: bool = False
) -> Iterator[tuple[str, str]]:
    """What is wrong with what a student reads, and how to mend it.

    Parameters
    ----------
    failure
        The test that failed.
    answers
        The solution's answers that this test asks for, as plain data by name.
    seen
        All that the student reads of the notebook anyway.
    own_error
        Whether the student's answer raised an error by itself, which says why a name is missing.
    """
    if failure.error in ENGINES_OWN or (own_error and failure.error == "NameError"):
        return
    if failure.error != ASSERTION:
        said = f"{failure.error}: {failure.message}" if failure.message else failure.error
        yield (
            f"it ends in {_short(said)}, and not in a sentence that says what was expected.",
            "assert what the test relies on before it uses it, with a message.",
        )
        return
    if len(failure.message.split()) < LEAST_WORDS:
        yield (
            f"its message is {failure.message!r}." if failure.message else "its assert has no message.",
            f"say in a sentence what was expected and what to look at; at least {LEAST_WORDS} words.",
        )
    given_away = [*_numbers_in(failure.message, answers, seen), *_texts_in(failure.message, answers, seen)]
    if given_away:
        yield (
            f"its message holds the answer: {given_away[0]} in {_short(failure.message)!r}.",
            "say what is wrong in words, without the figure or the name that was asked for.",
        )


def message_problems(
    name: str,
    where: Where,
    failures: Sequence[tuple[Failure, bool]],
    answers: Mapping[str, Mapping[str, Any]],
    seen: str,
) -> list[Problem]:
    """What is wrong with the messages that one wrong answer gets.

    Parameters
    ----------
    name, where
        Of the answer, and where it is written.
    failures
        The tests that it failed, and whether its own cell had raised an error.
    answers
        The solution's answers for each test.
    seen
        All that the student reads of the notebooks anyway.
    """
    return [
        Problem(f"{name} fails {failure.cell}, but {what}", Where(where.file, where.line, cell=failure.cell), mend)
        for failure, own_error in failures
        for what, mend in message_faults(failure, answers.get(failure.cell, {}), seen, own_error=own_error)
    ]


def seen_by_students(released: Mapping[str, Any]) -> str:
    """All text of the released notebooks."""
    return "\n".join(cell.source for notebook in released.values() for cell in notebook.cells)


def _numbers_in(message: str, answers: Mapping[str, Any], seen: str) -> Iterator[str]:
    said = {text: _number(text) for text in NUMBER.findall(message) if _significant(text) >= DIGITS}
    known = {_number(text) for text in NUMBER.findall(seen)}
    values = [value for answer in answers.values() for value in _numbers(value_of(answer))]
    for text, number in said.items():
        decimals = len(text.partition(".")[2])
        if number not in known and any(
            math.isclose(round(scaled, decimals), number, abs_tol=1e-9)
            for value in values
            for scaled in (value, -value, value * PERCENT, value / PERCENT)
        ):
            yield text


def _texts_in(message: str, answers: Mapping[str, Any], seen: str) -> Iterator[str]:
    folded = seen.casefold()
    for answer in answers.values():
        for text in _texts(value_of(answer)):
            is_told = len(text) > LETTERS and re.search(rf"\b{re.escape(text)}\b", message, re.IGNORECASE)
            if is_told and text.casefold() not in folded:
                yield repr(text)


def _number(text: str) -> float:
    return float(text.replace(",", "").replace("\N{MINUS SIGN}", "-"))


def _significant(text: str) -> int:
    digits = re.sub(r"\D", "", text).lstrip("0")
    return len(digits if "." in text else digits.rstrip("0"))


def _numbers(value: Any) -> list[float]:
    return [number for number in map(_finite, _items(value, "number")) if number is not None]


def _finite(value: Any) -> float | None:
    number = float(value)
    return number if math.isfinite(number) else None


def _texts(value: Any) -> list[str]:
    return [str(text) for text in _items(value, "text")]


def _items(value: Any, kind: str) -> list[Any]:
    """The numbers, or the texts, in an answer; of a table its cells, and not the names of its rows and columns."""
    match kind_of(value):
        case "series":
            items: list[Any] = value.tolist()
        case "table":
            items = [item for column in value.columns for item in value[column].tolist()]
        case "list":
            items = list(value)
        case "dict":
            items = list(value.values())
        case "number" | "text":
            return [value] if kind_of(value) == kind else []
        case _:
            return []
    return [found for item in items[:MOST_VALUES] for found in _items(item, kind)]


def _short(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= 80 else f"{line[:79]}…"  # noqa: PLR2004  (a line of a terminal)
