"""Do the tests hold whatever values a student has, and do they notice a classmate's?

With each set of values the solution and the right answers must get full points and the blank none;
and who hands in what is right for other values must not get full points.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any, NamedTuple, cast

from casebook.errors import Problem, Where
from casebook.exercises.variants import FILE, Values, variants_to_try
from casebook.exercises.variants_record import parameter_files
from casebook.grading.execution import Work
from casebook.grading.verification_answers import Unknown, homes, kind_of, same, value_of
from casebook.grading.verification_cases import Case
from casebook.grading.verification_mutants import reading
from casebook.grading.verification_stand import Advance, Outcome, Stand

MOST_NAMED = 3
TESTS_MEND = "compute what is expected from the parameters, or take values that do not fit out of `parameters`."


class Variants(NamedTuple):
    """What came of all sets of values.

    Parameters
    ----------
    tried
        The sets; none if the assignment has no parameters.
    problems, hints
        What has to be mended, and what could be better.
    """

    tried: Sequence[Values] = ()
    problems: Sequence[Problem] = ()
    hints: Sequence[str] = ()


def variants(stand: Stand, found: Sequence[Case], advance: Advance) -> Variants:
    """Try an assignment with the values that its students may have.

    Parameters
    ----------
    stand
        Where it is tried.
    found
        The cases; they have been tried with the default values, which are the first set.
    advance
        Told of each run that has ended.
    """
    if stand.assignment.parameters is None:
        return Variants()
    sets = variants_to_try(stand.assignment.parameters)
    varied = [name for name, notebook in stand.solution.items() if any(FILE in cell.source for cell in notebook.cells)]
    if not varied:
        what = f"No notebook reads {FILE}, so that the values make no difference."
        return Variants(sets, [Problem(what, Where(stand.assignment.file), f"read {FILE} in a readonly cell.")])
    of_cases = {case.name: work for case in found for work in _of_case(stand, case, varied)}
    works: list[tuple[str, Work]] = []
    for number, values in enumerate(sets):
        works += [(f"case {number} {name}", _with(work, values)) for name, work in of_cases.items() if number]
        works += [(f"read {number} {name}", reading(_with(stand.work(name), values))) for name in varied]
        classmates = sets[(number + 1) % len(sets)]
        works += [(f"other {number} {name}", _with(stand.work(name), classmates, values)) for name in varied]
    outcomes = dict(stand.run(works, advance, len(works)))
    cases = [case for case in found if case.name in of_cases]
    handed_on = [
        _Pair(name, values, sets[(number + 1) % len(sets)], *(outcomes[f"{what} {at} {name}"] for what, at in runs))
        for number, values in enumerate(sets)
        for name in varied
        for runs in [(("read", number), ("read", (number + 1) % len(sets)), ("other", number))]
    ]
    return Variants(
        sets,
        [*_case_problems(stand, cases, sets, varied, outcomes), *_unnoticed(stand, handed_on)],
        _alike(stand, handed_on, varied),
    )


def _of_case(stand: Stand, case: Case, varied: Collection[str]) -> Iterable[Work]:
    if case.kind != "wrong" and (names := [name for name in varied if name in case.notebooks]):
        work = stand.prepared(f"variants-{case.name.replace('/', '-')}", case.notebooks)
        yield cast("Work", {**work, "notebooks": {name: work["notebooks"][name] for name in names}})


def _with(work: Work, values: Values, tests: Values | None = None) -> Work:
    """The same, beside other values; and with other ones still beside the tests."""
    files = work["files"] | parameter_files(values)
    given_files = work["given_files"] | parameter_files(values if tests is None else tests)
    return cast("Work", {**work, "files": files, "given_files": given_files})


def _case_problems(
    stand: Stand,
    cases: Sequence[Case],
    sets: Sequence[Values],
    varied: Collection[str],
    outcomes: Mapping[str, Outcome],
) -> list[Problem]:
    """Cases that get other points with some values, each with the values with which it does."""
    failing: dict[tuple[str, str], list[tuple[Values, str]]] = {}
    graded = {cell.id for name in varied for cell in stand.solution[name].cells}
    for number, values in enumerate(sets[1:], start=1):
        for case in cases:
            outcome = outcomes[f"case {number} {case.name}"]
            if outcome.failure is not None:
                failing.setdefault((case.name, ""), []).append((values, f"cannot be graded: {outcome.failure}"))
                continue
            for cell, points in case.expected.items():
                if cell in graded and outcome.points.get(cell) != points:
                    what = f"earned {outcome.points.get(cell)} where {points:g} were expected"
                    failing.setdefault((case.name, cell), []).append((values, what))
    where = {case.name: case.where for case in cases}
    return [
        Problem(
            f"With {_said([values for values, _ in with_values])}, {name} {with_values[0][1].rstrip('.')}.",
            Where(where[name].file, where[name].line, cell=cell) if cell else where[name],
            TESTS_MEND if cell else "run the notebook by hand with these values and see where it stops.",
        )
        for (name, cell), with_values in failing.items()
    ]


class _Pair(NamedTuple):
    """What a student of some values gets with a classmate's."""

    notebook: str
    values: Values
    classmates: Values
    own: Outcome
    other: Outcome
    graded: Outcome

    @property
    def differing(self) -> set[tuple[str, str]]:
        """Names that tests ask for with another value: the test and the name."""
        return {
            (test, name)
            for test, given in self.own.values.items()
            for name, answer in given.items()
            if not _alike_values(answer, self.other.values.get(test, {}).get(name))
        }


