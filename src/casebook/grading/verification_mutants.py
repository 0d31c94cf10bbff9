"""Do the tests notice a mistake in a solution, made by rule?"""

from __future__ import annotations

import csv
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Literal

from casebook.errors import Problem, Where
from casebook.exercises.mutants import Mutant, Tables, Value, mutants_of
from casebook.exercises.mutants_values import recorder
from casebook.grading.execution import Work
from casebook.grading.verification_answers import READ, homes, kind_of, names_of, same, value_of
from casebook.grading.verification_failures import Failure, failure, without_hidden
from casebook.grading.verification_stand import Advance, Outcome, Stand, only_tests

Fate = Literal["killed", "equivalent", "explained", "survived"]
# More different texts than this in a column are names of rows, and no groups.
MOST_GROUPS = 40
LEAST_KILLED = 0.95


@dataclass(frozen=True)
class Tried:
    """A mutant, and what became of it.

    Parameters
    ----------
    mutant
        The mutant.
    fate
        ``killed``: a test cell loses points; ``equivalent``: its answers are the solution's; ``explained``: it
        lives, and the assignment says why; ``survived``: it lives.
    failures
        The test cells that failed.
    """

    mutant: Mutant
    fate: Fate
    failures: tuple[Failure, ...] = ()


def solutions_answers(stand: Stand) -> dict[str, dict[str, Any]]:
    """For each test cell the solution's answers, as plain data by name."""
    works = [(name, reading(stand.work(name))) for name in stand.solution]
    found: dict[str, dict[str, Any]] = {}
    for _, outcome in stand.run(works, _quietly, len(works)):
        found |= outcome.values
    return found


def values_asked(stand: Stand, answers: Mapping[str, Mapping[str, Any]]) -> dict[str, list[Value]]:
    """For each answer cell the names that tests ask for, with their kinds."""
    found: dict[str, dict[str, Value]] = {}
    functions: dict[str, dict[str, str]] = {}
    for notebook, compiled in stand.solution.items():
        for test, names in homes(compiled.cells, stand.steps(notebook)).items():
            for name, cell in names.items():
                kind = kind_of(value_of(answers.get(test, {}).get(name)))
                found.setdefault(cell, {}).setdefault(name, Value(name, kind))
                if kind == "function":
                    functions.setdefault(notebook, {})[name] = cell
    asked = _asked(stand, functions)
    for names in found.values():
        for name, value in names.items():
            names[name] = Value(name, value.kind, asked.get(name, ()))
    return {cell: list(names.values()) for cell, names in found.items()}


def _asked(stand: Stand, functions: Mapping[str, Mapping[str, str]]) -> dict[str, tuple[str, ...]]:
    """With what arguments the visible tests call each function."""
    works: list[tuple[str, Work]] = []
    for notebook, names in functions.items():
        sources = {cell.id: cell.source for cell in stand.solution[notebook].cells}
        cells: dict[str, str] = {}
        for name, cell in names.items():
            cells[cell] = f"{cells.get(cell, sources[cell])}\n{recorder(name)}"
        work = stand.work(notebook, cells)
        to_run = work["notebooks"][notebook]
        for step in to_run["steps"]:
            step["source"] = without_hidden(step["source"])
        listed = ", ".join(f"{name!r}: _calls_{name}" for name in names)
        to_run["notebook"]["cells"].append(
            {
                "cell_type": "code",
                "id": "asked",
                "metadata": {},
                "source": f"print(__import__('json').dumps({{{listed}}}))",
                "outputs": [],
                "execution_count": None,
            }
        )
        works.append((notebook, work))
    found: dict[str, tuple[str, ...]] = {}
    for notebook, outcome in stand.run(works, _quietly, len(works)):
        texts = [str(output.get("text", "")) for output in outcome.outputs.get(notebook, [])]
        try:
            calls: dict[str, list[str]] = json.loads("".join(texts))
        except ValueError:
            # The solution cannot be run; its own case says so.
            continue
        found |= {name: tuple(sorted(set(keys))) for name, keys in calls.items()}
    return found


def tables_of(stand: Stand) -> Tables:
    """The tables that lie beside the notebooks."""
    found: dict[str, dict[str, tuple[str, ...]]] = {}
    for name in stand.assignment.data:
        with (stand.project.data / f"{name}.csv").open(encoding="utf-8", newline="") as file:
            rows = list(csv.DictReader(file))
        found[name] = {column: _groups([row[column] for row in rows]) for column in (rows[0] if rows else {})}
    return found


def _groups(cells: list[str]) -> tuple[str, ...]:
    if all(_is_number(cell) for cell in cells):
        return ()
    return tuple(dict.fromkeys(cell for cell in cells if cell))[:MOST_GROUPS]


def _is_number(cell: str) -> bool:
    try:
        float(cell or 0)
    except ValueError:
        return False
    return True