def _alike_values(one: Any, other: Any) -> bool:
    value, classmates = value_of(one), value_of(other)
    if isinstance(value, Unknown) or isinstance(classmates, Unknown) or kind_of(value) == "function":
        # Nothing can be said of these.
        return True
    return same(value, classmates)


def _unnoticed(stand: Stand, pairs: Sequence[_Pair]) -> list[Problem]:
    """Questions for which the answers to other values get full points."""
    found: dict[str, list[_Pair]] = {}
    for pair in pairs:
        compiled = stand.solution[pair.notebook]
        full = {cell.id: float(cell.metadata.nbgrader["points"]) for cell in compiled.cells if cell.id in stand.tests}
        asked = homes(compiled.cells, stand.steps(pair.notebook))
        for answer in {asked[test][name] for test, name in pair.differing if name in asked.get(test, {})}:
            tests = [test for test, names in asked.items() if answer in names.values()]
            if all(pair.graded.points.get(test) == full[test] for test in tests):
                found.setdefault(answer, []).append(pair)
    return [
        Problem(
            f"Who has {_text(each[0].values)} and hands in the answer for {_text(each[0].classmates)} gets full points.",
            stand.where(answer),
            "compute what is expected from the parameters, and compare the whole answer with that.",
        )
        for answer, each in found.items()
    ]


def _alike(stand: Stand, pairs: Sequence[_Pair], varied: Sequence[str]) -> list[str]:
    """Sets of values that have the same answers."""
    isolated = [name for name in varied if stand.steps(name)]
    found: dict[tuple[str, str], bool] = {}
    for pair in pairs:
        if pair.notebook in isolated:
            one, other = sorted([_text(pair.values), _text(pair.classmates)])
            both = (one, other)
            found[both] = found.get(both, True) and not pair.differing
    return [
        f"Who has {one} and who has {other} have the same answers to everything, so that one can copy from the other."
        for (one, other), is_same in found.items()
        if is_same
    ]


def _said(sets: Sequence[Values]) -> str:
    named = "; with ".join(_text(values) for values in sets[:MOST_NAMED])
    more = len(sets) - MOST_NAMED
    return named if more <= 0 else f"{named}; and with {more} more"


def _text(values: Values) -> str:
    return ", ".join(f"{name} = {value!r}" for name, value in values.items())