def mutants_tried(stand: Stand, answers: Mapping[str, Mapping[str, Any]], advance: Advance) -> Iterator[Tried]:
    """Try all mutants; first those that are killed, as they are, then those that live."""
    mutants = {
        mutant.id: mutant for mutant in mutants_of(stand.solution, values_asked(stand, answers), tables_of(stand))
    }
    living: list[Mutant] = []
    works = ((mutant.id, _work(stand, mutant)) for mutant in mutants.values())
    for name, outcome in stand.run(works, advance, len(mutants)):
        mutant = mutants[name]
        failures = failed(stand, mutant.notebook, outcome)
        if _loses_points(stand, mutant.notebook, outcome):
            yield Tried(mutant, "killed", tuple(failures))
        else:
            living.append(mutant)
    again = ((mutant.id, reading(stand.work(mutant.notebook, {mutant.cell: mutant.source}))) for mutant in living)
    for name, outcome in stand.run(again, _quietly, len(living)):
        yield Tried(mutants[name], _fate(stand, mutants[name], answers, outcome))


def _fate(stand: Stand, mutant: Mutant, answers: Mapping[str, Mapping[str, Any]], outcome: Outcome) -> Fate:
    if outcome.failure is None and all(
        same(value_of(given), value_of(outcome.values.get(test, {}).get(name)))
        for test in outcome.values
        for name, given in answers.get(test, {}).items()
        if name in _reached(stand, mutant)
    ):
        return "equivalent"
    return "explained" if mutant.id in stand.assignment.survivors else "survived"


def _work(stand: Stand, mutant: Mutant) -> Work:
    """What is run for a mutant: of the tests only those that it can reach."""
    work = stand.work(mutant.notebook, {mutant.cell: mutant.source})
    reached = _reached(stand, mutant)
    kept = [
        str(step["grade_id"])
        for step in stand.steps(mutant.notebook)
        if step["is_test"] and (reached & set(step["answers"]) or step["tests"] == "shared")
    ]
    return only_tests(work, mutant.notebook, kept) if kept else work


def _reached(stand: Stand, mutant: Mutant) -> set[str]:
    """The names whose values may be others than the solution's."""
    steps = {step["grade_id"]: step for step in stand.steps(mutant.notebook)}
    reached: set[str] = set()
    for cell in stand.solution[mutant.notebook].cells:
        if cell.cell_type != "code":
            continue
        names = names_of(mutant.source if cell.id == mutant.cell else cell.source)
        step = steps.get(cell.id)
        if cell.id == mutant.cell or (reached & names.loads and not (step and step["is_test"])):
            reached |= names.binds | names.changes
    return reached


def _loses_points(stand: Stand, notebook: str, outcome: Outcome) -> bool:
    full = {
        cell.id: float(cell.metadata.nbgrader["points"])
        for cell in stand.solution[notebook].cells
        if cell.id in outcome.points and cell.id in stand.tests
    }
    return outcome.failure is not None or any(outcome.points[cell] != points for cell, points in full.items())


def failed(stand: Stand, notebook: str, outcome: Outcome) -> list[Failure]:
    """How the tests of a notebook failed."""
    found = [
        failure(cell.id, cell.source, outcome.outputs[cell.id])
        for cell in stand.solution[notebook].cells
        if cell.id in stand.tests and cell.id in outcome.outputs
    ]
    return [each for each in found if each is not None]


def mutant_problems(stand: Stand, tried: list[Tried]) -> list[Problem]:
    """Mutants that no test notices, and explanations that explain nothing."""
    file = stand.assignment.file
    problems = [
        Problem(
            f"No test notices {each.mutant.id}: {each.mutant.before} -> {each.mutant.after}.",
            stand.where(each.mutant.cell),
            f"{each.mutant.hint} Or say under `survivors` in assignment.yml why no test should.",
        )
        for each in tried
        if each.fate == "survived"
    ]
    fates = {each.mutant.id: each.fate for each in tried}
    for name in stand.assignment.survivors:
        if name not in fates:
            what, mend = f"survivors: there is no mutant {name!r}.", "take the line out, or copy the id from the table."
            problems.append(Problem(what, Where(file), mend))
        elif fates[name] != "explained":
            what = f"survivors: {name!r} does not live: it is {fates[name]}."
            problems.append(Problem(what, Where(file), "take the line out."))
    counted = [each for each in tried if each.fate != "equivalent"]
    killed = sum(each.fate == "killed" for each in counted)
    if counted and killed < LEAST_KILLED * len(counted):
        what = f"Tests kill {killed} of {len(counted)} mutants, fewer than {LEAST_KILLED:.0%}."
        problems.append(Problem(what, Where(file), "see what the mutants that live have in common, and test that."))
    return problems


def reading(work: Work) -> Any:
    """The work that only reads answers."""
    return {**work, READ: True}


def _quietly(done: int, total: int) -> None:
    """These are few and quick."""
